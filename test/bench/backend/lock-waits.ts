// Who waits for what within Postgres while others work.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** What was seen of backends at work. */
export interface LockWaits {
  /** Looks at which somebody was at work. */
  samples: number;
  /** Those of them in which somebody waited for a lock of type `object`, as whoever notifies does. */
  object: number;
  /** Backends at work seen in all of them, by what they waited for. */
  by: Record<string, number>;
}

// Milliseconds between looks.
const pause = 4;

const activity = `select coalesce(wait_event_type || ' ' || wait_event, 'nothing') as event, count(*)::int as count
  from pg_stat_activity
  where state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid() group by 1`;

/** Looks so many times while `work` goes on, again and again until there were enough looks. */
export const sampleLockWaits = async (
  url: string,
  samples: number,
  work: () => Promise<void>,
): Promise<LockWaits> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const seen: LockWaits = { samples: 0, object: 0, by: {} };
  const look = async (): Promise<void> => {
    const { rows } = await client.query<{ event: string; count: number }>(activity);
    if (rows.length === 0) return;
    seen.samples += 1;
    if (rows.some(({ event }) => event === 'Lock object')) seen.object += 1;
    for (const { event, count } of rows) seen.by[event] = (seen.by[event] ?? 0) + count;
  };
  while (seen.samples < samples) {
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted && seen.samples < samples) {
        await look();
        await sleep(pause);
      }
    })();
    await work().finally(() => done.abort());
    await watching;
  }
  await client.end();
  return seen;
};
