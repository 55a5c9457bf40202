// npm run docs: writes what is made from the tables and their comments: pages in src/docs, a part of the README.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { countProviders } from '../../src/server/operate/provider-list.ts';
import { makeBounds } from './bounds.ts';
import { makeConfiguration, makeConfigurationSchema } from './configuration.ts';
import { makeEvents } from './events.ts';
import { makeFailures } from './failures.ts';
import { table } from './markdown.ts';
import { makeMethods } from './methods.ts';
import { makeNames } from './names.ts';
import { makeOpenApi } from './openapi.ts';
import { makeProviders } from './providers.ts';
import { makeRetention } from './retention.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): string =>
  existsSync(root + file) ? readFileSync(root + file, 'utf8') : '';

/** A page that people write, but for the part between two marks. */
const makePart = (file: string, mark: string, made: string): string => {
  const marked = new RegExp(`(<!-- ${mark} -->\n)[^]*(<!-- /${mark} -->)`);
  const present = read(file);
  if (!marked.test(present))
    throw new Error(`${file}: expected <!-- ${mark} --> … <!-- /${mark} -->`);
  return present.replace(marked, (_, from: string, to: string) => `${from}${made}\n${to}`);
};

const makers: Record<string, () => string> = {
  'README.md': () => makePart('README.md', 'providers', table(countProviders())),
  'src/docs/methods.md': makeMethods,
  'src/docs/gigya-names.md': makeNames,
  'src/docs/failures.md': makeFailures,
  'src/docs/providers.md': makeProviders,
  'src/docs/events.md': makeEvents,
  'src/docs/bounds.md': makeBounds,
  'src/docs/configuration.md': makeConfiguration,
  'src/docs/configuration.schema.json': makeConfigurationSchema,
  'src/docs/told.md': () => makePart('src/docs/told.md', 'kept', makeRetention()),
  'src/docs/openapi.json': makeOpenApi,
};

/** Each made file as it stands, and as the tables and comments would have it. */
export const readDocs = (): { file: string; present: string; made: string }[] =>
  Object.entries(makers).map(([file, make]) => ({ file, present: read(file), made: make() }));

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { file, made } of readDocs()) writeFileSync(root + file, made);
