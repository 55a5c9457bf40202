// npm run docs: writes the part of the README that is made from the provider table.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { countProviders } from '../../src/server/provider-list.ts';

const file = fileURLToPath(new URL('../../README.md', import.meta.url));
const marked = /(<!-- providers -->\n)[^]*(<!-- \/providers -->)/;

const rowOf = (cells: string[]): string => `| ${cells.join(' | ')} |`;

/** The README as it stands, and as the provider table would have it. */
export const readDocs = (): { present: string; made: string } => {
  const present = readFileSync(file, 'utf8');
  if (!marked.test(present))
    throw new Error(`${file}: expected <!-- providers --> … <!-- /providers -->`);
  const [header = [], ...rows] = countProviders();
  const table = [rowOf(header), rowOf(header.map(() => '---')), ...rows.map(rowOf)].join('\n');
  return {
    present,
    made: present.replace(marked, (_, from: string, to: string) => `${from}${table}\n${to}`),
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, readDocs().made);
