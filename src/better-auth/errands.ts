import { randomUUID } from 'node:crypto';
import type { Delivery, Errand, Exits, Revocation } from '../server/exits/exits.ts';
import { pseudonymOfPerson } from '../server/exits/forget.ts';
import { findErrands, isFree } from './errand-records.ts';
import { toEntry } from './journal.ts';
import { inMilliseconds } from './owed.ts';
import { finishReceipt } from './receipts.ts';
import { siteKey } from './removals.ts';
import type { Comparison, Rows } from './rows.ts';
import type { Tables } from './tables.ts';

type Row = Tables['outroErrand'];

const toErrand = async (row: Row, rows: Rows): Promise<Errand> => {
  const owed = {
    id: row.id,
    lease: row.lease ?? '',
    site: siteKey,
    destination: row.destination,
    attempts: row.attempts,
    age: (Date.now() - row.createdAt.getTime()) / 1000,
  };
  if (row.kind === 'revocation')
    return {
      kind: 'revocation',
      ...owed,
      provider: row.provider ?? '',
      subProvider: row.subProvider ?? '',
      providerUid: row.providerUid ?? '',
      generation: row.generation ?? 0,
      sealedTokens: row.sealedPayload ?? undefined,
    };
  const entry =
    row.entry === null ? undefined : await rows.one('outroEntry', { number: row.entry });
  return {
    kind: 'webhook',
    ...owed,
    place: String(row.place),
    change: entry && (await toEntry(entry, rows)),
  };
};

// The attempt counts up with each lease, so only one of those who saw it so may have it.
const lease = (row: Row, time: number, rows: Rows): Promise<Row | undefined> =>
  rows.take(
    'outroErrand',
    { id: row.id, state: 'pending', attempts: row.attempts },
    { attempts: 1 },
    { lease: randomUUID(), nextAt: inMilliseconds(time) },
  );

const isBehind = async (row: Row, rows: Rows): Promise<boolean> => {
  if (row.kind !== 'webhook' || row.place === null) return false;
  const ahead = await rows.many(
    'outroErrand',
    { destination: row.destination, account: row.account, state: 'pending', kind: 'webhook' },
    1,
    { and: [{ field: 'place', operator: 'lt', value: row.place }] },
  );
  return ahead.length > 0;
};

// Destinations that are looked at for one claim.
const destinationsAtMost = 10;

/** Due errands, some of each destination that is not left alone, the longest due first. */
const findDue = async (limit: number, rows: Rows): Promise<Row[][]> => {
  const now = new Date();
  const paused = await rows.many('outroDestination', {}, 1000, {
    and: [{ field: 'pausedUntil', operator: 'gt', value: now }],
  });
  const passed = paused.map(({ name }) => name);
  const found: Row[][] = [];
  for (let count = 0; count < destinationsAtMost; count += 1) {
    const and: Comparison<'outroErrand'>[] = [
      { field: 'nextAt', operator: 'lte', value: now },
      ...(passed.length > 0
        ? [{ field: 'destination', operator: 'not_in', value: passed } as const]
        : []),
    ];
    const due = { and, by: 'nextAt' } as const;
    const [first] = await rows.many('outroErrand', { state: 'pending' }, 1, due);
    if (!first) break;
    const { destination } = first;
    passed.push(destination);
    found.push(await rows.many('outroErrand', { state: 'pending', destination }, limit, due));
  }
  return found;
};

// Milliseconds that a destination is left alone at most when it does not answer.
const longestPause = 300_000;

/** A destination that does not answer pauses alone: two seconds, then twice as long each time until it answers. */
const rest = async ({ destination: name }: Errand, isDown: boolean, rows: Rows): Promise<void> => {
  const known = await rows.one('outroDestination', { name });
  if (!isDown) {
    if (known?.failures)
      await rows.change('outroDestination', { name }, { failures: 0, pausedUntil: null });
    return;
  }
  // What failed beside the attempt that began a pause says nothing new.
  if (known?.pausedUntil && known.pausedUntil > new Date()) return;
  const failures = (known?.failures ?? 0) + 1;
  const pausedUntil = inMilliseconds(Math.min(longestPause, 1000 * 2 ** Math.min(failures, 10)));
  if (known) await rows.change('outroDestination', { name }, { failures, pausedUntil });
  // Somebody else may have noted it meanwhile, which says the same.
  else await rows.insert('outroDestination', { name, failures, pausedUntil }).catch(() => {});
};

