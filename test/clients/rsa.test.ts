// User keys that prove themselves by RSA: `Authorization: Bearer`, as the vendor's SDKs make it (fault 5.4).
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { secret, type Answer } from '../support/house.ts';
import { jwt } from './encodings.ts';
import { openScene, pair, userSecret, type Scene } from './scene.ts';

const stranger = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({
    userKeys: [
      { userKey: 'AKrsa', publicKey: pair.publicKey, permissions: ['*'] },
      { userKey: 'AKreads', publicKey: pair.publicKey, permissions: ['socialize.getUserInfo'] },
      { userKey: 'AKboth', secret: userSecret, publicKey: pair.publicKey, permissions: ['*'] },
      {
        userKey: 'AKturning',
        publicKey: [stranger.publicKey, pair.publicKey],
        permissions: ['*'],
      },
      { userKey: 'AKsecret', secret: userSecret, permissions: ['*'] },
    ],
  });
});

const now = () => Math.floor(Date.now() / 1000);
const header = { alg: 'RS256', typ: 'JWT', kid: 'AKrsa' };
const claims = () => ({ iat: now(), jti: crypto.randomUUID() });
const right = (given: object = {}, said: object = {}, key = pair.privateKey) =>
  jwt({ ...header, ...given }, { ...claims(), ...said }, key);

const send = async (
  token: string,
  params: Record<string, string> = {},
  { method = 'socialize.getUserInfo', scheme = 'https', headers = {}, http = 'POST' } = {},
): Promise<Answer> => {
  const form = new URLSearchParams({ apiKey: scene.house.apiKey, UID: 'u', ...params });
  const url = `${scheme}://outro.example/${method}`;
  const shown = { Authorization: `Bearer ${token}`, ...headers };
  const request =
    http === 'POST'
      ? new Request(url, { method: 'POST', body: form, headers: shown })
      : new Request(`${url}?${form}`, { headers: shown });
  return (await (await scene.house.handler(request)).json()) as Answer;
};

