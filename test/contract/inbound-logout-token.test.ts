// OpenID Connect back-channel logout: a real OpenID provider, and a token for each line of the checklist.
import type { CryptoKey, JWTPayload } from 'jose';
import { CompactEncrypt, generateKeyPair, UnsecuredJWT } from 'jose';
import { Provider } from 'oidc-provider';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openStorage } from '../../examples/demo/storage.ts';
import type { House } from '../support/house.ts';
import {
  deliver,
  expectRefusal,
  lastEntry,
  liveSessions,
  now,
  openHouse,
  openIssuer,
  signInWith,
  told,
  type Issuer,
} from '../support/inbound.ts';
import { listen } from '../support/revocation.ts';

const name = 'oidc-acme';
const member = 'http://schemas.openid.net/event/backchannel-logout';

describe('a real OpenID provider', () => {
  it('ends the session that it opened, and no other; its own token reaches us by its own request', async () => {
    const { server, origin } = await listen();
    const house = await openHouse({ [name]: { issuer: origin, clientId: 'shop' } }, fetch);
    const answers: number[] = [];
    const storage = openStorage(':memory:');
    const provider = new Provider(origin, {
      clients: [
        {
          client_id: 'shop',
          client_secret: 'a secret',
          redirect_uris: ['https://shop.example/callback'],
          backchannel_logout_uri: `https://outro.example/inbound/${house.apiKey}/${name}/logout-token`,
          backchannel_logout_session_required: true,
        },
      ],
      adapter: storage.adapterOf('acme'),
      jwks: { keys: [storage.keyOf('acme')] },
      cookies: { keys: ['a key'] },
      features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: false } },
      fetch: async (url, init) => {
        const response = await house.handler(new Request(url, init));
        answers.push(response.status);
        return response;
      },
    });
    const callback = provider.callback();
    server.on('request', (request, response) => void callback(request, response));
    await signInWith(house, name, { providerUID: 'ada', issuer: origin, sid: 'sid-1' });
    const elsewhere = { elsewhere: true };
    await signInWith(house, name, { providerUID: 'ada', issuer: origin, sid: 'sid-2' }, elsewhere);
    expect(await liveSessions(house)).toBe(2);

    const client = (await provider.Client.find('shop')) as unknown as {
      backchannelLogout(sub: string, sid: string): Promise<void>;
    };
    await client.backchannelLogout('ada', 'sid-1');
    expect(answers).toEqual([200]);
    expect(await liveSessions(house)).toBe(1);
    await expect(house.client.getUserInfo()).rejects.toMatchObject({ failure: 'unauthorizedUser' });
    expect(await lastEntry(house)).toMatchObject({
      actor: 'provider',
      method: 'logout',
      provider: name,
      receipt: [{ step: 'sessions', status: 'done' }],
    });
    expect(await told(house)).toMatchObject([{ name: 'logout' }]);
    const [row] = await house.database.query(
      "select ended_at from outro.provider_sessions where site = $1 and sid = 'sid-1'",
      [house.apiKey],
    );
    expect(row?.['ended_at']).not.toBeNull();
  });
});

let issuer: Issuer;
let forger: CryptoKey;
beforeAll(async () => {
  issuer = await openIssuer();
  forger = (await generateKeyPair('RS256')).privateKey;
});

const open = (change: object = {}): Promise<House> =>
  openHouse(
    { [name]: { issuer: 'https://login.example', clientId: 'shop', ...change } },
    issuer.fetch,
  );

const claims = (change: JWTPayload = {}): JWTPayload => ({
  iss: 'https://login.example',
  aud: 'shop',
  iat: now(),
  exp: now() + 120,
  jti: crypto.randomUUID(),
  sub: 'ada',
  events: { [member]: {} },
  ...change,
});

const send = (house: House, token: string): Promise<Response> =>
  deliver(house, `${name}/logout-token`, new URLSearchParams({ logout_token: token }));

const person = { providerUID: 'ada', issuer: 'https://login.example', sid: 's' };

type Making = (sign: Issuer['sign']) => string | Promise<string>;
const without = (...names: string[]): JWTPayload =>
  Object.fromEntries(Object.entries(claims()).filter(([key]) => !names.includes(key)));

