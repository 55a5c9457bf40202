// A removal and an older sign-in at once: whatever comes first, the identity is gone. It counts on Postgres.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { hashPerson } from '../../src/server/rules/stays-gone.ts';
import { startHouse, type House } from '../support/house.ts';

const pairs = 200;

// At the account itself, found by its uid or by the identity, or at another account.
const accountsOf = (uid: string): Record<string, string>[] => [
  { siteUID: uid },
  {},
  { siteUID: `${uid} too` },
];

const race = async (house: House, index: number): Promise<[removed: number, signedIn: number]> => {
  const UID = randomUUID();
  const facebook = { providerUID: UID };
  const providers = { facebook, linkedin: { providerUID: UID } };
  await house.signIn({ siteUID: UID, providers, elsewhere: true });
  const startedAt = Date.now() / 1000;
  const providerSessions = JSON.stringify({ facebook: { ...facebook, startedAt } });
  const remove = house.signed('socialize.removeConnection', { UID, provider: 'facebook' });
  const signIn = house.signed('socialize.notifyLogin', {
    ...accountsOf(UID)[index % 3],
    providerSessions,
  });
  const [removed, signedIn] = await Promise.all([remove, signIn]);
  return [removed.errorCode, signedIn.errorCode];
};

it(`${pairs} removals, each at once with an older sign-in: none leaves the identity linked`, async () => {
  const house = await startHouse();
  const outcomes = new Map<string, number>();
  for (let done = 0; done < pairs; done += 20) {
    const batch = Array.from({ length: 20 }, (_, index) => race(house, done + index));
    for (const outcome of await Promise.all(batch))
      outcomes.set(outcome.join(), (outcomes.get(outcome.join()) ?? 0) + 1);
  }
  const left = await house.database.query(
    "select count(*)::int as linked from outro.identities where site = $1 and provider = 'facebook'",
    [house.apiKey],
  );
  expect(left).toEqual([{ linked: 0 }]);
  // First the sign-in, then its removal; or first the removal; or the sign-in met the identity at its other account.
  expect([...outcomes.keys()].filter((one) => !/^0,(0|403002|409001)$/.test(one))).toEqual([]);
  const accounts = await house.database.query(
    'select count(*)::int as empty from outro.accounts a where site = $1 and not exists (select from outro.identities i where i.account_id = a.id)',
    [house.apiKey],
  );
  expect(accounts).toEqual([{ empty: 0 }]);
  const on = inject('databaseUrl') ? 'Postgres' : 'PGlite';
  console.log(`${pairs} pairs raced on ${on}: ${JSON.stringify(Object.fromEntries(outcomes))}`);
});

/** A person whom a sign-in is about to link: it has marked them, and goes on when it is told to. */
const openLinking = async ({ apiKey: site, database }: House, providerUid: string) => {
  const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 2 });
  const linking = await pool.connect();
  await linking.query('begin');
  const person = { provider: 'facebook', subProvider: '', providerUid };
  await linking.query(
    `insert into outro.removed_identities (site, provider, sub_provider, person_hash)
     values ($1, 'facebook', '', $2)
     on conflict (site, provider, sub_provider, person_hash) do update set marked_at = now()`,
    [site, Buffer.from(hashPerson(site, person))],
  );
  const { rows } = await linking.query('select pg_current_xact_id()::text as id');
  const [{ id }] = rows as [{ id: string }];
  return {
    /** How many wait for it. */
    async waiting(): Promise<number> {
      const sql =
        'select count(*)::int as n from pg_locks where not granted and transactionid::text = $1';
      return Number((await database.query(sql, [id]))[0]?.['n']);
    },
    /** Rows that nobody has locked. */
    async free(): Promise<number> {
      const sql =
        "select 1 from outro.identities where site = $1 and provider = 'facebook' for update skip locked";
      return (await database.query(sql, [site])).length;
    },
    async end(): Promise<void> {
      await linking.query('rollback');
      linking.release();
      await pool.end();
    },
  };
};

// An embedded database has one connection.
if (inject('databaseUrl'))
  it.each([undefined, 'remove', 'soft'])(
    'a removal (%s) is noted before the identity is touched, so that it and a sign-in never wait for each other',
    async (lastIdentityHandling) => {
      const house = await startHouse();
      const UID = randomUUID();
      await house.signIn({ siteUID: UID, providers: { facebook: { providerUID: UID } } });
      const linking = await openLinking(house, UID);
      try {
        const removal = house.signed('socialize.removeConnection', {
          UID,
          provider: 'facebook',
          ...(lastIdentityHandling && { lastIdentityHandling }),
        });
        await expect.poll(() => linking.waiting()).toBe(1);
        expect(await linking.free()).toBe(1);
        await linking.end();
        expect((await removal).errorCode).toBe(0);
      } finally {
        await linking.end().catch(() => {});
      }
    },
  );
