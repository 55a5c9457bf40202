import { PGlite } from '@electric-sql/pglite';
import { fromPg, fromPglite, type Store } from 'outro/server';
import pg from 'pg';
import { persist } from '../../src/server/people/database.ts';
import type { Pglite } from '../../src/server/people/pglite.ts';
import type { PostgresClient, PostgresPool } from '../../src/server/people/postgres.ts';
import type { OpenedStore, Wait } from './scene.ts';

/** What comes in between a store and its database. */
export interface Between {
  /** Sees the text of every statement. */
  see?: (text: string) => void;
  wait?: Wait;
}

type Query = (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** A database of the tests, on which stores are opened. */
export interface Engine {
  isEmbedded: boolean;
  query: Query;
  /** Opens an instance; of an embedded database there is one, whose data is its own. */
  open: (between?: Between) => Promise<OpenedStore>;
  /** Opens one more instance on the same data. */
  openBeside: (between: Between) => Promise<Store>;
}

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : (query as { text: string }).text;

const isChange = (text: string): boolean => /^with (gate|there) /.test(text);

const once = <Value>(find: () => Promise<Value>): (() => Promise<Value>) => {
  let found: Promise<Value> | undefined;
  return () => (found ??= find());
};

/** Looks into every table, and turns the clock of every row of a site back; of others' tables, of every row. */
const looksInto = (store: Store, query: Query, others: readonly string[] = []): OpenedStore => {
  // Whoever changes the same rows at once may be in the way.
  const patiently = (text: string, values?: unknown[]) => persist(() => query(text, values));
  const tables = once(() =>
    patiently(
      `select format('outro.%I', table_name) as name from information_schema.tables
        where table_schema = 'outro' and table_name <> 'schema_steps'
      union all select unnest($1::text[])`,
      [others],
    ),
  );
  const times = once(() =>
    patiently(`select c.table_name as name,
        string_agg(format('%1$I = %1$I - $2 * interval ''1 millisecond''', c.column_name), ', ') as set
      from information_schema.columns c
      join information_schema.columns s using (table_schema, table_name)
      where c.table_schema = 'outro' and c.data_type like 'timestamp%' and s.column_name = 'site'
      group by c.table_name`),
  );
  const timesOfOthers = once(() =>
    patiently(
      `select attrelid::regclass::text as name,
        string_agg(format('%1$I = %1$I - $1 * interval ''1 millisecond''', attname), ', ') as set
      from pg_catalog.pg_attribute
      where attrelid = any($1::text[]::regclass[]) and attnum > 0 and not attisdropped and attgenerated = ''
        and atttypid in ('timestamptz'::regtype, 'timestamp'::regtype)
      group by attrelid`,
      [others],
    ),
  );
  return {
    store,
    async holds(text) {
      const found = (await tables()).map(
        ({ name }) => `select 1 from ${String(name)} as row where position($1 in row::text) > 0`,
      );
      const rows = await patiently(`select 1 where exists (${found.join(' union all ')})`, [text]);
      return rows.length > 0;
    },
    async age(site, milliseconds) {
      for (const { name, set } of await times())
        await patiently(`update outro.${String(name)} set ${String(set)} where site = $1`, [
          site,
          milliseconds,
        ]);
      if (others.length === 0) return;
      for (const { name, set } of await timesOfOthers())
        await patiently(`update ${String(name)} set ${String(set)}`, [milliseconds]);
    },
  };
};

const clientBetween = (client: pg.PoolClient, { see, wait }: Between): PostgresClient => {
  const query = async (asked: string & pg.QueryConfig): Promise<{ rows: unknown[] }> => {
    const text = textOf(asked);
    see?.(text);
    if (isChange(text)) await wait?.('write');
    if (text === 'commit') await wait?.('commit');
    return client.query(asked);
  };
  return new Proxy<PostgresClient>(client, {
    get(_target, name) {
      if (name === 'query') return query;
      const member: unknown = Reflect.get(client, name);
      return typeof member === 'function' ? (member.bind(client) as unknown) : member;
    },
  });
};

const poolBetween = (pool: pg.Pool, between: Between): PostgresPool => {
  const clients = new WeakMap<pg.PoolClient, PostgresClient>();
  return {
    options: pool.options,
    on: (event, hear) => pool.on(event, hear),
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? clientBetween(client, between);
      clients.set(client, known);
      return known;
    },
  };
};

/** Where people are, if not in outro's own tables. */
export interface Elsewhere {
  open: (pool: PostgresPool) => Promise<Store>;
  /** The tables that they are in. */
  tables: readonly string[];
}

/** Postgres, or whatever stands before it. */
export const postgresEngine = (
  connectionString: string,
  { open = (pool) => fromPg(pool), tables }: Partial<Elsewhere> = {},
): Engine => {
  const onlooker = new pg.Pool({ connectionString, max: 4, allowExitOnIdle: true });
  onlooker.on('error', () => {});
  const query: Query = async (text, values) => (await onlooker.query(text, values)).rows;
  const openBeside = (between: Between): Promise<Store> =>
    open(poolBetween(new pg.Pool({ connectionString, max: 20 }), between));
  return {
    isEmbedded: false,
    query,
    open: async (between = {}) => looksInto(await openBeside(between), query, tables),
    openBeside,
  };
};

const pgliteBetween = (pglite: PGlite, { see, wait }: Between): Pglite => ({
  async query<Row>(text: string, values: unknown[]) {
    see?.(text);
    if (isChange(text)) await wait?.('write');
    return pglite.query<Row>(text, values);
  },
  async transaction(work) {
    // Within it nobody comes in between.
    await wait?.('write');
    return pglite.transaction(async (transaction) => {
      const result = await work({
        query<Row>(text: string, values: unknown[]) {
          see?.(text);
          return transaction.query<Row>(text, values);
        },
      });
      await wait?.('commit');
      return result;
    });
  },
  close: () => pglite.close(),
});

const queryOf = (pglite: PGlite): Query => {
  return async (text, values) => (await pglite.query<Record<string, unknown>>(text, values)).rows;
};

/** PGlite, within this process. */
export const pgliteEngine = async (): Promise<Engine> => {
  const pglite = await PGlite.create();
  let isTaken = false;
  return {
    isEmbedded: true,
    query: queryOf(pglite),
    async open(between = {}) {
      const own = isTaken ? await PGlite.create() : pglite;
      isTaken = true;
      return looksInto(await fromPglite(pgliteBetween(own, between)), queryOf(own));
    },
    // The data goes with the instance that was first.
    openBeside: (between) =>
      fromPglite({ ...pgliteBetween(pglite, between), close: () => Promise.resolve() }),
  };
};

/** The database of this run. */
export const openEngine = (databaseUrl: string): Promise<Engine> | Engine =>
  databaseUrl === '' ? pgliteEngine() : postgresEngine(databaseUrl);
