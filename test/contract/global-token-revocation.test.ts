// An identity provider has all sessions of a person ended: draft-parecki-oauth-global-token-revocation.
import { randomUUID } from 'node:crypto';
import { generateKeyPair, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import {
  deliver,
  expectRefusal,
  identities,
  lastEntry,
  liveSessions,
  now,
  openIssuer,
  signInWith,
  told,
  type Issuer,
} from '../support/inbound.ts';
import { listen, signInElsewhere } from '../support/listening.ts';

const loginIssuer = 'https://login.example';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await openIssuer();
});

const open = async (settings: object = { globalTokenRevocation: {} }): Promise<House> => {
  const acme = { clientId: 'shop', issuer: loginIssuer, ...settings };
  const house = await startHouse({ providers: { 'oidc-acme': acme, github: {} } }, undefined, {
    fetch: issuer.fetch,
    allowPrivateProviders: true,
    logError: () => {},
  });
  await signInWith(
    house,
    'oidc-acme',
    { providerUID: 'p' },
    { loginIDs: [{ value: 'ada@shop.example', kind: 'email', wayIn: 'password' }] },
  );
  await signInElsewhere(house, 'u', 'github');
  await house.signIn({ siteUID: 'u', elsewhere: true });
  await house.signIn({
    siteUID: 'eva',
    providers: { github: { providerUID: 'g' } },
    loginIDs: [{ value: 'eva@shop.example', kind: 'email' }],
    elsewhere: true,
  });
  return house;
};

/** One house for all that is refused: nothing changes in it. */
let unchanged: Promise<House> | undefined;
const openUnchanged = (): Promise<House> => (unchanged ??= open());

const path = 'oidc-acme/global-token-revocation';
const addressOf = (house: House): string => `https://outro.example/inbound/${house.apiKey}/${path}`;

const claimsFor = (house: House): JWTPayload => ({
  iss: loginIssuer,
  sub: 'shop',
  aud: addressOf(house),
  jti: randomUUID(),
  iat: now(),
  exp: now() + 300,
});

const issSub = (sub: string) => ({ format: 'iss_sub', iss: loginIssuer, sub });

