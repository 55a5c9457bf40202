// Facebook and Instagram: the app was removed there, or the data is to be deleted.
import { createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { House } from '../support/house.ts';
import {
  deliver,
  expectRefusal,
  identities,
  lastEntry,
  liveSessions,
  now,
  openHouse,
  signInWith,
  told,
} from '../support/inbound.ts';

const secret = 'an app secret';
const open = (): Promise<House> =>
  openHouse({
    facebook: { clientId: '1', clientSecret: secret },
    instagram: { clientId: '2', clientSecret: 'another app secret' },
  });

const encode = (content: unknown): string =>
  Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString(
    'base64url',
  );
const mac = (text: string, key = secret): string =>
  createHmac('sha256', key).update(text).digest('base64url');
const payload = (change: object = {}) =>
  encode({ algorithm: 'HMAC-SHA256', issued_at: now(), user_id: 'f-1', ...change });
const signed = (change: object = {}, key = secret): string => {
  const encoded = payload(change);
  return `${mac(encoded, key)}.${encoded}`;
};

const send = (house: House, text: string, kind = 'deauthorize', provider = 'facebook') =>
  deliver(house, `${provider}/${kind}`, new URLSearchParams({ signed_request: text }));

const person = { providerUID: 'f-1', nickname: 'Ada', email: 'ada@x.example', authToken: 'T' };

describe.each(['deauthorize', 'data-deletion'])('%s', (kind) => {
  it.each<[string, () => string, number, RegExp]>([
    ['signed with another secret', () => signed({}, 'x'), 400, /a signature with the app secret/],
    [
      'signed with the secret of another provider',
      () => signed({}, 'another app secret'),
      400,
      /app secret/,
    ],
    [
      'whose payload was changed',
      () => `${mac(payload())}.${payload({ user_id: 'f-2' })}`,
      400,
      /app secret/,
    ],
    ['with half a signature', () => signed().slice(10), 400, /app secret/],
    ['of another algorithm', () => signed({ algorithm: 'HMAC-MD5' }), 400, /algorithm HMAC-SHA256/],
    ['of no algorithm', () => signed({ algorithm: undefined }), 400, /algorithm/],
    ['of the day before yesterday', () => signed({ issued_at: now() - 90_000 }), 400, /issued_at/],
    ['of tomorrow', () => signed({ issued_at: now() + 4000 }), 400, /issued_at/],
    ['of no time', () => signed({ issued_at: undefined }), 400, /issued_at/],
    ['4.8 of a sign-in', () => signed({ code: 'AQ' }), 400, /not of a sign-in/],
    ['about nobody', () => signed({ user_id: undefined }), 400, /user_id/],
    ['about an object', () => signed({ user_id: {} }), 400, /user_id/],
    ['that is no JSON', () => `${mac(encode('x'))}.${encode('x')}`, 400, /JSON object/],
    ['that is null', () => `${mac(encode('null'))}.${encode('null')}`, 400, /JSON object/],
    ['without a dot', () => 'abc', 400, /<signature>\.<payload>/],
    ['with nothing in it', () => '', 400, /<signature>\.<payload>/],
  ])('refuses a request %s; nothing changes', async (_, make, status, words) => {
    const house = await open();
    await signInWith(house, 'facebook', person);
    await expectRefusal(house, () => send(house, make(), kind), status, words);
  });

  it('removes the connection, softly and without asking the provider; open pages hear of it', async () => {
    const house = await open();
    await signInWith(house, 'facebook', person);
    expect((await send(house, signed(), kind)).status).toBe(200);
    expect(await identities(house)).toEqual([]);
    expect(await liveSessions(house)).toBe(0);
    const owed = 'select 1 from outro.errands where site = $1';
    expect(await house.database.query(owed, [house.apiKey])).toEqual([]);
    expect(await lastEntry(house)).toMatchObject({
      actor: 'provider',
      method: 'removeConnection',
      provider: 'facebook',
      receipt: expect.arrayContaining([
        expect.objectContaining({ step: 'identity', status: 'done' }),
        expect.objectContaining({ step: 'grant', status: 'already' }),
      ]) as unknown,
    });
    expect(await told(house)).toEqual([
      expect.objectContaining({ name: 'connectionRemoved', provider: 'facebook' }),
      expect.objectContaining({ name: 'logout' }),
    ]);
  });

  it('the last way in: the mapping stays and holds nothing; the same request again changes nothing', async () => {
    const house = await open();
    await signInWith(house, 'facebook', person, { loginIDs: [] });
    const text = signed();
    const first = await send(house, text, kind);
    const after = await house.rows();
    expect(await identities(house)).toEqual([
      {
        provider: 'facebook',
        provider_uid: 'f-1',
        state: 'mapping',
        profile: null,
        sealed_tokens: null,
      },
    ]);
    const again = await send(house, text, kind);
    expect([again.status, await again.text()]).toEqual([first.status, await first.text()]);
    // A new message about what is gone must not take the last way in.
    expect((await send(house, signed({ issued_at: now() + 1 }), kind)).status).toBe(200);
    const { accounts: _, ...rest } = await house.rows();
    expect({ ...rest, accounts: after['accounts'] }).toEqual(after);
  });

  it('a person nobody knows: heard, and nothing changes', async () => {
    const house = await open();
    await signInWith(house, 'facebook', person);
    const before = await house.rows();
    expect((await send(house, signed({ user_id: 'f-9' }), kind)).status).toBe(200);
    expect(await house.rows()).toEqual(before);
  });

  it('a replay, or a message that comes late, spares whoever has connected again since', async () => {
    const house = await open();
    await signInWith(house, 'facebook', person);
    const text = signed();
    await send(house, text, kind);
    await signInWith(house, 'facebook', person);
    const { accounts: _, ...before } = await house.rows();
    await send(house, text, kind);
    await send(house, signed({ issued_at: now() - 3600 }), kind);
    expect(await house.rows()).toMatchObject(before);
    expect(await identities(house)).toMatchObject([{ state: 'linked' }]);
  });

  it('our store fails: 500, and the same request counts when it comes again', async () => {
    const house = await open();
    await signInWith(house, 'facebook', person);
    const text = signed();
    const failing = vi
      .spyOn(house.database.store.people, 'update')
      .mockRejectedValueOnce(new Error('connection lost'));
    expect((await send(house, text, kind)).status).toBe(500);
    failing.mockRestore();
    expect(await identities(house)).toHaveLength(1);
    expect((await send(house, text, kind)).status).toBe(200);
    expect(await identities(house)).toEqual([]);
  });
});

it('Instagram is the same, with the secret of its own app', async () => {
  const house = await open();
  await signInWith(house, 'instagram', { providerUID: 'f-1' });
  await expectRefusal(
    house,
    () => send(house, signed(), 'deauthorize', 'instagram'),
    400,
    /secret/,
  );
  const text = signed({}, 'another app secret');
  expect((await send(house, text, 'deauthorize', 'instagram')).status).toBe(200);
  expect(await identities(house)).toEqual([]);
});

describe('the page about a deletion', () => {
  const read = async (url: string, house: House) => {
    const response = await house.handler(new Request(url));
    return { response, text: await response.text() };
  };

  it('shows what became of it, to whoever has the code, and says nothing about the person', async () => {
    const house = await open();
    const loginIDs = [
      { value: 'ada', kind: 'username', wayIn: 'password' },
      { value: 'ada@x.example', provider: 'facebook' },
    ];
    await signInWith(house, 'facebook', person, { loginIDs });
    const answer = await send(house, signed(), 'data-deletion');
    const { url, confirmation_code } = (await answer.json()) as Record<string, string>;
    expect(url).toBe(`https://outro.example/inbound/deletion/${confirmation_code}`);
    expect(confirmation_code).toMatch(/^[0-9a-f]{32}$/);
    const { response, text } = await read(url ?? '', house);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(text).toContain('You can no longer sign in to this account with Facebook.');
    expect(text).toContain('The profile data that came from Facebook is deleted.');
    expect(text).toContain('Your account keeps the e-mail address or user name that came with it.');
    for (const secretText of ['f-1', 'ada@x.example', house.apiKey]) {
      expect(text).not.toContain(secretText);
      const [row] = await house.database.query(
        'select receipt::text as receipt from outro.deletions where code = $1',
        [confirmation_code],
      );
      expect(row?.['receipt']).not.toContain(secretText);
    }
  });

  it('says so when the last way in was kept, and when nothing was here', async () => {
    const house = await open();
    await signInWith(house, 'facebook', person, { loginIDs: [] });
    for (const [user_id, words] of [
      ['f-1', 'You can still sign in to this account with Facebook'],
      ['f-9', 'We hold nothing that came from Facebook.'],
    ]) {
      const answer = await send(house, signed({ user_id }), 'data-deletion');
      const { url = '' } = (await answer.json()) as Record<string, string>;
      expect((await read(url, house)).text).toContain(words);
    }
  });

  it('knows no other code', async () => {
    const house = await open();
    for (const code of ['0'.repeat(32), 'x', '..%2f', '%00', ''])
      expect(
        (await read(`https://outro.example/inbound/deletion/${code}`, house)).response.status,
      ).toBe(404);
  });
});
