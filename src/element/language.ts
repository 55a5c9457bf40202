import type { Words } from '../words/words.ts';
import type { Resources } from './resources.ts';

// Milliseconds that words are waited for: then English is better than nothing.
const limit = 3000;

/** Waits for something, and no longer than so many milliseconds; nothing where it does not come. */
export const waitFor = async <Value>(
  coming: Promise<Value>,
  time: number,
): Promise<Value | undefined> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, time, undefined);
  });
  return Promise.race([coming.catch(() => undefined), late]).finally(() => clearTimeout(timer));
};

/** The language of the page where an element stands, also inside other elements' shadows. */
export const languageOf = (element: Element): string => {
  for (let at: Element | undefined = element; at; at = (at.getRootNode() as ShadowRoot).host) {
    const found = at.closest<HTMLElement>('[lang]')?.lang;
    if (found) return found;
  }
  return '';
};

/** The words of a language; nothing where there are none, or they do not come. */
export const loadWords = async (
  language: string,
  { words }: Resources,
): Promise<Words | undefined> => {
  const loading = words(language.toLowerCase().split('-')[0] ?? '');
  return loading && waitFor(loading, limit);
};
