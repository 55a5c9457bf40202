import type { Step } from '../core/receipt.ts';
import { words as english } from './en.ts';
import type { Key, Words } from './words.ts';

/** What stands for the placeholders of a sentence. */
export type Values = Partial<Record<'provider' | 'time' | 'count' | 'site', string>>;

/** A step before it is gone: what is tried at a provider may need a window. */
export type Coming = Omit<Step, 'status'> & { status: Step['status'] | 'window' };

/** How a page speaks to a person, in one language; some have words of their own besides. */
export interface Speech<Own extends string = never> {
  /** The language that the words are in. */
  language: string;
  /** A sentence, its placeholders filled in. */
  say: (key: Key | Own, values?: Values) => string;
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

const leftwards = /[\u0590-\u08ff\ufb1d-\ufdfd\ufe70-\ufefc]/;

// A name that runs the other way than its sentence must not carry the sentence with it.
const isolate = (value: string, sentence: string): string =>
  leftwards.test(value) === leftwards.test(sentence) ? value : `\u2068${value}\u2069`;

const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (_, name: keyof Values) => isolate(values[name] ?? '', text));

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

// Site and session are one to the person who is signed in "here".
const nameOf = ({ step }: Pick<Step, 'step'>): string =>
  step === 'site-session' ? 'session' : step;

/**
 * Makes sentences of receipts and of what is to come. Pure but for the clock.
 *
 * @param language of dates, such as `de-AT`; its words are those of `words`, English where none are given.
 * @param own sentences that the page says instead, by the same keys.
 */
export const createSpeech = <Own extends string = never>(
  language: string,
  words: Words | undefined,
  own?: Partial<Words> & Readonly<Record<Own, string>>,
): Speech<Own> => {
  // Where the page says something itself, it says it in its own language.
  const isTheirs =
    words !== undefined || /^en\b/i.test(language) || Object.keys(own ?? {}).length > 0;
  const table: Readonly<Record<string, string | undefined>> = { ...(words ?? english), ...own };
  const spoken = isTheirs ? language : 'en';
  const locales = localesOf(spoken);
  const find = (...keys: (string | false | undefined)[]): string | undefined => {
    const found = keys.find((key) => key && Object.hasOwn(table, key));
    return found ? table[found] : undefined;
  };
  const say: Speech<Own>['say'] = (key, values) => fill(table[key] ?? '', values);
  return {
    language: spoken,
    say,
    count(key, count) {
      const form = new Intl.PluralRules(locales).select(count);
      const number = new Intl.NumberFormat(locales).format(count);
      return fill(find(`${key}.${form}`, `${key}.other`) ?? '', { count: number });
    },
    did(step, provider, isAll = false) {
      // What was gone before is gone.
      const status = step.status === 'already' ? 'done' : step.status;
      const key = `did.${nameOf(step)}`;
      const text = find(isAll && `${key}.${status}.all`, `${key}.${status}`, `${key}.other`);
      return fill(text ?? say('left.open'), { provider });
    },
    will(step, provider, isAll = false) {
      const key = `${nameOf(step)}.${step.status}`;
      // What stays as it is is said in the same words before and after.
      const stays = /^(kept|unsupported|needs-user)$/.test(step.status);
      const text = find(
        isAll && `will.${key}.all`,
        `will.${key}`,
        stays && `did.${key}`,
        stays && `did.${nameOf(step)}.other`,
      );
      return text === undefined ? undefined : fill(text, { provider });
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
