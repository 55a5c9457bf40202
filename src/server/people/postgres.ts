import { hash } from 'node:crypto';
import { isPassing, persist, type Database, type Runner } from './database.ts';
import { shapeOf, textOf, valuesOf, type Part } from './statement.ts';
import { subscribeByPool, type ListeningClient } from './subscribe.ts';

/** A statement as `pg` takes it: with a name, it is parsed and planned once for each connection. */
interface Query {
  name?: string;
  text: string;
  values: unknown[];
  query_timeout: number;
}

/** A client of a `pg` pool. */
export interface PostgresClient extends ListeningClient {
  query(sql: string): Promise<{ rows: unknown[] }>;
  query(query: Query): Promise<{ rows: unknown[] }>;
}

/** A `pg` pool. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  on(event: 'error', hear: (error: Error) => void): unknown;
  end(): Promise<void>;
  options?: { max?: number | undefined };
}

// Milliseconds that a connection, and a statement, may take: one that has gone silent is given up, connection and all.
const connectionLimit = 10_000;
const statementLimit = 10_000;

// Statements kept at most, of each connection; ours are about a hundred.
const statementsKept = 200;

// A statement of that name is not what it was: connections are mixed on the way, or the schema has changed.
const mixedUp = ['26000', '42P05', '0A000'];

const codeOf = (error: unknown): string =>
  String((error as { code?: unknown } | undefined)?.code ?? '');

// What the database itself says leaves the connection as it was, unless it says that it goes; all else may have broken it.
const isBroken = (error: unknown): boolean =>
  !/^[0-9A-Z]{5}$/.test(codeOf(error)) || /^(08|57P)/.test(codeOf(error));

// As the driver says it.
const isSilent = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout';

/** Makes the function that takes a client of a pool, within a limit. */
const createConnect = (pool: PostgresPool): (() => Promise<PostgresClient>) => {
  const known = new WeakSet<PostgresClient>();
  // Without a listener, a connection that is lost ends the process: the pool hears of idle ones, the client of its own.
  pool.on('error', () => {});
  const take = async (): Promise<PostgresClient> => {
    const client = await pool.connect();
    if (!known.has(client)) client.on('error', () => {});
    known.add(client);
    return client;
  };
  return () =>
    new Promise((resolve, reject) => {
      let isLate = false;
      const limit = setTimeout(() => {
        isLate = true;
        const seconds = connectionLimit / 1000;
        reject(
          new Error(
            `no database connection within ${seconds} s: the pool is used up, or the database does not answer`,
          ),
        );
      }, connectionLimit);
      take()
        .then((client) => (isLate ? client.release() : resolve(client)), reject)
        .finally(() => clearTimeout(limit));
    });
};

/**
 * Makes what turns statements into queries of the driver: text and name are made once, and lie below each query, since
 * the driver copies what a query itself has. A statement with a name is planned once; that takes as long as carrying it
 * out.
 */
const createQueries = () => {
  const known = new Map<string, Omit<Query, 'values'>>();
  let isNaming = true;
  const prepare = (part: Part, shape: string): Omit<Query, 'values'> => {
    const text = textOf(part);
    const query: Omit<Query, 'values'> = { text, query_timeout: statementLimit };
    if (known.size >= statementsKept) return query;
    // By what it says: others may use the same connection.
    if (isNaming) query.name = `outro ${hash('sha256', text).slice(0, 32)}`;
    known.set(shape, query);
    return query;
  };
  return {
    queryOf(part: Part): Query {
      const shape = shapeOf(part);
      const query = Object.create(known.get(shape) ?? prepare(part, shape)) as Query;
      query.values = valuesOf(part);
      return query;
    },
    /** Whether a failure came of a name: from the first one on none is given, so it will not come again. */
    gaveUp(error: unknown): boolean {
      const isMixedUp = mixedUp.includes(codeOf(error));
      if (isMixedUp && isNaming) {
        isNaming = false;
        known.clear();
      }
      return isMixedUp;
    },
  };
};

/**
 * Reaches Postgres through a `pg` pool. Behind a pooler that knows no prepared statements it stops preparing them with
 * the first failure.
 *
 * @throws Error when the pool is too small to listen beside everything else
 */
export const postgresDatabase = (pool: PostgresPool): Database => {
  if ((pool.options?.max ?? 10) < 2)
    throw new Error(
      'the pool: expected a max of at least 2; one connection is kept to hear of changes on other instances',
    );
  const connect = createConnect(pool);
  const { queryOf, gaveUp } = createQueries();
  const runOn = (client: PostgresClient): Runner => ({
    run: async (part) => (await client.query(queryOf(part))).rows as never[],
  });
  return {
    isShared: true,

    async run<Row>(statement: Part): Promise<Row[]> {
      const once = async (): Promise<Row[]> => {
        const client = await connect();
        try {
          const rows = await runOn(client).run<Row>(statement);
          client.release();
          return rows;
        } catch (error) {
          client.release(isBroken(error));
          throw error;
        }
      };
      const named = (): Promise<Row[]> =>
        once().catch((error: unknown) => {
          if (gaveUp(error)) return once();
          throw error;
        });
      return persist(named, (error) => isPassing(error) && !gaveUp(error));
    },

    async transaction(work) {
      const client = await connect();
      const say = (text: string) =>
        client.query({ text, values: [], query_timeout: statementLimit });
      try {
        await say('begin');
        const result = await work(runOn(client));
        await say('commit');
        client.release();
        return result;
      } catch (error) {
        gaveUp(error);
        // One that does not answer would not answer that either.
        const isLost =
          isSilent(error) ||
          (await say('rollback').then(
            () => false,
            () => true,
          ));
        client.release(isLost);
        throw error;
      }
    },

    subscribe: subscribeByPool({ connect }),
    close: () => pool.end(),
  };
};
