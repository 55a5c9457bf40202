// Whoever asks too often is refused for the rest of the minute, and nobody else is.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRateLimit } from '../../src/server/http/rate-limit.ts';
import { parseConfiguration } from '../../src/server/config/configuration.ts';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { device, ticketOf } from '../support/sessions.ts';
import { signedBody } from '../support/signed.ts';

afterEach(() => vi.useRealTimers());

const limits = { key: 1000, session: 5, address: 6, refusals: 4 };

const ask = async (
  house: Pick<House, 'handler' | 'apiKey'>,
  path: string,
  params: Record<string, string> = {},
  address = '203.0.113.7',
): Promise<Answer & { retryAfter: string | null; status: number }> => {
  const request = new Request(`https://outro.example/${path}`, {
    method: 'POST',
    headers: { Origin: 'https://shop.example' },
    body: new URLSearchParams({ apiKey: house.apiKey, httpStatusCodes: 'true', ...params }),
  });
  const response = await house.handler(request, { address });
  const { status, headers } = response;
  return { ...((await response.json()) as Answer), retryAfter: headers.get('retry-after'), status };
};

const repeat = async <One>(times: number, one: () => Promise<One>): Promise<One[]> => {
  const all: One[] = [];
  for (let time = 0; time < times; time += 1) all.push(await one());
  return all;
};

const codesOf = (answers: Answer[]) => answers.map(({ errorCode }) => errorCode);

const badSignature = { UID: 'u', sig: 'AAAA', nonce: 'n', timestamp: '1' };

describe('requests that prove nothing', () => {
  it('failing signatures, then nothing of this client is even verified: 403048 and when to come again', async () => {
    const house = await startHouse({ rateLimits: limits });
    const answers = await repeat(6, () => ask(house, 'socialize.getUserInfo', badSignature));
    expect(codesOf(answers)).toEqual([403002, 403002, 403002, 403002, 403048, 403048]);
    expect(answers.at(-1)).toMatchObject({
      errorMessage: 'Api rate limit exceeded',
      errorDetails: expect.stringMatching(/^address: .*at most 4 a minute; ask again in \d+ s$/),
      status: 403,
    });
    expect(Number(answers.at(-1)?.retryAfter)).toBeGreaterThan(0);
    expect(Number(answers.at(-1)?.retryAfter)).toBeLessThanOrEqual(60);
    const url = 'https://outro.example/socialize.getUserInfo';
    const right = signedBody(url, secret, { apiKey: house.apiKey, UID: 'u' });
    const late = await ask(house, 'socialize.getUserInfo', Object.fromEntries(right));
    expect(late.errorCode).toBe(403048);
  });

  it('guessed secrets, guessed sessions: each is counted, for itself', async () => {
    const house = await startHouse({ rateLimits: limits });
    const secrets = await repeat(5, () =>
      ask(house, 'socialize.getUserInfo', { UID: 'u', secret: 'Z3Vlc3M=' }),
    );
    expect(codesOf(secrets)).toEqual([403010, 403010, 403010, 403010, 403048]);
    let guess = 0;
    const sessions = await repeat(6, () =>
      ask(house, 'socialize.getUserInfo', { login_token: `guess ${(guess += 1)}` }),
    );
    expect(codesOf(sessions)).toEqual([403005, 403005, 403005, 403005, 403048, 403048]);
  });

  it('one client does not stand for another, nor one site for another; IPv6 counts by household', async () => {
    const house = await startHouse({ rateLimits: limits });
    const other = await startHouse({ rateLimits: limits });
    await repeat(5, () => ask(house, 'socialize.getUserInfo', badSignature, '2001:db8:1:2::1'));
    const codeAt = async (address: string, at = house) =>
      (await ask(at, 'socialize.getUserInfo', badSignature, address)).errorCode;
    expect(await codeAt('2001:db8:1:2:ffff::9')).toBe(403048);
    expect(await codeAt('2001:db8:1:3::1')).toBe(403002);
    expect(await codeAt('203.0.113.8')).toBe(403002);
    expect(await codeAt('2001:db8:1:2::1', other)).toBe(403002);
  });

  it('after a minute it may ask again', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const house = await startHouse({ rateLimits: limits });
    await repeat(5, () => ask(house, 'socialize.getUserInfo', badSignature));
    vi.advanceTimersByTime(61_000);
    expect((await ask(house, 'socialize.getUserInfo', badSignature)).errorCode).toBe(403002);
  });

  it('where it is switched off, nobody is counted', async () => {
    const house = await startHouse({ rateLimits: false });
    const answers = await repeat(200, () => ask(house, 'socialize.getUserInfo', badSignature));
    expect(new Set(codesOf(answers))).toEqual(new Set([403002]));
  });

  it('switched on by default: 120 refusals a minute', async () => {
    const house = await startHouse();
    const answers = await repeat(121, () => ask(house, 'socialize.getUserInfo', badSignature));
    expect(codesOf(answers).lastIndexOf(403002)).toBe(119);
    expect(answers.at(-1)?.errorCode).toBe(403048);
  });
});

