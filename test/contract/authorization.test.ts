// Who may ask, and how real clients prove it: protocol reference sections 10 to 12.
import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { signedBody, signText } from '../support/signed.ts';

const method = 'socialize.removeConnection';
const url = `https://outro.example/${method}`;
const userSecret = Buffer.from('a user key of this site, 32 byte').toString('base64');
const userKeys = [
  {
    userKey: 'AKuserKey01',
    secret: userSecret,
    permissions: ['socialize.getUserInfo', 'socialize.exchangeUIDSignature'],
  },
  { userKey: 'AKall', secret: userSecret, permissions: ['*'] },
];

const open = async (): Promise<House> => {
  const house = await startHouse({ userKeys });
  await house.signIn({
    siteUID: 'u',
    providers: { facebook: { providerUID: 'f' }, linkedin: { providerUID: 'l' } },
    elsewhere: true,
  });
  return house;
};

const send = async (house: House, init: RequestInit & { url?: string }): Promise<Answer> => {
  const response = await house.handler(new Request(init.url ?? url, { method: 'POST', ...init }));
  return (await response.json()) as Answer;
};

const form = (house: House, params: Record<string, string>) =>
  new URLSearchParams({ apiKey: house.apiKey, UID: 'u', ...params });

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
    const trusting = await startHouse({}, undefined, { trustProxy: true });
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

describe('3. signatures, as each official client makes them', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const shaped = (house: House, address: string, params: Record<string, string>, key = secret) =>
    signedBody(address, key, { apiKey: house.apiKey, UID: 'u', provider: 'facebook', ...params });

  it('Python: booleans as True and False', async () => {
    const house = await open();
    const body = shaped(house, url, {
      removeLoginID: 'False',
      httpStatusCodes: 'False',
      sdk: 'python_3.6.0',
    });
    expect(await send(house, { body })).toMatchObject({ errorCode: 0 });
  });

  it('PHP: booleans as 1 and 0, and parameters about the CMS', async () => {
    const house = await open();
    const params = {
      removeLoginID: '0',
      forceProvidersLogout: '1',
      environment: '{"cms_name":"x"}',
    };
    expect(await send(house, { body: shaped(house, url, params) })).toMatchObject({ errorCode: 0 });
  });

  it('.NET leaves a port out of the base string, Java and PHP put it in', async () => {
    for (const signed of ['https://outro.example:8443', 'https://outro.example']) {
      const house = await startHouse({ publicUrl: 'https://outro.example:8443' });
      await house.signIn({
        siteUID: 'u',
        providers: { facebook: { providerUID: 'f' } },
        elsewhere: true,
      });
      const body = shaped(house, `${signed}/${method}`, {});
      const address = `https://outro.example:8443/${method}`;
      expect(await send(house, { url: address, body }), signed).toMatchObject({ errorCode: 0 });
    }
  });

  it('npm gigya: milliseconds with a user key, and falsy values signed as empty', async () => {
    const house = await open();
    const timestamp = String(Date.now());
    const sent = {
      apiKey: house.apiKey,
      userKey: 'AKall',
      UID: 'u',
      provider: 'facebook',
      removeLoginID: 'false',
      format: 'json',
      nonce: randomUUID(),
      timestamp,
    };
    const sig = signText('POST', url, userSecret, { ...sent, removeLoginID: '' });
    expect(await send(house, { body: new URLSearchParams({ ...sent, sig }) })).toMatchObject({
      errorCode: 0,
    });
    const forged = { ...sent, nonce: randomUUID(), removeLoginID: 'true' };
    const body = new URLSearchParams({
      ...forged,
      sig: signText('POST', url, userSecret, { ...forged, removeLoginID: '' }),
    });
    expect(await send(house, { body })).toMatchObject({ errorCode: 403003 });
  });

  it('Java repeats after 403002 with the same nonce and a right clock', async () => {
    const house = await open();
    const nonce = randomUUID();
    const late = shaped(house, url, { nonce, timestamp: String(now() - 3600) });
    expect(await send(house, { body: late })).toMatchObject({ errorCode: 403002 });
    expect(await send(house, { body: shaped(house, url, { nonce }) })).toMatchObject({
      errorCode: 0,
    });
  });

  it('Java leaks _host; Android sends the URL-safe alphabet; http addresses may be signed', async () => {
    const house = await open();
    expect(
      await send(house, { body: shaped(house, url, { _host: 'outro.example' }) }),
    ).toMatchObject({ errorCode: 0 });
    const android = shaped(house, url, { provider: 'linkedin' });
    android.set('sig', (android.get('sig') ?? '').replaceAll('+', '-').replaceAll('/', '_'));
    expect(await send(house, { body: android })).toMatchObject({ errorCode: 0 });
    const other = await open();
    const http = url.replace('https', 'http');
    expect(await send(other, { url: http, body: shaped(other, http, {}) })).toMatchObject({
      errorCode: 0,
    });
  });

  it('a proxy shows http to us while the client signed https for another host name', async () => {
    const house = await open();
    const body = shaped(house, `https://socialize.us1.example/${method}`, {});
    expect(
      await send(house, { url: `http://socialize.us1.example/${method}`, body }),
    ).toMatchObject({ errorCode: 0 });
    const stray = shaped(house, `https://elsewhere.example/${method}`, { provider: 'linkedin' });
    expect(await send(house, { body: stray })).toMatchObject({ errorCode: 403003 });
  });

  it('a signed GET may change something, an unsigned one may not', async () => {
    const house = await open();
    const params = {
      apiKey: house.apiKey,
      UID: 'u',
      provider: 'facebook',
      nonce: randomUUID(),
      timestamp: String(now()),
    };
    const query = new URLSearchParams({ ...params, sig: signText('GET', url, secret, params) });
    const get = async () =>
      (await (await house.handler(new Request(`${url}?${query}`))).json()) as Answer;
    expect(await get()).toMatchObject({ errorCode: 0 });
    expect(await get()).toMatchObject({ errorCode: 403004 });
  });

  it('a signature of the session secret’s shape without a key of the site is refused', async () => {
    const house = await open();
    const body = signedBody(url, userSecret, { apiKey: house.apiKey, UID: 'u' });
    expect(await send(house, { body })).toMatchObject({ errorCode: 403003 });
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
    const changed = { Authorization: `OAuth ${String(access_token).slice(0, -2)}AA` };
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
      UIDSignature: 'x',
      signatureTimestamp: '1',
    };
    expect(await house.post(path, params)).toMatchObject({ errorCode: 403007 });
    expect(await house.rows()).toEqual(before);
  });
});

