// The two databases as the benchmark's processes open them.
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { fromPg, fromPglite, type Store } from '../../../src/server.ts';
import type { Query } from './people.ts';
import type { Statement } from './record.ts';

/** A database with outro's schema. */
export interface Engine {
  store: Store;
  query: Query;
  /** Lets one caller after the other, or several side by side, run its statements on a connection of its own. */
  connect(): Promise<{ run(statement: Statement): Promise<unknown>; release(): void }>;
  close(): Promise<void>;
}

type Call = (...given: unknown[]) => unknown;

const noteCall = (given: unknown[], statements: Statement[]): void => {
  const [first, second] = given;
  const text = typeof first === 'string' ? { text: first } : (first as Statement);
  const { name } = text as Statement;
  const values = ((text as Partial<Statement>).values ?? second ?? []) as unknown[];
  statements.push({ ...(name !== undefined && { name }), text: text.text, values });
};

// Takes down every `query` of an object, as it is called.
const listening = <Target extends object>(target: Target, statements: Statement[]): Target =>
  new Proxy(target, {
    get(of, name) {
      const found = Reflect.get(of, name) as unknown;
      if (typeof found !== 'function') return found;
      return (...given: unknown[]) => {
        if (name === 'query') noteCall(given, statements);
        // PGlite hands its transaction to a function.
        if (name === 'transaction') {
          const [work] = given as [(transaction: object) => Promise<unknown>];
          return (found as Call).call(of, async (transaction: object) => {
            noteCall(['begin'], statements);
            await work(listening(transaction, statements));
            noteCall(['commit'], statements);
          });
        }
        return (found as Call).apply(of, given);
      };
    },
  });

const openPostgres = async (url: string, statements: Statement[] | undefined): Promise<Engine> => {
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  // A server that is stopped behind the last test takes its connections along.
  pool.on('error', () => {});
  const heard = statements && {
    connect: async () => listening(await pool.connect(), statements),
    end: () => pool.end(),
  };
  return {
    store: await fromPg((heard ?? pool) as pg.Pool),
    query: (sql, values) => pool.query(sql, values),
    async connect() {
      const client = await pool.connect();
      return { run: (statement) => client.query(statement), release: () => client.release() };
    },
    close: () => pool.end(),
  };
};

const openPglite = async (statements: Statement[] | undefined): Promise<Engine> => {
  const pglite = await PGlite.create();
  let turn: Promise<void> = Promise.resolve();
  return {
    store: await fromPglite(statements ? listening(pglite, statements) : pglite),
    query: async (sql, values) => pglite.query(sql, values),
    async connect() {
      let release = (): void => {};
      const before = turn;
      turn = new Promise((resolve) => (release = resolve));
      await before;
      return { run: ({ text, values }) => pglite.query(text, values), release };
    },
    close: () => pglite.close(),
  };
};

/** Opens Postgres at an address, or an embedded PGlite for `''`; `statements` takes down what outro says to it. */
export const openEngine = (url: string, statements?: Statement[]): Promise<Engine> =>
  url ? openPostgres(url, statements) : openPglite(statements);
