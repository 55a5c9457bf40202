import * as z from 'zod';

/** A name that people read: no control characters, and none that turn the writing of others around. */
export const shownName = z
  .string()
  .trim()
  .regex(
    /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,100}$/u,
    'expected a name of 1 to 100 characters, in one line',
  );
