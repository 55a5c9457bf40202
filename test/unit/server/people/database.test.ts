import { describe, expect, it } from 'vitest';
import { breaks, isPassing, persist } from '../../../../src/server/people/database.ts';

const failure = (code?: string, more: object = {}) =>
  Object.assign(new Error(code ?? 'another'), { ...(code && { code }), ...more });

/** Work that fails so many times. */
const failing = (times: number, error: Error) => {
  const calls: number[] = [];
  const work = (attempt: number): Promise<string> => {
    calls.push(attempt);
    return calls.length > times ? Promise.resolve('done') : Promise.reject(error);
  };
  return { calls, work };
};

describe('what failed because of others', () => {
  it.each(['40001', '40P01', '26000', '42P05', '0A000'])('%s is tried again', async (code) => {
    const { calls, work } = failing(3, failure(code));
    expect(await persist(work)).toBe('done');
    expect(calls).toEqual([1, 2, 3, 4]);
  });

  it('is given up in the end, with what it failed of', async () => {
    const error = failure('40001');
    const { calls, work } = failing(1000, error);
    await expect(persist(work)).rejects.toBe(error);
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.length).toBeLessThan(50);
  });

  it.each(['23505', '57014', '08006', undefined])('%s is not', async (code) => {
    const error = failure(code);
    const { calls, work } = failing(1, error);
    await expect(persist(work)).rejects.toBe(error);
    expect(calls).toEqual([1]);
    expect(isPassing(error)).toBe(false);
  });

  it('is what the caller says, where it says so', async () => {
    const { calls, work } = failing(2, failure('23505'));
    expect(await persist(work, () => true)).toBe('done');
    expect(calls).toHaveLength(3);
  });
});

it('a rule of the schema is known by its name', () => {
  const error = failure('23505', { constraint: 'journal_key' });
  expect(breaks(error, 'journal_key')).toBe(true);
  expect(breaks(error, 'accounts_site_uid_key')).toBe(false);
  expect(breaks(failure('23514', { constraint: 'journal_key' }), 'journal_key')).toBe(false);
  expect(breaks(undefined, 'journal_key')).toBe(false);
});
