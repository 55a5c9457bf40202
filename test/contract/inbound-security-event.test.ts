// Security event tokens: Apple's notifications and Google's Cross-Account Protection.
import { generateKeyPair, type CryptoKey, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { House } from '../support/house.ts';
import {
  deliver,
  expectRefusal,
  identities,
  lastEntry,
  liveSessions,
  now,
  openHouse,
  openIssuer,
  signInWith,
  told,
  type Issuer,
} from '../support/inbound.ts';

let issuer: Issuer;
let forger: CryptoKey;
beforeAll(async () => {
  issuer = await openIssuer();
  forger = (await generateKeyPair('RS256')).privateKey;
  const keys = issuer.documents.get('https://login.example/keys');
  issuer.documents.set('https://appleid.apple.com/auth/keys', keys);
  issuer.documents.set('https://www.googleapis.example/certs', keys);
  issuer.documents.set('https://accounts.google.com/.well-known/risc-configuration', {
    issuer: 'https://accounts.google.com/',
    jwks_uri: 'https://www.googleapis.example/certs',
  });
});

const open = (): Promise<House> =>
  openHouse(
    {
      apple: { clientId: 'com.shop.web', inbound: { clientIds: ['com.shop.app'] } },
      google: { clientId: 'shop.apps', inbound: { clientIds: ['shop.ios'] } },
      googleplus: {},
    },
    issuer.fetch,
  );

const risc = 'https://schemas.openid.net/secevent/risc/event-type/';
const oauth = 'https://schemas.openid.net/secevent/oauth/event-type/';
const subject = { subject_type: 'iss-sub', iss: 'https://accounts.google.com/', sub: 'p' };

/** How each provider writes and sends the same things. */
const dialects = {
  apple: {
    claims: (type: string, person: unknown = 'p', at = Date.now()): JWTPayload => ({
      iss: 'https://appleid.apple.com',
      aud: 'com.shop.web',
      iat: now(),
      exp: now() + 3600,
      jti: crypto.randomUUID(),
      events: JSON.stringify({ type, sub: person, event_time: at }),
    }),
    body: (token: string) => JSON.stringify({ payload: token }),
    removal: 'consent-revoked',
    status: 200,
  },
  google: {
    claims: (type: string, person: unknown = 'p', at = Date.now()): JWTPayload => ({
      iss: 'https://accounts.google.com/',
      aud: 'shop.apps',
      iat: Math.floor(at / 1000),
      jti: crypto.randomUUID(),
      events: {
        [(type.startsWith('token') ? oauth : risc) + type]: {
          subject: { ...subject, sub: person },
          reason: 'hijacking',
        },
      },
    }),
    body: (token: string) => token,
    removal: 'tokens-revoked',
    status: 202,
  },
} as const;

type Provider = keyof typeof dialects;
const each = Object.keys(dialects) as Provider[];

const send = async (house: House, provider: Provider, claims: JWTPayload): Promise<Response> =>
  sendToken(house, provider, await issuer.sign(claims));

const sendToken = (house: House, provider: Provider, token: string): Promise<Response> =>
  deliver(house, `${provider}/security-event`, dialects[provider].body(token));

describe.each(each)('%s', (provider) => {
  const { claims, removal, status } = dialects[provider];
  const without = (name: string): JWTPayload =>
    Object.fromEntries(Object.entries(claims(removal)).filter(([key]) => key !== name));

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['signed by another key', () => issuer.sign(claims(removal), {}, forger), /^signature: /],
    ['by an unknown key', () => issuer.sign(claims(removal), { kid: 'b' }), /^kid: /],
    [
      'signed with a shared secret',
      () => issuer.sign(claims(removal), { alg: 'HS256' }, new Uint8Array(32) as never),
      /^alg: /,
    ],
    [
      'of another issuer',
      () => issuer.sign({ ...claims(removal), iss: 'https://x.example' }),
      /^iss: /,
    ],
    ['for another client', () => issuer.sign({ ...claims(removal), aud: 'other' }), /^aud: /],
    ['for nobody', () => issuer.sign(without('aud')), /^aud: /],
    ['without time of issue', () => issuer.sign(without('iat')), /^iat: /],
    ['of last year', () => issuer.sign({ ...claims(removal), iat: now() - 3e7 }), /^(iat|exp): /],
    ['of tomorrow', () => issuer.sign({ ...claims(removal), iat: now() + 9e4 }), /^iat: /],
    ['without id', () => issuer.sign(without('jti')), /^jti: /],
    ['without events', () => issuer.sign(without('events')), /^events: /],
    [
      'with garbage for events',
      () => issuer.sign({ ...claims(removal), events: 'x' }),
      /^events: /,
    ],
    ['that is none', () => 'x', /^token: /],
  ])('refuses a token %s; nothing changes', async (_, make, words) => {
    const house = await open();
    await signInWith(house, provider, { providerUID: 'p' });
    const token = await make();
    await expectRefusal(house, () => sendToken(house, provider, token), 400, words);
  });

  it('the permission is gone: so is the connection, softly; again it is heard and changes nothing', async () => {
    const house = await open();
    await signInWith(house, provider, { providerUID: 'p', authToken: 'T', nickname: 'Ada' });
    const token = await issuer.sign(claims(removal));
    const first = await sendToken(house, provider, token);
    expect([first.status, await first.text()]).toEqual([status, '']);
    expect(await identities(house)).toEqual([]);
    expect(await lastEntry(house)).toMatchObject({ actor: 'provider', method: 'removeConnection' });
    expect(await told(house)).toMatchObject([{ name: 'connectionRemoved' }, { name: 'logout' }]);
    await signInWith(house, provider, { providerUID: 'p' });
    const before = await house.rows();
    expect((await sendToken(house, provider, token)).status).toBe(status);
    expect(await house.rows()).toEqual(before);
  });

  it('the last way in stays as a mapping', async () => {
    const house = await open();
    await signInWith(house, provider, { providerUID: 'p', nickname: 'Ada' }, { loginIDs: [] });
    await send(house, provider, claims(removal));
    expect(await identities(house)).toMatchObject([{ state: 'mapping', profile: null }]);
  });

  it('an event from before the present connection means an earlier one', async () => {
    const house = await open();
    await signInWith(house, provider, { providerUID: 'p' });
    const late = claims(removal, 'p', Date.now() - 3_600_000);
    expect((await send(house, provider, late)).status).toBe(status);
    expect(await identities(house)).toMatchObject([{ state: 'linked' }]);
  });

  it.each([
    ['about somebody else', removal, 'q'],
    ['about nobody', removal, null],
    ['about an object', removal, {}],
    ['of a kind that means nothing here', 'email-disabled', 'p'],
    ['of a kind that means nothing here', 'account-enabled', 'p'],
    ['of a kind with a name from elsewhere', 'constructor', 'p'],
  ])('an event %s is heard and changes nothing', async (_, type, person) => {
    const house = await open();
    await signInWith(house, provider, { providerUID: 'p' });
    const before = await house.rows();
    expect((await send(house, provider, claims(type, person))).status).toBe(status);
    expect(await house.rows()).toEqual(before);
  });

  it('is addressed to any client id of the site', async () => {
    const house = await open();
    await signInWith(house, provider, { providerUID: 'p' });
    const aud = provider === 'apple' ? 'com.shop.app' : ['other', 'shop.ios'];
    expect((await send(house, provider, { ...claims(removal), aud })).status).toBe(status);
    expect(await identities(house)).toEqual([]);
  });

  it('our store fails: 500, and the same token counts when it comes again', async () => {
    const house = await open();
    await signInWith(house, provider, { providerUID: 'p' });
    const token = await issuer.sign(claims(removal));
    const failing = vi
      .spyOn(house.database.store.people, 'update')
      .mockRejectedValueOnce(new Error('connection lost'));
    expect((await sendToken(house, provider, token)).status).toBe(500);
    failing.mockRestore();
    expect((await sendToken(house, provider, token)).status).toBe(status);
    expect(await identities(house)).toEqual([]);
  });
});