const send = (house: House, token: string | undefined, body: unknown = { sub_id: issSub('p') }) =>
  deliver(house, path, typeof body === 'string' ? body : JSON.stringify(body), {
    headers: {
      'Content-Type': 'application/json',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
  });

describe('a request of the provider', () => {
  it.each<[string, object]>([
    ['iss_sub', issSub('p')],
    ['email', { format: 'email', email: 'ada@shop.example' }],
    ['opaque', { format: 'opaque', id: 'p' }],
  ])(
    'by %s ends all sessions of that person, whatever opened them, and nobody else’s; page and journal know',
    async (_what, sub_id) => {
      const house = await open();
      const token = String(house.window.document.cookie.split('=')[1]);
      const page = await listen(house, token);
      const response = await send(house, await issuer.sign(claimsFor(house)), { sub_id });
      expect([response.status, await response.text()]).toEqual([204, '']);
      expect(await liveSessions(house)).toBe(1);
      expect(await lastEntry(house)).toMatchObject({
        actor: 'provider',
        method: 'logout',
        receipt: [{ step: 'sessions', provider: 'oidc-acme', status: 'done' }],
      });
      expect(await told(house)).toMatchObject([{ name: 'logout' }]);
      await expect.poll(() => page.heard.map(({ event }) => event)).toEqual(['logout']);
      expect((await identities(house)).map(({ state }) => state)).toEqual([
        'linked',
        'linked',
        'linked',
      ]);
    },
  );

  it('the same request again is the same request: it ends nothing that was opened since', async () => {
    const house = await open();
    const token = await issuer.sign({ ...claimsFor(house), iat: now() - 60 });
    expect((await send(house, token)).status).toBe(204);
    expect(await liveSessions(house)).toBe(4);
    const present = await issuer.sign(claimsFor(house));
    expect((await send(house, present)).status).toBe(204);
    expect((await send(house, present)).status).toBe(204);
    expect(await liveSessions(house)).toBe(1);
  });

  it('4.12 its token stands for one body only: with another one it is refused, also while the first is under way', async () => {
    const house = await open();
    await house.signIn({
      siteUID: 'bob',
      providers: { 'oidc-acme': { providerUID: 'b' } },
      elsewhere: true,
    });
    const token = await issuer.sign(claimsFor(house));
    const bodies = [issSub('b'), issSub('p')].map((sub_id) => ({ sub_id }));
    const answers = await Promise.all(bodies.map((body) => send(house, token, body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 401]));
    await expectRefusal(house, () => send(house, token, { sub_id: issSub('q') }), 401, /^jti: /);
  });

  it('our store fails: 500, and the same request counts when it comes again', async () => {
    const house = await open();
    const token = await issuer.sign(claimsFor(house));
    const failing = vi
      .spyOn(house.database.store.people, 'update')
      .mockRejectedValueOnce(new Error('connection lost'));
    expect((await send(house, token)).status).toBe(500);
    failing.mockRestore();
    expect((await send(house, token)).status).toBe(204);
    expect(await liveSessions(house)).toBe(1);
  });

  it.each<[string, object, RegExp]>([
    ['of another issuer', { iss: 'https://other.example' }, /^iss: /],
    ['for another address', { aud: 'https://outro.example/inbound/x' }, /^aud: /],
    ['for a client, as ID tokens are', { aud: 'shop' }, /^aud: /],
    ['without id', { jti: undefined }, /^jti: /],
    ['with an empty id', { jti: '' }, /^jti: /],
    ['without end', { exp: undefined }, /^exp: /],
    ['that has run out', { exp: now() - 400, iat: now() - 500 }, /^exp: /],
    ['without time', { iat: undefined }, /^iat: /],
    ['of an hour ago', { iat: now() - 3600 }, /^iat: /],
    ['of tomorrow', { iat: now() + 86_400, exp: now() + 86_500 }, /^iat: /],
  ])('a token %s: 401, and nothing changes', async (_what, change, words) => {
    const house = await openUnchanged();
    const token = await issuer.sign({ ...claimsFor(house), ...change });
    await expectRefusal(house, () => send(house, token), 401, words);
  });

  it('no token, one that others signed, or that everybody can sign: 401', async () => {
    const house = await open();
    const claims = claimsFor(house);
    const { privateKey } = await generateKeyPair('RS256');
    const refuse = (token: string | undefined, words: RegExp) =>
      expectRefusal(house, () => send(house, token), 401, words);
    await refuse(undefined, /^Authorization: /);
    await refuse('x', /^Authorization: /);
    await refuse(await issuer.sign(claims, {}, privateKey), /^signature: /);
    await refuse(
      await issuer.sign(claims, { alg: 'HS256' }, new Uint8Array(32) as never),
      /^alg: /,
    );
    const response = await send(house, undefined);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('a key that the provider has not published: 401', async () => {
    const house = await open();
    const token = await issuer.sign(claimsFor(house), { kid: 'b' });
    await expectRefusal(house, () => send(house, token), 401, /^kid: /);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', 'x', /^body: /],
    ['null', 'null', /^body: /],
    ['nobody', {}, /^sub_id: /],
    ['no subject', { sub_id: 'p' }, /^sub_id: /],
    ['a format that is not known', { sub_id: { format: 'phone' } }, /^sub_id\.format: /],
    ['an e-mail that is none', { sub_id: { format: 'email', email: {} } }, /^sub_id\.email: /],
  ])('%s in its body: 400', async (_what, body, words) => {
    const house = await openUnchanged();
    const token = await issuer.sign(claimsFor(house));
    await expectRefusal(house, () => send(house, token, body), 400, words);
  });

  it.each<[string, object]>([
    ['somebody whom nobody here knows', issSub('q')],
    ['the same id elsewhere', { ...issSub('p'), iss: 'https://other.example' }],
    [
      'somebody who is not connected through this provider',
      { format: 'email', email: 'eva@shop.example' },
    ],
  ])('%s: 404', async (_what, sub_id) => {
    const house = await openUnchanged();
    const token = await issuer.sign(claimsFor(house));
    await expectRefusal(house, () => send(house, token, { sub_id }), 404, /^sub_id: nobody here/);
  });

  it('is not heard unless the site has said so, and not by GET', async () => {
    const house = await open({});
    const token = await issuer.sign(claimsFor(house));
    expect((await send(house, token)).status).toBe(404);
    const configured = await open();
    expect((await deliver(configured, path)).status).toBe(405);
  });

  it('another issuer and other keys, where the site has configured them', async () => {
    const house = await open({
      globalTokenRevocation: {
        issuer: 'https://org.example',
        jwksUri: 'https://login.example/keys',
      },
    });
    const claims = { ...claimsFor(house), iss: 'https://org.example' };
    expect((await send(house, await issuer.sign(claims))).status).toBe(204);
    expect(await liveSessions(house)).toBe(1);
  });
});