describe('12. UID signatures', () => {
  const vectors = [
    ['1700000000_user-1', '/joTmXxBnckhsAHs5FB2Y0y7yl4='],
    ['1700000000__guid_Ab+/=~ü', 'CgLBhZPLRbQDLBlT3gSqAWsDoCM='],
    ['1700000000_friend-2_user-1', 'Hqnc4nth+n2r0udYt5NcDNXraZE='],
    ['1700000000_facebook_100001', '8rQdzx2A4fHrYksKa5hJlyByv58='],
  ] as const;
  const hmac = (text: string, key: string) =>
    createHmac('sha1', Buffer.from(key, 'base64')).update(text).digest('base64');

  it.each(vectors)('%s', async (text, expected) => {
    const { sign, verify } = await import('../../src/server/signature.ts');
    expect(await sign(secret, text)).toBe(expected);
    expect(await verify(secret, text, expected)).toBe(true);
    expect(await verify(secret, `${text}x`, expected)).toBe(false);
  });

  it("exchangeUIDSignature gives one of the user key for one of the site's", async () => {
    const house = await open();
    const address = 'https://outro.example/socialize.exchangeUIDSignature';
    const exchange = (
      signatureTimestamp: string,
      UIDSignature: string,
      key: object = { userKey: 'AKuserKey01', secret: userSecret },
    ) =>
      send(house, {
        url: address,
        body: form(house, { ...key, UIDSignature, signatureTimestamp }),
      });
    const now = String(Math.floor(Date.now() / 1000));
    const answer = await exchange(now, hmac(`${now}_u`, secret));
    const fresh = String(answer['signatureTimestamp']);
    expect(answer).toMatchObject({ errorCode: 0, UIDSignature: hmac(`${fresh}_u`, userSecret) });
    expect(await exchange(now, hmac(`${now}_v`, secret))).toMatchObject({ errorCode: 400006 });
    const old = String(Number(now) - 61);
    expect(await exchange(old, hmac(`${old}_u`, secret))).toMatchObject({ errorCode: 403002 });
  });
});
