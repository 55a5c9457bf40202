import type { ErrandFilter, OwedCount, Records } from '../server/exits/record.ts';
import { siteKey } from './removals.ts';
import type { Rows } from './rows.ts';
import type { Tables } from './tables.ts';

type Row = Tables['outroErrand'];

const whichOf = ({ id, destination, account, state }: ErrandFilter): Partial<Row> => ({
  ...(id !== undefined && { id }),
  ...(destination !== undefined && { destination }),
  ...(account !== undefined && { account }),
  ...(state !== undefined && { state }),
});

const isStuck = ({ state, attempts, reason }: Row): boolean =>
  state === 'failed' || (state === 'pending' && attempts > 0 && reason !== null);

/** Errands that are meant, oldest first. */
export const findErrands = async (
  filter: ErrandFilter,
  limit: number,
  rows: Rows,
): Promise<Row[]> => {
  const found = await rows.many('outroErrand', whichOf(filter), filter.isStuck ? 10_000 : limit, {
    by: 'createdAt',
  });
  return (filter.isStuck ? found.filter(isStuck) : found).slice(0, limit);
};

/** Whether nobody has an errand under way. */
export const isFree = ({ lease, nextAt }: Row): boolean => lease === null || nextAt <= new Date();

/** The part of the exits by which whoever runs the backend looks at errands, and mends them. */
export const errandRecordsOf = (
  rows: Rows,
): Pick<Records, 'listErrands' | 'retryErrands' | 'countErrands'> => ({
  async listErrands(filter, limit) {
    const found = await findErrands(filter, limit, rows);
    return Promise.all(
      found.map(async (row) => {
        const entry =
          row.entry === null ? undefined : await rows.one('outroEntry', { number: row.entry });
        const destination = await rows.one('outroDestination', { name: row.destination });
        const paused = destination?.pausedUntil;
        return {
          id: row.id,
          kind: row.kind,
          site: siteKey,
          destination: row.destination,
          callId: entry?.callId,
          state: row.state,
          attempts: row.attempts,
          reason: row.reason ?? undefined,
          createdAt: row.createdAt,
          nextAt: row.state === 'pending' ? row.nextAt : undefined,
          endedAt: row.endedAt ?? undefined,
          pausedUntil: paused && paused > new Date() ? paused : undefined,
        };
      }),
    );
  },

  async retryErrands(filter, limit) {
    const found = await findErrands(filter, limit, rows);
    let count = 0;
    for (const { id, state, kind, destination, lease: held } of found.filter(isFree)) {
      // What was sealed is gone with an end, and without it nothing can be taken back at a provider.
      if (state !== 'pending' && !(state === 'failed' && kind === 'webhook')) continue;
      const again = { state: 'pending', endedAt: null, attempts: 0, lease: null } as const;
      count += await rows.change(
        'outroErrand',
        { id, state, lease: held },
        { ...again, createdAt: new Date(), nextAt: new Date() },
      );
      await rows.change(
        'outroDestination',
        { name: destination },
        { failures: 0, pausedUntil: null },
      );
    }
    return count;
  },

  async countErrands(sites) {
    if (sites && !sites.includes(siteKey)) return [];
    const found = await rows.many('outroErrand', { state: 'pending' }, 10_000);
    const counts = new Map<string, OwedCount>();
    for (const row of found) {
      const name = `${row.kind} ${row.destination}`;
      const count = counts.get(name) ?? {
        kind: row.kind,
        site: siteKey,
        destination: row.destination,
        count: 0,
        stuck: 0,
        oldest: 0,
        isPaused: false,
      };
      count.count += 1;
      if (isStuck(row)) count.stuck += 1;
      count.oldest = Math.max(count.oldest, (Date.now() - row.createdAt.getTime()) / 1000);
      counts.set(name, count);
    }
    return [...counts.values()];
  },
});
