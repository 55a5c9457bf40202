// Tokens that say who is signed in: made here for the site's servers, and traded for sessions of people who come from the vendor.
import { generateKeyPairSync } from 'node:crypto';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';
import { createVendorSessions } from '../support/vendor-sessions.ts';

const makeKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

const [first, second] = [makeKey(), makeKey()];

const keysOf = async (house: House): Promise<JSONWebKeySet> =>
  (await house.post('accounts.getJWTPublicKey', { V2: 'true' })) as unknown as JSONWebKeySet;

const open = async (keys: string[], audience?: string) => {
  const house = await startHouse({ idTokens: { keys } });
  const userInfo = { firstName: 'Ada', nickname: 'Countess' };
  await house.signIn({ siteUID: 'u', userInfo });
  const params = audience === undefined ? {} : { audience };
  const { id_token: token } = await house.client.getJWT(params);
  return { house, token };
};

describe('getJWT', () => {
  it('says who is signed in, to whoever has the keys of the site', async () => {
    const { house, token } = await open([first]);
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createLocalJWKSet(await keysOf(house)),
      {
        issuer: `https://outro.example/jwt/${house.apiKey}/`,
        audience: house.apiKey,
        algorithms: ['RS256'],
      },
    );
    expect(payload).toMatchObject({ sub: 'u', apiKey: house.apiKey });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    const shown = await house.post('accounts.getJWTPublicKey', {});
    expect(shown).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: protectedHeader.kid });
    expect(JSON.stringify([shown, await keysOf(house)])).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
  });

  it('lives an hour at most, whatever is asked for; has the fields that are known, and says which are not', async () => {
    const { house } = await open([first]);
    const fields = 'firstName, profile.nickname,data.member,sub,exp';
    const answer = await house.client.getJWT({ expiration: 1_000_000, fields, audience: 'crm' });
    const claims = decodeJwt(answer.id_token);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    expect(claims).toMatchObject({ sub: 'u', aud: 'crm', firstName: 'Ada' });
    expect(claims['profile.nickname']).toBe('Countess');
    expect(answer.ignoredFields).toBe('data.member,sub,exp');
    for (const expiration of [0, -5, 'soon'])
      await expect(house.client.getJWT({ expiration: expiration as never })).rejects.toMatchObject({
        failure: 'invalidParameter',
      });
  });

  it('the keys are exchanged without a token that stops counting', async () => {
    const { token: before } = await open([first]);
    const { house, token: after } = await open([second, first]);
    const keys = createLocalJWKSet(await keysOf(house));
    for (const token of [before, after])
      expect((await jwtVerify(token, keys)).payload.sub).toBe('u');
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
  });

  it('getAccountInfo has it where it is asked for; nobody signed in, and no keys, are refused', async () => {
    const { house } = await open([first]);
    const { id_token: token } = await house.client.getAccountInfo({ include: 'id_token' });
    expect(decodeJwt(String(token)).sub).toBe('u');
    expect(await house.post('accounts.getJWT', {})).toMatchObject({ errorCode: 403005 });
    const without = await startHouse();
    await without.signIn({ siteUID: 'u' });
    await expect(without.client.getJWT()).rejects.toMatchObject({ failure: 'notSupported' });
    expect(await without.client.getAccountInfo({ include: 'id_token' })).not.toHaveProperty(
      'id_token',
    );
    expect(await without.post('accounts.getJWTPublicKey', {})).toMatchObject({
      errorCode: 400096,
    });
  });
});

const move = async (change: object = {}) => {
  const cloud = await createVendorSessions('3_vendor');
  const fetch: typeof globalThis.fetch = async (input, init) =>
    cloud.fetch(new Request(input, init));
  const house = await startHouse(
    { sources: { gigya: { apiKey: '3_vendor', tradesSessions: true, ...change } } },
    undefined,
    { fetch, allowPrivateProviders: true },
  );
  await house.signIn({ siteUID: '_guid_a+/=', elsewhere: true });
  const trade = (id_token: string): Promise<Answer> =>
    house.post('socialize.exchangeIdToken', { id_token });
  const sessions = async (): Promise<number> => (await house.rows())['sessions']?.length ?? 0;
  return { cloud, house, trade, sessions };
};

