import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const files = globSync('**/*.ts', { cwd: src });
const textOf = (file: string): string => readFileSync(join(src, file), 'utf8');
const importsOf = (file: string): string[] =>
  [
    ...textOf(file)
      .replaceAll(/^ \*.*$/gm, '')
      .matchAll(/(?:from|import\()\s*'([^'\n]+)'/g),
  ].map(([, target = '']) =>
    target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
  );

// What each floor may import from; a door sits on top.
const floors: Record<string, string[]> = {
  core: ['core', 'providers'],
  providers: ['providers', 'core'],
  browser: ['browser', 'core'],
  element: ['element', 'browser', 'core'],
  // `showEditConnectionsUI` draws the element.
  facade: ['facade', 'element', 'browser', 'core'],
  server: ['server', 'core', 'providers'],
  testing: ['testing', 'core', 'providers'],
};
const packages: Record<string, RegExp> = {
  core: /^zod\/v4\/core$/,
  providers: /^$/,
  browser: /^(ky|mitt)$/,
  element: /^$/,
  facade: /^$/,
  server:
    /^(node:|hono|jose$|kysely|undici$|zod|pg$|@electric-sql\/pglite$|@node-saml\/node-saml$)/,
  testing: /^$/,
};
// The provider table is made of the files of its families.
const families = importsOf('providers/providers.ts').filter((file) =>
  /^providers\/(?!row\.|hears\.)/.test(file),
);
const tables = [
  'core/methods.ts',
  ...families,
  'core/codes.ts',
  'server/methods/rows.ts',
  'server/exits/migrations.ts',
];

describe('the floors', () => {
  it.each(files.filter((file) => file.includes('/')))('%s imports downwards only', (file) => {
    const floor = file.split('/')[0] ?? '';
    for (const target of importsOf(file))
      if (target.endsWith('.ts')) expect(floors[floor]).toContain(target.split('/')[0]);
      else expect(target).toMatch(packages[floor] ?? /^$/);
  });

  it('no import makes a cycle, types included', () => {
    const done = new Set<string>();
    const visit = (file: string, trail: string[]): void => {
      if (trail.includes(file)) expect.fail([...trail, file].join(' → '));
      if (done.has(file)) return;
      for (const target of importsOf(file))
        if (target.endsWith('.ts')) visit(target, [...trail, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  it('every file of core is reached from both halves', () => {
    const reach = (from: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(from)) return seen;
      seen.add(from);
      for (const target of importsOf(from)) if (target.endsWith('.ts')) reach(target, seen);
      return seen;
    };
    const [browser, server] = [reach('index.ts'), reach('server.ts')];
    const core = files.filter((file) => file.startsWith('core/'));
    expect(core.filter((file) => !browser.has(file) || !server.has(file))).toEqual([]);
  });

  it('median file at most 90 lines, none over 250 except tables', () => {
    // A suite of tests has the length of tests.
    const sizes = files
      .filter((file) => !file.startsWith('testing/'))
      .map((file) => textOf(file).split('\n').length)
      .toSorted((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(90);
    const long = files.filter((file) => textOf(file).split('\n').length > 250);
    expect(long.filter((file) => !tables.includes(file))).toEqual([]);
  });

  it('no provider stands outside the provider table', async () => {
    const { providers } = await import('../../src/providers/providers.ts');
    const names = Object.keys(providers).filter(
      (id) => !['oidc', 'saml', 'openid', 'line', 'live'].includes(id),
    );
    const word = new RegExp(`['"\`](${names.join('|')})['"\`]`, 'i');
    // `gigya` is also the protocol that the façade speaks.
    const found = files
      .filter((file) => !tables.includes(file))
      .flatMap((file) =>
        textOf(file)
          .split('\n')
          .filter((line) => word.test(line) && !/^\s*(\/\/|\/?\*)/.test(line)),
      );
    expect(found).toEqual([]);
  });

  it('numbers of failures stand in the failure table only', () => {
    const found = files.filter(
      (file) => file !== 'core/codes.ts' && /\b[245]0\d{4}\b/.test(textOf(file)),
    );
    expect(found).toEqual([]);
  });
});
