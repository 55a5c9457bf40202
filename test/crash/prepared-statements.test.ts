// Statements are planned once for each connection, where connections stay what they are.
import { randomUUID } from 'node:crypto';
import { fromPg, type Store } from 'outro/server';
import pg from 'pg';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';

const pools: pg.Pool[] = [];
const aside: pg.PoolClient[] = [];
afterEach(async () => {
  for (const client of aside.splice(0)) client.release();
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});

// Bringing the schema up to date takes two at once.
beforeAll(async () => {
  const store = await fromPg(new pg.Pool({ connectionString: inject('databaseUrl') }));
  await store.close();
});

// One connection but for the one that is kept aside, so that it is known which one a statement takes.
const open = async (): Promise<{ pool: pg.Pool; store: Store }> => {
  const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 2 });
  pools.push(pool);
  aside.push(await pool.connect());
  return { pool, store: await fromPg(pool) };
};

const prepared = async (pool: pg.Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string }>('select name from pg_prepared_statements');
  return rows.map(({ name }) => name);
};

const site = `3_${randomUUID()}`;

/** Writes a change, and says how often it was decided. */
const write = async (store: Store, uid: string): Promise<number> => {
  let decided = 0;
  await store.people.update({ site, uid, create: { isSiteUid: true } }, () => {
    decided += 1;
    const call = { callId: randomUUID(), actor: 'app', method: uid } as const;
    const journal = { ...call, receipt: [], provider: undefined, cid: undefined };
    return { change: { journal }, answer: undefined };
  });
  return decided;
};

const isKnown = async (store: Store, uid: string): Promise<boolean> =>
  (await store.people.read({ site, uid }))?.uid === uid;

describe('prepared statements', () => {
  it('are used, under names that nobody else gives', async () => {
    const { pool, store } = await open();
    await write(store, 'ada');
    const names = await prepared(pool);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(name).toMatch(/^outro [0-9a-f]{32}$/);
  });

  it('are given up where a connection has lost them, and the change is written all the same, once', async () => {
    const { pool, store } = await open();
    expect(await write(store, 'bob')).toBe(1);
    // As behind a pooler that hands each transaction another connection.
    await pool.query('deallocate all');
    await write(store, 'bob');
    expect(await isKnown(store, 'bob')).toBe(true);
    const { rows } = await pool.query(
      "select count(*)::int as count from outro.journal where site = $1 and method = 'bob'",
      [site],
    );
    expect(rows).toEqual([{ count: 2 }]);
    expect(await prepared(pool)).toEqual([]);
  });

  it('do not fail where a newer instance’s migration has added columns', async () => {
    const { pool, store } = await open();
    const hash = new Uint8Array(32);
    const read = () =>
      store.exits.readAnswer({ site, caller: hash, key: 'a key of ours', request: hash });
    const alter = (change: string) =>
      pool.query(`alter table outro.journal ${change}, ${change.replace('later', 'more')}`);
    expect(await read()).toBeUndefined();
    await alter('add column later text');
    try {
      expect(await read()).toBeUndefined();
    } finally {
      await alter('drop column later');
    }
    await write(store, 'eve');
    expect((await prepared(pool)).length).toBeGreaterThan(2);
  });
});
