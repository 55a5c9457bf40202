// A page whose session is the site's own: recognised by `identify`, never by a cookie alone.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import { startHouse, type Answer } from '../support/house.ts';

const origin = 'https://shop.example';
const sessionOf = (request: Request): string | undefined =>
  /(?:^|; )sid=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1];

/** A site whose cookie `sid` names the person and the session: `ada/one`. */
const startSite = async (rest: Parameters<typeof startHouse>[0] = {}) => {
  const errors: unknown[] = [];
  const house = await startHouse(
    {
      identify: (request) => {
        const [uid, session] = sessionOf(request)?.split('/') ?? [];
        return uid ? { uid, session } : undefined;
      },
      cookies: [{ name: 'sid', domain: 'shop.example' }],
      ...rest,
    },
    undefined,
    { logError: ({ error }) => errors.push(error) },
  );
  const ask = async (
    method: string,
    params: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<{ answer: Answer; cookies: string[] }> => {
    const response = await house.handler(
      new Request(`https://outro.example/socialize.${method}`, {
        method: 'POST',
        headers: { Origin: origin, 'X-Outro': '1', Cookie: 'a=b; sid=ada/one', ...headers },
        body: new URLSearchParams({ apiKey: house.apiKey, ...params }),
      }),
    );
    return {
      answer: (await response.json()) as Answer,
      cookies: response.headers.getSetCookie(),
    };
  };
  const enter = (siteUID: string, siteSession?: string) =>
    house.signed('socialize.notifyLogin', {
      siteUID,
      providerSessions: JSON.stringify({ 'oidc-one': { providerUID: siteUID } }),
      ...(siteSession && { siteSession }),
    });
  return { house, ask, enter, errors };
};

const stepsOf = ({ receipt }: Answer): string[] =>
  (receipt as Receipt)
    .filter(({ step }) => step !== 'provider-session')
    .map(({ step, status }) => `${step} ${status}`);

afterEach(() => {
  vi.useRealTimers();
});

describe('whose session it is', () => {
  it('is what the site says, and nothing but its headers is handed to it', async () => {
    const seen: Request[] = [];
    const { ask, enter } = await startSite({
      identify: (request) => {
        seen.push(request);
        return { uid: 'ada', session: 'one' };
      },
    });
    await enter('ada', 'one');
    const { answer } = await ask('getUserInfo');
    expect(answer).toMatchObject({ errorCode: 0, UID: 'ada', loginProvider: 'oidc-one' });
    expect(seen[0]?.body).toBeNull();
    expect(seen[0]?.headers.get('cookie')).toBe('a=b; sid=ada/one');
  });

  it.each([
    [7, '7'],
    [7n, '7'],
  ])('an id that is a number at the site is its digits here: %s', async (given, uid) => {
    const { ask, enter } = await startSite({ identify: () => ({ uid: given }) });
    await enter(uid);
    expect((await ask('getUserInfo')).answer['UID']).toBe(uid);
  });

  it.each([
    ['without the header that no form sends', { 'X-Outro': undefined }, 'X-Outro'],
    ['without an origin', { Origin: undefined }, 'origin'],
    ['from another origin', { Origin: 'https://evil.example' }, 'origin'],
  ])('%s nothing is done', async (_title, change, named) => {
    const { house, enter } = await startSite();
    await enter('ada', 'one');
    const before = await house.rows();
    const all = { Origin: origin, 'X-Outro': '1', Cookie: 'sid=ada/one', ...change };
    const headers = Object.entries(all).filter((pair): pair is [string, string] => !!pair[1]);
    const body = new URLSearchParams({ apiKey: house.apiKey });
    for (const method of ['logout', 'removeConnection']) {
      const url = `https://outro.example/socialize.${method}`;
      const response = await house.handler(new Request(url, { method: 'POST', headers, body }));
      const answer = (await response.json()) as Answer;
      expect(answer.errorCode).toBeGreaterThan(0);
      expect(answer.errorDetails).toContain(named);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect(await house.rows()).toEqual(before);
  });

  it('a session that the page can read is asked before the site is', async () => {
    const { house, ask } = await startSite();
    const { cookieValue } = await house.signIn({ siteUID: 'bob' });
    const { answer } = await ask('getUserInfo', { login_token: String(cookieValue) });
    expect(answer['UID']).toBe('bob');
  });

  it('the person of the page must be the one of the session', async () => {
    const { house, ask, enter } = await startSite();
    await enter('ada', 'one');
    const before = await house.rows();
    const { answer } = await ask('removeConnection', { UID: 'eva' });
    expect(answer).toMatchObject({ errorCode: 403005 });
    expect(await house.rows()).toEqual(before);
  });

  it('whom nobody here knows is told how to become known', async () => {
    const { ask } = await startSite();
    const { answer } = await ask('logout');
    expect(answer.errorCode).toBe(403005);
    expect(answer.errorDetails).toContain('fromTables');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no database')), 'no database'],
    ['says neither', () => ({}), 'expected { uid, session }'],
    ['says an empty id', () => ({ uid: '' }), 'expected { uid, session }'],
  ])(
    'an identify that %s is a fault of the site: nothing is done',
    async (_title, identify, said) => {
      const { ask, errors } = await startSite({ identify });
      const { answer, cookies } = await ask('logout');
      expect([answer.errorCode, answer['receipt'], cookies]).toEqual([500001, undefined, []]);
      expect(String(errors[0])).toContain(said);
    },
  );

  it('an identify that hangs is given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { ask, errors } = await startSite({ identify: () => new Promise(() => {}) });
    const asked = ask('logout');
    await vi.advanceTimersByTimeAsync(3000);
    expect((await asked).answer.errorCode).toBe(500001);
    expect(String(errors[0])).toContain('3000 ms');
  });
});

describe('logout of such a session', () => {
  it('ends the session that goes with it, and says that the site has one that it cannot end', async () => {
    const { ask, enter, house } = await startSite();
    await enter('ada', 'one');
    await enter('ada', 'two');
    const { answer, cookies } = await ask('logout', {}, { Cookie: 'sid=ada/one; sid.0=x; side=y' });
    expect(stepsOf(answer)).toEqual(['session done', 'site-session unsupported']);
    expect(answer).not.toHaveProperty('leaveTicket');
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['sid', 'sid', 'sid.0', 'sid.0']);
    expect(cookies[0]).toBe('sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure');
    expect(cookies[1]).toContain('; Domain=shop.example');
    const { sessions = [] } = await house.rows();
    expect(sessions.filter((one) => (one as { ended_at: unknown }).ended_at)).toHaveLength(1);
  });

  it('ends no other where it is not known here', async () => {
    const { ask, enter, house } = await startSite();
    await enter('ada');
    const { answer } = await ask('logout');
    expect(stepsOf(answer)).toEqual(['site-session unsupported']);
    const { sessions = [] } = await house.rows();
    expect(sessions).toMatchObject([{ ended_at: null }]);
    expect(stepsOf((await ask('logout', { sessions: 'all' })).answer)).toEqual([
      'sessions done',
      'site-session unsupported',
    ]);
  });

  it('says already where the site says that nobody is signed in', async () => {
    const { ask } = await startSite();
    const { answer } = await ask('logout', {}, { Cookie: 'a=b' });
    expect([answer.errorCode, ...stepsOf(answer)]).toEqual([0, 'session already']);
    const { answer: others } = await ask('logout', { sessions: 'others' }, { Cookie: 'a=b' });
    expect(others.errorCode).toBe(403005);
  });

  it('is finished by the ticket that came with the last answer, once', async () => {
    const { ask, enter, house } = await startSite();
    await enter('ada-of-the-shop', 'one');
    const cookie = { Cookie: 'a=b; sid=ada-of-the-shop/one' };
    const { leaveTicket } = (await ask('getUserInfo', {}, cookie)).answer;
    expect(String(leaveTicket)).not.toContain('ada-of');
    const redeem = (ticket: string) => house.post('socialize.redeemLeaveTicket', { ticket });
    expect(stepsOf(await redeem(String(leaveTicket)))).toEqual([
      'session done',
      'site-session unsupported',
    ]);
    const { sessions = [] } = await house.rows();
    expect(sessions).not.toMatchObject([{ ended_at: null }]);
    const forged = `${String(leaveTicket).slice(0, -4)}AAAA`;
    expect((await redeem(forged)).errorCode).toBe(400006);
  });

  it('a ticket of a session that is not known here never says that it is over', async () => {
    const { ask, enter, house } = await startSite();
    await enter('ada');
    const { leaveTicket } = (await ask('getUserInfo')).answer;
    const answer = await house.post('socialize.redeemLeaveTicket', { ticket: String(leaveTicket) });
    expect(stepsOf(answer)).toEqual(['site-session unsupported']);
  });
});
