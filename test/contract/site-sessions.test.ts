// A session of the site's own beside ours: whatever ends ours ends the site's, by its own function or by its webhook, and
// the receipt says how far that is.
import { createServerClient, type SiteSessionsToEnd } from 'outro/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import { startHouse, type Answer } from '../support/house.ts';

const stepOf = ({ receipt }: Answer) =>
  (receipt as Receipt).filter(({ step }) => step === 'site-session');

/** A site that keeps its own sessions in a set. */
const startSite = async (
  rest: Parameters<typeof startHouse>[0] = {},
  configuration: Parameters<typeof startHouse>[2] = {},
) => {
  const live = new Set<string>();
  const heard: SiteSessionsToEnd[] = [];
  let obstacle: () => Promise<void> = async () => {};
  const endSession = async (ended: SiteSessionsToEnd): Promise<void> => {
    heard.push(ended);
    await obstacle();
    for (const one of ended.siteSessions) live.delete(one);
  };
  const house = await startHouse(
    { endSession, sessionsPerAccount: 3, ...rest },
    undefined,
    configuration,
  );
  const enter = async (siteUID: string, siteSession: string, more: Record<string, string> = {}) => {
    live.add(siteSession);
    const answer = await house.signed('socialize.notifyLogin', {
      siteUID,
      siteSession,
      providerSessions: JSON.stringify({
        'oidc-one': { providerUID: siteUID },
        'oidc-two': { providerUID: siteUID },
      }),
      openedBy: 'oidc-one',
      ...more,
    });
    return String(answer['cookieValue']);
  };
  const ask = (method: string, token: string, params: Record<string, string> = {}) =>
    house.post(`socialize.${method}`, { login_token: token, ...params });
  return {
    house,
    live,
    heard,
    enter,
    ask,
    hinder: (by: () => Promise<void>) => void (obstacle = by),
  };
};

afterEach(() => {
  vi.useRealTimers();
});

describe('the site’s own session ends', () => {
  it('with a logout, and with everywhere all of them', async () => {
    const { live, heard, enter, ask } = await startSite();
    const token = await enter('ada', 'a1');
    for (const one of ['a2', 'a3']) await enter('ada', one);
    await enter('bob', 'b1');
    expect(stepOf(await ask('logout', token))).toEqual([{ step: 'site-session', status: 'done' }]);
    expect(heard).toEqual([{ uid: 'ada', siteSessions: ['a1'] }]);
    const again = await enter('ada', 'a4');
    const answer = await ask('logout', again, { sessions: 'all' });
    expect(stepOf(answer)).toEqual([{ step: 'site-session', status: 'done' }]);
    expect([...live]).toEqual(['b1']);
  });

  it('with “others”, a removal, a ticket, a deletion, and what a provider tells', async () => {
    const { house, live, enter, ask } = await startSite({ allowAccountDeletion: true });
    const one = await enter('ada', 'a1');
    await enter('ada', 'a2');
    expect(stepOf(await ask('logout', one, { sessions: 'others' }))).toHaveLength(1);
    expect([...live]).toEqual(['a1']);
    const two = await enter('ada', 'a3', { openedBy: 'oidc-two' });
    const removed = await ask('removeConnection', two, { provider: 'oidc-one' });
    expect(stepOf(removed)).toEqual([{ step: 'site-session', status: 'done' }]);
    expect([...live]).toEqual(['a3']);
    const deleted = await ask('deleteAccount', two);
    expect(stepOf(deleted)).toEqual([{ step: 'site-session', status: 'done' }]);
    expect([...live]).toEqual([]);
    const kept = await house.signed('socialize.getReceipt', { callId: String(deleted['callId']) });
    expect(stepOf(kept)).toEqual([{ step: 'site-session', status: 'done' }]);
  });

  it('with the one that is too many, by the worker', async () => {
    const { house, live, enter } = await startSite();
    for (const one of ['a1', 'a2', 'a3', 'a4']) await enter('ada', one);
    await house.work();
    expect([...live]).toEqual(['a2', 'a3', 'a4']);
  });
});

