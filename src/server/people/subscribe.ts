import type { Database } from './database.ts';

type Subscribe = Database['subscribe'];

/** What a `pg` client has besides queries, by which it hears notifications. */
export interface ListeningClient {
  on(event: 'notification', hear: (message: { payload?: string | undefined }) => void): unknown;
  on(event: 'error' | 'end', hear: () => void): unknown;
  query(sql: string): Promise<unknown>;
  release(destroy?: boolean): void;
}

// Milliseconds.
const pulse = 20_000;
const patience = 10_000;
const firstDelay = 100;
const longestDelay = 60_000;

// A connection can die without a word, when the network does; a query on it never ends.
const answers = (client: ListeningClient, sql: string): Promise<boolean> =>
  new Promise((resolve) => {
    const limit = setTimeout(resolve, patience, false).unref();
    client
      .query(sql)
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(limit));
  });

/**
 * Hears a channel on one connection of a `pg` pool, kept aside; when it dies, on another one, after a look at
 * what was missed. Never rejects: where no notification arrives, as behind a pooler of transactions, whoever listens
 * looks by itself.
 */
export const subscribeByPool =
  (pool: { connect(): Promise<ListeningClient> }): Subscribe =>
  async (channel, { hear, look }) => {
    let client: ListeningClient | undefined;
    let retry: NodeJS.Timeout | undefined;
    let delay = firstDelay;
    let isStopped = false;

    const lose = (lost: ListeningClient): void => {
      if (client !== lost) return;
      client = undefined;
      lost.release(true);
      again();
    };
    const again = (): void => {
      if (isStopped) return;
      retry = setTimeout(() => void connect().catch(again), delay).unref();
      delay = Math.min(delay * 2, longestDelay);
    };
    const connect = async (): Promise<void> => {
      const fresh = await pool.connect();
      if (isStopped) return fresh.release(true);
      client = fresh;
      fresh.on('error', () => lose(fresh));
      fresh.on('end', () => lose(fresh));
      try {
        if (!(await answers(fresh, `listen ${channel}`)))
          throw new Error('the database did not let this instance listen');
        // Only now: the look finds what came before, and in order.
        fresh.on('notification', ({ payload }) => hear(payload ?? ''));
        look();
        delay = firstDelay;
      } catch (error) {
        // Lost meanwhile, and being replaced.
        if (client !== fresh) return;
        client = undefined;
        fresh.release(true);
        throw error;
      }
    };
    const beat = async (current: ListeningClient): Promise<void> => {
      if (!(await answers(current, 'select 1'))) lose(current);
    };

    await connect().catch(again);
    const heart = setInterval(() => {
      if (client) beat(client).catch(() => {});
    }, pulse).unref();
    return async () => {
      isStopped = true;
      clearInterval(heart);
      clearTimeout(retry);
      if (client) lose(client);
    };
  };
