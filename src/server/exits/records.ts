import type { Database } from '../people/database.ts';
import { sql, type Part } from '../people/statement.ts';
import type { ErrandFilter, JournalFilter, ListedErrand, OwedCount, Records } from './record.ts';
import { entryColumns, journalRows, toEntry, type EntryRow } from './journal.ts';

const all = (conditions: (Part | undefined)[]): Part =>
  conditions.reduce<Part>((before, one) => (one ? sql`${before} and ${one}` : before), sql`true`);

// Stuck: what has failed for good, and what was tried and still waits.
const isStuck = sql`(state = 'failed' or (state = 'pending' and attempts > 0 and reason is not null))`;

const isMeant = ({ site, destination, state, isStuck: stuck, id, account }: ErrandFilter): Part =>
  all([
    site === undefined ? undefined : sql`site = ${site}`,
    destination === undefined ? undefined : sql`destination = ${destination}`,
    state === undefined ? undefined : sql`state = ${state}`,
    stuck ? isStuck : undefined,
    id === undefined ? undefined : sql`id::text = ${id}`,
    account === undefined ? undefined : sql`account = ${account}`,
  ]);

interface ErrandRow {
  id: string;
  kind: ListedErrand['kind'];
  site: string;
  destination: string;
  call_id: string | null;
  state: ListedErrand['state'];
  attempts: number;
  reason: string | null;
  created_at: Date;
  next_at: Date;
  ended_at: Date | null;
  paused_until: Date | null;
}

const toListed = (row: ErrandRow): ListedErrand => ({
  id: row.id,
  kind: row.kind,
  site: row.site,
  destination: row.destination,
  callId: row.call_id ?? undefined,
  state: row.state,
  attempts: row.attempts,
  reason: row.reason ?? undefined,
  createdAt: row.created_at,
  nextAt: row.state === 'pending' ? row.next_at : undefined,
  endedAt: row.ended_at ?? undefined,
  pausedUntil: row.paused_until ?? undefined,
});

/** Errands that nobody has under way. */
export const chosen = (filter: ErrandFilter, limit: number): Part => sql`chosen as (
  select id from outro.errands where ${isMeant(filter)} and (lease_until is null or lease_until < now())
  limit ${limit} for update skip locked)`;

/** The part of the exits that whoever runs the backend looks into, and mends. */
export const recordsOf = (db: Database): Records => ({
  async listErrands(filter, limit) {
    const rows = await db.run<ErrandRow>(
      sql`select errands.*, (select call_id from outro.journal where journal.id = errands.journal),
          (select paused_until from outro.destinations where destinations.site = errands.site
            and destinations.destination = errands.destination and paused_until > now())
        from (select id, kind, site, destination, journal, state, attempts, reason, created_at, next_at, ended_at
          from outro.errands where ${isMeant(filter)} order by created_at, id limit ${limit}) as errands
        order by created_at, id`,
    );
    return rows.map(toListed);
  },

  async retryErrands(filter, limit) {
    const rows = await db.run(
      // What was sealed is gone with an end, and without it nothing can be taken back at a provider.
      sql`with ${chosen(filter, limit)}, again as (
        update outro.errands set state = 'pending', ended_at = null, attempts = 0, created_at = now(), next_at = now(),
          lease = null, lease_until = null
        from chosen where errands.id = chosen.id
          and (state = 'pending' or (state = 'failed' and kind = 'webhook'))
        returning errands.site, errands.destination
      ), woken as (
        update outro.destinations set paused_until = null, failures = 0 from again
        where destinations.site = again.site and destinations.destination = again.destination
      ) select 1 from again`,
    );
    return rows.length;
  },

  async examine() {
    const [row] = await db.run<{ now: Date; settings: Record<string, string>; invalid: string[] }>(
      sql`select clock_timestamp() as now,
        (select coalesce(json_object_agg(name, setting), '{}') from pg_settings
          where name in ('fsync', 'default_transaction_isolation', 'max_connections', 'max_pred_locks_per_transaction',
            'server_version')) as settings,
        (select coalesce(json_agg(relname order by relname), '[]') from pg_index
          join pg_class on pg_class.oid = indexrelid join pg_namespace on pg_namespace.oid = relnamespace
          where nspname = 'outro' and not indisvalid) as invalid`,
    );
    return {
      now: new Date(row?.now ?? Number.NaN),
      settings: row?.settings ?? {},
      invalidIndexes: row?.invalid ?? [],
    };
  },

  async countErrands(sites) {
    const rows = await db.run<OwedCount>(
      sql`select kind, errands.site, errands.destination, count(*)::int as count,
          count(*) filter (where ${isStuck})::int as stuck,
          coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest,
          coalesce(bool_or(paused_until > now()), false) as "isPaused"
        from outro.errands left join outro.destinations
          on destinations.site = errands.site and destinations.destination = errands.destination
        where state = 'pending' and ${sites ? sql`errands.site = any(${sites}::text[])` : sql`true`}
        group by kind, errands.site, errands.destination order by 2, 3`,
    );
    return rows;
  },

  async readJournal(
    { site, account, uid, provider, actor, callId, since, until, after = '0' }: JournalFilter,
    limit,
  ) {
    const rows = await db.run<EntryRow>(
      sql`select ${entryColumns} from ${journalRows} where ${all([
        sql`site = ${site} and id > ${after}::bigint`,
        account === undefined ? undefined : sql`account = ${account}`,
        uid === undefined ? undefined : sql`uid = ${uid}`,
        provider === undefined
          ? undefined
          : sql`(provider = ${provider} or receipt @> ${JSON.stringify([{ provider }])}::jsonb)`,
        actor === undefined ? undefined : sql`actor = ${actor}`,
        callId === undefined ? undefined : sql`call_id = ${callId}`,
        since === undefined ? undefined : sql`at >= ${since}`,
        until === undefined ? undefined : sql`at < ${until}`,
      ])} order by id limit ${limit}`,
    );
    return rows.map(toEntry);
  },
});
