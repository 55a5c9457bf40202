import type { Step } from '../core/receipt.ts';

/** A step before it is gone: what is tried at a provider may need a window. */
export type Coming = Omit<Step, 'status'> & { status: Step['status'] | 'window' };

/** What a person can expect of a step: to do it, to wait, not to know, or nothing more. */
export type Group = 'you' | 'us' | 'open' | 'over';

/** The groups, in the order in which they matter. */
export const groups: readonly Group[] = ['you', 'us', 'open', 'over'];

// Anything else, such as `javascript:`, would run in the page's own origin.
const safeUrl = (url = ''): string => (/^https?:\/\//i.test(url) ? url : '');

/** Where the person can see to a step; always http or https, `''` where there is nowhere to go. */
export const placeOf = ({ status, url }: Step): string =>
  /^(needs-user|unsupported|blocked|failed|asked)$/.test(status) ? safeUrl(url) : '';

/** What a person can expect of a step. */
export const groupOf = (step: Step): Group => {
  const { status } = step;
  if (status === 'pending') return 'us';
  if (/^(done|already|kept)$/.test(status)) return 'over';
  // Asked is not theirs to do, though they may want to look.
  if (status === 'needs-user' || (status !== 'asked' && placeOf(step))) return 'you';
  return 'open';
};

type Told = Pick<Coming, 'step' | 'status' | 'provider'>;

const nameOfStep = ({ step, status }: Told): string => `${step} ${status}`;

// Whether a step comes to the same for every provider, so that one sentence is about all of them.
const isAlike = (step: Told, receipt: readonly Told[]): boolean => {
  const providers = new Set(receipt.map(({ provider }) => provider).filter(Boolean));
  const alike = receipt.filter((one) => nameOfStep(one) === nameOfStep(step));
  return (
    providers.size > 1 && new Set(alike.map(({ provider }) => provider)).size >= providers.size
  );
};

/** Each sentence once, with the first step that it is about. */
export const tell = <One extends Told>(
  receipt: readonly One[],
  sentenceOf: (step: One, isAll: boolean) => string | undefined,
): Map<string, One> => {
  const told = new Map<string, One>();
  for (const step of receipt) {
    const text = sentenceOf(step, isAlike(step, receipt));
    if (text !== undefined && !told.has(text)) told.set(text, step);
  }
  return told;
};
