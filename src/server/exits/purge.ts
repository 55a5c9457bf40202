import { sql, type ExpressionBuilder } from 'kysely';
import { answersSince } from './answers.ts';
import type { Database } from '../people/load.ts';
import type { Tables } from './tables.ts';

// Any number that nobody else in this database locks.
const lock = 7_228_511;

// Milliseconds.
const hour = 3600 * 1000;
const month = 30 * 24 * hour;
const deletionsKept = 400 * 24 * hour;
const removalsKept = deletionsKept;

// Our own session ended before that time.
const over = (before: Date) => (build: ExpressionBuilder<Tables, 'provider_sessions'>) =>
  build.or([
    build.exists(
      build
        .selectFrom('sessions')
        .select('sessions.id')
        .whereRef('sessions.id', '=', 'provider_sessions.session_id')
        .where((of) =>
          of.or([of('sessions.ended_at', '<', before), of('sessions.expires_at', '<', before)]),
        ),
    ),
    build.and([
      build('provider_sessions.session_id', 'is', null),
      build('provider_sessions.created_at', '<', before),
    ]),
  ]);

// Before the sessions themselves go: afterwards nobody knows when one ended.
const purgeProviderSessions = async (db: Database, now: number): Promise<void> => {
  await db
    .deleteFrom('provider_sessions')
    .where(over(new Date(now - month)))
    .execute();
  await db
    .updateTable('provider_sessions')
    .set({ sealed_id_token: null })
    .where('sealed_id_token', 'is not', null)
    .where(over(new Date(now - hour)))
    .execute();
};

/** Deletes what has served its time; of several instances at once, one does it. */
export const purge = async (db: Database): Promise<void> => {
  await db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{
      mine: boolean;
    }>`select pg_try_advisory_xact_lock(${lock}) as mine`.execute(transaction);
    if (!rows[0]?.mine) return;
    const now = new Date();
    const since = (age: number): Date => new Date(now.getTime() - age);
    const old = since(month);
    await transaction.deleteFrom('seen_once').where('expires_at', '<', now).execute();
    await transaction.deleteFrom('trips').where('expires_at', '<', now).execute();
    await transaction.deleteFrom('page_events').where('at', '<', since(hour)).execute();
    await transaction.deleteFrom('deletions').where('at', '<', since(deletionsKept)).execute();
    await transaction
      .deleteFrom('removed_identities')
      .where('removed_at', '<', since(removalsKept))
      .execute();
    await transaction.deleteFrom('idempotency_keys').where('at', '<', answersSince()).execute();
    await purgeProviderSessions(transaction, now.getTime());
    await transaction
      .deleteFrom('sessions')
      .where((build) => build.or([build('ended_at', '<', old), build('expires_at', '<', old)]))
      .execute();
    await transaction.deleteFrom('revocations').where('ended_at', '<', old).execute();
  });
};
