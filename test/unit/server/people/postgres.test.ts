import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { postgresDatabase, type PostgresClient } from '../../../../src/server/people/postgres.ts';
import { sql } from '../../../../src/server/people/statement.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pool of one client, as the driver has them. */
const openPool = (answer: (name: string | undefined) => unknown = () => ({ rows: [] })) => {
  const released: (boolean | undefined)[] = [];
  const asked: { name: string | undefined; text: string }[] = [];
  const client = Object.assign(new EventEmitter(), {
    query: async (given: string | { name?: string; text: string }) => {
      const { name, text } = typeof given === 'string' ? { name: undefined, text: given } : given;
      asked.push({ name, text });
      return answer(name);
    },
    release: (destroy?: boolean) => released.push(destroy),
  });
  const connect = vi.fn(() => Promise.resolve(client as unknown as PostgresClient));
  const pool = Object.assign(new EventEmitter(), {
    connect,
    end: () => Promise.resolve(),
    options: { max: 10 },
  });
  return {
    pool,
    client,
    asked,
    released,
    connect,
    database: () => postgresDatabase(pool),
  };
};

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('a connection that is lost', () => {
  it('ends no process: neither one that idles, nor one in use, nor one that is just being made', async () => {
    const { pool, client, database } = openPool();
    const db = database();
    expect(() => pool.emit('error', new Error('lost'))).not.toThrow();
    pool.emit('connect', client);
    expect(() => client.emit('error', new Error('lost'))).not.toThrow();
    await db.run(sql`select 1`);
    expect(() => client.emit('error', new Error('lost'))).not.toThrow();
    // One listener, however often it is taken.
    await db.run(sql`select 1`);
    expect(client.listenerCount('error')).toBe(1);
  });

  it.each([
    ['ECONNRESET', true],
    ['57P01', true],
    ['08006', true],
    ['23505', false],
  ])('goes back to the pool after %s, to be destroyed: %s', async (code, isDestroyed) => {
    const { released, database } = openPool(() => Promise.reject(failure(code)));
    await expect(database().run(sql`select 1`)).rejects.toMatchObject({ code });
    expect(released).toEqual([isDestroyed]);
  });
});

describe('a connection that does not come', () => {
  it('is waited for so long, and handed back if it comes after all', async () => {
    const { connect, client, released, database } = openPool();
    let come: (one: PostgresClient) => void = () => {};
    connect.mockImplementation(() => new Promise((resolve) => (come = resolve)));
    const refused = expect(database().run(sql`select 1`)).rejects.toThrow(
      'no database connection within 4 s',
    );
    await vi.advanceTimersByTimeAsync(4000);
    await refused;
    come(client as unknown as PostgresClient);
    await vi.advanceTimersByTimeAsync(1);
    expect(released).toEqual([undefined]);
  });

  it('is asked for again where the database has no room just now', async () => {
    const { connect, asked, database } = openPool();
    connect.mockRejectedValueOnce(failure('53300')).mockRejectedValueOnce(failure('57P03'));
    const answered = database().run(sql`select 1`);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await answered).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});

it('a statement has a name by what it says, until a connection has lost one', async () => {
  let isLost = false;
  // As behind a pooler that hands each transaction another connection.
  const { asked, database } = openPool((name) =>
    isLost && name !== undefined ? Promise.reject(failure('26000')) : { rows: [] },
  );
  const db = database();
  for (const value of [1, 2]) await db.run(sql`select ${value}::int`);
  isLost = true;
  for (const value of [3, 4]) expect(await db.run(sql`select ${value}::int`)).toEqual([]);
  const [name, ...rest] = asked.map((one) => one.name);
  expect(name).toMatch(/^outro [0-9a-f]{32}$/);
  expect(rest).toEqual([name, name, undefined, undefined]);
});

it('a pool without room to listen is refused at once', () => {
  const { pool, database } = openPool();
  pool.options.max = 1;
  expect(database).toThrow('expected a max of at least 2');
});

it.each([
  [
    'Neon over HTTP',
    Object.assign(() => {}, { query: () => {}, transaction: () => {} }),
    /one batch/,
  ],
  ['D1', { prepare: () => {}, batch: () => {}, exec: () => {} }, /one batch/],
  ['an address', 'postgres://there', /has no connect\(\)/],
  ['nothing', undefined, /has no connect\(\)/],
])('refuses what keeps no connection: %s', (_title, given, found) => {
  const open = () => postgresDatabase(given as never);
  expect(open).toThrow(found);
  expect(open).toThrow('the pool: expected a Pool of pg');
});