const refused: [string, Making, RegExp][] = [
  ['signed by another key', (sign) => sign(claims(), {}, forger), /^signature: /],
  ['signed by a key that nobody knows', (sign) => sign(claims(), { kid: 'b' }), /^kid: /],
  ['not signed', () => new UnsecuredJWT(claims()).encode(), /^(alg|token): /],
  [
    'signed with a shared secret',
    (sign) => sign(claims(), { alg: 'HS256' }, new TextEncoder().encode('x'.repeat(32)) as never),
    /^alg: /,
  ],
  [
    'signed by an algorithm that nobody agreed on',
    async (sign) => sign(claims(), { alg: 'RS384' }, (await generateKeyPair('RS384')).privateKey),
    /^alg: /,
  ],
  ['encrypted', async () => encrypt(JSON.stringify(claims())), /^token: /],
  ['no token at all', () => 'x', /^token: /],
  ['of another type', (sign) => sign(claims(), { typ: 'at+jwt' }), /^typ: /],
  ['of another issuer', (sign) => sign(claims({ iss: 'https://evil.example' })), /^iss: /],
  ['without issuer', (sign) => sign(without('iss')), /^iss: /],
  ['for another client', (sign) => sign(claims({ aud: 'other' })), /^aud: /],
  ['for nobody', (sign) => sign(without('aud')), /^aud: /],
  ['without time of issue', (sign) => sign(without('iat')), /^iat: /],
  ['issued long ago', (sign) => sign(claims({ iat: now() - 600, exp: now() + 900 })), /^iat: /],
  ['issued in the future', (sign) => sign(claims({ iat: now() + 240 })), /^iat: /],
  ['expired', (sign) => sign(claims({ iat: now() - 400, exp: now() - 240 })), /^exp: /],
  ['about nobody', (sign) => sign(without('sub')), /^sub: /],
  ['with a sub that is no text', (sign) => sign(claims({ sub: {} as never })), /^sub: /],
  ['with NUL in the sub', (sign) => sign(claims({ sub: 'a\0' })), /^sub: /],
  ['with half a sign in the sub', (sign) => sign(claims({ sub: 'a\ud800' })), /^sub: /],
  ['with a sid that is no text', (sign) => sign(claims({ sid: ['s'] })), /^sid: /],
  ['without events', (sign) => sign(without('events')), /^events: /],
  ['events a list', (sign) => sign(claims({ events: [{ [member]: {} }] })), /^events: /],
  ['events a text', (sign) => sign(claims({ events: member })), /^events: /],
  ['of another event', (sign) => sign(claims({ events: { other: {} } })), /^events: /],
  ['an event that is true', (sign) => sign(claims({ events: { [member]: true } })), /^events: /],
  ['an event that is a list', (sign) => sign(claims({ events: { [member]: [] } })), /^events: /],
  ['with a nonce, as ID tokens have', (sign) => sign(claims({ nonce: 'n' })), /^nonce: /],
  ['without id', (sign) => sign(without('jti')), /^jti: /],
  ['with an id that is no text', (sign) => sign(claims({ jti: 7 as never })), /^jti: /],
];

const encrypt = async (text: string): Promise<string> => {
  const { publicKey } = await generateKeyPair('RSA-OAEP-256');
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
    .encrypt(publicKey);
};

describe('the checklist', () => {
  it.each(refused)('refuses a token %s; nothing changes', async (_, make, words) => {
    const house = await open();
    await signInWith(house, name, person);
    const token = await make(issuer.sign);
    await expectRefusal(house, () => send(house, token), 400, words);
    expect(await liveSessions(house)).toBe(1);
  });

  it.each<[string, JWTPayload, object]>([
    ['as the specification likes it', {}, { typ: 'logout+jwt' }],
    ['of the common type', {}, { typ: 'JWT' }],
    ['without type', {}, {}],
    ['for several clients, us among them', { aud: ['other', 'shop'] }, {}],
    ['with sid alone', { sub: undefined, sid: 's' } as never, {}],
    ['without expiry, as older providers send', { exp: undefined } as never, {}],
  ])('takes a token %s', async (_, change, header) => {
    const house = await open();
    await signInWith(house, name, person);
    const response = await send(house, await issuer.sign(claims(change), header as never));
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await liveSessions(house)).toBe(0);
  });

  it('takes only the algorithm that the site has configured', async () => {
    const house = await open({ idTokenAlgorithm: 'ES256' });
    await signInWith(house, name, person);
    const token = await issuer.sign(claims());
    await expectRefusal(house, () => send(house, token), 400, /^alg: /);
  });

  it('takes the parameter once, in a form', async () => {
    const house = await open();
    const token = await issuer.sign(claims());
    const twice = `logout_token=${token}&logout_token=${token}`;
    for (const body of ['', 'logout_token=', twice, JSON.stringify({ logout_token: token })])
      await expectRefusal(
        house,
        () => deliver(house, `${name}/logout-token`, body),
        400,
        /^logout_token: /,
      );
  });
});

