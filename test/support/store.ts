import { PGlite } from '@electric-sql/pglite';
import { fromPg, fromPglite, type Store } from 'outro/server';
import pg from 'pg';
import { inject } from 'vitest';
import { persist } from '../../src/server/people/database.ts';
import { createDatabase } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the Postgres to test on; `''` means an embedded PGlite. */
    databaseUrl: string;
    /** Path of the browser that tests drive. */
    chromium: { executablePath: string; libraries: string };
  }
}

/** A store, and a way to look at its rows from outside. */
export interface TestDatabase {
  store: Store;
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** A statement as it was sent to a database. */
export interface Sent {
  text: string;
  values: unknown[];
}

/** Is told of each statement; one that it answers with `false` is lost on the way, one at which it throws fails. */
export type Note = (sent: Sent) => unknown;

/** Notes what runs on a connection from now on. */
const watch = (connection: object, note: Note): void => {
  const { query } = connection as { query(...given: unknown[]): unknown };
  const noting = (...given: unknown[]): unknown => {
    const [first, values = []] = given as [string | Sent, unknown[]?];
    const isSent = note(typeof first === 'string' ? { text: first, values } : first) !== false;
    return isSent ? query.apply(connection, given) : Promise.resolve({ rows: [] });
  };
  Object.assign(connection, { query: noting });
};

const rowsOf = async (
  on: pg.Pool | pg.PoolClient,
  sql: string,
  values?: unknown[],
): Promise<Record<string, unknown>[]> =>
  (await on.query<Record<string, unknown>>(sql, values)).rows;

/**
 * Where everything is serializable, a look from outside is not: else one at 20,000 rows fails, or makes others fail, for
 * as long as anybody writes to the same table.
 */
const queryOutside = async (
  pool: pg.Pool,
  sql: string,
  values?: unknown[],
): Promise<Record<string, unknown>[]> => {
  const connection = await pool.connect();
  try {
    await connection.query('begin isolation level read committed');
    const rows = await rowsOf(connection, sql, values);
    await connection.query('commit');
    return rows;
  } catch (error) {
    await connection.query('rollback');
    throw error;
  } finally {
    connection.release();
  }
};

/** Opens a store of its own: on the Postgres of the tests, or on a fresh PGlite. */
export const openStore = async (
  note?: Note,
  connectionString = inject('databaseUrl'),
): Promise<TestDatabase> => {
  if (connectionString) {
    const pool = new pg.Pool({
      connectionString,
      max: 20,
      // Tells the tests of one worker from those of another in the same database.
      application_name: `tests ${process.pid}`,
    });
    pool.on('error', () => {});
    if (note) pool.on('connect', (client) => watch(client, note));
    const { rows } = await pool.query<{ isolation: string }>(
      "select current_setting('default_transaction_isolation') as isolation",
    );
    const isSerializable = rows[0]?.isolation === 'serializable';
    // Whoever changes the same rows at once may be in the way.
    const query = (sql: string, values?: unknown[]) =>
      persist(() => (isSerializable ? queryOutside(pool, sql, values) : rowsOf(pool, sql, values)));
    return { store: await fromPg(pool), query };
  }
  const pglite = await PGlite.create();
  if (note) watch(pglite, note);
  const query = async (sql: string, values?: unknown[]) =>
    (await pglite.query<Record<string, unknown>>(sql, values)).rows;
  return { store: await fromPglite(pglite), query };
};

let opened: Promise<TestDatabase> | undefined;

/** The database of this worker: opened once, shared by its tests, each under a site key of its own. */
export const openTestDatabase = (): Promise<TestDatabase> => (opened ??= openStore());

/** Opens a database that nobody else writes to, where what it holds as a whole is looked at. */
export const openOwnDatabase = async (): Promise<TestDatabase> => {
  const server = inject('databaseUrl');
  return openStore(undefined, server && (await createDatabase(server)));
};
