// A removal and an older sign-in at once: whatever comes first, the identity is gone. It counts on Postgres.
import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
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