describe('where the site does not answer', () => {
  it('it is pending, tried again until it is done, and the receipt is finished', async () => {
    const errors: unknown[] = [];
    const logError = ({ error }: { error: unknown }) => void errors.push(error);
    const { house, live, enter, ask, hinder } = await startSite({}, { logError });
    const token = await enter('ada', 'a1');
    hinder(() => Promise.reject(new Error('the shop is closed')));
    const answer = await ask('logout', token, { idempotencyKey: 'once only' });
    expect(stepOf(answer)).toEqual([
      {
        step: 'site-session',
        status: 'pending',
        reason: expect.stringContaining('endSession') as string,
        retryAt: expect.any(String) as string,
      },
    ]);
    expect(errors).toHaveLength(1);
    hinder(async () => {});
    await house.database.query(
      `update outro.errands set next_at = now() where site = '${house.apiKey}'`,
    );
    await house.database.query(
      `update outro.destinations set paused_until = null where site = '${house.apiKey}'`,
    );
    await house.work();
    expect([...live]).toEqual([]);
    const { callId } = answer;
    const receipt = await house.signed('socialize.getReceipt', { callId: String(callId) });
    expect(receipt).toMatchObject({ isComplete: true });
    expect(stepOf(receipt)).toEqual([{ step: 'site-session', status: 'done' }]);
    // The same request again is told what is true by now.
    const repeated = await ask('logout', token, { idempotencyKey: 'once only' });
    expect(repeated['callId']).toBe(callId);
  });

  it('one that hangs holds nobody up', async () => {
    const { enter, ask, hinder } = await startSite({}, { logError: () => {} });
    const token = await enter('ada', 'a1');
    hinder(() => new Promise(() => {}));
    const startedAt = performance.now();
    expect(stepOf(await ask('logout', token))).toMatchObject([{ status: 'pending' }]);
    // An errand has ten seconds; who waited for one would take as long.
    expect(performance.now() - startedAt).toBeLessThan(9500);
  });

  it('a session without one of the site’s asks nobody', async () => {
    const { house, heard } = await startSite();
    await house.signIn({ siteUID: 'ada', providers: { 'oidc-one': { providerUID: 'a' } } });
    expect(stepOf((await house.client.logout()) as unknown as Answer)).toEqual([]);
    await house.work();
    expect(heard).toEqual([]);
  });
});

describe('without endSession', () => {
  it('a webhook is asked, and without one nothing is promised', async () => {
    const secrets = [`whsec_${Buffer.alloc(32, 1).toString('base64')}`];
    const webhooks = [{ url: 'https://shop.example/hook', secrets }];
    const told = await startSite({ endSession: undefined, webhooks });
    const untold = await startSite({ endSession: undefined });
    const outcomes = await Promise.all(
      [told, untold].map(async ({ enter, ask }) =>
        stepOf(await ask('logout', await enter('ada', 'a1'))),
      ),
    );
    expect(outcomes).toMatchObject([[{ status: 'asked' }], [{ status: 'unsupported' }]]);
  });
});

describe('isLive', () => {
  it('says it of our token and of the site’s id, in process and by a signed call', async () => {
    const { house, enter, ask } = await startSite();
    const { apiKey, handler } = house;
    const secret = 'bGVhdmUtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE=';
    const server = createServerClient({
      url: 'https://outro.example',
      apiKey,
      secret,
      fetch: (input, init) => handler(new Request(input, init)),
    });
    const token = await enter('ada', 'a1');
    const all = async () => [
      await handler.isLive(token),
      await handler.isLive('a1', apiKey),
      (await server.isLive({ token }))['isLive'],
      (await server.isLive({ token: 'a1' }))['isLive'],
    ];
    expect(await all()).toEqual([true, true, true, true]);
    expect(await ask('isLive', token)).toMatchObject({ errorCode: expect.any(Number) as number });
    await ask('logout', token);
    expect(await all()).toEqual([false, false, false, false]);
    for (const odd of ['', 'a\0b', 'x'.repeat(3000)]) expect(await handler.isLive(odd)).toBe(false);
    await expect(handler.isLive(token, 'nobody')).rejects.toMatchObject({
      failure: 'invalidApiKey',
    });
  });
});
