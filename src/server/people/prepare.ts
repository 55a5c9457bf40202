import { hash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';

/** A `pg` client, which also takes a statement with a name: parsed and planned once for each connection. */
interface PreparingClient {
  query(statement: { name: string; text: string; values: readonly unknown[] }): Promise<never>;
}

// Statements kept at most, of each connection; ours are some sixty, whose lists vary in length.
const statementsKept = 200;

// Statement or plan of that name is not what it was: connections are mixed on the way, or the schema has changed.
const mixedUp = ['26000', '42P05', '0A000'];

/** Whether a failure came of a prepared statement, and will not come again: from the first one on none is used. */
export const isMixedUp = (error: unknown): boolean =>
  mixedUp.includes(String((error as { code?: unknown } | undefined)?.code));

/**
 * Prepares the statements of a pool, since planning them takes as long as carrying them out. Behind a pooler that
 * knows no prepared statements it stops with the first failure.
 */
export const preparing = (pool: PostgresPool): PostgresPool => {
  const names = new Map<string, string>();
  const clients = new WeakMap<PostgresPoolClient, PostgresPoolClient>();
  let isOn = true;
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    // A star may stand for other columns tomorrow.
    if (known || names.size >= statementsKept || text.includes('*')) return known;
    // By what it says: others may use the same connection.
    const name = `outro ${hash('sha256', text).slice(0, 32)}`;
    names.set(text, name);
    return name;
  };
  const wrap = (client: PostgresPoolClient): PostgresPoolClient => {
    const query = async (text: string, values: readonly unknown[] = []) => {
      const name = isOn && values.length > 0 ? nameOf(text) : undefined;
      if (!name) return client.query<never>(text, values);
      return (client as unknown as PreparingClient)
        .query({ name, text, values })
        .catch((error: unknown) => {
          if (isMixedUp(error)) isOn = false;
          throw error;
        });
    };
    const release = (discarded?: boolean): void => client.release(discarded);
    return { query, release } as unknown as PostgresPoolClient;
  };
  return {
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? wrap(client);
      clients.set(client, known);
      return known;
    },
    end: () => pool.end(),
    options: pool.options,
  };
};
