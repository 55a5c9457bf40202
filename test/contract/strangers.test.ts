// Tokens that nobody was given: whoever invents them is counted by address, and nothing is kept of them.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../src/server/http/rate-limit.ts';
import { parseConfiguration } from '../../src/server/config/configuration.ts';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { areLive, device, stepsOf } from '../support/sessions.ts';

const limits = { key: 100_000, session: 5, address: 8, refusals: 1000 };

const ask = async (
  house: House,
  path: string,
  params: Record<string, string>,
  address = '203.0.113.7',
): Promise<Answer> => {
  const request = new Request(`https://outro.example/${path}`, {
    method: 'POST',
    headers: { Origin: 'https://shop.example' },
    body: new URLSearchParams({ apiKey: house.apiKey, ...params }),
  });
  return (await (await house.handler(request, { address })).json()) as Answer;
};

const logout = 'socialize.logout';

const invent = (): { login_token: string } => ({ login_token: randomUUID() });

/** So many logouts of invented tokens from one address; gives their codes. */
const flood = async (
  house: House,
  count: number,
  params: () => Record<string, string> = () => ({}),
): Promise<number[]> => {
  const codes: number[] = [];
  while (codes.length < count)
    codes.push((await ask(house, logout, { ...invent(), ...params() })).errorCode);
  return codes;
};

describe('4.6 anonymous logout with invented tokens', () => {
  it('4.6 leaves nothing: no row of any table, with an idempotencyKey or without', async () => {
    const house = await startHouse();
    await device(house, 'u', 'facebook');
    const before = await house.rows();
    for (const sessions of ['this', 'all'])
      for (const more of [{}, { idempotencyKey: randomUUID() }, { cid: 'x' }]) {
        const answer = await ask(house, logout, { ...invent(), sessions, ...more });
        expect(answer).toMatchObject({ errorCode: 0 });
        expect(stepsOf(answer)[0]).toBe('session already');
      }
    expect(await house.rows()).toEqual(before);
  });

  it('4.6 is counted by address, whatever token it shows', async () => {
    const house = await startHouse({ rateLimits: limits });
    expect(await flood(house, 10)).toEqual([...Array<number>(8).fill(0), 403048, 403048]);
    const elsewhere = await ask(house, logout, invent(), '203.0.113.8');
    expect(elsewhere.errorCode).toBe(0);
  });

  it('4.6 also where it may arrive again', async () => {
    const house = await startHouse({ rateLimits: limits });
    const codes = await flood(house, 9, () => ({ idempotencyKey: randomUUID() }));
    expect(codes).toEqual([...Array<number>(8).fill(0), 403048]);
    expect((await house.rows())['journal']).toEqual([]);
  });

  it('4.6 stops nobody who has a session from leaving, from the same address', async () => {
    const house = await startHouse({ rateLimits: limits });
    const token = await device(house, 'u', 'facebook');
    await flood(house, 9);
    const answer = await ask(house, logout, { login_token: token });
    expect(stepsOf(answer)).toContain('session done');
    expect(await areLive(house, token)).toEqual([false]);
  });

  it('4.6 one token shown again and again is no session either: its own limit is not the question', async () => {
    const house = await startHouse({ rateLimits: limits });
    const login_token = randomUUID();
    const codes: number[] = [];
    while (codes.length < 7) codes.push((await ask(house, logout, { login_token })).errorCode);
    expect(codes).toEqual(Array<number>(7).fill(0));
  });

  it('4.6 takes the count of nobody who has a session: a session has its limit all the same', async () => {
    const house = await startHouse({ rateLimits: limits });
    const login_token = await device(house, 'u', 'facebook');
    const info = () => ask(house, 'socialize.getUserInfo', { login_token }, '203.0.113.9');
    for (let count = 0; count < 5; count += 1) expect((await info()).errorCode).toBe(0);
    await flood(house, 9);
    expect((await info()).errorCode).toBe(403048);
    // A refusal of something else does not make a session unknown.
    const wrong = await ask(
      house,
      'socialize.getUserInfo',
      { login_token, UID: 'v' },
      '203.0.113.9',
    );
    expect(wrong.errorCode).toBe(403048);
  });
});

it('4.6 a logout that ends nothing leaves nothing, whoever asks', async () => {
  const house = await startHouse();
  const login_token = await device(house, 'u', 'facebook');
  await house.post(logout, { login_token });
  const before = await house.rows();
  for (const more of [{}, { idempotencyKey: randomUUID() }]) {
    const answer = await house.signed(logout, { UID: 'u', ...more });
    expect(stepsOf(answer)).toContain('sessions already');
    await house.post(logout, { login_token, ...more });
  }
  expect(await house.rows()).toEqual(before);
});

it.each([
  'socialize.getUserInfo',
  'socialize.removeConnection',
  'socialize.listen',
  'socialize.unlink',
])('4.6 %s counts an unknown token by address as well', async (path) => {
  const house = await startHouse({ rateLimits: { ...limits, refusals: 8 } });
  const codes: number[] = [];
  while (codes.length < 9) codes.push((await ask(house, path, invent())).errorCode);
  expect(codes).toEqual([...Array<number>(8).fill(403005), 403048]);
});

it('4.6 a UID that is not the session’s own does not take the session’s count away', async () => {
  const house = await startHouse({ rateLimits: limits });
  const login_token = await device(house, 'u', 'facebook');
  const codes: number[] = [];
  for (let count = 0; count < 6; count += 1)
    codes.push((await ask(house, 'socialize.getUserInfo', { login_token, UID: 'v' })).errorCode);
  expect(codes).toEqual([...Array<number>(5).fill(403005), 403048]);
});

it('4.6 a hundred thousand invented tokens evict no other counter', async () => {
  const { sites } = parseConfiguration({
    sites: [
      {
        apiKey: 'k',
        secret,
        publicUrl: 'https://outro.example',
        rateLimits: { session: 1, refusals: 1_000_000 },
      },
    ],
    encryptionKeys: [{ id: 'a', key: secret }],
  });
  const [site] = sites;
  const limit = createRateLimit();
  const client = '203.0.113.7';
  const hashOf = (index: number): Uint8Array => {
    const bytes = Buffer.alloc(32);
    bytes.writeUInt32BE(index);
    return bytes;
  };
  if (!site) throw new Error('expected a site');
  limit({ client }).admit(site, hashOf(0));
  for (let index = 1; index <= 100_001; index += 1) {
    const gate = limit({ client });
    gate.admit(site, hashOf(index));
    await gate.unproved(site, 'session', true);
  }
  expect(() => limit({ client }).admit(site, hashOf(0))).toThrow(
    /login_token: .*at most 1 a minute/,
  );
});
