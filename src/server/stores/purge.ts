import { sql } from 'kysely';
import type { Database } from './load.ts';

// Any number that nobody else in this database locks.
const lock = 7_228_511;

const month = 30 * 24 * 3600 * 1000;

/** Deletes what has served its time; of several instances at once, one does it. */
export const purge = async (db: Database): Promise<void> => {
  await db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{
      mine: boolean;
    }>`select pg_try_advisory_xact_lock(${lock}) as mine`.execute(transaction);
    if (!rows[0]?.mine) return;
    const now = new Date();
    const old = new Date(now.getTime() - month);
    await transaction.deleteFrom('seen_once').where('expires_at', '<', now).execute();
    await transaction
      .deleteFrom('sessions')
      .where((build) => build.or([build('ended_at', '<', old), build('expires_at', '<', old)]))
      .execute();
    await transaction.deleteFrom('revocations').where('ended_at', '<', old).execute();
  });
};
