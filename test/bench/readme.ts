// node test/bench/readme.ts: writes the part of src/docs/measured.md that quotes the last results.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tableOfRatios } from './results.ts';

const file = fileURLToPath(new URL('../../src/docs/measured.md', import.meta.url));
const marked = /(?<=<!-- bench -->\n)[^]*(?=\n<!-- \/bench -->)/;

/** What that page quotes, and what it would quote of the last results. */
export const readQuotes = (): { present: string; made: string } => {
  const present = marked.exec(readFileSync(file, 'utf8'))?.[0];
  if (present === undefined) throw new Error(`${file}: expected <!-- bench --> … <!-- /bench -->`);
  return { present, made: tableOfRatios() };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { made } = readQuotes();
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(marked, () => made),
  );
}
