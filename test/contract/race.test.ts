// Two removals at once can never both take the last way in. It counts on Postgres: PGlite serialises.
import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { startHouse } from '../support/house.ts';

const pairs = 200;

it('two simultaneous removals of the last two identities under fail: never zero ways in', async () => {
  const house = await startHouse();
  const method = 'socialize.removeConnection';
  const outcomes: number[][] = [];
  for (let done = 0; done < pairs; done += 20) {
    const batch = Array.from({ length: 20 }, async () => {
      const UID = randomUUID();
      const providers = { facebook: { providerUID: UID }, linkedin: { providerUID: UID } };
      await house.signIn({ siteUID: UID, providers, elsewhere: true });
      const removals = Object.keys(providers).map((provider) =>
        house.signed(method, { UID, provider, lastIdentityHandling: 'fail' }),
      );
      return (await Promise.all(removals))
        .map(({ errorCode }) => errorCode)
        .toSorted((a, b) => a - b);
    });
    outcomes.push(...(await Promise.all(batch)));
  }
  expect(outcomes).toEqual(Array.from({ length: pairs }, () => [0, 400030]));

  const left = await house.database.query(
    `select count(*)::int as identities from outro.accounts a
     left join outro.identities i on i.account_id = a.id and i.state = 'linked'
     where a.site = $1 group by a.id having count(i.id) <> 1`,
    [house.apiKey],
  );
  expect(left).toEqual([]);
  const noted = await house.database.query(
    "select count(*)::int as rows from outro.journal where site = $1 and method = 'removeConnection'",
    [house.apiKey],
  );
  expect(noted).toEqual([{ rows: pairs }]);
  console.log(`${pairs} pairs raced on ${inject('databaseUrl') ? 'Postgres' : 'PGlite'}`);
});
