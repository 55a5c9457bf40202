import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A sample of the docs, as it stands there. */
export interface Sample {
  page: string;
  language: string;
  code: string;
}

const pages = ['README.md', ...globSync('src/docs/*.md', { cwd: root })];

/** Every sample of the README and of the docs. */
export const samples: readonly Sample[] = pages.flatMap((page) =>
  [...readFileSync(root + page, 'utf8').matchAll(/^```(\w+)\n([^]*?)^```/gm)].map(
    ([, language = '', code = '']) => ({ page, language, code }),
  ),
);

/** Those in these languages. */
export const samplesIn = (...languages: string[]): Sample[] =>
  samples.filter(({ language }) => languages.includes(language));
