// The remaining server methods, and the formats every method shares.
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { journalOf, toldOf } from '../support/journal.ts';

const providers = {
  facebook: { providerUID: 'f', email: 'ada@facebook.example' },
  linkedin: { providerUID: 'l' },
};

const open = async (site = {}): Promise<House> => {
  const house = await startHouse(site);
  const loginIDs = [
    { value: 'ada@shop.example', wayIn: 'password' },
    { value: 'ada', kind: 'username' },
  ];
  await house.signIn({ siteUID: 'u', providers, loginIDs, userInfo: { nickname: 'Ada' } });
  return house;
};

describe.each(['socialize.deleteAccount', 'accounts.deleteAccount'])('%s', (method) => {
  it('removes the account with identities, login ids and sessions, says each step, and leaves the journal', async () => {
    const house = await open();
    const answer = await house.signed(method, { UID: 'u' });
    expect(answer).toMatchObject({ errorCode: 0 });
    const steps = (answer['receipt'] as { step: string; status: string }[]).map(
      ({ step, status }) => `${step} ${status}`,
    );
    const gone = 'identity done, data done';
    // Facebook's call takes the grant, LinkedIn's a token only; this site has credentials for neither.
    expect(steps.join(', ')).toBe(
      `${gone}, grant unsupported, ${gone}, token unsupported, grant unsupported, login-id done, login-id done, sessions done`,
    );
    // What was done stays, and what pages were told of it, for those that were away.
    const { journal: _kept, ...rest } = await house.rows();
    expect(Object.entries(rest).filter(([, rows]) => rows.length > 0)).toEqual([]);
    expect(await toldOf(house)).toEqual([{ name: 'logout' }]);
    expect((await journalOf(house)).at(-1)).toMatchObject({ method: 'deleteAccount' });
    expect(await house.signed(method, { UID: 'u' })).toMatchObject({ errorCode: 403005 });
    expect((await house.client.logout()).receipt).toEqual([{ step: 'session', status: 'already' }]);
  });
});

describe.each(['socialize.setUID', 'socialize.notifyRegistration'])('%s', (method) => {
  it("gives an account the site's own id", async () => {
    const house = await startHouse();
    const { UID } = await house.signIn({ providers });
    expect(await house.signed(method, { UID: String(UID), siteUID: '42' })).toMatchObject({
      errorCode: 0,
      UID: '42',
    });
    expect((await house.client.getUserInfo()).user).toMatchObject({ UID: '42', isSiteUID: true });
  });

  it('refuses an id that another user has, or that is no id', async () => {
    const house = await open();
    await house.signIn({ siteUID: 'v' });
    const before = await house.rows();
    expect(await house.signed(method, { UID: 'v', siteUID: 'u' })).toMatchObject({
      errorCode: 400003,
    });
    expect(await house.signed(method, { UID: 'v', siteUID: 'ü' })).toMatchObject({
      errorCode: 400004,
    });
    expect(await house.signed(method, { UID: 'v' })).toMatchObject({ errorCode: 400002 });
    expect(await house.rows()).toEqual(before);
  });
});

describe('accounts.setAccountInfo: which login ids are ways in', () => {
  const remove = (house: House) => house.client.removeConnection({ lastIdentityHandling: 'fail' });

  it('a password that is set lets the last identity go, one that is removed holds it', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: providers.facebook } });
    const say = (wayIn: string) =>
      house.signed('accounts.setAccountInfo', {
        UID: 'u',
        loginIDs: JSON.stringify([{ value: 'ada@shop.example', wayIn }]),
      });
    expect(await say('password')).toMatchObject({ errorCode: 0 });
    expect(await say('none')).toMatchObject({ errorCode: 0 });
    await expect(remove(house)).rejects.toMatchObject({ code: 400030 });
    expect(await say('passkey')).toMatchObject({ errorCode: 0 });
    expect((await remove(house)).errorCode).toBe(0);
  });

  it('forgets e-mail login ids, sets the profile, and refuses what it cannot read', async () => {
    const house = await open();
    const profile = JSON.stringify({ firstName: 'Ada' });
    const params = {
      UID: 'u',
      profile,
      removeLoginEmails: 'ADA@shop.example, nobody@shop.example',
    };
    expect(await house.signed('accounts.setAccountInfo', params)).toMatchObject({ errorCode: 0 });
    expect((await house.rows())['login_ids']).toMatchObject([{ value: 'ada' }]);
    const before = await house.rows();
    for (const [bad, names] of [
      [{ loginIDs: '{}' }, 'loginIDs'],
      [{ loginIDs: '[{"value":"","wayIn":"code"}]' }, 'loginIDs.0.value'],
      [{ loginIDs: '[{"value":"x","provider":"facebook"}]' }, 'loginIDs.provider'],
      [{ profile: '[' }, 'profile'],
      [{ profile: '{"email":5}' }, 'profile.email'],
    ] as const)
      expect(await house.signed('accounts.setAccountInfo', { UID: 'u', ...bad })).toMatchObject({
        errorCode: 400006,
        errorDetails: expect.stringMatching(new RegExp(`^${names}: `)) as string,
      });
    expect(await house.rows()).toEqual(before);
  });
});

