import type { words } from './pages/en.ts';

/** A key of what only the backend's pages say. */
export type PageKey = keyof typeof words;

/** Every such key in one language. */
export type PageWords = Record<PageKey, string>;
