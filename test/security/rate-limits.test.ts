// Whoever asks too often without proof is refused for the rest of the minute; whoever proves who they are can leave.
import { randomUUID } from 'node:crypto';
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
  it('failing signatures: after so many 403048, and when to come again', async () => {
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
  });

  it('each kind counts for itself: secrets, sessions, OAuth tokens, nothing at all', async () => {
    const house = await startHouse({ rateLimits: limits });
    const kinds: [() => Record<string, string>, number][] = [
      [() => ({ UID: 'u', secret: 'Z3Vlc3M=' }), 403010],
      [() => ({ login_token: randomUUID() }), 403005],
      [() => ({ oauth_token: randomUUID() }), 403005],
      [() => ({}), 403005],
    ];
    for (const [params, code] of kinds) {
      const answers = await repeat(5, () => ask(house, 'socialize.getUserInfo', params()));
      expect(codesOf(answers)).toEqual([code, code, code, code, 403048]);
    }
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

  it('leave tickets that nobody has are counted by address', async () => {
    const house = await startHouse({ rateLimits: limits });
    const guesses = await repeat(8, () =>
      ask(house, 'socialize.redeemLeaveTicket', { ticket: ticketOf(randomUUID()) }),
    );
    expect(codesOf(guesses)).toEqual([0, 0, 0, 0, 0, 0, 403048, 403048]);
  });
});

describe('4.5 whoever proves a session, a ticket or a signature is not refused for what others did', () => {
  /** A house where this address has used up every kind of refusal, and every answer without a session. */
  const exhausted = async (address: string): Promise<House> => {
    const house = await startHouse({ rateLimits: limits });
    const guess = randomUUID;
    const kinds = [
      ['socialize.getUserInfo', () => badSignature],
      ['socialize.getUserInfo', () => ({ UID: 'u', secret: 'Z3Vlc3M=' })],
      ['socialize.getUserInfo', () => ({ login_token: guess() })],
      ['socialize.getUserInfo', () => ({ oauth_token: guess() })],
      ['socialize.getUserInfo', () => ({})],
      ['socialize.logout', () => ({ login_token: guess() })],
      ['socialize.redeemLeaveTicket', () => ({ ticket: ticketOf(guess()) })],
    ] as const;
    for (const [path, params] of kinds) {
      const answers = await repeat(8, () => ask(house, path, params(), address));
      expect(answers.at(-1)?.errorCode).toBe(403048);
    }
    return house;
  };
  const address = '203.0.113.7';

  it('4.5 removal, logout and unlink with a session; redeeming a ticket; signed calls', async () => {
    const house = await exhausted(address);
    const [one, two, three] = [
      await device(house, 'u', 'facebook'),
      await device(house, 'u', 'github'),
      await device(house, 'u'),
    ];
    const removal = { login_token: one, provider: 'facebook' };
    expect((await ask(house, 'socialize.removeConnection', removal, address)).errorCode).toBe(0);
    const url = 'https://outro.example/socialize.removeConnection';
    const signed = signedBody(url, secret, {
      apiKey: house.apiKey,
      UID: 'u',
      provider: 'github',
      lastIdentityHandling: 'remove',
    });
    const byServer = await ask(house, 'socialize.removeConnection', Object.fromEntries(signed));
    expect(byServer.errorCode).toBe(0);
    expect(await ask(house, 'socialize.logout', { login_token: three }, address)).toMatchObject({
      receipt: [{ step: 'session', status: 'done' }],
    });
    const ticket = { ticket: ticketOf(one) };
    expect(await ask(house, 'socialize.redeemLeaveTicket', ticket, address)).toMatchObject({
      receipt: [{ step: 'session', status: 'done' }],
    });
    // Signed in with what was removed, so it is over.
    expect(await ask(house, 'socialize.logout', { login_token: two }, address)).toMatchObject({
      errorCode: 403048,
    });
  });

  it('4.5 refusals of who has proved a signature are not counted: unknown users', async () => {
    const house = await startHouse({ rateLimits: limits });
    const url = 'https://outro.example/socialize.getUserInfo';
    const unknown = () =>
      ask(
        house,
        'socialize.getUserInfo',
        Object.fromEntries(signedBody(url, secret, { apiKey: house.apiKey, UID: randomUUID() })),
      );
    expect(new Set(codesOf(await repeat(20, unknown)))).toEqual(new Set([403005]));
  });

  it('4.5 nor those of a session that names another user', async () => {
    const house = await startHouse({ rateLimits: { ...limits, session: 100 } });
    const login_token = await device(house, 'u', 'facebook');
    const other = () => ask(house, 'socialize.getUserInfo', { login_token, UID: 'v' });
    expect(new Set(codesOf(await repeat(20, other)))).toEqual(new Set([403005]));
  });

  it('4.5 125 images of any page, without a token, then a logout and a removal from there', async () => {
    const house = await startHouse();
    const login_token = await device(house, 'u', 'facebook');
    await repeat(125, () =>
      house.handler(
        new Request(`https://outro.example/socialize.getUserInfo?apiKey=${house.apiKey}`),
        { address },
      ),
    );
    const removal = await ask(house, 'socialize.removeConnection', { login_token }, address);
    expect(removal.errorCode).toBe(0);
    const { errorCode } = await ask(house, 'socialize.logout', { login_token }, address);
    expect(errorCode).toBe(0);
  });
});

