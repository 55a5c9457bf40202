// Security events of a transmitter that a site has configured, pushed: OpenID Shared Signals Framework 1.0, RFC 8935.
import { exportJWK, generateKeyPair, type CryptoKey, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { House } from '../support/house.ts';
import { identities, lastEntry, liveSessions, now, signInWith } from '../support/inbound.ts';
import { listen, signInElsewhere } from '../support/listening.ts';
import { newSecret, startReceiver } from '../support/receiver.ts';
import {
  caep,
  email,
  issSub,
  issuer,
  loginIssuer,
  opaque,
  openHeard,
  openTransmitter,
  push,
  risc,
  ssf,
  type Transmitter,
} from '../support/transmitter.ts';

let transmitter: Transmitter;
let forger: CryptoKey;
beforeAll(async () => {
  transmitter = await openTransmitter();
  forger = (await generateKeyPair('RS256')).privateKey;
});

const person = (house: House, sub = 'p', more: object = {}) =>
  signInWith(house, 'oidc-acme', { providerUID: sub, ...more });

/** One house for all that is refused: nothing changes in it. */
let unchanged: Promise<House> | undefined;
const openUnchanged = (): Promise<House> =>
  (unchanged ??= openHeard(transmitter).then(async (house) => {
    await person(house);
    return house;
  }));

const refusal = async (house: House, token: string, headers?: Record<string, string>) => {
  const before = await house.rows();
  const response = await push(house, token, headers);
  expect(await house.rows()).toEqual(before);
  expect(response.headers.get('content-language')).toBe('en');
  expect(response.headers.get('content-type')).toContain('application/json');
  return { status: response.status, ...((await response.json()) as object) };
};

const revoked = (subject: unknown, claims?: object, header?: Record<string, unknown>) =>
  transmitter.token(caep('session-revoked'), subject, {}, claims, header);

describe('what is told', () => {
  it.each<[string, object]>([
    [caep('session-revoked'), {}],
    [caep('credential-change'), { credential_type: 'password', change_type: 'update' }],
    [caep('credential-change'), { credential_type: 'fido2-roaming', change_type: 'revoke' }],
    [caep('credential-change'), { credential_type: 'x509', change_type: 'delete' }],
    [risc('account-disabled'), { reason: 'hijacking' }],
    [risc('account-credential-change-required'), {}],
    [risc('credential-compromise'), { credential_type: 'password' }],
    [risc('sessions-revoked'), {}],
  ])(
    '%s %j ends the sessions that this provider had opened, and keeps the connection',
    async (type, event) => {
      const house = await openHeard(transmitter);
      await person(house);
      await person(house, 'q', { authToken: 'x' });
      await signInElsewhere(house, 'other', 'github');
      const response = await push(house, await transmitter.token(type, issSub('p'), event));
      expect([response.status, await response.text()]).toEqual([202, '']);
      expect(await liveSessions(house)).toBe(2);
      expect(await lastEntry(house)).toMatchObject({ actor: 'provider', method: 'logout' });
      expect((await identities(house)).map(({ state }) => state)).not.toContain('mapping');
    },
  );

  it('account-purged removes the connection, softly', async () => {
    const house = await openHeard(transmitter);
    await person(house, 'p', { authToken: 'T', nickname: 'Ada' });
    await push(house, await transmitter.token(risc('account-purged'), issSub('p')));
    expect(await identities(house)).toEqual([]);
    expect(await lastEntry(house)).toMatchObject({ actor: 'provider', method: 'removeConnection' });
  });

  it('reaches the open page and the webhook, as our own calls do', async () => {
    const receiver = await startReceiver();
    const webhooks = [{ url: receiver.url, secrets: [newSecret()] }];
    const house = await openHeard(transmitter, {}, { webhooks });
    await person(house);
    const token = String(house.window.document.cookie.split('=')[1]);
    const page = await listen(house, token);
    await push(house, await revoked(issSub('p')));
    await expect.poll(() => page.heard.map(({ event }) => event)).toEqual(['logout']);
    expect(await house.post('socialize.getUserInfo', { login_token: token })).not.toMatchObject({
      UID: 'u',
    });
    await house.work();
    const { arrived } = receiver;
    expect(
      arrived.map(({ event: { type, data, subject } }) => [type, data.actor, subject]),
    ).toEqual([['outro.session.ended', 'provider', 'u']]);
  });

  it.each<[string, string, object]>([
    ['a kind that the site has left out', risc('account-disabled'), {}],
    ['a new key of the person', caep('credential-change'), { change_type: 'create' }],
    ['a change of no kind', caep('credential-change'), {}],
    ['a kind that means nothing here', caep('token-claims-change'), {}],
    ['a foreign kind with a known end', 'https://x.example/session-revoked', {}],
    ['a kind with a name from elsewhere', 'constructor', {}],
  ])('%s is taken and changes nothing', async (_what, type, event) => {
    const house = await openHeard(transmitter, {
      events: ['session-revoked', 'credential-change'],
    });
    await person(house);
    const before = await house.rows();
    const response = await push(house, await transmitter.token(type, issSub('p'), event));
    expect(response.status).toBe(202);
    expect(await house.rows()).toEqual(before);
  });

  it('the same token again is answered as before, and changes nothing', async () => {
    const house = await openHeard(transmitter);
    await person(house);
    const token = await revoked(issSub('p'));
    expect((await push(house, token)).status).toBe(202);
    await person(house);
    expect((await push(house, token)).status).toBe(202);
    expect(await liveSessions(house)).toBe(1);
  });

  it('what took its time does not end what was opened since; what is said to come is of now', async () => {
    const house = await openHeard(transmitter);
    await person(house);
    const past = { event_timestamp: now() - 3600 };
    await push(house, await transmitter.token(caep('session-revoked'), issSub('p'), past));
    await push(house, await revoked(issSub('p'), { toe: now() - 3600 }));
    await push(house, await revoked(issSub('p'), { iat: now() - 3600 }));
    expect(await liveSessions(house)).toBe(1);
    await push(house, await revoked(issSub('p'), { toe: now() + 1e6 }));
    expect(await liveSessions(house)).toBe(0);
  });
});

describe('whom it is about', () => {
  const about = async (subject: unknown, settings: object = {}): Promise<number> => {
    const house = await openHeard(transmitter, settings);
    await signInWith(
      house,
      'oidc-acme',
      { providerUID: 'p', sid: 's1', idTokenIssuer: loginIssuer },
      { loginIDs: [{ value: 'ada@shop.example', kind: 'email', wayIn: 'password' }] },
    );
    const response = await push(house, await revoked(subject));
    expect(response.status).toBe(202);
    return liveSessions(house);
  };
  const user = issSub('p');

  it.each<[string, unknown, object?]>([
    ['iss_sub', user],
    ['iss_sub of the transmitter itself', issSub('p', issuer)],
    ['email, in any spelling', email('Ada@SHOP.example')],
    ['opaque', opaque('p')],
    ['aliases', { format: 'aliases', identifiers: [email('eva@shop.example'), user] }],
    ['complex with a user', { format: 'complex', user }],
    ['complex with their session', { format: 'complex', user, session: opaque('s1') }],
    ['a session alone', { format: 'complex', session: opaque('s1') }],
    ['a session by itself', opaque('s1')],
    ['complex with a device', { format: 'complex', user, device: opaque('d') }],
    ['complex of our tenant', { format: 'complex', user, tenant: opaque('t') }, { tenant: 't' }],
  ])('%s', async (_what, subject, settings) => {
    expect(await about(subject, settings)).toBe(0);
  });

  it.each<[string, unknown, object?]>([
    ['somebody else', issSub('q')],
    ['the same id at another issuer', issSub('p', 'https://other.example')],
    ['an e-mail that nobody has', email('eva@shop.example')],
    ['a device alone', { format: 'complex', device: opaque('d') }],
    ['a group, which is critical', { format: 'complex', user, group: opaque('g') }],
    ['another tenant', { format: 'complex', user, tenant: opaque('x') }, { tenant: 't' }],
    ['another session of theirs', { format: 'complex', user, session: opaque('s2') }],
    ['another session', { format: 'complex', session: opaque('s2') }],
  ])('%s: nothing changes', async (_what, subject, settings) => {
    expect(await about(subject, settings)).toBe(1);
  });

  it('an e-mail of somebody who is not connected there: it is not theirs to end', async () => {
    const house = await openHeard(transmitter);
    await house.signIn({
      siteUID: 'eva',
      providers: { github: { providerUID: 'g' } },
      loginIDs: [{ value: 'eva@shop.example', kind: 'email', wayIn: 'password' }],
    });
    await push(house, await revoked(email('eva@shop.example')));
    expect(await liveSessions(house)).toBe(1);
  });

  it.each<[unknown, string]>([
    [undefined, 'sub_id: expected a subject'],
    ['p', 'sub_id: expected a subject'],
    [{ iss: loginIssuer, sub: 'p' }, 'sub_id: expected a subject'],
    [{ format: 'iss_sub', sub: 'p' }, 'sub_id.iss: expected text'],
    [{ format: 'iss_sub', iss: loginIssuer, sub: {} }, 'sub_id.sub: expected text'],
    [{ format: 'email' }, 'sub_id.email: expected text'],
    [{ format: 'constructor' }, 'sub_id.format: expected iss_sub'],
    [{ format: 'aliases', identifiers: [] }, 'sub_id.identifiers: expected a list'],
    [
      { format: 'aliases', identifiers: [{ format: 'aliases', identifiers: [] }] },
      'sub_id.identifiers: expected none within another',
    ],
    [{ format: 'complex', user: 'p' }, 'sub_id.user: expected a subject'],
  ])('%j is refused', async (subject, words) => {
    const house = await openUnchanged();
    const refused = await refusal(house, await revoked(subject));
    expect(refused).toMatchObject({
      status: 400,
      err: 'invalid_request',
      description: expect.stringContaining(words) as string,
    });
  });
});

describe('what is refused', () => {
  const small = async () => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength: 1024,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: 'SHA-256',
      },
      true,
      ['sign', 'verify'],
    );
    const jwk = { ...(await exportJWK(publicKey)), kid: 'small', alg: 'RS256', use: 'sig' };
    return { jwk, privateKey };
  };

  it.each<[string, () => Promise<string> | string, string, RegExp]>([
    [
      'another issuer',
      () => revoked(issSub('p'), { iss: loginIssuer }),
      'invalid_issuer',
      /^iss: /,
    ],
    ['no issuer', () => revoked(issSub('p'), { iss: undefined }), 'invalid_issuer', /^iss: /],
    [
      'another audience',
      () => revoked(issSub('p'), { aud: 'other' }),
      'invalid_audience',
      /^aud: /,
    ],
    ['no audience', () => revoked(issSub('p'), { aud: undefined }), 'invalid_audience', /^aud: /],
    ['no type', () => revoked(issSub('p'), {}, { typ: undefined }), 'invalid_request', /^typ: /],
    [
      'the type of another',
      () => revoked(issSub('p'), {}, { typ: 'JWT' }),
      'invalid_request',
      /^typ: /,
    ],
    ['an end', () => revoked(issSub('p'), { exp: now() + 60 }), 'invalid_request', /^exp: /],
    [
      'a subject as others have it',
      () => revoked(issSub('p'), { sub: 'p' }),
      'invalid_request',
      /^sub: /,
    ],
    ['no time', () => revoked(issSub('p'), { iat: undefined }), 'invalid_request', /^iat: /],
    [
      'a time of last year',
      () => revoked(issSub('p'), { iat: now() - 3e7 }),
      'invalid_request',
      /^iat: /,
    ],
    [
      'a time to come',
      () => revoked(issSub('p'), { iat: now() + 9e4 }),
      'invalid_request',
      /^iat: /,
    ],
    ['no id', () => revoked(issSub('p'), { jti: undefined }), 'invalid_request', /^jti: /],
    [
      'no events',
      () => revoked(issSub('p'), { events: undefined }),
      'invalid_request',
      /^events: /,
    ],
    ['empty events', () => revoked(issSub('p'), { events: {} }), 'invalid_request', /^events: /],
    ['no token', () => 'x', 'invalid_request', /^token: /],
  ])('%s', async (_what, make, err, words) => {
    const house = await openUnchanged();
    expect(await refusal(house, await make())).toMatchObject({
      status: 400,
      err,
      description: expect.stringMatching(words) as string,
    });
  });

  it('what others sign, or sign with what everybody knows, or with too small a key', async () => {
    const house = await openHeard(transmitter);
    await person(house);
    const { jwk, privateKey } = await small();
    const published = transmitter.keys.documents.get('https://signals.example/keys') as {
      keys: object[];
    };
    published.keys.push(jwk);
    const claims = JSON.parse(
      atob(
        (await revoked(issSub('p'))).split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '',
      ),
    ) as JWTPayload;
    const header = { typ: 'secevent+jwt' };
    const shared = new Uint8Array(32) as never;
    const signing = { alg: 'RS256', kid: 'small', ...header };
    const parts = [signing, claims].map((one) =>
      Buffer.from(JSON.stringify(one)).toString('base64url'),
    );
    const signature = await crypto.subtle.sign(
      'RSASSA-PKCS1-v1_5',
      privateKey,
      Buffer.from(parts.join('.')),
    );
    const tokens = [
      await transmitter.keys.sign(claims, header, forger),
      await transmitter.keys.sign(claims, { alg: 'HS256', ...header }, shared),
      `${Buffer.from('{"alg":"none","typ":"secevent+jwt"}').toString('base64url')}.${parts[1]}.`,
      `${parts.join('.')}.${Buffer.from(signature).toString('base64url')}`,
    ];
    const answers = [];
    for (const token of tokens) answers.push(await refusal(house, token));
    published.keys.pop();
    expect(answers).toMatchObject([
      { status: 400, err: 'invalid_key' },
      { status: 400, err: 'invalid_key' },
      { status: 400, err: expect.stringMatching(/invalid_key|invalid_request/) as string },
      { status: 400, err: 'invalid_key' },
    ]);
  });

  it('a key that nobody has published', async () => {
    const house = await openHeard(transmitter);
    const token = await revoked(issSub('p'), {}, { kid: 'b' });
    expect(await refusal(house, token)).toMatchObject({ status: 400, err: 'invalid_key' });
  });

  it('whoever does not send what was agreed on', async () => {
    const authorization = 'Bearer agreed with the transmitter';
    const house = await openHeard(transmitter, { authorization });
    await person(house);
    const token = await revoked(issSub('p'));
    expect(await refusal(house, token)).toMatchObject({
      status: 400,
      err: 'authentication_failed',
    });
    expect((await push(house, token, { Authorization: authorization })).status).toBe(202);
  });

  it('a state that nobody has asked for; a greeting without one is taken', async () => {
    const house = await openHeard(transmitter);
    const asked = (event: object) =>
      transmitter.token(ssf('verification'), opaque('stream'), event);
    expect(await refusal(house, await asked({ state: 'x' }))).toMatchObject({
      err: 'invalid_state',
    });
    expect((await push(house, await asked({}))).status).toBe(202);
  });

  it('at a provider without a transmitter, nothing is heard; one of another issuer is not believed: 503', async () => {
    const house = await openHeard(transmitter);
    expect((await push(house, 'x', {}, 'github/security-event')).status).toBe(404);
    const lying = await openHeard(transmitter, {
      issuer: 'https://other.example',
      configuration: 'https://signals.example/.well-known/ssf-configuration/tenant',
    });
    const response = await push(lying, await revoked(issSub('p')));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  });
});