describe('5.4 a JWT of a user key', () => {
  it('is taken once', async () => {
    const token = right();
    expect(await send(token)).toMatchObject({ errorCode: 0, UID: 'u' });
    expect(await send(token)).toMatchObject({ errorCode: 403004 });
  });

  it('is taken once of twenty at a time', async () => {
    const token = right();
    const codes = (await Promise.all(Array.from({ length: 20 }, () => send(token)))).map(
      ({ errorCode }) => errorCode,
    );
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(codes.filter((code) => code === 403004)).toHaveLength(19);
  });

  it('whose jti another user key has used is taken: each has its own', async () => {
    const jti = crypto.randomUUID();
    expect((await send(right({}, { jti }))).errorCode).toBe(0);
    expect((await send(right({ kid: 'AKboth' }, { jti }))).errorCode).toBe(0);
  });

  it.each([-180, -100, 100, 180])('made %i s from now is taken', async (seconds) => {
    // To the second, however long the signature takes.
    vi.useFakeTimers({ toFake: ['Date'], now: now() * 1000 });
    onTestFinished(() => void vi.useRealTimers());
    expect((await send(right({}, { iat: now() + seconds }))).errorCode).toBe(0);
  });

  it.each([-183, -3600, 183, 3600, -1e9, 1e12])(
    'made %i s from now has expired',
    async (seconds) => {
      const answer = await send(right({}, { iat: now() + seconds }));
      expect(answer).toMatchObject({ errorCode: 403002 });
      expect(answer.errorDetails).toMatch(/^Authorization: iat: /);
    },
  );

  it('that has run out by its own words has expired', async () => {
    expect((await send(right({}, { exp: now() - 1 }))).errorCode).toBe(403002);
    expect((await send(right({}, { exp: now() + 60 }))).errorCode).toBe(0);
  });

  const cut = (text: string, part: number, change: (one: string) => string): string =>
    text
      .split('.')
      .map((one, index) => (index === part ? change(one) : one))
      .join('.');
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each<[string, () => string, number]>([
    ['signed by another key', () => right({}, {}, stranger.privateKey), 403003],
    ['with other claims', () => cut(right(), 1, () => encode(claims())), 403003],
    [
      'with another kid',
      () => cut(right(), 0, () => encode({ ...header, kid: 'AKboth' })).replace(/$/, ''),
      403003,
    ],
    ['without a signature', () => cut(right(), 2, () => 'AA'), 403003],
    ['with the alg none', () => right({ alg: 'none' }), 400008],
    ['with HMAC over the public key', () => right({ alg: 'HS256' }), 400008],
    ['with RS512', () => right({ alg: 'RS512' }), 400008],
    ['with PS256', () => right({ alg: 'PS256' }), 400008],
    ['without alg', () => right({ alg: undefined }), 400008],
    ['without kid', () => right({ kid: undefined }), 400008],
    [
      'with something that it says must be understood',
      () => right({ crit: ['b64'], b64: false }),
      400008,
    ],
    ['without iat', () => right({}, { iat: undefined }), 400008],
    ['with iat as text', () => right({}, { iat: String(now()) }), 400008],
    ['without jti', () => right({}, { jti: undefined }), 400008],
    ['with an empty jti', () => right({}, { jti: '' }), 400008],
    ['with a jti that no index takes', () => right({}, { jti: 'j'.repeat(301) }), 400008],
    ['with NUL in its jti', () => right({}, { jti: 'a\0b' }), 400008],
    ['with half a sign in its jti', () => right({}, { jti: '\ud83d' }), 400008],
    ['of nobody', () => right({ kid: 'AKnobody' }), 400006],
    ['of a user key that has a secret only', () => right({ kid: 'AKsecret' }), 403003],
    ['whose header is an array', () => cut(right(), 0, () => encode([])), 400008],
    ['whose header is no JSON', () => cut(right(), 0, () => 'abcd'), 400008],
  ])('%s is refused', async (_, make, errorCode) => {
    const answer = await send(make());
    expect(answer).toMatchObject({ errorCode });
    expect(answer.errorDetails).toMatch(/^(Authorization|userKey): expected /);
  });

  it('does what its key is permitted', async () => {
    expect((await send(right({ kid: 'AKreads' }))).errorCode).toBe(0);
    const method = 'socialize.removeConnection';
    expect(await send(right({ kid: 'AKreads' }), {}, { method })).toMatchObject({
      errorCode: 403007,
    });
    expect(await scene.providers('u')).toEqual(['facebook', 'linkedin']);
  });

  it('is one of several public keys while they are exchanged', async () => {
    expect((await send(right({ kid: 'AKturning' }))).errorCode).toBe(0);
    expect((await send(right({ kid: 'AKturning' }, {}, stranger.privateKey))).errorCode).toBe(0);
  });

  it('names its user key alone: another one beside it is refused', async () => {
    expect(await send(right(), { userKey: 'AKboth' })).toMatchObject({ errorCode: 400006 });
    expect(await send(right(), { userKey: 'AKrsa' })).toMatchObject({ errorCode: 0 });
  });

  it('over http is refused, and a forgotten trustProxy is named', async () => {
    const answer = await send(right(), {}, { scheme: 'http' });
    expect(answer).toMatchObject({ errorCode: 403025 });
    const behind = await send(
      right(),
      {},
      { scheme: 'http', headers: { 'X-Forwarded-Proto': 'https' } },
    );
    expect(behind.errorDetails).toContain('set trustProxy to the number of proxies');
  });

  it('says nothing of the request, so it changes nothing by GET', async () => {
    const method = 'socialize.removeConnection';
    expect(await send(right(), {}, { method, http: 'GET' })).toMatchObject({ errorCode: 400001 });
  });

  it('tells its site where nobody else has the user key', async () => {
    // .NET may leave the key of the site out.
    const unique = `AK${crypto.randomUUID()}`;
    const other = await openScene({
      userKeys: [{ userKey: unique, publicKey: pair.publicKey, permissions: ['*'] }],
    });
    const answer = await other.house.handler(
      new Request('https://outro.example/socialize.getUserInfo', {
        method: 'POST',
        body: new URLSearchParams({ UID: 'u' }),
        headers: { Authorization: `Bearer ${right({ kid: unique })}` },
      }),
    );
    expect(await answer.json()).toMatchObject({ errorCode: 0, UID: 'u' });
  });

  it('gives no signature of a UID in exchange: there is no secret to make it with', async () => {
    const method = 'socialize.exchangeUIDSignature';
    const asked = { UIDSignature: 'x', signatureTimestamp: String(now()) };
    expect(await send(right(), asked, { method })).toMatchObject({ errorCode: 403007 });
  });

  it("is no secret of the site's, and the site's secret none of the key's", async () => {
    const form = { UID: 'u', userKey: 'AKrsa', secret };
    expect(await scene.house.post('socialize.getUserInfo', form)).toMatchObject({
      errorCode: 403010,
    });
  });
});