describe('requests that prove what they claim', () => {
  it('a session has its own limit for what does not leave, wherever it asks from', async () => {
    const house = await startHouse({ rateLimits: limits });
    const [one, other] = [await device(house, 'u', 'facebook'), await device(house, 'u')];
    let last = 0;
    const answers = await repeat(6, () =>
      ask(house, 'socialize.getUserInfo', { login_token: one }, `203.0.113.${(last += 1)}`),
    );
    expect(codesOf(answers)).toEqual([0, 0, 0, 0, 0, 403048]);
    const listen = await ask(house, 'socialize.listen', { login_token: one });
    expect(listen.errorCode).toBe(403048);
    const { errorCode } = await ask(house, 'socialize.getUserInfo', { login_token: other });
    expect(errorCode).toBe(0);
  });

  it('a session that has asked too much can leave all the same: removal, logout', async () => {
    const house = await startHouse({ rateLimits: limits });
    const login_token = await device(house, 'u', 'facebook');
    await repeat(9, () => ask(house, 'socialize.getUserInfo', { login_token }));
    const removal = await ask(house, 'socialize.removeConnection', { login_token });
    expect(removal.errorCode).toBe(0);
    const out = await ask(house, 'socialize.logout', { login_token });
    expect(out).toMatchObject({ receipt: [{ step: 'session', status: 'done' }] });
  });

  it('many at once are counted before the first is answered', async () => {
    const house = await startHouse({ rateLimits: limits });
    const login_token = await device(house, 'u', 'facebook');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(house, 'socialize.getUserInfo', { login_token })),
    );
    expect(codesOf(answers).filter((code) => code === 0)).toHaveLength(5);
  });

  it('a signed server is held to the limit of the key only, and leaves beyond it', async () => {
    const house = await startHouse({ rateLimits: { ...limits, key: 30 } });
    const answers = await repeat(31, () => house.signed('socialize.notifyLogin', { siteUID: 'u' }));
    expect(codesOf(answers).indexOf(403048)).toBe(30);
    expect(answers[30]?.errorDetails).toContain('apiKey');
    expect((await house.signed('socialize.logout', { UID: 'u' })).errorCode).toBe(0);
  });

  it('what proves nothing takes nothing from the limit of the key', async () => {
    const house = await startHouse({ rateLimits: { ...limits, key: 3 } });
    const login_token = await device(house, 'u', 'facebook');
    await repeat(20, () => ask(house, 'socialize.getUserInfo', { login_token: randomUUID() }));
    const { errorCode } = await ask(house, 'socialize.getUserInfo', { login_token });
    expect(errorCode).toBe(0);
  });
});

it('made-up clients do not fill the memory: of more than 100,000 the oldest counter goes', async () => {
  const [site] = parseConfiguration({
    sites: [{ apiKey: 'k', secret, publicUrl: 'https://o.example', rateLimits: { refusals: 1 } }],
    encryptionKeys: [{ id: 'a', key: secret }],
  }).sites;
  const limit = createRateLimit();
  const refuse = (client: string) => limit({ client }).unproved(site, 'signature', true);
  await refuse('first');
  await expect(refuse('first')).rejects.toThrow('Api rate limit exceeded');
  for (let made = 0; made < 99_999; made += 1) await refuse(`made up ${made}`);
  await expect(refuse('first')).rejects.toThrow('Api rate limit exceeded');
  await refuse('one too many');
  await expect(refuse('first')).resolves.toBeUndefined();
});