describe('Apple', () => {
  it.each(['account-deleted', 'account-delete'])('%s removes as well', async (type) => {
    const house = await open();
    await signInWith(house, 'apple', { providerUID: 'p' });
    await send(house, 'apple', dialects.apple.claims(type));
    expect(await identities(house)).toEqual([]);
  });

  it('a token that has run out is refused', async () => {
    const house = await open();
    await signInWith(house, 'apple', { providerUID: 'p' });
    const claims = { ...dialects.apple.claims('consent-revoked'), exp: now() - 400 };
    await expectRefusal(house, () => send(house, 'apple', claims), 400, /^exp: /);
  });

  it.each(['', 'x', 'null', '{}', '{"payload":7}', '[]'])('a body %j is refused', async (body) => {
    const house = await open();
    await expectRefusal(
      house,
      () => deliver(house, 'apple/security-event', body),
      400,
      /^(payload|body): /,
    );
  });
});

describe('Google', () => {
  it.each(['sessions-revoked', 'account-disabled'])(
    '%s ends the sessions of that person, and keeps the connection',
    async (type) => {
      const house = await open();
      await signInWith(house, 'google', { providerUID: 'p' });
      await house.signIn({ siteUID: 'v', providers: { google: { providerUID: 'q' } } });
      expect((await send(house, 'google', dialects.google.claims(type))).status).toBe(202);
      expect(await liveSessions(house)).toBe(1);
      expect(await identities(house)).toMatchObject([{ state: 'linked' }, { state: 'linked' }]);
    },
  );

  it.each(['tokens-revoked', 'token-revoked', 'account-purged'])(
    '%s removes, whatever path its type has and though the token has run out',
    async (type) => {
      for (const path of [risc, oauth]) {
        const house = await open();
        await signInWith(house, 'google', { providerUID: 'p' });
        const claims = dialects.google.claims(type);
        const events = { [path + type]: { subject } };
        await send(house, 'google', { ...claims, events, iat: now(), exp: now() - 86_000 });
        expect(await identities(house)).toEqual([]);
      }
    },
  );

  it('verification is answered, and a person who came as Google+ is the same person', async () => {
    const house = await open();
    const verification = { [`${risc}verification`]: { state: 'x' } };
    const claims = { ...dialects.google.claims('verification'), events: verification };
    expect((await send(house, 'google', claims)).status).toBe(202);
    await signInWith(house, 'googleplus', { providerUID: 'p' });
    await send(house, 'google', dialects.google.claims('tokens-revoked'));
    expect(await identities(house)).toEqual([]);
  });

  it('a configuration document that cannot be read is nobody’s fault: 503', async () => {
    const own = await openIssuer();
    const house = await openHouse({ google: { clientId: 'shop.apps' } }, own.fetch);
    const body = await own.sign(dialects.google.claims('tokens-revoked'));
    const sending = () => deliver(house, 'google/security-event', body);
    await expectRefusal(house, sending, 503, /^configuration: /);
  });
});