describe('requests that prove what they claim', () => {
  it('a session has its own limit, wherever it asks from; another session of the person has another', async () => {
    const house = await startHouse({ rateLimits: limits });
    const [one, other] = [await device(house, 'u', 'facebook'), await device(house, 'u')];
    let last = 0;
    const answers = await repeat(6, () =>
      ask(house, 'socialize.getUserInfo', { login_token: one }, `203.0.113.${(last += 1)}`),
    );
    expect(codesOf(answers)).toEqual([0, 0, 0, 0, 0, 403048]);
    const removal = await ask(house, 'socialize.removeConnection', { login_token: one });
    expect(removal.errorCode).toBe(403048);
    const listen = await ask(house, 'socialize.listen', { login_token: one });
    expect(listen.errorCode).toBe(403048);
    const { errorCode } = await ask(house, 'socialize.getUserInfo', { login_token: other });
    expect(errorCode).toBe(0);
    expect(await house.rows()).toMatchObject({ identities: [{ state: 'linked' }] });
  });

  it('a signed server is held to the limit of the key only', async () => {
    const house = await startHouse({ rateLimits: { ...limits, key: 30 } });
    const answers = await repeat(31, () => house.signed('socialize.notifyLogin', { siteUID: 'u' }));
    expect(codesOf(answers).indexOf(403048)).toBe(30);
    expect(answers[30]?.errorDetails).toContain('apiKey');
  });

  it('leave tickets: what needs no session is counted by address', async () => {
    const house = await startHouse({ rateLimits: limits });
    const token = await device(house, 'u', 'facebook');
    const guesses = await repeat(7, () =>
      ask(house, 'socialize.redeemLeaveTicket', { ticket: ticketOf('guess') }),
    );
    expect(codesOf(guesses)).toEqual([0, 0, 0, 0, 0, 0, 403048]);
    const ticket = { ticket: ticketOf(token) };
    expect(await ask(house, 'socialize.redeemLeaveTicket', ticket)).toMatchObject({
      errorCode: 403048,
    });
    expect(await ask(house, 'socialize.redeemLeaveTicket', ticket, '203.0.113.9')).toMatchObject({
      receipt: [{ step: 'session', status: 'done' }],
    });
  });
});