describe('accounts.getAccountInfo', () => {
  it('gives the part of an account that outro holds', async () => {
    const house = await open();
    const include = 'profile, loginIDs, identities-active';
    const answer = await house.signed('accounts.getAccountInfo', { UID: 'u', include });
    expect(answer).toMatchObject({
      UID: 'u',
      isRegistered: true,
      profile: { nickname: 'Ada' },
      loginIDs: { username: 'ada', emails: ['ada@shop.example'], unverifiedEmails: [] },
      identities: [{ provider: 'facebook' }, { provider: 'linkedin' }],
      socialProviders: 'facebook,linkedin,site',
    });
    const plain = await house.signed('accounts.getAccountInfo', { UID: 'u' });
    expect(plain).not.toHaveProperty('loginIDs');
    expect(plain).toHaveProperty('profile');
  });
});

describe('accounts.logout', () => {
  it("by a server: ends the user's sessions on all devices", async () => {
    const house = await open();
    await house.signIn({ siteUID: 'u', elsewhere: true });
    expect(await house.signed('accounts.logout', { UID: 'u' })).toMatchObject({ errorCode: 0 });
    const live = (await house.rows())['sessions']?.filter(
      (row) => (row as { ended_at: unknown }).ended_at === null,
    );
    expect(live).toEqual([]);
  });
});

describe('formats', () => {
  const get = async (house: House, path: string, query: Record<string, string>, headers = {}) =>
    house.handler(
      new Request(
        `https://outro.example/${path}?${new URLSearchParams({ apiKey: house.apiKey, ...query })}`,
        { headers },
      ),
    );

  const token = async (house: House): Promise<Record<string, string>> => {
    const { cookieValue } = await house.signIn({ siteUID: 'u', elsewhere: true });
    return { login_token: String(cookieValue) };
  };

  it('jsonp: the callback around the answer, as script and nothing else', async () => {
    const house = await open({ jsonp: true });
    const response = await get(house, 'socialize.getUserInfo', {
      ...(await token(house)),
      format: 'jsonp',
      callback: 'page.callback',
      context: 'R1</script>',
    });
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(text).toMatch(/^\/\*\*\/page\.callback\(\{.*\}\);$/s);
    expect(text).not.toContain('</');
    const answer = JSON.parse(text.slice('/**/page.callback('.length, -2)) as object;
    expect(answer).toMatchObject({ errorCode: 0, UID: 'u', context: 'R1</script>' });
  });

  it.each(['', 'alert(1)', 'a b', '<script>', 'a;b', 'ü', 'a'.repeat(101), 'a\n'])(
    'jsonp: refuses the callback name %j',
    async (callback) => {
      const house = await startHouse({ jsonp: true });
      const response = await get(house, 'socialize.getUserInfo', { format: 'jsonp', callback });
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(await response.json()).toMatchObject({
        errorDetails: expect.stringMatching(/^callback: /) as string,
      });
    },
  );

  it('jsonp: a session in an address changes nothing', async () => {
    const house = await open({ jsonp: true });
    const query = { ...(await token(house)), format: 'jsonp', callback: 'f' };
    const before = await house.rows();
    for (const path of ['socialize.logout', 'socialize.removeConnection', 'socialize.unlink'])
      expect(await (await get(house, path, query)).text()).toContain('"errorCode":400001');
    expect(await house.rows()).toEqual(before);
  });

  it('jsonp: a failure is wrapped as well', async () => {
    const house = await startHouse({ jsonp: true });
    const text = await (
      await get(house, 'socialize.getUserInfo', { format: 'jsonp', callback: 'f' })
    ).text();
    expect(text).toMatch(/^\/\*\*\/f\(\{"callId":"[0-9a-f]{32}".*"errorCode":403005/);
  });

  it('gzip when the client accepts it and the answer is long enough to be worth it', async () => {
    const house = await open();
    const ask = async (): Promise<Response> =>
      get(house, 'socialize.getUserInfo', await token(house), { 'Accept-Encoding': 'gzip' });
    expect((await ask()).headers.get('content-encoding')).toBeNull();
    const photoURL = `https://shop.example/${'é'.repeat(950)}`;
    const thumbnailURL = `https://shop.example/${'ü'.repeat(950)}`;
    await house.signIn({ siteUID: 'u', userInfo: { photoURL, thumbnailURL } });
    const response = await ask();
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
    expect(JSON.parse(text)).toMatchObject({ UID: 'u' });
  });

  it('a path without a namespace means socialize', async () => {
    const house = await open();
    expect(await house.signed('getUserInfo', { UID: 'u' })).toMatchObject({
      errorCode: 0,
      UID: 'u',
    });
  });

  it('errors reach only origins of the site', async () => {
    const house = await startHouse();
    const response = await get(
      house,
      'socialize.getUserInfo',
      {},
      { Origin: 'https://evil.example' },
    );
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
    const own = await get(house, 'socialize.getUserInfo', {}, { Origin: 'https://shop.example' });
    expect(own.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(own.headers.get('vary')).toContain('Origin');
  });
});
