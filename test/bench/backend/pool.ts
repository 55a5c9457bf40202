// Postgres as every contestant has it.
import pg from 'pg';
import type { Query } from './people.ts';

/**
 * Connections of each contestant; the driver's own default is ten. Forty, one for each caller and some to spare, made
 * the textbook 3 % quicker and outro 13 % slower: what is sent over many connections finds cold plans on each.
 */
const connections = 20;

// Tells of what is sent through any client of a pool, whether by the pool or by itself.
const hearingClient = (hear: (statement: string) => void): new () => pg.ClientBase => {
  const Client = class extends pg.Client {};
  const query = Client.prototype.query as (...given: unknown[]) => unknown;
  Object.assign(Client.prototype, {
    query(this: pg.Client, ...given: unknown[]) {
      const [first] = given;
      hear(typeof first === 'string' ? first : (first as { text: string }).text);
      return query.apply(this, given);
    },
  });
  return Client;
};

/**
 * A pool whose connections stay while other contestants have their turn.
 *
 * @param hear told of every statement.
 */
export const openPool = (url: string, hear?: (statement: string) => void): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 0,
    ...(hear && { Client: hearingClient(hear) }),
  });
  // A server that is stopped behind the last slice takes its connections along.
  pool.on('error', () => {});
  return pool;
};

/** Does what a database does by itself, in a minute or so, once tables have been filled: else somebody is measured with it. */
export const settle = async (query: Query): Promise<void> => {
  await query('vacuum analyze');
  // Not everybody may.
  await query('checkpoint').catch(() => {});
};
