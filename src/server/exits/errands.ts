import type { Database } from '../people/database.ts';
import { join, sql } from '../people/statement.ts';
import type { Errand, Exits } from './exits.ts';
import { finishReceipt } from './receipts.ts';

interface ErrandRow {
  id: string;
  lease: string;
  site: string;
  provider: string;
  sub_provider: string;
  provider_uid: string;
  generation: number;
  sealed_payload: string | null;
  attempts: number;
  age: number;
}

const columns = sql`errands.id, errands.lease, errands.site, errands.provider, errands.sub_provider,
  errands.provider_uid, errands.generation, errands.sealed_payload, errands.attempts,
  extract(epoch from now() - errands.created_at)::float8 as age`;

const toErrand = (row: ErrandRow): Errand => ({
  id: row.id,
  lease: row.lease,
  site: row.site,
  provider: row.provider,
  subProvider: row.sub_provider,
  providerUid: row.provider_uid,
  generation: row.generation,
  sealedTokens: row.sealed_payload ?? undefined,
  attempts: row.attempts,
  age: row.age,
});

// Seconds that a destination is left alone at most when it does not answer: two at first, and twice as long each time.
const longestPause = 300;

/**
 * The part of the exits that keeps errands until they have ended.
 *
 * @param linkedAgain says of an errand whether the person is linked again, by a later link than the one it is about.
 * @param wake is told whose pages have something to hear, after the commit.
 */
export const errandsOf = (
  db: Database,
  linkedAgain: (errand: Errand) => Promise<boolean>,
  wake: (site: string, account: string) => void,
): Pick<Exits, 'leasedErrands' | 'claimErrands' | 'checkErrand' | 'finishErrand'> => ({
  async leasedErrands(lease) {
    const rows = await db.run<ErrandRow>(
      sql`select ${columns} from outro.errands where lease = ${lease}::uuid`,
    );
    return rows.map(toErrand);
  },

  async claimErrands(sites, limit, leaseTime) {
    const rows = await db.run<ErrandRow>(
      // A few of each destination, oldest first: the index has them in that order, however many wait behind. The first
      // of each before the second of any, by lot: nobody's old backlog may keep a newer errand of another waiting.
      sql`with chosen as (
        select oldest.id, row_number() over (
            partition by destinations.site, destinations.destination order by oldest.next_at) as place
        from outro.destinations, lateral (
          select id, next_at from outro.errands
          where errands.site = destinations.site and errands.destination = destinations.destination
            and state = 'pending' and next_at <= now() and (lease_until is null or lease_until < now())
          order by next_at limit ${Math.ceil(limit / 4)} for update skip locked) as oldest
        where destinations.site = any(${sites}::text[])
          and (destinations.paused_until is null or destinations.paused_until <= now())
      ), due as (select id from chosen order by place, random() limit ${limit})
      update outro.errands set lease = gen_random_uuid(), attempts = attempts + 1,
        lease_until = now() + ${leaseTime}::float8 * interval '1 millisecond'
      from due where errands.id = due.id returning ${columns}`,
    );
    return rows.map(toErrand);
  },

  async checkErrand(errand) {
    const rows = await db.run(
      sql`select 1 from outro.errands
        where id = ${errand.id} and lease = ${errand.lease}::uuid and state = 'pending'`,
    );
    if (rows.length === 0) return 'lost';
    return (await linkedAgain(errand)) ? 'linked-again' : 'go';
  },

  async finishErrand(errand, { state, reason, retryAfter, isDown, step }) {
    const { id, lease, site, provider } = errand;
    const isPending = state === 'pending';
    // Attempts at once that meet no answer are one outage. What was not asked says nothing of it.
    const isNews = isDown
      ? sql`(paused_until is null or paused_until <= now())`
      : sql`(failures > 0 and ${isDown === false})`;
    const parts = [
      // Fenced: an attempt that outlived its lease has nothing to say any more. And what failed beside the attempt that
      // began a pause says nothing new: only what fails after it makes the next one longer.
      sql`ended as (
        update outro.errands set state = ${state}, reason = ${reason ?? null}, lease = null, lease_until = null,
          next_at = case when ${isPending} then now() + ${retryAfter ?? 0}::float8 * interval '1 second' else next_at end,
          ended_at = case when ${isPending} then null else now() end,
          sealed_payload = case when ${isPending} then sealed_payload end
        where id = ${id} and lease = ${lease}::uuid and state = 'pending'
        returning state, next_at, journal, attempts)`,
      sql`rested as (
        update outro.destinations set failures = case when ${isDown ?? false} then failures + 1 else 0 end,
          paused_until = case when ${isDown ?? false} then now()
            + least(${longestPause}::float8, 2 ^ least(failures + 1, 10)) * interval '1 second' end
        where site = ${site} and destination = ${provider} and ${isNews} and exists (select from ended))`,
      ...(step ? finishReceipt(errand, step) : []),
    ];
    const finished = step ? sql`(select account from finishing)` : sql`null::text`;
    const [row] = await db.run<{ next_at: Date; finished: string | null }>(
      sql`with ${join(parts)} select next_at, ${finished} as finished from ended`,
    );
    if (row?.finished) wake(site, row.finished);
    return isPending ? row?.next_at : undefined;
  },
});
