import { words as english } from './en.ts';
import type { Key, Words } from './words.ts';

/** What stands for the placeholders of a sentence. */
export type Values = Partial<Record<'provider' | 'time' | 'count' | 'site', string>>;

/** How a page speaks to a person, in one language; some have words of their own besides. */
export interface Speech<Own extends string = never> {
  /** The language that the words are in. */
  language: string;
  /** A sentence, its placeholders filled in. */
  say: (key: Key | Own, values?: Values) => string;
  /** The sentence of the first of these keys that has one. */
  find: (keys: (string | false | undefined)[], values?: Values) => string | undefined;
}

const leftwards = /[\u0590-\u08ff\ufb1d-\ufdfd\ufe70-\ufefc]/;

// A name that runs the other way than its sentence must not carry the sentence with it.
const isolate = (value: string, sentence: string): string =>
  leftwards.test(value) === leftwards.test(sentence) ? value : `\u2068${value}\u2069`;

const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (_, name: keyof Values) => isolate(values[name] ?? '', text));

/**
 * Makes sentences. Pure.
 *
 * @param language of dates, such as `de-AT`; its words are those of `words`, English where none are given.
 * @param own sentences that the page says instead, by the same keys.
 * @see telling.ts for those of receipts
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
  const find: Speech['find'] = (keys, values) => {
    const found = keys.find((key) => key && Object.hasOwn(table, key));
    return found ? fill(table[found] ?? '', values) : undefined;
  };
  return {
    language: isTheirs ? language : 'en',
    find,
    say: (key, values) => find([key], values) ?? '',
  };
};