describe('5.2 an access token and nothing else', () => {
  const ask = async (given: Record<string, string>) =>
    String((await scene.house.signed('socialize.getToken', given))['access_token']);
  const show = async (
    from: Scene,
    token: string,
    how: 'parameter' | 'OAuth' | 'oauth',
    params: Record<string, string> = {},
  ): Promise<Answer> => {
    const body = new URLSearchParams({
      ...params,
      ...(how === 'parameter' && { oauth_token: token }),
    });
    const headers: Record<string, string> =
      how === 'parameter' ? {} : { Authorization: `${how} ${token}` };
    const url = 'https://socialize.outro.example/socialize.getUserInfo';
    const request = new Request(url, { method: 'POST', body, headers });
    return (await (await from.house.handler(request)).json()) as Answer;
  };

  it.each(['parameter', 'OAuth', 'oauth'] as const)('as %s names its site', async (how) => {
    const users = await ask({ grant_type: 'none', x_siteUID: 'u' });
    expect(await show(scene, users, how)).toMatchObject({ errorCode: 0, UID: 'u' });
    const sites = await ask({ grant_type: 'client_credentials' });
    expect(await show(scene, sites, how, { UID: 'v' })).toMatchObject({ errorCode: 0, UID: 'v' });
  });

  it('opens nothing of another site, whatever key stands beside it', async () => {
    const other = await openScene();
    const token = await ask({ grant_type: 'none', x_siteUID: 'u' });
    expect(await show(other, token, 'OAuth')).toMatchObject({ errorCode: 400093 });
    const named = { apiKey: other.house.apiKey };
    expect(await show(other, token, 'OAuth', named)).toMatchObject({ errorCode: 403005 });
    const renamed = token.replace(scene.house.apiKey, other.house.apiKey);
    expect(await show(other, renamed, 'OAuth')).toMatchObject({ errorCode: 403005 });
    const sites = await ask({ grant_type: 'client_credentials' });
    const moved = sites.replace(scene.house.apiKey, other.house.apiKey);
    expect(await show(other, moved, 'OAuth', { UID: 'u' })).toMatchObject({ errorCode: 403005 });
  });

  it('that is cut or made up is refused as a key or a token', async () => {
    const token = await ask({ grant_type: 'none', x_siteUID: 'u' });
    for (const [wrong, errorCode] of [
      [token.slice(0, -1), 403005],
      [token.split(':')[1]!, 400093],
      [`${scene.house.apiKey}:`, 403005],
      [':', 400093],
      ['x', 400093],
    ] as const)
      expect(await show(scene, wrong, 'parameter'), wrong).toMatchObject({ errorCode });
  });

  it('of nobody: an empty x_siteUID makes no token of the site', async () => {
    for (const grant_type of ['none', 'client_credentials'])
      expect(
        await scene.house.signed('socialize.getToken', { grant_type, x_siteUID: '' }),
      ).toMatchObject({ errorCode: 400002 });
  });
});
