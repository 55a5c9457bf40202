// A store that breaks a promise of its ports is found out, by name.
import { describe, expect, inject, it } from 'vitest';
import { createDatabase } from '../support/postgres.ts';
import { brokenStore, brokenStoreKinds, type BrokenStoreKind } from './broken-store.ts';
import { postgresEngine } from './engine.ts';
import { failures, inTurn, waiting } from './failures.ts';
import { storeSuite, type StoreSource } from './suite.ts';

// A database of their own: what another file's stores purge meanwhile, a broken one would seem to have purged.
const engine = postgresEngine(await createDatabase(inject('databaseUrl')));
const sound = engine.open();

const groupOf = (name: string): string => name.split(':')[0] ?? '';

const names: string[] = [];
const notRun = (): Promise<never> => Promise.reject(new Error('only asked for its names'));
storeSuite(
  { open: notRun, openSlow: notRun },
  { test: (name) => void names.push(name), after: () => {} },
);

/** Runs tests of the suite, each on a broken store of its own; what those say that fail. */
const failuresOf = async (
  kind: BrokenStoreKind,
  wanted: string[],
): Promise<Record<string, string>> => {
  const opened = await sound;
  const failed: [name: string, message: string][] = [];
  const runs: (() => Promise<unknown>)[] = [];
  const judge = (name: string, run: () => Promise<void>): void =>
    void runs.push(() => run().catch((error: Error) => failed.push([name, error.message])));
  for (const one of wanted) {
    const source: StoreSource = {
      open: async () => ({ ...opened, store: brokenStore(kind, opened.store) }),
      openSlow: async (wait) => brokenStore(kind, await engine.openBeside({ wait })),
    };
    const only = (name: string, run: () => Promise<void>) => name === one && judge(name, run);
    storeSuite(source, { test: only, after: () => {} });
  }
  if (inTurn.includes(kind)) for (const run of runs) await run();
  else await Promise.all(runs.map((run) => run()));
  return Object.fromEntries(failed);
};

describe('a broken store', () => {
  const check = async (kind: BrokenStoreKind): Promise<void> => {
    const expected = failures[kind].toSorted();
    const groups = new Set(expected.map(groupOf));
    // Whoever closes a store would close the one that all of these share.
    const wanted = names.filter((name) => groups.has(groupOf(name)) && !/closed|died/.test(name));
    const failed = await failuresOf(kind, wanted);
    expect(Object.keys(failed).toSorted()).toEqual(expected);
    for (const message of Object.values(failed))
      expect(message).toMatch(/^the store breaks a promise of its port\n {2}\w[\w.]+.*: \w/);
  };
  const others = brokenStoreKinds.filter((kind) => !waiting.includes(kind));

  it.each(others)('that %s fails the tests that say so, and no other', check);
  it.concurrent.each(waiting)('that %s fails the tests that say so, and no other', check);

  it('is one for each row, and each row names tests that there are', () => {
    expect(Object.keys(failures).toSorted()).toEqual(brokenStoreKinds.toSorted());
    const all = new Set(names);
    expect(Object.values(failures).filter((row) => row.length === 0)).toEqual([]);
    expect(
      Object.values(failures)
        .flat()
        .filter((name) => !all.has(name)),
    ).toEqual([]);
  });
});
