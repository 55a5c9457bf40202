// The contract: shared seed 002_cbcb25afaf7ebcf1.txt, "gigya-js-logout".
import type { Response } from 'outro';
import { describe, expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';

const providers = { facebook: { providerUID: 'fb-1' }, linkedin: { providerUID: 'li-1' } };

describe('Description', () => {
  it('This method logs out the current user', async () => {
    const house = await startHouse();
    const { cookieValue } = await house.signIn({ siteUID: 'u', providers });
    const { receipt } = await house.client.logout();
    expect(receipt[0]).toEqual({ step: 'session', status: 'done' });
    expect(house.window.document.cookie).toBe('');
    const token = { login_token: String(cookieValue) };
    expect(await house.post('socialize.getUserInfo', token)).toMatchObject({ errorCode: 403005 });
  });

  it('this method does not disassociate the user from the providers', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers });
    const before = (await house.rows())['identities'];
    await house.client.logout();
    expect((await house.rows())['identities']).toEqual(before);
    await house.signIn({ siteUID: 'u' });
    expect((await house.client.getUserInfo()).user.providers).toEqual(['facebook', 'linkedin']);
  });

  it.each([
    ['refuses', () => Promise.reject(new TypeError('connection refused'))],
    ['answers garbage', () => Promise.resolve(new Response502())],
    [
      'answers another error',
      () => Promise.resolve(globalThis.Response.json({ errorCode: 500001 })),
    ],
  ])('even if the service is unavailable: it %s', async (_title, answer) => {
    let isDown = false;
    const house = await startHouse({}, (request, next) => (isDown ? answer() : next(request)));
    await house.signIn({ siteUID: 'u', providers });
    isDown = true;
    let events = 0;
    house.client.on('logout', () => (events += 1));
    const response = await house.client.logout();
    expect(house.window.document.cookie).toBe('');
    expect(response.errorCode).toBe(0);
    expect(events).toBe(1);
    // Never a false success: the session at the backend was not seen to end.
    expect(response.receipt).toMatchObject([{ step: 'session', status: 'pending' }]);
  });

  it('this browser is logged out before the network is asked', async () => {
    let cookieAtRequest: string | undefined;
    const house = await startHouse({}, (request, next) => {
      if (request.url.endsWith('logout')) cookieAtRequest = house.window.document.cookie;
      return next(request);
    });
    await house.signIn({ siteUID: 'u', providers });
    await house.client.logout();
    expect(cookieAtRequest).toBe('');
  });
});

class Response502 extends globalThis.Response {
  constructor() {
    super('<html>Bad gateway</html>', { status: 502 });
  }
}

describe('Parameters', () => {
  it('callback: called along with the results of the API method when the API method completes', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    const seen: Response[] = [];
    const response = await house.client.logout({ callback: (answer) => seen.push(answer) });
    expect(seen).toEqual([response]);
  });

  it('cid: maximum 100 characters; a refused call leaves the user signed in', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    const refused = house.client.logout({ cid: 'c'.repeat(101) });
    await expect(refused).rejects.toMatchObject({ failure: 'invalidParameter', code: 400006 });
    expect((await house.client.getUserInfo()).user.UID).toBe('u');
  });

  it('forceProvidersLogout: true (default) attempts to log out from all providers; false leaves them', async () => {
    const logout = { by: 'none', reason: 'nothing to ask' } as const;
    const site = { providers: { facebook: { logout }, linkedin: { logout } } };
    for (const [forceProvidersLogout, status] of [
      [undefined, 'unsupported'],
      [false, 'kept'],
      ['false', 'kept'],
    ] as const) {
      const house = await startHouse(site);
      await house.signIn({ siteUID: 'u', providers });
      const { receipt } = await house.client.logout({ forceProvidersLogout });
      expect(receipt.slice(1)).toMatchObject([
        { step: 'provider-session', provider: 'facebook', status },
        { step: 'provider-session', provider: 'linkedin', status },
      ]);
    }
  });

  it('context: passed back unchanged as one of the fields in the response object', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    const context = { any: 'thing' };
    expect((await house.client.logout({ context })).context).toBe(context);
  });
});

describe('Response object data members', () => {
  it('errorCode, errorMessage, callId, and context null if no context object has been passed', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    const response = await house.client.logout();
    expect(response).toMatchObject({ errorCode: 0, errorMessage: '', context: null });
    expect(response.callId).toMatch(/^[0-9a-f]{32}$/);
  });

  it("This method doesn't return any method specific values", async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    expect(await house.client.logout()).not.toHaveProperty('user');
  });
});

describe('Triggered global event', () => {
  it('onLogout, before callback and promise', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    const order: string[] = [];
    house.client.addEventHandlers({ onLogout: ({ eventName }) => order.push(eventName) });
    await house.client.logout({ callback: () => order.push('callback') });
    expect([...order, 'promise']).toEqual(['logout', 'callback', 'promise']);
  });

  it('nobody logged in: errorCode 0, the event, and no request', async () => {
    const house = await startHouse();
    let events = 0;
    house.client.on('logout', () => (events += 1));
    const { errorCode, receipt } = await house.client.logout();
    expect({ errorCode, events, requests: house.requests.length }).toEqual({
      errorCode: 0,
      events: 1,
      requests: 0,
    });
    expect(receipt).toEqual([{ step: 'session', status: 'already' }]);
  });
});
