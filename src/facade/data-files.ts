import type { PartFile } from './parts.ts';

/** What the script finds beside it and shows. The build fills it in. */
export const dataFiles: {
  /** Words by language; who pins the script pins them too. */
  words: Readonly<Record<string, PartFile>>;
  /** Providers that have a mark, by their ids, each once with a space between. */
  marks: string;
} = { words: {}, marks: '' };