describe('effect', () => {
  it('sub alone ends every session of that person there, of nobody else, on no other site', async () => {
    const [house, other] = [await open(), await open()];
    for (const one of [house, other]) {
      await signInWith(one, name, person);
      await signInWith(one, name, { ...person, sid: 't' });
    }
    await house.signIn({ siteUID: 'v', providers: { [name]: { ...person, providerUID: 'eve' } } });
    expect((await send(house, await issuer.sign(claims()))).status).toBe(200);
    expect([await liveSessions(house), await liveSessions(other)]).toEqual([1, 2]);
  });

  it('sub alone ends also the sessions of that person that were opened without a word of one there', async () => {
    const house = await open();
    await signInWith(house, name, person);
    // As when people were brought here from elsewhere.
    await house.database.query('delete from outro.provider_sessions where site = $1', [
      house.apiKey,
    ]);
    await signInWith(house, name, person);
    expect((await send(house, await issuer.sign(claims()))).status).toBe(200);
    expect(await liveSessions(house)).toBe(0);
  });

  it('a session that nobody knows: 200, and nothing changes', async () => {
    const house = await open();
    await signInWith(house, name, person);
    const before = await house.rows();
    for (const change of [{ sid: 'unknown' }, { sub: 'unknown' }])
      expect((await send(house, await issuer.sign(claims(change)))).status).toBe(200);
    expect(await house.rows()).toEqual(before);
  });

  it('the same token again is refused, says that it is done, and spares whoever signed in since', async () => {
    const house = await open();
    await signInWith(house, name, person);
    const token = await issuer.sign(claims());
    expect((await send(house, token)).status).toBe(200);
    await signInWith(house, name, person);
    await expectRefusal(house, () => send(house, token), 400, /^jti: .*is done$/);
    expect(await liveSessions(house)).toBe(1);
  });

  it.each(['endProviderSessions', 'update'] as const)(
    'our store fails (%s): 500, and the same token counts when it comes again',
    async (method) => {
      const house = await open();
      await signInWith(house, name, person);
      const token = await issuer.sign(claims());
      const { exits, people } = house.database.store;
      const error = new Error('connection lost');
      const failing =
        method === 'update'
          ? vi.spyOn(people, method).mockRejectedValueOnce(error)
          : vi.spyOn(exits, method).mockRejectedValueOnce(error);
      const response = await send(house, token);
      failing.mockRestore();
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('connection lost');
      expect(await liveSessions(house)).toBe(1);
      expect((await send(house, token)).status).toBe(200);
      expect(await liveSessions(house)).toBe(0);
    },
  );
});

describe('3.15 a token that is right', () => {
  it('with sub and sid ends the session of that sid, and those of which no sign-in told one', async () => {
    const house = await open();
    await signInWith(house, name, { ...person, sid: undefined });
    await signInWith(house, name, { ...person, sid: 's' });
    await signInWith(house, name, { ...person, sid: 'other' });
    expect((await send(house, await issuer.sign(claims({ sid: 's' })))).status).toBe(200);
    expect(await liveSessions(house)).toBe(1);
  });

  it('by a clock that is 120 s ahead is taken', async () => {
    const house = await open();
    await signInWith(house, name, person);
    const token = await issuer.sign(claims({ iat: now() + 120, exp: now() + 240 }));
    expect((await send(house, token)).status).toBe(200);
    expect(await liveSessions(house)).toBe(0);
  });

  it('for a further client id of the site is taken', async () => {
    const house = await open({ inbound: { clientIds: ['shop-app'] } });
    await signInWith(house, name, person);
    expect((await send(house, await issuer.sign(claims({ aud: 'shop-app' })))).status).toBe(200);
    expect(await liveSessions(house)).toBe(0);
  });

  it('by a key that came after the last reading is wanted again later: 503', async () => {
    const own = await openIssuer();
    const house = await openHouse(
      { [name]: { issuer: 'https://login.example', clientId: 'shop' } },
      own.fetch,
    );
    expect((await send(house, await own.sign(claims()))).status).toBe(200);
    const response = await send(house, await own.sign(claims(), { kid: 'rotated' }));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  });
});

describe('keys', () => {
  it('are read again for a key that nobody knows, at most once in 30 seconds', async () => {
    const own = await openIssuer();
    const house = await openHouse(
      { [name]: { issuer: 'https://login.example', clientId: 'shop' } },
      own.fetch,
    );
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      await send(house, await own.sign(claims()));
      for (const kid of ['b', 'c', 'd']) await send(house, await own.sign(claims(), { kid }));
      expect(own.reads.get('https://login.example/keys')).toBe(1);
      vi.setSystemTime(Date.now() + 31_000);
      for (const kid of ['b', 'c', 'd']) await send(house, await own.sign(claims(), { kid }));
      expect(own.reads.get('https://login.example/keys')).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['https://login.example/.well-known/openid-configuration', {}],
    ['https://login.example/keys', 'garbage'],
    ['https://login.example/keys', undefined],
  ])(
    'that cannot be read (%s: %j) are nobody’s fault: 503, nothing changes',
    async (url, content) => {
      const own = await openIssuer();
      if (content === undefined) own.documents.delete(url);
      else own.documents.set(url, content);
      const house = await openHouse(
        { [name]: { issuer: 'https://login.example', clientId: 'shop' } },
        own.fetch,
      );
      await signInWith(house, name, person);
      const token = await own.sign(claims());
      await expectRefusal(house, () => send(house, token), 503, /could not be read/);
    },
  );
});
