import { isOutroError, type ForetoldDeparture, type Step } from 'outro';
import { expect } from 'vitest';
import type { Departure } from '../../src/core/receipt.ts';

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

/** What an answer has the browser do at each provider, in the words of `explainRemoval`. */
export const departuresOf = (answer: Record<string, unknown>): object[] => {
  const departures = answer['departures'] as Departure[];
  const steps = (answer['receipt'] as Step[]).filter(({ step }) => step === 'provider-session');
  const planned = departures.map(({ provider, ways }) => {
    const by = ways.map((way) => way.by).find((one) => one !== 'script' && one !== 'none');
    if (!by) return { provider, status: 'unsupported' };
    return { provider, status: by === 'link' ? 'needs-user' : 'asked', by };
  });
  const told = steps.map(({ provider, status }) => ({ provider, status }));
  return sorted([...planned, ...told]);
};

const sorted = (all: object[]): object[] =>
  all.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));

/** What `explainRemoval` foretells of each provider, without its reasons. */
export const foretoldOf = (answer: Record<string, unknown>): object[] =>
  sorted(
    (answer['providerSessions'] as ForetoldDeparture[]).map(({ provider, status, by }) => ({
      provider,
      status,
      ...(by && { by }),
    })),
  );
