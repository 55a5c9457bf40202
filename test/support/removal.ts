import { isOutroError } from 'outro';
import { expect } from 'vitest';

/** A person at two networks, as `signIn` takes it. */
export const two = {
  facebook: { providerUID: 'fb-1', nickname: 'Ada', email: 'ada@facebook.example', authToken: 'T' },
  linkedin: { providerUID: 'li-1' },
};

/** The failure that a call must end in. */
export const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('expected a failure'),
    (error: unknown) => (isOutroError(error) ? error : expect.fail(String(error))),
  );