describe('the other doors', () => {
  it('/action: back with the error, by session and by refusals', async () => {
    const parameters = ['vhost', 'uid', 'redirectUrl'] as const;
    const house = await startHouse({
      rateLimits: limits,
      vhost: '7',
      actions: { unlinkaccount: [...parameters] },
    });
    const address = `https://outro.example/action/v2/unlinkaccount?vhost=7&uid=1&redirectUrl=/back`;
    const answers = await repeat(6, async () => {
      const response = await house.handler(new Request(address), { address: '203.0.113.7' });
      return /errorCode=(\d+)/.exec(response.headers.get('location') ?? '')?.[1];
    });
    expect(answers).toEqual(['403005', '403005', '403005', '403005', '403048', '403048']);
  });

  it('/leave: trips that nobody knows, 120 a minute; then a page that says when to come again', async () => {
    const house = await startHouse();
    const answers = await repeat(121, () =>
      house.handler(new Request(`https://outro.example/leave/${crypto.randomUUID()}`), {
        address: '203.0.113.7',
      }),
    );
    expect(answers.map(({ status }) => status).lastIndexOf(404)).toBe(119);
    expect(answers.at(-1)?.status).toBe(403);
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('/inbound: forged messages, then 429; good ones are not counted, for one address sends them all', async () => {
    const facebook = { clientId: '1', clientSecret: 'an app secret' };
    const house = await startHouse({ rateLimits: limits, providers: { facebook } });
    const told = { algorithm: 'HMAC-SHA256', issued_at: Date.now() / 1000, user_id: 'nobody' };
    const payload = Buffer.from(JSON.stringify(told)).toString('base64url');
    const mac = createHmac('sha256', 'an app secret').update(payload).digest('base64url');
    const tell = (signature: string, address: string) =>
      house.handler(
        new Request(`https://outro.example/inbound/${house.apiKey}/facebook/deauthorize`, {
          method: 'POST',
          body: new URLSearchParams({ signed_request: `${signature}.${payload}` }),
        }),
        { address },
      );
    const good = await repeat(10, () => tell(mac, '203.0.113.5'));
    expect(new Set(good.map(({ status }) => status))).toEqual(new Set([200]));
    const forged = await repeat(5, () => tell('forged', '203.0.113.6'));
    expect(forged.map(({ status }) => status)).toEqual([400, 400, 400, 400, 429]);
    expect(forged.at(-1)?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await tell(mac, '203.0.113.6')).status).toBe(429);
    expect((await tell(mac, '203.0.113.5')).status).toBe(200);
  });
});

describe('whose address it is', () => {
  const forwarded = async (house: House, value: string, peer: object) => {
    const request = new Request('https://outro.example/socialize.getUserInfo', {
      method: 'POST',
      headers: { 'X-Forwarded-For': value },
      body: new URLSearchParams({ apiKey: house.apiKey, ...badSignature }),
    });
    return ((await (await house.handler(request, peer)).json()) as Answer).errorCode;
  };

  it('X-Forwarded-For helps nobody past the limit: only the last address of a trusted proxy counts', async () => {
    const trusting = await startHouse({ rateLimits: limits }, undefined, { trustProxy: true });
    let forged = 0;
    const codes = await repeat(5, () =>
      forwarded(trusting, `198.51.100.${(forged += 1)}, 203.0.113.7`, { address: '10.0.0.1' }),
    );
    expect(codes.at(-1)).toBe(403048);
    const direct = await startHouse({ rateLimits: limits });
    const untrusted = await repeat(5, () =>
      forwarded(direct, `198.51.100.${(forged += 1)}`, { address: '203.0.113.7' }),
    );
    expect(untrusted.at(-1)).toBe(403048);
  });

  it('behind a proxy that nobody told us of, people are not counted as one', async () => {
    const house = await startHouse({ rateLimits: limits });
    const codes = await repeat(9, () => forwarded(house, '198.51.100.1', { address: '10.0.0.1' }));
    expect(new Set(codes)).toEqual(new Set([403002]));
  });

  it('@hono/node-server hands it over by itself', async () => {
    const house = await startHouse({ rateLimits: limits });
    const peer = { incoming: { socket: { remoteAddress: '::ffff:203.0.113.7' } } };
    const codes = await repeat(5, () => forwarded(house, '', peer));
    expect(codes.at(-1)).toBe(403048);
  });
});

it('made-up sessions do not fill the memory: of more than 100,000 the oldest counter goes', () => {
  const [first] = parseConfiguration({
    sites: [{ apiKey: 'k', secret, publicUrl: 'https://o.example', rateLimits: { session: 1 } }],
    encryptionKeys: [{ id: 'a', key: secret }],
  }).sites;
  const gate = createRateLimit(false)(new Request('https://o.example'), {});
  const count = (name: string) => gate.count(first, Buffer.from(name));
  count('first');
  expect(() => count('first')).toThrow('Api rate limit exceeded');
  for (let made = 0; made < 99_999; made += 1) count(`made up ${made}`);
  expect(() => count('first')).toThrow('Api rate limit exceeded');
  count('one too many');
  expect(() => count('first')).not.toThrow();
});
