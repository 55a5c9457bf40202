// outro on the tables of five libraries: the same promises as on its own.
import { importAccounts } from 'outro/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secret } from '../support/house.ts';
import { libraries } from './schemas.ts';
import { openSite, stepsOf, type BesideSite } from './site.ts';

describe.each(Object.entries(libraries))('on the tables of %s', (name, library) => {
  let site: BesideSite;
  beforeAll(async () => {
    site = await openSite(library, { allowAccountDeletion: true });
  });
  afterAll(() => site.close());

  const countIn = async (table: string, key?: string): Promise<number> => {
    const rows = await site.query(`select * from ${table} as t where t::text like $1`, [
      `%${key ?? ''}%`,
    ]);
    return rows.length;
  };

  it('a person who signed in before outro came is known, with every identity and way in', async () => {
    const { uid, key } = await site.enter('ada');
    const user = await site.ask('getUserInfo', key);
    expect(user).toMatchObject({ errorCode: 0, UID: uid, providers: 'google,github' });
    expect(await site.ask('getUserInfo', library.newKey())).toMatchObject({ errorCode: 403005 });
  });

  it('logout ends the very session by which the site knows the person, and no other', async () => {
    const { uid, key } = await site.enter('bob');
    const other = library.newKey();
    await library.openSession(site.query, uid, other);
    const answer = await site.ask('logout', key);
    expect(stepsOf(answer)[0]).toBe('session done');
    expect([await countIn(library.sessions, key), await countIn(library.sessions, other)]).toEqual([
      0, 1,
    ]);
    expect(stepsOf(await site.ask('logout', key))).toEqual(['session already']);
  });

  it('everywhere ends all of them', async () => {
    const { uid, key } = await site.enter('cy');
    const others = [library.newKey(), library.newKey()];
    for (const other of others) await library.openSession(site.query, uid, other);
    const answer = await site.ask('logout', key, { sessions: 'all' });
    expect(stepsOf(answer).slice(0, 2)).toEqual(['session done', 'sessions done']);
    for (const one of [key, ...others]) expect(await countIn(library.sessions, one)).toBe(0);
  });

  it('a ticket finishes a logout that the backend had not heard of, with the others', async () => {
    const { uid, key } = await site.enter('dee');
    const { leaveTicket } = await site.ask('getUserInfo', key);
    const other = library.newKey();
    await library.openSession(site.query, uid, other);
    const params = { ticket: String(leaveTicket), sessions: 'all' };
    const answer = await site.ask('redeemLeaveTicket', '', params);
    expect(stepsOf(answer).slice(0, 2)).toEqual(['session done', 'sessions done']);
    expect(await countIn(library.sessions, other)).toBe(0);
    const later = library.newKey();
    await library.openSession(site.query, uid, later);
    await site.ask('redeemLeaveTicket', '', params);
    expect(await countIn(library.sessions, later)).toBe(1);
  });

  it('a removed identity is gone from the site’s table; of sessions the present one goes on', async () => {
    const { uid, key } = await site.enter('eve');
    const other = library.newKey();
    await library.openSession(site.query, uid, other);
    const answer = await site.ask('removeConnection', key, {
      provider: 'google',
      lastIdentityHandling: 'remove',
    });
    expect(answer.errorCode).toBe(0);
    expect(stepsOf(answer)).toContain('identity done');
    expect(answer['receipt']).toContainEqual({
      step: 'sessions',
      status: 'done',
      reason: expect.stringContaining('nobody has told') as string,
    });
    const rows = await site.query(`select * from ${library.identities}`);
    const left = rows.filter((row) => JSON.stringify(row).includes('eve there'));
    expect(left).toHaveLength(1);
    expect(JSON.stringify(left)).toContain('github');
    expect([await countIn(library.sessions, key), await countIn(library.sessions, other)]).toEqual([
      1, 0,
    ]);
    expect(await site.ask('removeConnection', key, { provider: 'google' })).toMatchObject({
      errorCode: 400106,
    });
    if (name === 'supabase')
      expect(
        await site.query('select raw_app_meta_data as data from auth.users where id = $1', [uid]),
      ).toEqual([{ data: { provider: 'github', providers: ['github'] } }]);
  });

  it('a refused removal changes nothing', async () => {
    const { key } = await site.enter('fay', ['google']);
    const all = async () => [
      await site.query(`select * from ${library.identities} as t order by t::text`),
      await site.query(`select * from ${library.sessions} as t order by t::text`),
      await site.query('select count(*) from outro.journal'),
      await site.query('select count(*) from outro.errands'),
    ];
    const before = await all();
    const answer = await site.ask('removeConnection', key, { lastIdentityHandling: 'fail' });
    expect(answer).toMatchObject({ errorCode: 400030 });
    expect(await all()).toEqual(before);
  });

  it('a soft removal keeps the row, and nothing else', async () => {
    const { key } = await site.enter('gus', ['google']);
    const answer = await site.ask('removeConnection', key);
    expect(stepsOf(answer)).toContain('identity kept');
    const [row] = (await site.query(`select * from ${library.identities}`)).filter((one) =>
      JSON.stringify(one).includes('gus there'),
    );
    expect(row).toBeDefined();
    expect(JSON.stringify(row)).not.toContain('of the first');
    const user = await site.ask('getUserInfo', key);
    expect(user['providers']).toBeUndefined();
    expect(await site.ask('removeConnection', key)).toMatchObject({ errorCode: 400106 });
  });

  it('a password is a way in', async () => {
    if (!library.setPassword) return;
    const { uid, key } = await site.enter('hal', ['google']);
    await library.setPassword(site.query, uid);
    const answer = await site.ask('removeConnection', key, { lastIdentityHandling: 'fail' });
    expect(answer.errorCode).toBe(0);
    expect(stepsOf(answer)).toContain('identity done');
  });

  it('of two removals at once of the last two ways in, one is refused', async () => {
    const people = await Promise.all(
      Array.from({ length: 20 }, (_, index) => site.enter(`pair ${index}`)),
    );
    const answers = await Promise.all(
      people.flatMap(({ key }) =>
        ['google', 'github'].map((provider) =>
          site.ask('removeConnection', key, { provider, lastIdentityHandling: 'fail' }),
        ),
      ),
    );
    expect(answers.filter(({ errorCode }) => errorCode === 0)).toHaveLength(people.length);
    expect(answers.filter(({ errorCode }) => errorCode === 400030)).toHaveLength(people.length);
    for (const { key } of people)
      expect((await site.ask('getUserInfo', key))['identities']).toHaveLength(1);
  });

  it('a deleted account leaves nothing behind', async () => {
    const { uid, key } = await site.enter('ivy');
    const answer = await site.ask('deleteAccount', key);
    expect([answer.errorCode, ...stepsOf(answer)]).toContain('session done');
    const found = await Promise.all(
      [library.identities, library.sessions, 'outro.site_identities'].map((table) =>
        countIn(table, 'ivy there'),
      ),
    );
    expect(found).toEqual([0, 0, 0]);
    expect(await site.signed('getUserInfo', { UID: uid })).toMatchObject({ errorCode: 403005 });
  });

  it('no key of a session and no token stands in what outro keeps', async () => {
    const { key } = await site.enter('jo');
    await site.ask('removeConnection', key, { provider: 'google' });
    await site.ask('logout', key);
    const kept = await site.query(
      `select table_name as name from information_schema.tables where table_schema = 'outro'`,
    );
    for (const { name: table } of kept)
      for (const text of [key, 'of the first'])
        expect(await countIn(`outro.${String(table)}`, text), String(table)).toBe(0);
  });

  it('who lives in the site’s tables is changed there', async () => {
    const { uid } = await site.enter('kit');
    const refused = [
      await site.signed('setUID', { UID: uid, siteUID: 'other' }),
      await site.signed('notifyLogin', { siteUID: 'nobody' }),
    ];
    for (const answer of refused) expect(answer.errorCode).toBe(400030);
    for (const odd of ['0', '-1', '99999999999999999999', 'nobody', "'; drop table x", '1.0'])
      expect((await site.signed('getUserInfo', { UID: odd })).errorCode, odd).toBe(403005);
  });

  it('nobody is brought along: people are the site’s', async () => {
    const options = {
      sites: [{ apiKey: site.apiKey, secret, publicUrl: 'https://outro.example' }],
      encryptionKeys: [{ id: 'test', key: secret }],
      store: site.store,
    };
    const line = ['{"UID":"lea","identities":[{"provider":"github","providerUID":"1"}]}'];
    await expect(importAccounts(options, line, { site: site.apiKey })).rejects.toThrow(
      'store: people are in the tables of the site itself; bring them in there',
    );
  });
});
