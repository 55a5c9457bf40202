import { sql as raw, type RawBuilder } from 'kysely';
import type { Account, Change, NewIdentity, Removal } from '../rules/account.ts';
import type { Who } from '../people/people.ts';
import type { Database } from '../people/load.ts';
import { join, run, sql, type Part } from '../people/statement.ts';

// One text for one person at one provider; nothing that stands in it has a line break.
const personText = String.raw`concat_ws(E'\n', site, provider, sub_provider, provider_uid)`;
const hashText = `sha256(convert_to(${personText}, 'UTF8'))`;
const lockNumber = sql([`hashtextextended(${personText}, 0)`]);
const personHash = sql([hashText]);

/** People at providers as rows, named as the columns of `identities` are. */
const rowsOf = ({ site, linking = [] }: Who): Part => {
  const rows = linking.map(
    (one) =>
      sql`(${site}::text, ${one.provider}::text, ${one.subProvider}::text, ${one.providerUid}::text)`,
  );
  return sql`(values ${join(rows)}) as people(site, provider, sub_provider, provider_uid)`;
};

/**
 * Waits for removals of these people that are under way, at whatever account, and reads those that there were.
 * In two statements: the second must see what the first has waited for.
 */
export const readRemovals = async (db: Database, who: Who): Promise<Removal[]> => {
  if (!who.linking?.length) return [];
  const people = rowsOf(who);
  // In order of the numbers, everywhere: two calls that want the same two never wait for each other.
  await run(
    db,
    sql`select pg_advisory_xact_lock(number) from (
      select ${lockNumber} as number from ${people} order by 1) as sorted`,
  );
  const rows = await run<
    Record<'provider' | 'sub_provider' | 'provider_uid', string> & {
      removed_at: Date;
      generation: number;
    }
  >(
    db,
    sql`select people.provider, people.sub_provider, provider_uid, removed_at, generation
    from (select *, ${personHash} as hash from ${people}) as people
    join outro.removed_identities as removed on removed.site = people.site
      and removed.provider = people.provider
      and removed.sub_provider = people.sub_provider
      and removed.provider_uid_hash = people.hash`,
  );
  return rows.map((row) => ({
    provider: row.provider,
    subProvider: row.sub_provider,
    providerUid: row.provider_uid,
    removedAt: row.removed_at,
    generation: row.generation,
  }));
};

/**
 * Notes what a change removes, before it is gone; whoever links one of these people meanwhile is waited for. Parts of
 * one statement: what deletes an identity takes it from `waited_for`, and so comes after the waiting.
 */
export const noteRemovals = (
  account: Account,
  { deleteAccount, removeIdentities = [], softenIdentities = [] }: Change,
): Part[] => {
  const gone = [...removeIdentities, ...softenIdentities];
  if (!deleteAccount && gone.length === 0) return [];
  const isGone = deleteAccount ? sql`true` : sql`id = any(${gone}::uuid[])`;
  return [
    sql`waited_for as materialized (select id, pg_advisory_xact_lock(number) from (
      select id, ${lockNumber} as number from outro.identities
      where account_id = ${account.id} and ${isGone} order by number offset 0) as sorted)`,
    // The clock and not now(): this transaction may have waited long.
    sql`noted as (insert into outro.removed_identities as removed
      (site, provider, sub_provider, provider_uid_hash, removed_at, generation)
      select site, provider, sub_provider, ${personHash}, clock_timestamp(), generation
      from outro.identities where id in (select id from waited_for)
      on conflict (site, provider, sub_provider, provider_uid_hash)
      do update set removed_at = excluded.removed_at, generation = excluded.generation)`,
  ];
};

/** The generation of a new link: one more than the removed one's, so that jobs about that one leave it alone. */
export const nextGeneration = (
  db: Database,
  site: string,
  { provider, subProvider, providerUid }: NewIdentity,
): RawBuilder<number> => {
  const removed = db
    .selectFrom('removed_identities')
    .select('generation')
    .where('site', '=', site)
    .where('provider', '=', provider)
    .where('sub_provider', '=', subProvider)
    .where(
      'provider_uid_hash',
      '=',
      raw<Uint8Array>`(select ${raw.raw(hashText)} from (values (${site}::text, ${provider}::text,
        ${subProvider}::text, ${providerUid}::text)) as person(site, provider, sub_provider, provider_uid))`,
    );
  return raw<number>`1 + coalesce((${removed}), 0)`;
};
