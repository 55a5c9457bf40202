// A site rehearses its own leaving flow: its client, msw, and a backend that is in a bad way.
import { Window } from 'happy-dom';
import { http } from 'msw';
import { setupServer } from 'msw/node';
import { createClient, isOutroError, type Receipt } from 'outro';
import { leavingHandlers, type LeavingOptions } from 'outro/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerTo } from '../../support/echoing.ts';

// Here at once: what is measured is no loading.
await import('../../../src/browser/calls/create-calls.ts');

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const apiDomain = 'outro.example';
const providers = ['facebook', 'linkedin'];

const rehearse = (options: Partial<LeavingOptions> = {}) => {
  server.use(
    ...leavingHandlers(http, { apiDomain, scenario: 'everythingDone', providers, ...options }),
  );
  const window = new Window({ url: 'https://shop.example/' });
  window.document.cookie = 'glt_key=token; path=/';
  Object.assign(window, { open: () => null });
  const document = window.document as unknown as Document;
  return createClient({ apiKey: 'key', apiDomain, timeout: 2000, document });
};

const steps = (receipt: Receipt): string[] =>
  receipt.map(({ step, provider, status }) => [step, provider, status].filter(Boolean).join(' '));

const failureOf = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => 'no failure',
    (cause: unknown) => cause,
  );
  return isOutroError(error) ? error : expect.fail(String(error));
};

const removedFacebook = ['identity facebook done', 'data facebook done', 'grant facebook done'];

describe('a removal, as the site sees it', () => {
  it.each([
    ['everythingDone', 'grant facebook done', 'provider-session facebook done'],
    ['providerDown', 'grant facebook pending', 'provider-session facebook asked'],
    ['providerRefuses', 'grant facebook failed', 'provider-session facebook asked'],
    ['alreadyRevoked', 'grant facebook already', 'provider-session facebook done'],
    ['refusesFraming', 'grant facebook done', 'provider-session facebook needs-user'],
  ] as const)('%s: %s, %s', async (scenario, grant, session) => {
    const { receipt, user } = await rehearse({ scenario }).removeConnection({
      provider: 'facebook',
    });
    expect(steps(receipt)).toEqual([...removedFacebook.slice(0, 2), grant, session]);
    expect(user.providers).toEqual(['linkedin']);
  });

  it('says when it is tried again, and where the person can go on', async () => {
    const down = await rehearse({ scenario: 'providerDown' }).removeConnection();
    const pending = down.receipt.find(({ status }) => status === 'pending');
    expect(Date.parse(pending?.retryAt ?? '')).toBeGreaterThan(Date.now());
    expect(pending?.reason).toBe('the provider answered 503');
    const framed = await rehearse({ scenario: 'refusesFraming' }).removeConnection();
    expect(framed.receipt.find(({ status }) => status === 'needs-user')?.url).toBe(
      'https://outro.example/leave/rehearsal',
    );
  });

  it('is remembered: the second one finds nothing connected, as at the backend', async () => {
    const outro = rehearse();
    await outro.removeConnection({ provider: 'FB' });
    const error = await failureOf(outro.removeConnection({ provider: 'facebook' }));
    expect(error).toMatchObject({ failure: 'notConnected', code: 400106 });
    expect((await outro.getUserInfo()).user.providers).toEqual(['linkedin']);
    const { receipt } = await outro.removeConnection();
    expect(steps(receipt)).toContain('identity linkedin done');
    expect((await outro.getUserInfo()).user.providers).toEqual([]);
  });

  it('checks parameters with the rows of the method table', async () => {
    const outro = rehearse();
    const unknown = await failureOf(outro.removeConnection({ provider: 'friendface' }));
    expect(unknown).toMatchObject({ failure: 'invalidParameter' });
    const kept = await outro.removeConnection({ forceProvidersLogout: 'linkedin' });
    expect(steps(kept.receipt).slice(-2)).toEqual([
      'provider-session linkedin done',
      'provider-session facebook kept',
    ]);
  });

  it('by e-mail says whether the permission is gone', async () => {
    const email = 'ada@shop.example';
    expect(await rehearse().unlink({ email })).toMatchObject({
      is_unlinked: true,
      is_permissions_revoked: true,
    });
    expect(await rehearse({ scenario: 'providerDown' }).unlink({ email })).toMatchObject({
      is_unlinked: true,
      is_permissions_revoked: false,
    });
  });
});

