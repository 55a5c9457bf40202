// Who may ask, and how real clients prove it: protocol reference section 10.
import { describe, expect, it } from 'vitest';
import { ticketOf } from '../support/sessions.ts';
import { form, method, open, send, url, userSecret } from '../support/callers.ts';
import { secret, startHouse, type House } from '../support/house.ts';

describe('1. key and secret', () => {
  it('is enough over https, and nothing over http', async () => {
    const house = await open();
    const before = await house.rows();
    const body = form(house, { secret, provider: 'facebook' });
    const http = await send(house, { url: url.replace('https', 'http'), body });
    expect(http).toMatchObject({ errorCode: 403006, errorMessage: 'Secret Sent Over Http' });
    expect(await house.rows()).toEqual(before);
    expect(await send(house, { body })).toMatchObject({ errorCode: 0 });
  });

  it('a wrong secret, a short one, none', async () => {
    const house = await open();
    for (const wrong of [userSecret, secret.slice(0, -4), secret.toLowerCase(), '=', ''])
      expect(await send(house, { body: form(house, { secret: wrong }) }), wrong).toMatchObject({
        errorCode: 403010,
      });
  });

  it('never in an address', async () => {
    const house = await open();
    const response = await house.handler(new Request(`${url}?${form(house, { secret })}`));
    expect(await response.json()).toMatchObject({ errorCode: 400001 });
  });

  it('a proxy that ends TLS is believed only where the operator says so', async () => {
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'outro.example' };
    const body = { secret, provider: 'facebook' };
    const plain = await open();
    const inner = 'http://10.0.0.1:3000/socialize.removeConnection';
    expect(await send(plain, { url: inner, headers, body: form(plain, body) })).toMatchObject({
      errorCode: 403006,
    });
    const trusting = await startHouse({}, undefined, { trustProxy: 1 });
    await trusting.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    expect(await send(trusting, { url: inner, headers, body: form(trusting, body) })).toMatchObject(
      { errorCode: 0 },
    );
  });
});

describe('2. user key and its secret', () => {
  it('does what the key is permitted, and 403007 otherwise', async () => {
    const house = await open();
    const before = await house.rows();
    const limited = { userKey: 'AKuserKey01', secret: userSecret };
    expect(await send(house, { body: form(house, limited) })).toMatchObject({
      errorCode: 403007,
      errorMessage: 'Permission denied',
    });
    expect(await house.rows()).toEqual(before);
    const info = url.replace(method, 'socialize.getUserInfo');
    expect(await send(house, { url: info, body: form(house, limited) })).toMatchObject({
      UID: 'u',
    });
    const all = { userKey: 'AKall', secret: userSecret, provider: 'facebook' };
    expect(await send(house, { body: form(house, all) })).toMatchObject({ errorCode: 0 });
  });

  it("a user key does not open with the site's secret, nor the site with the user key's, nor an unknown key", async () => {
    const house = await open();
    for (const [params, errorCode] of [
      [{ userKey: 'AKall', secret }, 403010],
      [{ secret: userSecret }, 403010],
      [{ userKey: 'AKnobody', secret }, 400006],
    ] as const)
      expect(await send(house, { body: form(house, params) })).toMatchObject({ errorCode });
  });
});

