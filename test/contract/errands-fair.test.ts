// Errands of one provider that is down, in great number: nobody else's wait for them, and no statement grows with them.
import { createHandler } from 'outro/server';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { secret } from '../support/house.ts';
import { answering } from '../support/revocation.ts';
import { openStore, type Sent } from '../support/store.ts';

const sent: Sent[] = [];
let opened: ReturnType<typeof openStore> | undefined;
afterAll(async () => (await opened)?.store.close());

/** A backend of a site of its own, whose store tells what it sends. */
const openSite = async (providers: Record<string, string>) => {
  const database = await (opened ??= openStore((one) => sent.push(one)));
  const apiKey = `fair-${crypto.randomUUID()}`;
  const configured = Object.entries(providers).map(([name, origin]) => {
    const form = { id: '{providerUid}' };
    const url = `${origin}/revoke`;
    const revoke = { by: 'request', method: 'POST', url, form, removes: 'grant' } as const;
    return [name, { revoke }] as const;
  });
  const handler = createHandler({
    sites: [
      {
        apiKey,
        secret,
        publicUrl: 'https://outro.example',
        providers: Object.fromEntries(configured),
      },
    ],
    encryptionKeys: [{ id: 'test', key: secret }],
    allowPrivateProviders: true,
    store: database.store,
  });
  const { query } = database;
  onTestFinished(async () => {
    await query('delete from outro.errands where site = $1', [apiKey]);
  });
  return {
    apiKey,
    handler,
    query,
    store: database.store,
    /** Owes a provider many errands, due since so many seconds. */
    async owe(provider: string, count: number, seconds: number): Promise<void> {
      await query(
        `insert into outro.errands
           (kind, site, destination, provider, sub_provider, provider_uid, generation, next_at)
         select 'revocation', $1, $2, $2, '', 'person ' || n, 1, now() - $4 * interval '1 second'
         from generate_series(1, $3::int) n`,
        [apiKey, provider, count, seconds],
      );
      await query('insert into outro.destinations values ($1, $2) on conflict do nothing', [
        apiKey,
        provider,
      ]);
    },
    /** The database's clock. */
    now: async (): Promise<Date> =>
      (await query('select clock_timestamp() as now'))[0]?.['now'] as Date,
    /** How often in a row a provider has failed, and for how many seconds since then it is left alone. */
    async pauseOf(provider: string, since: Date): Promise<{ failures: number; seconds: number }> {
      const [row] = await query(
        `select failures, extract(epoch from paused_until - $3)::float8 as seconds
         from outro.destinations where site = $1 and destination = $2`,
        [apiKey, provider, since],
      );
      return { failures: Number(row?.['failures']), seconds: Number(row?.['seconds'] ?? 0) };
    },
    /** Errands that somebody is at. */
    async leased(): Promise<number> {
      const sql =
        'select count(*)::int as count from outro.errands where site = $1 and lease is not null';
      return Number((await query(sql, [apiKey]))[0]?.['count']);
    },
    /** Nobody is at any errand, and no provider has failed. */
    async reset(): Promise<void> {
      await query(
        'update outro.errands set lease = null, lease_until = null where site = $1 and lease is not null',
        [apiKey],
      );
      await query(
        'update outro.destinations set failures = 0, paused_until = null where site = $1',
        [apiKey],
      );
    },
    lengthenPauses: () =>
      query(
        "update outro.destinations set paused_until = paused_until + interval '1 hour' where site = $1",
        [apiKey],
      ),
    endPauses: () =>
      query('update outro.destinations set paused_until = now() where site = $1', [apiKey]),
  };
};

