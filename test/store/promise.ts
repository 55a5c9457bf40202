import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { FailureName } from '../../src/core/codes.ts';
import { isOutroError } from '../../src/core/is-outro-error.ts';
import { pause } from '../../src/testing/pause.ts';

// Milliseconds: in which what must come has come, and after which a call is taken to hang, on a busy machine too.
const patience = 5000;
const hanging = 40_000;
const interval = 20;

// Milliseconds that somebody is waited for who is to come in between, and may be kept waiting by a lock.
const between = 1500;

/**
 * Checks one promise of the port.
 *
 * @param promise in words of the port: the member, what it promises, what is broken when it does not.
 * @throws AssertionError that quotes the promise and says what was found instead
 */
export const keeps = (promise: string, found: unknown, expected: unknown): void =>
  assert.deepEqual(
    found,
    expected,
    `the store breaks a promise of its port\n  ${promise}\n  expected: ${inspect(expected, { depth: 5, breakLength: Infinity })}\n  found: ${inspect(found, { depth: 5, breakLength: Infinity })}`,
  );

/**
 * Checks that a call comes to an end at all.
 *
 * @throws AssertionError when it has not within 40 seconds; else whatever the call throws
 */
export const settles = async <Value>(promise: string, call: Promise<Value>): Promise<Value> => {
  let limit: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    limit = setTimeout(resolve, hanging, 'late');
  });
  const ended = await Promise.race([call.then((value) => ({ value })), late]).finally(() =>
    clearTimeout(limit),
  );
  return ended === 'late' ? assert.fail(`${promise}: no answer in ${hanging} ms`) : ended.value;
};

/**
 * Checks that a call is refused with a failure of the table.
 *
 * @throws AssertionError when it succeeds or fails otherwise
 */
export const refuses = async (
  promise: string,
  failure: FailureName,
  call: Promise<unknown>,
): Promise<void> => {
  const found = await call.then(
    () => 'no refusal',
    (error: unknown) => (isOutroError(error) ? error.failure : error),
  );
  keeps(promise, found, failure);
};

/**
 * Checks something that takes a moment: looks again until it is as expected.
 *
 * @param limit milliseconds
 * @throws AssertionError when it is not within them
 */
export const comesTo = async (
  promise: string,
  look: () => unknown,
  expected: unknown,
  limit = patience,
): Promise<void> => {
  const end = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (Date.now() > end) return keeps(promise, found, expected);
    try {
      return keeps(promise, found, expected);
    } catch {
      await pause(interval);
    }
  }
};

/** Lets a call come in between, as far as it can: where the store keeps it waiting, it goes on behind. */
export const comesBetween = async (call: Promise<unknown>): Promise<void> => {
  await Promise.race([call.catch(() => {}), pause(between)]);
};
