import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createChains,
  files,
  findFault,
  importsOf,
  linesOf,
  readImports,
  rooms,
  src,
  textOf,
} from '../support/floors.ts';

// The provider table is made of the files of its families.
const families = importsOf('providers/providers.ts').filter((file) =>
  /^providers\/(?!row\.)/.test(file),
);
const tables = [
  'core/methods.ts',
  ...families,
  'providers/sources.ts',
  'core/codes.ts',
  'server/methods/rows.ts',
];

const sizesOf = (some: string[]): number[] =>
  some.map(linesOf).toSorted((one, other) => one - other);
const medianOf = (sizes: number[]): number => sizes[Math.floor(sizes.length / 2)] ?? 0;

// Files from a door down, at most.
const levels = 12;

describe('the rules', () => {
  it.each([
    ['server/people/write.ts', 'server/rules/account.ts', false],
    ['server/people/write.ts', 'server/people/statement.ts', false],
    ['server/http/mount.ts', 'server/config/token.ts', false],
    ['server/handler.ts', 'server/http/mount.ts', false],
    ['server/rules/removal.ts', 'server/people/people.ts', true],
    ['server/config/sites.ts', 'server/wire/page.ts', true],
    ['server/methods/logout.ts', 'server/inbound/effects.ts', true],
    ['server/operate/doctor.ts', 'server/http/log.ts', true],
    ['server/http/mount.ts', 'server/handler.ts', true],
    ['server/stores/sql.ts', 'server/config/token.ts', true],
    ['server/people/write.ts', 'server/stores/sql.ts', false],
    ['server/http/mount.ts', 'browser/client.ts', true],
    ['server/http/mount.ts', 'server.ts', true],
    ['server/people/postgres.ts', 'pg', false],
    ['server/people/postgres.ts', 'kysely', true],
    ['browser/client.ts', 'server/wire/request.ts', true],
    ['browser/client.ts', 'core/methods.ts', false],
    ['browser/client.ts', 'facade/gigya.ts', true],
    ['browser/client.ts', 'zod', true],
    ['core/methods.ts', 'providers/providers.ts', true],
    ['index.ts', 'providers/supports.ts', false],
    ['index.ts', 'providers/providers.ts', true],
    ['providers/providers.ts', 'server/config/sites.ts', true],
    ['providers/supports.ts', 'providers/providers.ts', false],
    ['better-auth/plugin.ts', 'server/handler.ts', false],
    ['better-auth/plugin.ts', 'better-auth/api', false],
    ['server/handler.ts', 'better-auth/plugin.ts', true],
    ['server/handler.ts', 'better-auth/api', true],
    ['helpers/text.ts', 'core/error.ts', true],
  ])('%s → %s is at fault: %s', (file, target, isAtFault) => {
    expect(findFault(file, { target, isType: false }) !== undefined).toBe(isAtFault);
  });

  it('a type is an import like any other, but that no page loads it', () => {
    const upwards = { target: 'server/people/people.ts', isType: true };
    expect(findFault('server/rules/removal.ts', upwards)).toContain('a room above');
    expect(
      findFault('core/methods.ts', { target: 'providers/providers.ts', isType: true }),
    ).toBeUndefined();
  });

  it('every way to import is read', () => {
    const text = `import a from './a.ts';
import type { B } from '../b.ts';
import {
  c,
  type C,
} from './c/c.ts';
import './d.ts';
export * from './e.ts';
export type { F } from './f.ts';
const g = await import('./g.ts');
/**
 * import h from './h.ts'
 */
import * as i from 'node:i';
`;
    expect(readImports('one/two.ts', text)).toEqual([
      { target: 'one/a.ts', isType: false },
      { target: 'b.ts', isType: true },
      { target: 'one/c/c.ts', isType: false },
      { target: 'one/d.ts', isType: false },
      { target: 'one/e.ts', isType: false },
      { target: 'one/f.ts', isType: true },
      { target: 'one/g.ts', isType: false },
      { target: 'node:i', isType: false },
    ]);
  });

  it('a chain is as long as it can be, and a cycle is none', () => {
    const graph: Record<string, string[]> = { a: ['d', 'b'], b: ['c', 'd'], c: ['d'], d: [] };
    expect(createChains((file) => graph[file] ?? [])('a')).toEqual(['a', 'b', 'c', 'd']);
    graph['d'] = ['b'];
    expect(() => createChains((file) => graph[file] ?? [])('a')).toThrow('d → b → c → d');
  });
});

describe('the floors', () => {
  it.each(files)('%s imports downwards only', (file) => {
    const faults = readImports(file).map((one) => [one.target, findFault(file, one)]);
    expect(faults.filter(([, fault]) => fault)).toEqual([]);
  });

  it('no import makes a cycle, types included', () => {
    const chainOf = createChains();
    for (const file of files) expect(() => chainOf(file)).not.toThrow();
  });

  it.each(files.filter((file) => !file.includes('/')))(
    'the door %s stands on twelve levels of files at most, types included',
    (door) => {
      const chain = createChains()(door);
      if (chain.length > levels) expect.fail(chain.join(' → '));
    },
  );

  it('the server has the rooms of the plan, and the handler', () => {
    const found = readdirSync(join(src, 'server')).filter((name) => name !== 'tsconfig.json');
    expect(found.toSorted()).toEqual([...rooms, 'handler.ts'].toSorted());
  });

  it('a list of exports is a door, and no room has one', () => {
    const barrels = files.filter(
      (file) =>
        file.includes('/') &&
        !/^(export )?(default |async |declare )*(const |type [A-Z]|interface |class |function )/m.test(
          textOf(file),
        ),
    );
    expect(barrels).toEqual([]);
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

  it('no file over 250 lines but tables, the median at most 90, and 100 in the server', () => {
    // A suite of tests has the length of tests.
    const judged = files.filter((file) => !file.startsWith('testing/'));
    expect(medianOf(sizesOf(judged))).toBeLessThanOrEqual(90);
    expect(
      medianOf(sizesOf(files.filter((file) => file.startsWith('server/')))),
    ).toBeLessThanOrEqual(100);
    const long = files.filter((file) => linesOf(file) > 250);
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

  it('no door reads an address or a body by itself: one parser has the limits of all', () => {
    const reads =
      /searchParams\.(get|getAll|has|entries|keys|values)\(|\b(request|raw)\.(text|json|formData|arrayBuffer|bytes|blob)\(|new URLSearchParams\((body|text|[\w.]*search)/;
    const doors = /^server\/(caller|departure|methods|inbound|events|http)\/|^server\/handler\.ts$/;
    const found = files
      .filter((file) => doors.test(file))
      .flatMap((file) =>
        textOf(file)
          .split('\n')
          .filter((line) => reads.test(line)),
      );
    expect(found).toEqual([]);
  });

  it('numbers of failures stand in the failure table only', () => {
    // The compiler holds the second to the first.
    const failures = ['core/codes.ts', 'browser/refusal.ts'];
    const found = files.filter(
      (file) => !failures.includes(file) && /\b[245]0\d{4}\b/.test(textOf(file)),
    );
    expect(found).toEqual([]);
  });
});