interface Plan {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** Rows that a plan has touched, in all its parts. */
const rowsOf = (plan: Plan): number =>
  (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'] +
  (plan.Plans ?? []).map(rowsOf).reduce((sum, one) => sum + one, 0);

/** Rows that the claim touches which an instance made last, made once more. */
const rowsOfClaim = async ({ query }: Awaited<ReturnType<typeof openSite>>): Promise<number> => {
  const claim = sent.findLast(({ text }) => /^with .*update outro\.errands set lease/s.test(text));
  const [row] = await query(
    `explain (analyze, format json) ${claim?.text ?? ''}`,
    claim?.values ?? [],
  );
  const plans = (row?.['QUERY PLAN'] ?? []) as { Plan: Plan }[];
  return plans.map(({ Plan: plan }) => rowsOf(plan)).reduce((sum, one) => sum + one, 0);
};

it('3.6 200,000 errands of a provider that is down: it pauses alone, others are attempted in the next round', async () => {
  const down = await answering({ status: 503 });
  const up = await answering({ status: 200 });
  const site = await openSite({ facebook: down.origin, github: up.origin });
  await site.owe('facebook', 20, 3600);
  await site.handler.work();
  await site.endPauses();
  const few = await rowsOfClaim(site);
  expect(few).toBeGreaterThan(0);
  await site.reset();
  await site.owe('facebook', 200_000, 3600);
  expect((await rowsOfClaim(site)) / few).toBeLessThan(2);
  await site.reset();
  down.calls.length = 0;

  await site.owe('github', 1, 1);
  const begun = await site.now();
  expect(await site.handler.work()).toBeGreaterThan(1);
  expect(up.calls).toHaveLength(1);
  // Of many that fail at once the first says that it is down; the others say nothing new.
  expect(down.calls.length).toBeLessThanOrEqual(5);
  expect(await site.pauseOf('facebook', begun)).toMatchObject({ failures: 1 });
  // Each has been put back, though all of them at once tell of the same destination.
  expect(await site.leased()).toBe(0);
  const asked = down.calls.length;
  // However long the round takes, the pause does not end in it.
  await site.lengthenPauses();
  await site.owe('github', 1, 1);
  expect(await site.handler.work()).toBe(1);
  expect([down.calls.length, up.calls.length]).toEqual([asked, 2]);
  expect(await site.pauseOf('github', begun)).toEqual({ failures: 0, seconds: 0 });
  // Its pause over, it is tried again, and the next pause is longer.
  await site.endPauses();
  const again = await site.now();
  expect(await site.handler.work()).toBeGreaterThan(0);
  expect(down.calls.length).toBeGreaterThan(asked);
  const { failures, seconds } = await site.pauseOf('facebook', again);
  expect(failures).toBeGreaterThan(1);
  expect(seconds).toBeGreaterThanOrEqual(4);
});

it('3.7 errands of one destination that end at once are all put back, whatever the isolation', async () => {
  const site = await openSite({ facebook: 'https://nobody.example' });
  await site.owe('facebook', 80, 3600);
  const { exits } = site.store;
  const claimed = await exits.claimErrands([site.apiKey], 80, 20_000);
  expect(claimed).toHaveLength(20);
  const outcome = { state: 'pending', isDown: true, retryAfter: 5 } as const;
  const ended = await Promise.all(claimed.map((errand) => exits.finishErrand(errand, outcome)));
  expect(ended.filter((retryAt) => !retryAt)).toEqual([]);
});

it('3.6 an errand that was not attempted says nothing of its provider, whose pause goes on', async () => {
  const site = await openSite({ facebook: 'https://nobody.example' });
  await site.owe('facebook', 2, 3600);
  const begun = await site.now();
  const { exits } = site.store;
  const [down, withheld] = await exits.claimErrands([site.apiKey], 8, 20_000);
  if (!down || !withheld) expect.fail('not claimed');
  await exits.finishErrand(down, { state: 'pending', isDown: true, retryAfter: 5 });
  await exits.finishErrand(withheld, { state: 'skipped', reason: 'connected again' });
  const { failures, seconds } = await site.pauseOf('facebook', begun);
  expect(failures).toBe(1);
  expect(seconds).toBeGreaterThanOrEqual(2);
});

it('3.6 a provider without a backlog does not wait behind those that have one, though all are up', async () => {
  const up = await answering({ status: 200 });
  const late = await answering({ status: 200 });
  // More than a round takes, so that it is a matter of chance; it misses fifteen rounds once in six million times.
  const busy = Array.from({ length: 30 }, (_, index) => `oidc-${index}`);
  const site = await openSite({
    ...Object.fromEntries(busy.map((name) => [name, up.origin])),
    github: late.origin,
  });
  for (const name of busy) await site.owe(name, 100, 3600);
  await site.owe('github', 1, 1);
  for (let round = 0; round < 15 && late.calls.length === 0; round += 1) await site.handler.work();
  expect(late.calls).toHaveLength(1);
});
