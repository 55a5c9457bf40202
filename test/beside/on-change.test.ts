// The site hears of every change in its own transaction, on mapped tables, on outro's own and on better-auth's.
import { APIError } from 'better-auth/api';
import { fromPg, fromTables, type SiteChange, type StoreOptions } from 'outro/server';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteAccount, logOut, remove } from '../store/decisions.ts';
import { enter, identity, newHash, session } from '../store/scene.ts';
import { openAuth, type Engine } from './better-auth-site.ts';
import { libraries } from './schemas.ts';
import { openDatabase } from './site.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
const heard: SiteChange[] = [];
let refusal: Error | undefined;

const options: StoreOptions = {
  async onChange(change, tx) {
    heard.push(change);
    await tx.query('insert into audit (uid, method) values ($1, $2)', [change.uid, change.method]);
    if (refusal) throw refusal;
  },
};

beforeAll(async () => {
  database = await openDatabase(
    `${libraries.authjs.schema}; create table audit (uid text, method text)`,
  );
});
afterAll(() => database.close());

const audited = async () =>
  (await database.query('select count(*)::int as n from audit'))[0]?.['n'];

it('on the site’s tables: follows, or undoes all', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  const store = await fromTables(pool, libraries.authjs.mapping, options);
  const { query } = database;
  const uid = await libraries.authjs.addUser(query, 'ada@shop.example');
  for (const provider of ['oidc-one', 'oidc-two'])
    await libraries.authjs.link(query, uid, provider, `person at ${provider.slice(5)}`);
  for (const key of ['one', 'two']) await libraries.authjs.openSession(query, uid, key);
  refusal = new Error('the site says no');
  await expect(remove(store.people, { site: 's', uid }, ['one'])).rejects.toThrow('says no');
  expect(await query('select provider from accounts')).toHaveLength(2);
  expect(await query('select * from sessions')).toHaveLength(2);
  expect(await query('select * from outro.journal')).toEqual([]);
  expect(await audited()).toBe(0);
  refusal = undefined;
  heard.length = 0;
  await remove(store.people, { site: 's', siteSession: 'one' }, ['one']);
  expect(heard).toMatchObject([
    {
      site: 's',
      uid,
      removed: [{ provider: 'oidc-one', providerUid: 'person at one' }],
      softened: [],
      endedSessions: ['two'],
      isDeleted: false,
    },
  ]);
  expect(await audited()).toBe(1);
  await logOut(store.people, { site: 's', uid }, 'all');
  await deleteAccount(store.people, { site: 's', uid });
  expect(heard.slice(1).map(({ isDeleted, endedSessions }) => [isDeleted, endedSessions])).toEqual([
    [false, ['one']],
    [true, []],
  ]);
  await store.close();
});

it('on outro’s own tables: the same', async () => {
  const store = await fromPg(new pg.Pool({ connectionString: database.url, max: 4 }), options);
  const place = { people: store.people, site: 's' };
  const before = Number(await audited());
  await enter(place, 'ada', {
    linkIdentities: [identity('one'), identity('two')],
    openSession: session({ tokenHash: newHash(), siteSession: 'mine' }),
  });
  refusal = new Error('the site says no');
  const who = { site: 's', uid: 'ada' };
  await expect(remove(store.people, who, ['one'])).rejects.toThrow('says no');
  expect((await store.people.read(who))?.identities).toHaveLength(2);
  refusal = undefined;
  await logOut(store.people, who, 'all');
  expect(heard.at(-1)).toMatchObject({ uid: 'ada', endedSessions: ['mine'] });
  expect(await audited()).toBe(before + 2);
  await store.close();
});

it.each<Engine>(['pg', 'sqlite'])('on better-auth, on %s: the same', async (engine) => {
  const told: SiteChange[] = [];
  let answer: APIError | undefined;
  const site = await openAuth(engine, {
    auth: { user: { deleteUser: { enabled: true } } },
    outro: {
      async onChange(change, tx) {
        told.push(change);
        const where = [{ field: 'id', value: change.uid }];
        await tx.update({ model: 'user', where, update: { name: change.callId } });
        if (answer) throw answer;
      },
    },
  });
  const { uid, accounts, cookie, open } = await site.enter();
  const other = await open();
  const unlink = () => site.ask('/unlink-account', { cookie, body: { accountId: accounts[0] } });
  const nameOf = async () => (await site.query('select name from "user"'))[0]?.['name'];
  const name = await nameOf();
  answer = new APIError('CONFLICT', { message: 'an order is under way' });
  expect(await unlink()).toMatchObject({
    status: 409,
    body: { message: 'an order is under way' },
  });
  expect(await nameOf()).toBe(name);
  expect(await site.query('select 1 from account')).toHaveLength(2);
  expect(await site.query('select 1 from "outroEntry"')).toEqual([]);
  expect(await site.isIn(other)).toBe(true);
  answer = undefined;
  told.length = 0;
  const { body } = await unlink();
  expect(told).toMatchObject([
    {
      uid,
      callId: body['callId'],
      method: 'removeConnection',
      removed: [{ provider: 'google' }],
      isDeleted: false,
    },
  ]);
  expect(await nameOf()).toBe(body['callId']);
  await site.ask('/sign-out', { cookie: other });
  await site.ask('/delete-user', { cookie });
  expect(
    told.slice(1).map(({ isDeleted, endedSessions }) => [isDeleted, endedSessions.length]),
  ).toEqual([
    [false, 1],
    [true, 1],
  ]);
  await site.close();
});
