import { standardRetention, type Retention } from '../config/retention.ts';
import type { Database } from '../people/database.ts';
import { sql, type Part } from '../people/statement.ts';

const daysOf = (count: number): Part => sql`${count}::float8 * interval '1 day'`;

/** What has served its time, each with an index that leads to it, and a limit; nobody waits for a row that is in use. */
const kinds: ((limit: number, days: Retention) => Part)[] = [
  (limit) => sql`delete from outro.seen_once where (kind, id) in (
    select kind, id from outro.seen_once where expires_at < now()
    order by expires_at limit ${limit} for update skip locked) returning 1`,
  (limit) => sql`delete from outro.trips where token_hash in (
    select token_hash from outro.trips where expires_at < now()
    order by expires_at limit ${limit} for update skip locked) returning 1`,
  (limit, days) => sql`delete from outro.deletions where code in (
    select code from outro.deletions where at < now() - ${daysOf(days.deletionRequests)}
    order by at limit ${limit} for update skip locked) returning 1`,
  // An ID token may still be wanted by a browser that leaves.
  (limit) => sql`update outro.provider_sessions set sealed_id_token = null where id in (
    select id from outro.provider_sessions
    where sealed_id_token is not null and session_ends_at < now() - interval '1 hour'
    order by session_ends_at limit ${limit} for update skip locked) returning 1`,
  (limit) => sql`delete from outro.provider_sessions where id in (
    select id from outro.provider_sessions where session_ends_at < now() - interval '30 days'
    order by session_ends_at limit ${limit} for update skip locked) returning 1`,
  // Who was only marked, while being linked, was not removed.
  (
    limit,
  ) => sql`delete from outro.removed_identities where (site, provider, sub_provider, person_hash) in (
    select site, provider, sub_provider, person_hash from outro.removed_identities
    where removed_at is null and marked_at < now() - interval '1 hour'
    order by marked_at limit ${limit} for update skip locked) returning 1`,
  (
    limit,
    days,
  ) => sql`delete from outro.removed_identities where (site, provider, sub_provider, person_hash) in (
    select site, provider, sub_provider, person_hash from outro.removed_identities
    where marked_at < now() - ${daysOf(days.removedIdentities)}
      and removed_at < now() - ${daysOf(days.removedIdentities)}
    order by marked_at limit ${limit} for update skip locked) returning 1`,
  (limit, days) => sql`delete from outro.errands where id in (
    select id from outro.errands where ended_at < now() - ${daysOf(days.errands)}
    order by ended_at limit ${limit} for update skip locked) returning 1`,
  // By id, which is the order of time: of the oldest, those that have served; no others are held.
  (
    limit,
  ) => sql`update outro.journal set caller = null, key = null, request = null, sealed_answer = null
    where id in (select id from outro.journal where id in (select id from (
        select id, at from outro.journal where key is not null order by id limit ${limit}
      ) as oldest where at < now() - interval '24 hours') for update skip locked) returning 1`,
  (limit) => sql`update outro.journal set sealed_uid = null
    where id in (select id from outro.journal where id in (select id from (
        select id, at from outro.journal where sealed_uid is not null order by id limit ${limit}
      ) as oldest where at < now() - interval '30 days') for update skip locked) returning 1`,
  (limit, days) => sql`delete from outro.journal where id in (
    select id from outro.journal where id in (select id from (
        select id, at from outro.journal order by id limit ${limit}
      ) as oldest where at < now() - ${daysOf(days.journal)}) for update skip locked) returning 1`,
];

/** Deletes a batch of each kind, each in a statement of its own; what fails is left to the next time. */
export const purgeExits = async (
  db: Database,
  limit: number,
  retention: Retention = standardRetention,
): Promise<number> => {
  let count = 0;
  for (const kind of kinds) count += (await db.run(kind(limit, retention))).length;
  return count;
};