type Errands = Pick<
  Exits,
  'leasedErrands' | 'claimErrands' | 'takeErrands' | 'checkErrand' | 'finishErrand'
>;

/** The next delivery about the same person is due when this one has ended. */
const follow = async ({ destination, place }: Delivery, account: string | null, rows: Rows) => {
  const [next] = await rows.many(
    'outroErrand',
    { destination, account, state: 'pending', kind: 'webhook' },
    1,
    { and: [{ field: 'place', operator: 'gt', value: Number(place) }], by: 'place' },
  );
  if (next) await rows.change('outroErrand', { id: next.id, lease: null }, { nextAt: new Date() });
};

/**
 * The part of the exits that keeps errands until they have ended.
 *
 * @param linkedAgain says of an errand whether the person is linked again, by a later link than the one it is about.
 * @param wake is told whose pages have something to hear, after the commit.
 */
export const errandsOf = (
  rows: Rows,
  linkedAgain: (errand: Revocation) => Promise<boolean>,
  wake: (account: string) => void,
): Errands => ({
  async leasedErrands(leaseId) {
    const found = await rows.many('outroErrand', { lease: leaseId, kind: 'revocation' }, 1000);
    return Promise.all(found.map(async (row) => (await toErrand(row, rows)) as Revocation));
  },

  async claimErrands(sites, limit, leaseTime) {
    if (!sites.includes(siteKey)) return [];
    const found = await findDue(limit, rows);
    const turns = found.map((some) => some.slice(0, Math.ceil(limit / 4)));
    const claimed: Row[] = [];
    // The first of each destination before the second of any.
    for (let turn = 0; turn < Math.ceil(limit / 4); turn += 1)
      for (const some of turns) {
        const row = some[turn];
        if (!row || claimed.length >= limit) continue;
        if (await isBehind(row, rows)) {
          await rows.change(
            'outroErrand',
            { id: row.id, lease: row.lease },
            { nextAt: inMilliseconds(1000) },
          );
          continue;
        }
        const mine = await lease(row, leaseTime, rows);
        if (mine) claimed.push(mine);
      }
    return Promise.all(claimed.map((row) => toErrand(row, rows)));
  },

  async takeErrands(filter, limit, leaseTime) {
    const found = await findErrands({ ...filter, state: 'pending' }, limit, rows);
    const free = found.filter(isFree);
    const taken = await Promise.all(free.map((row) => lease(row, leaseTime, rows)));
    return Promise.all(taken.flatMap((row) => (row ? toErrand(row, rows) : [])));
  },

  async checkErrand(errand) {
    const { id, lease: held } = errand;
    const row = await rows.one('outroErrand', { id, lease: held, state: 'pending' });
    if (!row) return 'lost';
    return (await linkedAgain(errand)) ? 'linked-again' : 'go';
  },

  async finishErrand(errand, outcome) {
    const { state, reason, retryAfter = 0, isDown, step } = outcome;
    const isPending = state === 'pending';
    const nextAt = inMilliseconds(retryAfter * 1000);
    const done = await rows.transaction(async () => {
      // Fenced: an attempt that outlived its lease has nothing to say any more.
      const row = await rows.take(
        'outroErrand',
        { id: errand.id, lease: errand.lease, state: 'pending' },
        { attempts: 0 },
        {
          state,
          reason: reason ?? null,
          lease: null,
          ...(isPending ? { nextAt } : { endedAt: new Date(), sealedPayload: null }),
        },
      );
      if (!row) return undefined;
      if (row.forgets && !isPending && errand.kind === 'revocation')
        await rows.change(
          'outroErrand',
          { id: row.id },
          { providerUid: pseudonymOfPerson(siteKey, errand) },
        );
      if (errand.kind === 'webhook') {
        if (!isPending) await follow(errand, row.account, rows);
        return { told: undefined };
      }
      return {
        told: step && (await finishReceipt(errand, row.entry, outcome, nextAt, rows)),
      };
    });
    if (done && isDown !== undefined) await rest(errand, isDown, rows);
    if (done?.told) wake(done.told);
    return done && isPending ? nextAt : undefined;
  },
});
