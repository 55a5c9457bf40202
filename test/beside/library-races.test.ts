// What a library does to its own rows while outro works on them.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { libraries } from './schemas.ts';
import { openSite, type BesideSite } from './site.ts';

const library = libraries.authjs;
let site: BesideSite;

beforeAll(async () => {
  site = await openSite(library);
});
afterAll(() => site.close());

it('a library that removes an identity beside our lock is waited for, and then believed', async () => {
  const { uid, key } = await site.enter('ada');
  const client = await site.pool.connect();
  await client.query('begin');
  await client.query(`delete from accounts where "userId" = $1 and provider = 'github'`, [uid]);
  const asked = site.ask('removeConnection', key, {
    provider: 'google',
    lastIdentityHandling: 'fail',
  });
  await wait(150);
  await client.query('commit');
  client.release();
  expect(await asked).toMatchObject({ errorCode: 400030 });
});

it('a user whom the library deletes meanwhile is unknown, and what it left goes with the next removal', async () => {
  const { uid, key } = await site.enter('bob');
  const client = await site.pool.connect();
  await client.query('begin');
  await client.query('delete from users where id = $1', [uid]);
  const asked = site.ask('removeConnection', key, { provider: 'google' });
  await wait(150);
  await client.query('commit');
  client.release();
  expect(await asked).toMatchObject({ errorCode: 403005 });
  expect(await site.query('select * from accounts where "userId" = $1', [uid])).toHaveLength(2);
  // Who comes back gets a user anew, and a second row of one subject.
  const again = await library.addUser(site.query, 'bob@shop.example');
  for (const provider of ['google', 'github'])
    await library.link(site.query, again, provider, 'bob there');
  await library.openSession(site.query, again, 'bob again');
  const params = { provider: 'google', lastIdentityHandling: 'remove' };
  expect(await site.ask('removeConnection', 'bob again', params)).toMatchObject({ errorCode: 0 });
  const left = `select provider from accounts where "providerAccountId" = 'bob there' order by 1`;
  expect(await site.query(left)).toEqual([{ provider: 'github' }, { provider: 'github' }]);
});

it('a session that the library ends meanwhile is over, and says so', async () => {
  const { key } = await site.enter('cy');
  await site.query('delete from sessions where "sessionToken" = $1', [key]);
  const answer = await site.ask('logout', key);
  expect(answer['receipt']).toEqual([{ step: 'session', status: 'already' }]);
});

it('the person of one session under the name of another is nobody', async () => {
  const { key } = await site.enter('dee');
  const { uid } = await site.enter('eve');
  const named = await site.store.people.read({ site: site.apiKey, siteSession: key, uid });
  expect(named).toBeUndefined();
});
