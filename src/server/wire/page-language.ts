import { parseAccept } from 'hono/utils/accept';
import { packs } from '../../words/packs.ts';
import { pagePacks } from '../../words/page-packs.ts';
import type { PageKey } from '../../words/page-words.ts';
import { createSpeech } from '../../words/speech.ts';
import { createTelling, type Telling } from '../../words/telling.ts';

/** How the backend's pages speak. */
export type PageSpeech = Telling<PageKey>;

// Characters of the header and of one language in it; browsers send a tenth.
const headerAtMost = 1000;
const tagAtMost = 35;

/** A language that pages speak, with the region that its dates are of; nothing where they do not speak it. */
export const readLanguage = (tag = ''): string | undefined => {
  try {
    const { language, region } = new Intl.Locale(tag.slice(0, tagAtMost));
    if (!Object.hasOwn(pagePacks, language)) return undefined;
    return region ? `${language}-${region}` : language;
  } catch {
    return undefined;
  }
};

/**
 * The language that a page is written in: the one that its address names, else the first of those that the browser
 * prefers, else English.
 *
 * @see RFC 9110 section 12.5.4
 */
export const chooseLanguage = (headers: Headers, lang: string | undefined): string => {
  const header = (headers.get('accept-language') ?? '').slice(0, headerAtMost);
  const wanted = parseAccept(header).filter(({ q }) => q > 0);
  for (const tag of [lang, ...wanted.map(({ type }) => type)]) {
    const language = readLanguage(tag);
    if (language) return language;
  }
  return 'en';
};

/** Speaks a language that pages speak. */
export const speakPage = async (language: string): Promise<PageSpeech> => {
  const [base = ''] = language.split('-');
  const [both, own] = await Promise.all([packs[base]?.(), pagePacks[base]?.()]);
  return createTelling(createSpeech<PageKey>(language, both?.words, own?.words));
};

/** The way in which a language is written. */
export const directionOf = (language: string): 'ltr' | 'rtl' =>
  /^ar\b/.test(language) ? 'rtl' : 'ltr';
