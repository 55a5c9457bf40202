// What is sent to the database: as few kinds of statements as there are things to do, and a connection to hear on.
import { fromPg } from 'outro/server';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { secret, startHouse, type House } from '../support/house.ts';
import { startInstance } from '../support/listening.ts';
import { signedBody } from '../support/signed.ts';
import { openStore, type Sent, type TestDatabase } from '../support/store.ts';

const sent: Sent[] = [];
let database: TestDatabase;
beforeAll(async () => {
  database = await openStore((one) => sent.push(one));
});
afterAll(() => database.store.close());

it('3.13 a pool with room for one connection is refused at start, and told how many it takes', async () => {
  const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 1 });
  await expect(fromPg(pool)).rejects.toThrow(/^the pool: expected a max of at least 2; .*hear/);
  await pool.end();
  const enough = new pg.Pool({ connectionString: inject('databaseUrl'), max: 2 });
  await (await fromPg(enough)).close();
});

// Where everything is serializable, what other tests do at the same time may end a transaction, which is tried again, at
// last behind a lock; and others are told of a change a moment later.
const mayComeLater = /^\s*(rollback|select pg_notify|update outro\.accounts set rev = rev \+ 1)/;

const texts = (): Set<string> =>
  new Set(sent.map(({ text }) => text).filter((text) => !mayComeLater.test(text)));

const providers = ['oidc-a', 'oidc-b', 'oidc-c', 'oidc-d', 'oidc-e', 'oidc-f'];

/** Signs in with so many connections and login ids, three times, removes all of them at once, and then the account. */
const comeAndGo = async (house: House, count: number): Promise<void> => {
  const handler = startInstance(house, database.store);
  const UID = `with ${count}`;
  const names = providers.slice(0, count);
  const sessions = names.map((name) => [name, { providerUID: UID, authToken: 'T' }]);
  const loginIDs = names.map((name) => ({
    value: `${name}-${count}@shop.example`,
    provider: name,
  }));
  const call = async (method: string, params: Record<string, string>): Promise<void> => {
    const url = `https://outro.example/socialize.${method}`;
    const body = signedBody(url, secret, { apiKey: house.apiKey, ...params });
    const answer = (await (await handler(new Request(url, { method: 'POST', body }))).json()) as {
      errorCode: number;
    };
    expect(answer).toMatchObject({ errorCode: 0 });
  };
  for (let times = 0; times < 3; times += 1)
    await call('notifyLogin', {
      siteUID: UID,
      providerSessions: JSON.stringify(Object.fromEntries(sessions)),
      loginIDs: JSON.stringify(loginIDs),
      openedBy: 'oidc-a',
    });
  await call('removeConnection', { UID, lastIdentityHandling: 'remove' });
  await call('deleteAccount', { UID });
  await database.store.people.liveSessions(names.map(() => crypto.randomUUID()));
  await database.store.exits.claimErrands([house.apiKey, ...names], 20, 20_000);
};

it('3.13 a list of any length is one statement, so that names for prepared ones are never used up', async () => {
  const house = await startHouse();
  await comeAndGo(house, 1);
  const known = texts();
  expect(known.size).toBeGreaterThan(5);
  for (let count = 2; count <= providers.length; count += 1) await comeAndGo(house, count);
  expect([...texts()].filter((text) => !known.has(text))).toEqual([]);
});