describe('4. OAuth2', () => {
  const tokenUrl = 'https://outro.example/socialize.getToken';
  const basic = (house: House, password = secret): Record<string, string> => ({
    Authorization: `Basic ${Buffer.from(`${house.apiKey}:${password}`).toString('base64')}`,
  });
  const getToken = (house: House, params: Record<string, string>, headers = basic(house)) =>
    send(house, { url: tokenUrl, headers, body: new URLSearchParams(params) });

  it("grant_type none with x_siteUID: the user's own token, for which UID is not needed", async () => {
    const house = await open();
    const answer = await getToken(house, {
      grant_type: 'none',
      x_siteUID: 'u',
      x_sessionExpiration: '600',
    });
    expect(answer).toMatchObject({ errorCode: 0, expires_in: 600 });
    const headers = { Authorization: `OAuth ${String(answer['access_token'])}` };
    const body = new URLSearchParams({ apiKey: house.apiKey, provider: 'facebook' });
    expect(await send(house, { headers, body })).toMatchObject({ errorCode: 0 });
    const params = {
      apiKey: house.apiKey,
      oauth_token: String(answer['access_token']),
      provider: 'linkedin',
    };
    const insecure = url.replace('https', 'http');
    expect(await send(house, { url: insecure, body: new URLSearchParams(params) })).toMatchObject({
      errorCode: 403025,
    });
    expect(await send(house, { body: new URLSearchParams(params) })).toMatchObject({
      errorCode: 0,
    });
  });

  it("client_credentials: the site's token, for which UID is needed", async () => {
    const house = await open();
    const params = {
      grant_type: 'client_credentials',
      client_id: house.apiKey,
      client_secret: secret,
    };
    const { access_token } = await getToken(house, params, {});
    const headers = { Authorization: `OAuth ${String(access_token)}` };
    const body = (given: object) => new URLSearchParams({ apiKey: house.apiKey, ...given });
    expect(await send(house, { headers, body: body({}) })).toMatchObject({ errorCode: 400002 });
    expect(await send(house, { headers, body: body({ UID: 'u' }) })).toMatchObject({
      errorCode: 0,
    });
    const other = await open();
    const foreign = new URLSearchParams({ apiKey: other.apiKey, UID: 'u' });
    expect(await send(other, { headers, body: foreign })).toMatchObject({ errorCode: 403005 });
    // In the middle: of the last characters some bits say nothing.
    const token = String(access_token);
    const at = token.length >> 1;
    const letter = token[at] === 'A' ? 'B' : 'A';
    const changed = { Authorization: `OAuth ${token.slice(0, at)}${letter}${token.slice(at + 1)}` };
    expect(await send(house, { headers: changed, body: body({ UID: 'u' }) })).toMatchObject({
      errorCode: 403005,
    });
  });

  it.each<[Record<string, string>, number, string]>([
    [{ grant_type: 'none' }, 400002, 'x_siteUID'],
    [{ grant_type: 'none', x_siteUID: 'nobody' }, 403005, 'UID'],
    [{ grant_type: 'password' }, 400013, 'grant_type'],
    [{ grant_type: 'authorization_code', code: 'x' }, 400014, 'code'],
    [{}, 400002, 'grant_type'],
  ])('refuses %j', async (params, errorCode, names) => {
    const house = await open();
    const answer = await getToken(house, params);
    expect(answer).toMatchObject({
      errorCode,
      errorDetails: expect.stringMatching(new RegExp(`^${names}: `)) as string,
    });
  });

  it('refuses a wrong secret, a broken header, a session, a user key that asks for the site', async () => {
    const house = await open();
    const ask = { grant_type: 'client_credentials' };
    expect(await getToken(house, ask, basic(house, userSecret))).toMatchObject({
      errorCode: 403010,
    });
    expect(await getToken(house, ask, { Authorization: 'Basic !!!' })).toMatchObject({
      errorCode: 400008,
    });
    const { cookieValue } = await house.signIn({ siteUID: 'u', elsewhere: true });
    const session = { ...ask, apiKey: house.apiKey, login_token: String(cookieValue) };
    expect(await getToken(house, session, {})).toMatchObject({ errorCode: 403007 });
    const key = { ...ask, client_id: house.apiKey, userKey: 'AKall', secret: userSecret };
    expect(await getToken(house, key, {})).toMatchObject({ errorCode: 403007 });
  });
});

