import { standardRetention, type Retention } from '../server/config/retention.ts';
import type { Comparison, Rows } from './rows.ts';
import type { Tables } from './tables.ts';

const day = 86_400_000;

const before = (milliseconds: number): Date => new Date(Date.now() - milliseconds);

/** Deletes a batch of rows that are older than a time, the oldest first. */
const forget = async <Of extends keyof Tables>(
  model: Of,
  field: Comparison<Of>['field'],
  time: Date,
  limit: number,
  rows: Rows,
  more: Comparison<Of>[] = [],
): Promise<number> => {
  const old: Comparison<Of>[] = [{ field, operator: 'lt', value: time }, ...more];
  const found = await rows.many(model, {}, limit, { and: old, by: field });
  if (found.length === 0) return 0;
  const ids = found.map(({ id }) => id);
  return rows.remove(model, {}, [
    { field: 'id', operator: 'in', value: ids } as Comparison<Of>,
    // One that has come to life again meanwhile stays.
    ...old,
  ]);
};

/** Forgets what has served its time, a batch of each kind. */
export const purgeRows = async (
  limit: number,
  days: Retention = standardRetention,
  rows: Rows,
): Promise<number> => {
  const counts = [
    await forget('outroSeen', 'expiresAt', new Date(), limit, rows),
    await forget('outroTrip', 'expiresAt', new Date(), limit, rows),
    await forget('outroEnded', 'forgetAt', new Date(), limit, rows),
    await forget('outroAnswer', 'at', before(day), limit, rows),
    await forget('outroDeletion', 'at', before(days.deletionRequests * day), limit, rows),
    await forget('outroProviderSession', 'sessionEndsAt', before(30 * day), limit, rows),
    await forget('outroRemoval', 'markedAt', before(days.removedIdentities * day), limit, rows),
    await forget('outroErrand', 'endedAt', before(days.errands * day), limit, rows),
    await forget('outroEntry', 'at', before(days.journal * day), limit, rows),
    // An ID token may still be wanted by a browser that leaves.
    await rows.change('outroProviderSession', {}, { sealedIdToken: null }, [
      { field: 'sessionEndsAt', operator: 'lt', value: before(3_600_000) },
      { field: 'sealedIdToken', operator: 'starts_with', value: 'v1.' },
    ]),
    await rows.change('outroEntry', {}, { sealedUid: null }, [
      { field: 'at', operator: 'lt', value: before(30 * day) },
      { field: 'sealedUid', operator: 'starts_with', value: 'v1.' },
    ]),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
};
