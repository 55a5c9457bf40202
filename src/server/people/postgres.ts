import { hash } from 'node:crypto';
import { advise } from './advice.ts';
import { codeOf, isPassing, persist, type Database, type Runner } from './database.ts';
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
  totalCount?: number;
  idleCount?: number;
  waitingCount?: number;
  connect(): Promise<PostgresClient>;
  on(event: 'error', hear: (error: Error) => void): unknown;
  on(event: 'connect', hear: (client: PostgresClient) => void): unknown;
  end(): Promise<void>;
  options?: { max?: number | undefined };
}

// Milliseconds that a connection, and a statement, may take: one that has gone silent is given up, connection and all.
// A page gives a whole call 5000: said later, nobody hears what went wrong.
const connectionLimit = 4000;
const statementLimit = 4000;

// It has no room just now, or is starting: whoever waits for a connection waits for that too. Milliseconds between looks.
const busy = ['53300', '57P03'];
const busyDelay = 100;

// Statements kept at most, of each connection; ours are about a hundred.
const statementsKept = 200;

// A statement of that name is not what it was: connections are mixed on the way, or the schema has changed.
const mixedUp = ['26000', '42P05', '0A000'];

// What the database itself says leaves the connection as it was, unless it says that it goes; all else may have broken it.
const isBroken = (error: unknown): boolean =>
  !/^[0-9A-Z]{5}$/.test(codeOf(error)) || /^(08|57P)/.test(codeOf(error));

// As the driver says it.
const isSilent = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout';

const nobodyAnswers = (): Error =>
  Object.assign(new Error(`no database connection within ${connectionLimit / 1000} s`), {
    code: 'full',
  });

/** Makes the function that takes a client of a pool, within a limit. */
const createConnect = (pool: PostgresPool): (() => Promise<PostgresClient>) => {
  const known = new WeakSet<PostgresClient>();
  // Without a listener, a connection that is lost ends the process: the pool hears of idle ones, the client of its own.
  pool.on('error', () => {});
  const know = (client: PostgresClient): void => {
    if (!known.has(client)) client.on('error', () => {});
    known.add(client);
  };
  // Not only when it is taken: its end may come in one packet with its beginning, before anybody has it.
  pool.on('connect', know);
  const take = async (): Promise<PostgresClient> => {
    const client = await pool.connect();
    know(client);
    return client;
  };
  return () =>
    new Promise((resolve, reject) => {
      let isLate = false;
      let refusal: unknown;
      const limit = setTimeout(() => {
        isLate = true;
        reject(advise(refusal ?? nobodyAnswers()));
      }, connectionLimit);
      const attempt = (): void => {
        take().then(
          (client) => {
            clearTimeout(limit);
            return isLate ? client.release() : resolve(client);
          },
          (error: unknown) => {
            if (!isLate && busy.includes(codeOf(error))) {
              refusal = error;
              setTimeout(attempt, busyDelay * (0.5 + Math.random()));
            } else {
              clearTimeout(limit);
              reject(advise(error));
            }
          },
        );
      };
      attempt();
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
    queryOf(part: Part, limit: number | undefined): Query {
      const shape = shapeOf(part);
      const query = Object.create(known.get(shape) ?? prepare(part, shape)) as Query;
      query.values = valuesOf(part);
      if (limit !== undefined) query.query_timeout = limit;
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

/** Refuses a driver that only sends statements, or one batch of them, by what it is. */
const requirePool = (given: unknown): void => {
  const has = (name: string): boolean =>
    typeof (Object(given) as Record<string, unknown>)[name] === 'function';
  if (has('connect')) return;
  const isBatch = (has('transaction') && has('query')) || has('batch');
  const found = isBatch
    ? 'a driver that sends one batch at a time and keeps no connection, as those over HTTP do (`neon(url)`, D1)'
    : 'something that has no connect()';
  throw new Error(
    `the pool: expected a Pool of pg, or what has its shape; found ${found}. What may go is decided behind a lock, between two statements of one transaction, and onChange is called in it: give it a Pool (that of @neondatabase/serverless does)`,
  );
};

/**
 * Reaches Postgres through a `pg` pool. Behind a pooler that knows no prepared statements it stops preparing them with
 * the first failure.
 *
 * @throws Error when it is no pool, or too small to listen beside everything else
 */
export const postgresDatabase = (pool: PostgresPool): Database => {
  requirePool(pool);
  if ((pool.options?.max ?? 10) < 2)
    throw new Error(
      'the pool: expected a max of at least 2; one connection is kept to hear of changes on other instances',
    );
  const connect = createConnect(pool);
  const queries = createQueries();
  const runOn = (client: PostgresClient): Runner => ({
    run: async (part, limit) => (await client.query(queries.queryOf(part, limit))).rows as never[],
    query: (text, values = []) => client.query({ text, values, query_timeout: statementLimit }),
  });
  const database: Database = {
    isShared: true,

    async run<Row>(statement: Part, limit?: number): Promise<Row[]> {
      const once = async (): Promise<Row[]> => {
        const client = await connect();
        try {
          const rows = await runOn(client).run<Row>(statement, limit);
          client.release();
          return rows;
        } catch (error) {
          client.release(isBroken(error));
          throw advise(error);
        }
      };
      const named = (): Promise<Row[]> =>
        once().catch((error: unknown) => {
          if (queries.gaveUp(error)) return once();
          throw error;
        });
      return persist(named, (error) => isPassing(error) && !queries.gaveUp(error));
    },

    query: (text, values = []) => database.transaction((runner) => runner.query(text, values)),

    async transaction(work, isolation) {
      let isMixedUp = false;
      const once = async () => {
        const client = await connect();
        const say = (text: string) =>
          client.query({ text, values: [], query_timeout: statementLimit });
        try {
          await say(isolation ? `begin isolation level ${isolation}` : 'begin');
          const result = await work(runOn(client));
          await say('commit');
          client.release();
          return result;
        } catch (error) {
          isMixedUp = queries.gaveUp(error);
          // One that does not answer would not answer that either.
          const isLost =
            isSilent(error) ||
            (await say('rollback').then(
              () => false,
              () => true,
            ));
          client.release(isLost);
          throw advise(error);
        }
      };
      return once().catch((error: unknown) => {
        // Nothing of it is done; without names it can be.
        if (isMixedUp) return once();
        throw error;
      });
    },

    subscribe: subscribeByPool({ connect }),
    connections: () => {
      const { totalCount = 0, idleCount = 0, waitingCount = 0 } = pool;
      return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
    },
    close: () => pool.end(),
  };
  return database;
};
