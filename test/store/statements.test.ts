// Every statement that the server sends while the scenes of the store suite run is understood by both engines, and no
// statement of the two ports' rooms is left that no scene reaches.
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Store } from '../../src/server/exits/store.ts';
import { postgresEngine, type Engine } from './engine.ts';
import { literalsInCode } from './literals.ts';
import { storeSuite } from './suite.ts';

const databaseUrl = inject('databaseUrl');

const statements = new Set<string>();
const called = new Set<string>();
const present = new Set<string>();

/** The same port, which notes what is called. */
const watched = <Port extends object>(port: Port, name: string): Port => {
  for (const member of Object.keys(port)) present.add(`${name}.${member}`);
  return new Proxy(port, {
    get(target, member) {
      called.add(`${name}.${String(member)}`);
      return Reflect.get(target, member) as unknown;
    },
  });
};

const watch = (store: Store): Store => ({
  people: watched(store.people, 'people'),
  exits: watched(store.exits, 'exits'),
  close: () => store.close(),
});

/** Runs the suite, some tests at a time; how they end is told elsewhere. */
const runScenes = async ({ open, openBeside }: Engine): Promise<void> => {
  const see = (text: string): void => void statements.add(text);
  const tests: (() => Promise<void>)[] = [];
  let close = async (): Promise<void> => {};
  storeSuite(
    {
      open: async () => {
        const opened = await open({ see });
        return { ...opened, store: watch(opened.store) };
      },
      openSlow: async (wait) => watch(await openBeside({ see, wait })),
    },
    { test: (_name, run) => void tests.push(run), after: (run) => (close = run) },
  );
  const work = async (): Promise<void> => {
    for (let test = tests.shift(); test; test = tests.shift()) await test().catch(() => {});
  };
  await Promise.all(Array.from({ length: 6 }, work));
  await close();
};

/** A database of its own, so that its schema is made under our eyes. */
const createDatabase = async (): Promise<{ url: string; drop: () => Promise<void> }> => {
  const name = `statements_${process.pid}`;
  const run = async (text: string): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  await run(`create database ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = name;
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) };
};

const refusalsOf = async (say: (text: string) => Promise<unknown>): Promise<string[]> => {
  const prepared = [...statements]
    .filter(isPrepared)
    .map((text) => `prepare one as ${text}; deallocate one`);
  const isAllRight = await say(prepared.join(';\n')).then(
    () => true,
    () => false,
  );
  if (isAllRight) return [];
  const refused: string[] = [];
  for (const text of prepared)
    await say(text).catch((error: Error) => void refused.push(`${error.message}: ${text}`));
  return refused;
};

const isPrepared = (text: string): boolean => /^(select|insert|update|delete|with)\b/.test(text);

// What no engine prepares: transactions, listening, the schema itself.
const isOther = (text: string): boolean =>
  /^(begin|commit|rollback|listen \w+|set local|set transaction isolation level|lock table|create (schema|table|index|unique index)|alter table [\w.]+ alter column \w+ drop not null$|alter table [\w.]+(\s+drop constraint if exists \w+,?)+$|alter table [\w.]+ set \(|drop index concurrently if exists [\w.]+$)/.test(
    text,
  );

const { url, drop } = await createDatabase();

beforeAll(async () => {
  await runScenes(postgresEngine(url));
}, 120_000);
afterAll(drop);

it('every statement is of a kind that is known', () => {
  expect([...statements].filter((text) => !isPrepared(text) && !isOther(text))).toEqual([]);
});

it('every statement is understood by Postgres', async () => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  expect(await refusalsOf((text) => client.query(text))).toEqual([]);
  await client.end();
});

it('every statement is understood by PGlite', async () => {
  const pglite = await PGlite.create();
  for (const text of statements) if (/^(create|alter)/.test(text)) await pglite.exec(text);
  expect(await refusalsOf((text) => pglite.exec(text))).toEqual([]);
  await pglite.close();
});

it('every function of the two ports is called', () => {
  expect([...present].filter((name) => !called.has(name))).toEqual([]);
});

it('every statement in the code is reached', () => {
  const said = [...statements];
  const literals = literalsInCode();
  const missed = literals.filter(({ texts }) => {
    const [longest = ''] = texts.toSorted((one, other) => other.length - one.length);
    return !said.some((text) => text.includes(longest));
  });
  expect(missed.map(({ place }) => place)).toEqual([]);
  const whole = literals.filter(({ texts: [first = ''] }) => isPrepared(first));
  expect(said.filter(isPrepared).length).toBeGreaterThanOrEqual(whole.length);
});
