import type { Database } from '../people/database.ts';
import { join, sql, type Part } from '../people/statement.ts';
import type { Exits, Delivery, Errand, Revocation } from './exits.ts';
import { pseudonymOfPerson } from './forget.ts';
import { entryColumns, journalRows, toEntry, type EntryRow } from './journal.ts';
import { chosen } from './records.ts';
import { finishReceipt } from './receipts.ts';

interface ErrandRow extends Partial<EntryRow> {
  id: string;
  lease: string;
  kind: Errand['kind'];
  site: string;
  destination: string;
  place: string | number | null;
  provider: string;
  sub_provider: string;
  provider_uid: string;
  generation: number;
  sealed_payload: string | null;
  attempts: number;
  age: number;
}

const columns = sql`errands.id, errands.lease, errands.kind, errands.site, errands.destination, errands.place,
  errands.provider, errands.sub_provider, errands.provider_uid, errands.generation, errands.sealed_payload,
  errands.attempts, extract(epoch from now() - errands.created_at)::float8 as age`;

const owedOf = ({ id, lease, site, destination, attempts, age }: ErrandRow) => ({
  id,
  lease,
  site,
  destination,
  attempts,
  age,
});

const toRevocation = (row: ErrandRow): Revocation => ({
  kind: 'revocation',
  ...owedOf(row),
  provider: row.provider,
  subProvider: row.sub_provider,
  providerUid: row.provider_uid,
  generation: row.generation,
  sealedTokens: row.sealed_payload ?? undefined,
});

const toDelivery = (row: ErrandRow): Delivery => ({
  kind: 'webhook',
  ...owedOf(row),
  place: String(row.place),
  change: row.entry_id == null ? undefined : toEntry(row as EntryRow),
});

const toErrand = (row: ErrandRow): Errand =>
  row.kind === 'webhook' ? toDelivery(row) : toRevocation(row);

// Seconds that a destination is left alone at most when it does not answer: two at first, and twice as long each time.
const longestPause = 300;

// Some of each destination that is not paused, oldest first: the index has them in that order, however many wait behind.
const due = (sites: string[], limit: number): Part => sql`due as (
  select oldest.* from outro.destinations, lateral (
    select id, site, destination, account, place, next_at from outro.errands
    where errands.site = destinations.site and errands.destination = destinations.destination
      and state = 'pending' and next_at <= now() and (lease_until is null or lease_until < now())
    order by next_at limit ${limit} for update skip locked) as oldest
  where destinations.site = any(${sites}::text[])
    and (destinations.paused_until is null or destinations.paused_until <= now()))`;

// A delivery behind another of the same person waits for it, and makes room for other people's meanwhile.
const inOrder = sql`judged as (
  select due.*, (select ahead.next_at from outro.errands as ahead
    where ahead.site = due.site and ahead.destination = due.destination and ahead.account = due.account
      and ahead.place < due.place and ahead.state = 'pending' order by ahead.place limit 1) as waits_for
  from due
), put_off as (
  update outro.errands set next_at = greatest(judged.waits_for, now() + interval '1 second')
  from judged where errands.id = judged.id and judged.waits_for is not null)`;

// Of `chosen`, each under a lease of its own.
const underLease = (time: number): Part => sql`claimed as (
    update outro.errands set lease = gen_random_uuid(), attempts = attempts + 1,
      lease_until = now() + ${time}::float8 * interval '1 millisecond'
    from chosen where errands.id = chosen.id and state = 'pending' returning errands.journal, ${columns}
  ) select claimed.*, ${entryColumns} from claimed
    left join ${journalRows} on claimed.kind = 'webhook' and entries.id = claimed.journal`;

/** The next delivery to the same webhook about the same person is due when this one has ended. */
const follow = ({ site, destination, place, id }: Delivery): Part =>
  sql`followed as (update outro.errands set next_at = least(next_at, now()) where id = (
    select id from outro.errands as next
    where next.site = ${site} and next.destination = ${destination}
      and next.account = (select account from outro.errands where id = ${id})
      and next.place > ${place}::bigint and next.state = 'pending' order by next.place limit 1)
    and exists (select from ended where state <> 'pending'))`;

/**
 * The part of the exits that keeps errands until they have ended.
 *
 * @param linkedAgain says of an errand whether the person is linked again, by a later link than the one it is about.
 * @param wake is told whose pages have something to hear, after the commit.
 */
export const errandsOf = (
  db: Database,
  linkedAgain: (errand: Revocation) => Promise<boolean>,
  wake: (site: string, account: string) => void,
): Pick<
  Exits,
  'leasedErrands' | 'claimErrands' | 'takeErrands' | 'checkErrand' | 'finishErrand'
> => ({
  async leasedErrands(lease) {
    const rows = await db.run<ErrandRow>(
      sql`select ${columns} from outro.errands where lease = ${lease}::uuid`,
    );
    return rows.map(toRevocation);
  },

  async claimErrands(sites, limit, leaseTime) {
    const rows = await db.run<ErrandRow>(
      // The first of each destination before the second of any, by lot, and not too many of one: nobody's old backlog
      // may keep a newer errand of another waiting.
      sql`with ${due(sites, limit)}, ${inOrder}, ordered as (
        select id, row_number() over (partition by site, destination order by next_at) as turn
        from judged where waits_for is null
      ), chosen as (
        select id from ordered where turn <= ${Math.ceil(limit / 4)} order by turn, random() limit ${limit}
      ), ${underLease(leaseTime)}`,
    );
    return rows.map(toErrand);
  },

  async takeErrands(filter, limit, leaseTime) {
    const rows = await db.run<ErrandRow>(
      sql`with ${chosen({ ...filter, state: 'pending' }, limit)}, ${underLease(leaseTime)}`,
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

  async finishErrand(errand, { state, reason, retryAfter, isDown, step, subscriptions }) {
    const { id, lease, site, destination } = errand;
    const isPending = state === 'pending';
    const pseudonym = errand.kind === 'revocation' ? pseudonymOfPerson(site, errand) : null;
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
          sealed_payload = case when ${isPending} then sealed_payload end,
          provider_uid = case when forgets and not ${isPending} then ${pseudonym}::text else provider_uid end
        where id = ${id} and lease = ${lease}::uuid and state = 'pending'
        returning state, next_at, journal, attempts)`,
      sql`rested as (
        update outro.destinations set failures = case when ${isDown ?? false} then failures + 1 else 0 end,
          paused_until = case when ${isDown ?? false} then now()
            + least(${longestPause}::float8, 2 ^ least(failures + 1, 10)) * interval '1 second' end
        where site = ${site} and destination = ${destination} and ${isNews} and exists (select from ended))`,
      ...(step ? finishReceipt(errand, step, subscriptions) : []),
      ...(errand.kind === 'webhook' && !isPending ? [follow(errand)] : []),
    ];
    const finished = step ? sql`(select account from finishing)` : sql`null::text`;
    const [row] = await db.run<{ next_at: Date; finished: string | null }>(
      sql`with ${join(parts)} select next_at, ${finished} as finished from ended`,
    );
    if (row?.finished) wake(site, row.finished);
    return isPending ? row?.next_at : undefined;
  },
});
