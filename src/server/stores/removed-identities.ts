import { sql, type RawBuilder } from 'kysely';
import type { Account, Change, NewIdentity, Removal } from '../account.ts';
import type { Who } from '../store.ts';
import type { Database } from './load.ts';

// One text for one person at one provider; nothing that stands in it has a line break.
const person = sql<string>`concat_ws(E'\n', site, provider, sub_provider, provider_uid)`;
const lockNumber = sql<string>`hashtextextended(${person}, 0)`;
const personHash = sql<Uint8Array>`sha256(convert_to(${person}, 'UTF8'))`;

/** People at providers as rows, named as the columns of `identities` are. */
const rowsOf = ({ site, linking = [] }: Who): RawBuilder<unknown> => {
  const rows = linking.map(
    (one) =>
      sql`(${site}::text, ${one.provider}::text, ${one.subProvider}::text, ${one.providerUid}::text)`,
  );
  return sql`(values ${sql.join(rows)}) as people(site, provider, sub_provider, provider_uid)`;
};

/**
 * Waits for removals of these people that are under way, at whatever account, and reads those that there were.
 * In two statements: the second must see what the first has waited for.
 */
export const readRemovals = async (db: Database, who: Who): Promise<Removal[]> => {
  if (!who.linking?.length) return [];
  const people = rowsOf(who);
  // In order of the numbers, everywhere: two calls that want the same two never wait for each other.
  await sql`select pg_advisory_xact_lock(number) from (
    select ${lockNumber} as number from ${people} order by 1) as sorted`.execute(db);
  const { rows } = await sql<
    Record<'provider' | 'sub_provider' | 'provider_uid', string> & {
      removed_at: Date;
      generation: number;
    }
  >`select people.provider, people.sub_provider, provider_uid, removed_at, generation
    from (select *, ${personHash} as hash from ${people}) as people
    join outro.removed_identities as removed on removed.site = people.site
      and removed.provider = people.provider
      and removed.sub_provider = people.sub_provider
      and removed.provider_uid_hash = people.hash`.execute(db);
  return rows.map((row) => ({
    provider: row.provider,
    subProvider: row.sub_provider,
    providerUid: row.provider_uid,
    removedAt: row.removed_at,
    generation: row.generation,
  }));
};

/** Notes what a change removes, before it is gone; whoever links one of these people meanwhile is waited for. */
export const noteRemovals = async (
  db: Database,
  account: Account,
  { deleteAccount, removeIdentities = [], softenIdentities = [] }: Change,
): Promise<void> => {
  const gone = [...removeIdentities, ...softenIdentities];
  if (!deleteAccount && gone.length === 0) return;
  const identities = db
    .selectFrom('identities')
    .where('account_id', '=', account.id)
    .$if(!deleteAccount, (query) => query.where('id', 'in', gone));
  await db
    .selectFrom(identities.select(lockNumber.as('number')).orderBy('number').as('sorted'))
    .select(sql`pg_advisory_xact_lock(number)`.as('locked'))
    .execute();
  await db
    .insertInto('removed_identities')
    .columns(['site', 'provider', 'sub_provider', 'provider_uid_hash', 'removed_at', 'generation'])
    .expression(
      identities.select([
        'site',
        'provider',
        'sub_provider',
        personHash.as('hash'),
        // The clock and not now(): this transaction may have waited long.
        sql<Date>`clock_timestamp()`.as('removed_at'),
        'generation',
      ]),
    )
    .onConflict((conflict) =>
      conflict.columns(['site', 'provider', 'sub_provider', 'provider_uid_hash']).doUpdateSet({
        removed_at: sql`excluded.removed_at`,
        generation: sql`excluded.generation`,
      }),
    )
    .execute();
};

/** The generation of a new link: one more than the removed one's, so that jobs about that one leave it alone. */
export const nextGeneration = (
  db: Database,
  site: string,
  { provider, subProvider, providerUid }: NewIdentity,
): RawBuilder<number> => {
  const who = { site, linking: [{ provider, subProvider, providerUid }] } as Who;
  const removed = db
    .selectFrom('removed_identities')
    .select('generation')
    .where('site', '=', site)
    .where('provider', '=', provider)
    .where('sub_provider', '=', subProvider)
    .where('provider_uid_hash', '=', sql<Uint8Array>`(select ${personHash} from ${rowsOf(who)})`);
  return sql<number>`1 + coalesce((${removed}), 0)`;
};
