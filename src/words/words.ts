import type { words } from './en.ts';

/** A key of the words, as English has it. */
export type Key = keyof typeof words;

/** Every key in one language, with the plural forms that English does not have. */
export type Words = Record<Key, string> & {
  [Form in `left.${'you' | 'us'}.${'two' | 'few'}`]?: string;
};
