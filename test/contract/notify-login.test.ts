import { describe, expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';

const method = 'socialize.notifyLogin';

describe('notifyLogin', () => {
  it('creates account, identity, login id and session; the cookie it names opens the session', async () => {
    const house = await startHouse();
    const answer = await house.signIn({
      siteUID: 'u',
      providers: { facebook: { providerUID: 'f', nickname: 'Ada' } },
      loginIDs: [{ value: 'Ada@Shop.example', wayIn: 'password' }],
    });
    expect(answer).toMatchObject({ UID: 'u', cookieName: `glt_${house.apiKey}`, cookiePath: '/' });
    expect(answer['sessionInfo']).toMatchObject({ cookieValue: answer['cookieValue'] });
    const { user } = await house.client.getUserInfo();
    expect(user).toMatchObject({ UID: 'u', loginProvider: 'facebook', loginProviderUID: 'f' });
    expect(user.identities['facebook']).toMatchObject({ nickname: 'Ada', isLoginIdentity: true });
    const { login_ids } = await house.rows();
    expect(login_ids).toMatchObject([{ value_norm: 'ada@shop.example', way_in: 'password' }]);
  });

  it('finds the account by the identity when no siteUID is given, and makes one otherwise', async () => {
    const house = await startHouse();
    const providers = { facebook: { providerUID: 'f' } };
    const first = await house.signIn({ providers });
    expect(first['UID']).toMatch(/^_guid_/);
    expect((await house.signIn({ providers }))['UID']).toBe(first['UID']);
    expect((await house.rows())['accounts']).toHaveLength(1);
  });

  it('first sign-ins of one identity at once make one account', async () => {
    const house = await startHouse();
    const providers = { facebook: { providerUID: 'f' } };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => house.signIn({ providers, elsewhere: true })),
    );
    expect(new Set(answers.map((answer) => answer['UID'])).size).toBe(1);
    const { accounts, sessions } = await house.rows();
    expect({ accounts: accounts?.length, sessions: sessions?.length }).toEqual({
      accounts: 1,
      sessions: 10,
    });
  });

  it('keeps provider tokens sealed and session tokens hashed', async () => {
    const house = await startHouse();
    const tokens = {
      authToken: 'access-token',
      refreshToken: 'refresh-token',
      idToken: 'id-token',
    };
    const providers = { facebook: { providerUID: 'f', ...tokens } };
    const { cookieValue } = await house.signIn({ siteUID: 'u', providers });
    const everything = JSON.stringify(await house.rows());
    for (const secret of [...Object.values(tokens), String(cookieValue)])
      expect(everything).not.toContain(secret);
    expect((await house.rows())['identities']).toMatchObject([
      { sealed_tokens: expect.stringMatching(/^v1\.test\./) as string },
    ]);
  });

  it('refuses an identity or a login id that belongs to another account, and changes nothing', async () => {
    const house = await startHouse();
    const loginIDs = [{ value: 'ada@shop.example' }];
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } }, loginIDs });
    const before = await house.rows();
    const providerSessions = JSON.stringify({
      linkedin: { providerUID: 'l' },
      facebook: { providerUID: 'f' },
    });
    expect(await house.signed(method, { siteUID: 'v', providerSessions })).toMatchObject({
      errorCode: 409001,
    });
    const taken = { siteUID: 'v', loginIDs: JSON.stringify([{ value: 'ADA@shop.example' }]) };
    expect(await house.signed(method, taken)).toMatchObject({ errorCode: 403043 });
    expect(await house.rows()).toEqual(before);
  });

  it('is for servers: a session or nobody is refused', async () => {
    const house = await startHouse();
    const { cookieValue } = await house.signIn({ siteUID: 'u' });
    const params = { siteUID: 'v', login_token: String(cookieValue) };
    expect(await house.post(method, params)).toMatchObject({ errorCode: 403007 });
    expect(await house.post(method, { siteUID: 'v' })).toMatchObject({ errorCode: 403005 });
    expect((await house.rows())['accounts']).toHaveLength(1);
  });

  it.each([
    ['neither siteUID nor providerSessions', {}, 400002, 'siteUID'],
    ['a siteUID over 252', { siteUID: 'u'.repeat(253) }, 400004, 'siteUID'],
    ['a siteUID outside ASCII', { siteUID: 'ü' }, 400004, 'siteUID'],
    ['providerSessions that are no JSON', { providerSessions: '{' }, 400006, 'providerSessions'],
    ['providerSessions that are a list', { providerSessions: '[]' }, 400006, 'providerSessions'],
    [
      'an unknown provider',
      { providerSessions: '{"friendster":{"providerUID":"f"}}' },
      400006,
      'provider',
    ],
    [
      'a session without providerUID',
      { providerSessions: '{"facebook":{}}' },
      400002,
      'providerSessions.facebook.providerUID',
    ],
    [
      'a prototype name',
      { siteUID: 'u', providerSessions: '{"constructor":{"providerUID":"f"}}' },
      400006,
      'provider',
    ],
    [
      'an unknown way in',
      { siteUID: 'u', loginIDs: '[{"value":"a","wayIn":"hope"}]' },
      400006,
      'loginIDs.0.wayIn',
    ],
    [
      'a login id of no session',
      { siteUID: 'u', loginIDs: '[{"value":"a","provider":"facebook"}]' },
      400006,
      'loginIDs.provider',
    ],
    [
      'a bad sessionExpiration',
      { siteUID: 'u', sessionExpiration: 'soon' },
      400006,
      'sessionExpiration',
    ],
  ] as const)('refuses %s', async (_title, params, errorCode, names) => {
    const house = await startHouse();
    const answer = await house.signed(method, params);
    expect(answer).toMatchObject({ errorCode });
    expect(answer.errorDetails).toMatch(new RegExp(`^${names.replaceAll('.', '\\.')}: `));
    expect((await house.rows())['accounts']).toEqual([]);
  });

  it('a session ends by itself', async () => {
    const house = await startHouse();
    const { cookieValue } = await house.signed(method, { siteUID: 'u', sessionExpiration: '60' });
    const token = { login_token: String(cookieValue) };
    expect(await house.post('socialize.getUserInfo', token)).toMatchObject({ errorCode: 0 });
    const past =
      "update outro.sessions set expires_at = now() - interval '1 second' where site = $1";
    await house.database.query(past, [house.apiKey]);
    expect(await house.post('socialize.getUserInfo', token)).toMatchObject({ errorCode: 403005 });
  });

  it('what has served its time is deleted, and nothing else', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    await house.signIn({ siteUID: 'u', elsewhere: true });
    const { query, store } = house.database;
    const [first] = (await house.rows())['sessions'] as { id: string }[];
    const old = "update outro.sessions set expires_at = now() - interval '31 days' where id = $1";
    await query(old, [first?.id]);
    await store.exits.seeOnce('test', house.apiKey, new Date(Date.now() - 1000));
    await store.exits.seeOnce('test', `${house.apiKey} fresh`, new Date(Date.now() + 60_000));
    await house.work();
    const seen = () =>
      query("select id from outro.seen_once where kind = 'test' and id like $1", [
        `${house.apiKey}%`,
      ]);
    // Another instance of this run may be purging, which then does it for all.
    await expect
      .poll(async () => {
        await store.people.purge(10_000);
        await store.exits.purge(10_000);
        return [(await house.rows())['sessions']?.length, await seen()];
      })
      .toEqual([1, [{ id: `${house.apiKey} fresh` }]]);
  });

  it('what a person has at two providers that are one network goes by either name', async () => {
    const house = await startHouse();
    const providers = { googleplus: { providerUID: 'g' }, github: { providerUID: 'h' } };
    await house.signIn({ siteUID: 'u', providers });
    const { user } = await house.client.removeConnection({ provider: 'google' });
    expect(user.providers).toEqual(['github']);
  });
});

describe('logout by a server', () => {
  it("ends all of the account's sessions, and says when there were none", async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    await house.signIn({ siteUID: 'u', elsewhere: true });
    const ended = await house.signed('socialize.logout', { UID: 'u' });
    expect(ended['receipt']).toEqual([{ step: 'sessions', status: 'done' }]);
    const again = await house.signed('socialize.logout', { UID: 'u' });
    expect(again['receipt']).toEqual([{ step: 'sessions', status: 'already' }]);
  });
});
