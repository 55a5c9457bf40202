import type { PageWords } from './page-words.ts';

/** What only the backend's pages say, by language, each in a file of its own. */
export const pagePacks: Readonly<Record<string, () => Promise<{ words: PageWords }>>> = {
  ar: () => import('./pages/ar.ts'),
  de: () => import('./pages/de.ts'),
  en: () => import('./pages/en.ts'),
  es: () => import('./pages/es.ts'),
  fr: () => import('./pages/fr.ts'),
  it: () => import('./pages/it.ts'),
  ja: () => import('./pages/ja.ts'),
  nl: () => import('./pages/nl.ts'),
  pl: () => import('./pages/pl.ts'),
  pt: () => import('./pages/pt.ts'),
};