describe('exchangeIdToken', () => {
  it('opens a session of the same person, once for each token, and writes it down', async () => {
    const { cloud, house, trade } = await move();
    const id_token = await cloud.idToken('_guid_a+/=');
    const { UID } = await house.client.exchangeIdToken({ id_token });
    expect(UID).toBe('_guid_a+/=');
    expect((await house.client.getUserInfo()).user.UID).toBe('_guid_a+/=');
    expect(await trade(id_token)).toMatchObject({ errorCode: 403004 });
    // The same bytes, spelled otherwise.
    const spelled = `${id_token.slice(0, -1)}${id_token.endsWith('A') ? 'B' : 'A'}`;
    expect((await trade(spelled)).errorCode).not.toBe(0);
    const journal = (await house.rows())['journal'] as { method: string }[];
    expect(journal.filter(({ method }) => method === 'exchangeIdToken')).toHaveLength(1);
    expect((await house.client.logout()).receipt).toMatchObject([
      { step: 'session', status: 'done' },
    ]);
  });

  it('several at once with one token open one session', async () => {
    const { cloud, trade, sessions } = await move();
    const before = await sessions();
    const id_token = await cloud.idToken('_guid_a+/=');
    const codes = await Promise.all(Array.from({ length: 5 }, () => trade(id_token)));
    expect(codes.filter(({ errorCode }) => errorCode === 0)).toHaveLength(1);
    expect(await sessions()).toBe(before + 1);
  });

  it('a key that is new at the vendor is asked for by its name', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const { cloud, trade } = await move();
    expect(await trade(await cloud.idToken('_guid_a+/='))).toMatchObject({ errorCode: 0 });
    await cloud.rotate();
    vi.setSystemTime(Date.now() + 31_000);
    expect(await trade(await cloud.idToken('_guid_a+/=', { jti: 'x' }))).toMatchObject({
      errorCode: 0,
    });
    vi.useRealTimers();
  });

  it.each<[string, object, number, RegExp]>([
    ['expired', {}, -60, /^exp: /],
    ['made for another site', { apiKey: '3_other' }, 300, /^apiKey: /],
    ['of another issuer', { iss: 'https://fidm.gigya.com/jwt/3_other/' }, 300, /^iss: /],
    ['made long ago', { iat: 1_700_000_000 }, 300, /^iat: /],
    ['of nobody', { sub: undefined }, 300, /^sub: /],
    ['of a name that is none', { sub: 'a\u0000b' }, 300, /^sub: /],
    ['that never expires', { exp: undefined }, 300, /^exp: /],
  ])('refuses one %s, and opens nothing', async (_title, change, lifetime, expected) => {
    const { cloud, trade, sessions } = await move();
    const before = await sessions();
    expect(
      await trade(await cloud.idToken('_guid_a+/=', change as JWTPayload, lifetime)),
    ).toMatchObject({
      errorCode: 403025,
      errorDetails: expect.stringMatching(expected) as string,
    });
    expect(await sessions()).toBe(before);
  });

  it('refuses one that somebody else has signed, or nobody', async () => {
    const { trade } = await move();
    const stranger = await createVendorSessions('3_vendor');
    expect(await trade(await stranger.idToken('_guid_a+/='))).toMatchObject({ errorCode: 403025 });
    const claims = Buffer.from(JSON.stringify({ sub: '_guid_a+/=' })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await trade(`${none}.${claims}.x`)).toMatchObject({ errorCode: 403025 });
    expect(await trade('no token')).toMatchObject({ errorCode: 400006 });
  });

  it('aud counts where it is configured', async () => {
    const { cloud, trade } = await move({ audience: 'our shop' });
    expect(await trade(await cloud.idToken('_guid_a+/='))).toMatchObject({ errorCode: 403025 });
    const meant = await cloud.idToken('_guid_a+/=', { aud: 'our shop' });
    expect(await trade(meant)).toMatchObject({ errorCode: 0 });
  });

  it('somebody who is not here yet is refused, and the token still counts when they are', async () => {
    const { cloud, house, trade } = await move();
    const id_token = await cloud.idToken('new');
    expect(await trade(id_token)).toMatchObject({ errorCode: 403005 });
    await house.signIn({ siteUID: 'new', elsewhere: true });
    expect(await trade(id_token)).toMatchObject({ errorCode: 0, UID: 'new' });
  });

  it('a vendor that does not answer is no refusal of the token; a site that moves from nowhere trades nothing', async () => {
    const { cloud, trade } = await move();
    const id_token = await cloud.idToken('_guid_a+/=');
    const answer = cloud.fetch.bind(cloud);
    cloud.fetch = () => new Response('down', { status: 503 });
    expect(await trade(id_token)).toMatchObject({ errorCode: 500026 });
    cloud.fetch = answer;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6000 });
    expect(await trade(id_token)).toMatchObject({ errorCode: 0 });
    vi.useRealTimers();
    // Its people come along from there; that makes nobody's session one of ours.
    const other = await startHouse({ sources: { gigya: { apiKey: '3_vendor' } } });
    expect(await other.post('socialize.exchangeIdToken', { id_token })).toMatchObject({
      errorCode: 400096,
    });
  });
});