describe('a removal that is refused', () => {
  it('lastWayIn: refused under fail, the mapping kept under soft', async () => {
    const outro = rehearse({ scenario: 'lastWayIn', providers: ['facebook'] });
    const error = await failureOf(outro.removeConnection({ lastIdentityHandling: 'fail' }));
    expect(error).toMatchObject({ failure: 'operationNotAllowed', code: 400030 });
    expect(error.details).toContain('facebook is the last way to sign in');
    const { receipt } = await outro.removeConnection();
    expect(steps(receipt)[0]).toBe('identity facebook kept');
  });

  it('lastWayIn: one of two goes', async () => {
    const outro = rehearse({ scenario: 'lastWayIn' });
    const fail = { provider: 'facebook', lastIdentityHandling: 'fail' } as const;
    expect(steps((await outro.removeConnection(fail)).receipt).slice(0, 3)).toEqual(
      removedFacebook,
    );
  });

  it.each([
    ['sessionOver', 'unauthorizedUser', 403005],
    ['recentLoginNeeded', 'pendingRecentLogin', 403110],
    ['backendUnprocessable', 'networkError', 500026],
    ['slowBackend', 'requestTimeout', 504002],
    ['offline', 'networkError', 500026],
  ] as const)('%s: %s', async (scenario, failure, code) => {
    const error = await failureOf(rehearse({ scenario }).removeConnection());
    expect(error).toMatchObject({ failure, code });
  });

  it('slowBackend answers in the end', async () => {
    const { receipt } = await rehearse({ scenario: 'slowBackend', wait: 50 }).removeConnection();
    expect(steps(receipt)).toEqual(expect.arrayContaining(removedFacebook));
  });
});

describe('a logout, as the site sees it', () => {
  it.each([
    ['everythingDone', ['session done', 'provider-session facebook done']],
    ['providerDown', ['session done', 'provider-session facebook asked']],
    ['refusesFraming', ['session done', 'provider-session facebook needs-user']],
    ['sessionOver', ['session already']],
    ['lastWayIn', ['session done', 'provider-session facebook done']],
  ] as const)('%s: %j', async (scenario, expected) => {
    // The default is the first row of the provider table.
    const { errorCode, receipt } = await rehearse({ scenario, providers: undefined }).logout();
    expect({ errorCode, receipt: steps(receipt) }).toEqual({ errorCode: 0, receipt: expected });
  });

  it.each(['offline', 'slowBackend', 'backendUnprocessable'] as const)(
    '%s: logged out here, and said not to be confirmed',
    async (scenario) => {
      const outro = rehearse({ scenario });
      const { errorCode, receipt } = await outro.logout();
      expect(errorCode).toBe(0);
      expect(receipt[0]?.step).toBe('session');
      expect(['failed', 'pending']).toContain(receipt[0]?.status);
      expect((await outro.getUserInfo()).user.UID).toBe('');
    },
  );
});

describe('the handlers', () => {
  it('take an origin, and answer no other backend', async () => {
    server.use(
      http.post('https://other.example/socialize.getUserInfo', ({ request }) =>
        answerTo(request, { errorCode: 0, UID: 'other' }),
      ),
    );
    const outro = rehearse({
      apiDomain: 'https://outro.example',
      user: { UID: 'u', firstName: 'Ada' },
    });
    const { user } = await outro.getUserInfo();
    expect([user.UID, user.firstName]).toEqual(['u', 'Ada']);
    const document = new Window({ url: 'https://shop.example/' }).document as unknown as Document;
    document.cookie = 'glt_key=token; path=/';
    const other = createClient({ apiKey: 'key', apiDomain: 'other.example', document });
    expect((await other.getUserInfo()).user.UID).toBe('other');
  });

  it('answer every method of a client, and refuse the stream', async () => {
    const outro = rehearse();
    outro.on('logout', () => {});
    expect((await outro.getAccountInfo())['socialProviders']).toBe('facebook,linkedin,site');
    expect((await outro.getDeparture({ departure: 'rehearsal' })).receipt).toHaveLength(2);
    const error = await failureOf(outro.getDeparture({ departure: 'another' }));
    expect(error.failure).toBe('invalidParameter');
    const stream = await fetch('https://outro.example/socialize.listen', { method: 'POST' });
    expect(await stream.json()).toMatchObject({ errorCode: 400096, statusCode: 400 });
  });

  it('refuse a provider that nobody knows, before anything runs', () => {
    expect(() => rehearse({ providers: ['friendface'] })).toThrow('providers: expected');
  });
});
