// OpenID Connect front-channel logout, and what holds for every address under /inbound/.
import { describe, expect, it, vi } from 'vitest';
import type { House } from '../support/house.ts';
import {
  deliver,
  expectRefusal,
  lastEntry,
  liveSessions,
  openHouse,
  signInWith,
  told,
} from '../support/inbound.ts';

const iss = 'https://login.example/tenant';
const open = (): Promise<House> =>
  openHouse({
    'oidc-acme': { issuer: iss, clientId: 'shop' },
    entra: { issuer: iss },
    oidc: {},
    facebook: { clientSecret: 'an app secret' },
    strava: { inbound: { secret: 'a-secret-address' } },
  });

const frame = (house: House, query: Record<string, string>, init: RequestInit = {}) =>
  deliver(house, `oidc-acme/front-channel?${String(new URLSearchParams(query))}`, undefined, init);

const person = { providerUID: 'ada', issuer: iss, sid: 's' };

describe('front-channel logout', () => {
  it('ends the session of issuer and session id; only the provider may frame the answer', async () => {
    const house = await open();
    await signInWith(house, 'oidc-acme', person);
    await signInWith(house, 'oidc-acme', { ...person, sid: 't' }, { elsewhere: true });
    const response = await frame(house, { iss, sid: 's' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain(
      'frame-ancestors https://login.example',
    );
    expect(response.headers.get('x-frame-options')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await liveSessions(house)).toBe(1);
    await expect(house.client.getUserInfo()).rejects.toMatchObject({ failure: 'unauthorizedUser' });
    expect(await lastEntry(house)).toMatchObject({ actor: 'provider', method: 'logout' });
    expect(await told(house)).toMatchObject([{ name: 'logout' }]);
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example', sid: 's' }],
    ['another tenant of the issuer', { iss: 'https://login.example/other', sid: 's' }],
    ['another session', { iss, sid: 'x' }],
    ["a session of another issuer's", { iss, sid: 'o' }],
  ])('%s: 200, and nothing happens', async (_, query) => {
    const house = await open();
    await signInWith(house, 'oidc-acme', person);
    // A sign-in that told of no issuer must not be ended by whatever issuer is named.
    await signInWith(house, 'oidc-acme', { providerUID: 'ada', sid: 's' }, { elsewhere: true });
    const other = { ...person, issuer: 'https://other.example', sid: 'o' };
    await signInWith(house, 'oidc-acme', other, { elsewhere: true });
    const before = await house.rows();
    expect((await frame(house, query)).status).toBe(200);
    expect(await house.rows()).toEqual(before);
    expect(await liveSessions(house)).toBe(3);
  });

  it.each<[string, Record<string, string>]>([
    ['issuer alone', { iss }],
    ['session id alone', { sid: 's' }],
    ['neither', {}],
    ['an empty session id', { iss, sid: '' }],
    ['NUL', { iss, sid: 's\0' }],
  ])('%s: 400, and nothing happens', async (_, query) => {
    const house = await open();
    await signInWith(house, 'oidc-acme', person);
    await expectRefusal(house, () => frame(house, query), 400, /iss and sid, both/);
  });

  it('looking is not doing: HEAD and OPTIONS end nothing', async () => {
    const house = await open();
    await signInWith(house, 'oidc-acme', person);
    const statuses: number[] = [];
    for (const method of ['HEAD', 'OPTIONS'])
      statuses.push((await frame(house, { iss, sid: 's' }, { method })).status);
    expect(statuses).toEqual([200, 204]);
    expect(await liveSessions(house)).toBe(1);
  });
});

describe('every address under /inbound/', () => {
  const address = 'https://outro.example/inbound/';

  it.each<[string, RegExp]>([
    ['facebook/logout-token', /^kind: expected deauthorize or data-deletion$/],
    ['linkedin/webhook', /^provider: this site has not configured it$/],
    ['friendster/webhook', /^provider: /],
    ['__proto__/webhook', /^provider: /],
    ['constructor/webhook', /^provider: /],
    ['facebook/constructor', /^kind: /],
    ['facebook/', /^kind: /],
    ['%E0%A4%A/webhook', /^provider: /],
    ['oidc/logout-token', /^issuer: this site has not configured it/],
    ['oidc/front-channel', /^issuer: /],
    ['strava/webhook', /^subscriptionId: /],
  ])('%s is nobody’s: 404, with what was expected', async (path, words) => {
    const house = await open();
    await expectRefusal(house, () => deliver(house, path, 'x=y'), 404, words);
  });

  it('a site that nobody has, and half an address: 404', async () => {
    const house = await open();
    for (const path of ['unknown/facebook/deauthorize', '', 'deletion', house.apiKey])
      expect((await house.handler(new Request(address + path))).status, path).toBe(404);
  });

  it('another method is refused, and says which are not', async () => {
    const house = await open();
    for (const [path, method, allow] of [
      ['facebook/deauthorize', 'GET', 'POST, HEAD, OPTIONS'],
      ['oidc-acme/front-channel', 'POST', 'GET, HEAD, OPTIONS'],
      ['facebook/deauthorize', 'DELETE', 'POST, HEAD, OPTIONS'],
    ] as const) {
      const response = await deliver(house, path, undefined, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    }
  });

  it('a body of more than 64 KiB is refused, announced or not', async () => {
    const house = await open();
    const text = `signed_request=${'x'.repeat(64 * 1024)}`;
    const stream = () => new Blob([text]).stream();
    await expectRefusal(house, () => deliver(house, 'facebook/deauthorize', text), 413, /^body: /);
    await expectRefusal(
      house,
      () => deliver(house, 'facebook/deauthorize', stream(), { duplex: 'half' } as RequestInit),
      413,
      /^body: /,
    );
  });

  it('opens to no other origin, and sets no cookie', async () => {
    const house = await open();
    const response = await deliver(house, 'facebook/deauthorize', 'x=y', {
      headers: { Origin: 'https://shop.example' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('an error nobody expected is logged without the part of the address that may be a secret', async () => {
    const logged: { path: string }[] = [];
    const { startHouse } = await import('../support/house.ts');
    const inbound = { secret: 'a-secret-address', subscriptionId: '7' };
    const house = await startHouse({ providers: { strava: { inbound } } }, undefined, {
      logError: (entry) => logged.push(entry),
    });
    const failing = vi
      .spyOn(house.database.store.people, 'update')
      .mockRejectedValue(new Error('connection lost'));
    const updates = { authorized: 'false' };
    const event = { object_type: 'athlete', aspect_type: 'update', object_id: 1, updates };
    const response = await deliver(
      house,
      'strava/webhook/a-secret-address',
      JSON.stringify({ ...event, subscription_id: 7 }),
    );
    failing.mockRestore();
    expect(response.status).toBe(500);
    expect(logged.map(({ path }) => path)).toEqual([`/inbound/${house.apiKey}/strava/webhook`]);
  });
});