describe('4.14 a token that a user key had made may what that key may, and no more', () => {
  const askFor = async (house: House, params: Record<string, string>) => {
    const tokenUrl = 'https://outro.example/socialize.getToken';
    const given = { grant_type: 'none', x_siteUID: '42', secret: userSecret, ...params };
    const body = new URLSearchParams({ apiKey: house.apiKey, ...given });
    return String((await send(house, { url: tokenUrl, body }))['access_token']);
  };
  const vhost = '414';
  const permissions = ['socialize.getToken', 'socialize.getUserInfo'];
  const openLimited = async (): Promise<House> => {
    const house = await startHouse({
      userKeys: [
        { userKey: 'AKtoken', secret: userSecret, permissions },
        { userKey: 'AKall', secret: userSecret, permissions: ['*'] },
      ],
      vhost,
      actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
      allowAccountDeletion: true,
    });
    const providers = { facebook: { providerUID: 'f' }, linkedin: { providerUID: 'l' } };
    await house.signIn({ siteUID: '42', providers, elsewhere: true });
    return house;
  };

  it.each(['login_token', 'oauth_token'])(
    '%s: reads, and neither removes nor deletes',
    async (name) => {
      const house = await openLimited();
      const token = await askFor(house, { userKey: 'AKtoken' });
      expect(await house.post('socialize.getUserInfo', { [name]: token })).toMatchObject({
        errorCode: 0,
        UID: '42',
      });
      const before = await house.rows();
      for (const path of [
        'socialize.removeConnection',
        'removeConnection',
        'socialize.deleteAccount',
        'accounts.deleteAccount',
        'socialize.logout',
        'socialize.unlink',
        'socialize.listen',
      ])
        expect(await house.post(path, { [name]: token }), path).toMatchObject({
          errorCode: 403007,
          errorDetails: expect.stringMatching(/^oauth_token: /) as string,
        });
      expect(await house.rows()).toEqual(before);
    },
  );

  it('without its maker, or with another, it is nobody’s', async () => {
    const house = await openLimited();
    const token = await askFor(house, { userKey: 'AKtoken' });
    for (const changed of [token.split('~')[0] ?? '', token.replace('AKtoken', 'AKall')])
      expect(await house.post('socialize.getUserInfo', { login_token: changed })).toMatchObject({
        errorCode: 403005,
      });
  });

  it('no leave ticket and no unlink form does what it may not', async () => {
    const house = await openLimited();
    const token = await askFor(house, { userKey: 'AKtoken' });
    const before = await house.rows();
    await house.post('socialize.redeemLeaveTicket', { ticket: ticketOf(token), sessions: 'all' });
    const query = new URLSearchParams({ vhost, uid: '42', redirectUrl: '/back' });
    const headers = { Cookie: `glt_${house.apiKey}=${token}` };
    const address = `https://outro.example/action/v2/unlinkaccount?${query}`;
    const { status } = await house.handler(new Request(address, { headers }));
    // Sent back: there is nobody to ask.
    expect(status).toBe(303);
    expect(await house.rows()).toEqual(before);
  });

  it('one that may everything has made a token that may everything', async () => {
    const house = await openLimited();
    const token = await askFor(house, { userKey: 'AKall' });
    expect(
      await house.post('socialize.removeConnection', { login_token: token, provider: 'facebook' }),
    ).toMatchObject({ errorCode: 0 });
    expect(await house.post('socialize.deleteAccount', { login_token: token })).toMatchObject({
      errorCode: 0,
    });
  });
});

describe('5. sessions', () => {
  it("a UID beside a session must be the session's own", async () => {
    const house = await open();
    const { cookieValue } = await house.signIn({ siteUID: 'u', elsewhere: true });
    await house.signIn({
      siteUID: 'v',
      providers: { github: { providerUID: 'g' } },
      elsewhere: true,
    });
    const before = await house.rows();
    const token = { login_token: String(cookieValue) };
    expect(await house.post(method, { ...token, UID: 'v' })).toMatchObject({
      errorCode: 403005,
      errorDetails: expect.stringMatching(/^UID: /) as string,
    });
    expect(await house.rows()).toEqual(before);
    expect(await house.post(method, { ...token, UID: 'u' })).toMatchObject({ errorCode: 0 });
  });

  it.each([
    'socialize.deleteAccount',
    'accounts.deleteAccount',
    'socialize.setUID',
    'accounts.setAccountInfo',
    'socialize.exchangeUIDSignature',
  ])('%s is for servers', async (path) => {
    const house = await open();
    const { cookieValue } = await house.signIn({ siteUID: 'u', elsewhere: true });
    const before = await house.rows();
    const params = {
      login_token: String(cookieValue),
      siteUID: 'x',
      UID: 'u',
      loginIDs: '[]',
      UIDSignature: 'x',
      signatureTimestamp: '1',
    };
    expect(await house.post(path, params)).toMatchObject({ errorCode: 403007 });
    expect(await house.rows()).toEqual(before);
  });
});
