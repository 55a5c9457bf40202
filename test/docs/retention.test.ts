// What is kept, how long and why: each row of the documentation stands in the code, and nothing is kept beside them.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { standardRetention } from '../../src/server/config/retention.ts';
import { kept } from './retention.ts';

const server = fileURLToPath(new URL('../../src/server/', import.meta.url));
const test = fileURLToPath(new URL('../', import.meta.url));

describe.each(kept)('$what', ({ code, test: [file, title] }) => {
  it('goes where it is said to, and a test looks', () => {
    if (code) expect(readFileSync(server + code[0], 'utf8')).toContain(code[1]);
    expect(readFileSync(test + file, 'utf8')).toContain(title);
  });
});

it('every table of the schema has a row, and every setting', () => {
  const texts = globSync('**/*.ts', { cwd: server }).map((file) =>
    readFileSync(server + file, 'utf8'),
  );
  const tables = texts.flatMap((text) =>
    [...text.matchAll(/create table (?:if not exists )?outro\.(\w+)/g)].map(([, name]) => name),
  );
  expect(new Set(kept.flatMap((row) => row.tables))).toEqual(new Set(tables));
  const settings = kept.flatMap(({ setting }) => setting ?? []);
  expect(settings.toSorted((one, other) => one.localeCompare(other))).toEqual(
    Object.keys(standardRetention).toSorted((one, other) => one.localeCompare(other)),
  );
});
