import type { Step } from '../core/receipt.ts';
import type { Coming } from './receipt.ts';
import type { Speech } from './speech.ts';

/** How a page speaks of receipts and of what is to come. */
export interface Telling<Own extends string = never> extends Speech<Own> {
  /** The sentence for so many. */
  count: (key: 'left.you' | 'left.us', count: number) => string;
  /** What a step of a receipt came to; about several at once where `isAll` and there are words for that. */
  did: (step: Step, provider: string, isAll?: boolean) => string;
  /** What a step would come to; nothing where that is not foretold. */
  will: (step: Coming, provider: string, isAll?: boolean) => string | undefined;
  /** When something is due, seen from now. */
  soon: (due: number) => string;
  /** Date and time, as people of this language write them. */
  moment: (date: Date) => string;
}

// What no language is counts as the browser's own.
const localesOf = (language: string): string[] => {
  try {
    return Intl.getCanonicalLocales(language);
  } catch {
    return [];
  }
};

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

// Site and session are one to the person who is signed in "here".
const nameOf = ({ step }: Pick<Step, 'step'>): string =>
  step === 'site-session' ? 'session' : step;

/** Makes sentences of receipts and of what is to come. Pure but for the clock. */
export const createTelling = <Own extends string = never>(speech: Speech<Own>): Telling<Own> => {
  const { language, find, say } = speech;
  const locales = localesOf(language);
  return {
    ...speech,
    count(key, count) {
      const form = new Intl.PluralRules(locales).select(count);
      const number = new Intl.NumberFormat(locales).format(count);
      return find([`${key}.${form}`, `${key}.other`], { count: number }) ?? '';
    },
    did(step, provider, isAll = false) {
      // What was gone before is gone.
      const status = step.status === 'already' ? 'done' : step.status;
      const key = `did.${nameOf(step)}`;
      const keys = [isAll && `${key}.${status}.all`, `${key}.${status}`, `${key}.other`];
      return find(keys, { provider }) ?? say('left.open');
    },
    will(step, provider, isAll = false) {
      const key = `${nameOf(step)}.${step.status}`;
      // What stays as it is is said in the same words before and after.
      const stays = /^(kept|unsupported|needs-user)$/.test(step.status);
      const keys = [
        isAll && `will.${key}.all`,
        `will.${key}`,
        stays && `did.${key}`,
        stays && `did.${nameOf(step)}.other`,
      ];
      return find(keys, { provider });
    },
    soon(due) {
      const time = Math.max(1000, due - Date.now());
      const [unit, length] = units.find(([, one]) => time >= one) ?? units[3];
      return new Intl.RelativeTimeFormat(locales).format(Math.round(time / length), unit);
    },
    moment: (date) =>
      new Intl.DateTimeFormat(locales, { dateStyle: 'medium', timeStyle: 'short' }).format(date),
  };
};
