// Bad input on the trip through providers' logout pages: forged, foreign, late, framed.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Departure } from '../../src/core/receipt.ts';
import { startHouse } from '../support/house.ts';
import { ask, origin, prepare, statuses, type Trip } from '../support/trip.ts';
import { createWalker } from '../support/walker.ts';

afterEach(() => vi.restoreAllMocks());

const stops = async ({ house }: Trip) => {
  const [row] = await house.database.query('select stops from outro.trips where site = $1', [
    house.apiKey,
  ]);
  return row?.['stops'] as { leftAt?: string; returnedAt?: string }[];
};

const stateOf = async ({ walker, url }: Trip): Promise<string> =>
  (await walker.go(url)).form?.fields['state'] ?? expect.fail('no state');

const returned = (state: string): string =>
  `${origin}/leave/return?${new URLSearchParams({ state })}`;

describe('the address of a trip', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['return', 'return'],
    ['next', 'next'],
    ['a token of nobody', 'A'.repeat(43)],
    ['NUL', '%00'],
    ['dots', '..%2f'],
    ['a long text', 'A'.repeat(5000)],
  ])('that nobody knows (%s) is over, and no error', async (_, token) => {
    const errors = vi.spyOn(console, 'error');
    const house = await startHouse();
    const response = await house.handler(new Request(`${origin}/leave/${token}`));
    expect(response.status).toBe(token === 'next' ? 200 : 404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(errors).not.toHaveBeenCalled();
  });

  it('of an earlier quarter of an hour is over, for its pages and for getDeparture', async () => {
    const trip = await prepare({ count: 1 });
    const { house, walker, url } = trip;
    const state = await stateOf(trip);
    await house.database.query(
      `update outro.trips set expires_at = now() - interval '1 second' where site = $1`,
      [house.apiKey],
    );
    expect(await walker.go(url)).toMatchObject({ status: 404, form: undefined });
    expect(await walker.go(returned(state))).toMatchObject({ status: 404, form: undefined });
    expect(await ask(trip)).toMatchObject({ errorCode: 400006 });
    expect((await stops(trip))[0]?.returnedAt).toBeUndefined();
  });

  it('takes GET only; a scanner that looks by HEAD sends nobody on', async () => {
    const trip = await prepare({ count: 1 });
    for (const method of ['HEAD', 'POST', 'DELETE', 'PUT']) {
      const response = await trip.house.handler(new Request(trip.url, { method }));
      expect([response.status, response.headers.get('allow')], method).toEqual([405, 'GET']);
    }
    expect((await stops(trip))[0]?.leftAt).toBeUndefined();
  });

  it.each([
    'https://evil.example/',
    'https://shop.example.evil.example/',
    'https://shop.example@evil.example/',
    'https://evil.example@shop.example/',
    'http://shop.example/',
    'https://shop.example:8443/',
    '//evil.example/',
    '/bye',
    'javascript:alert(1)',
    'blob:https://shop.example/x',
    'data:text/html,x',
    '',
  ])('with the return address "%s" is refused, and nobody leaves', async (address) => {
    const trip = await prepare({ count: 1 });
    const query = new URLSearchParams({ return: address });
    const refused = await trip.walker.go(`${trip.url}?${query}`);
    expect(refused).toMatchObject({ status: 400, form: undefined });
    expect(refused.text).toContain('return: expected an address on an origin that the site allows');
    expect(refused.text).not.toContain(trip.token);
    expect(refused.headers.get('set-cookie')).toBeNull();
    expect((await stops(trip))[0]?.leftAt).toBeUndefined();
    query.set('return', `https://shop.example/${'x'.repeat(2000)}`);
    expect(await trip.walker.go(`${trip.url}?${query}`)).toMatchObject({ status: 400 });
  });

  it('carries a return address in its cookie, which is judged again at the end', async () => {
    const trip = await prepare({ count: 1 });
    const state = await stateOf(trip);
    const carried = Buffer.from('https://evil.example/').toString('base64url');
    const end = await trip.house.handler(
      new Request(returned(state), { headers: { Cookie: `outro_leave=${trip.token}.${carried}` } }),
    );
    expect([end.status, end.headers.get('location')]).toEqual([200, null]);
  });

  it('leads to an origin of `redirects` too, and drops the cookie there', async () => {
    const trip = await prepare({ count: 1, site: { redirects: ['https://news.example'] } });
    const query = new URLSearchParams({ return: 'https://news.example/bye' });
    const start = await trip.walker.go(`${trip.url}?${query}`);
    const end = await trip.walker.follow(start);
    expect(end.url).toMatch(/^https:\/\/news\.example\/bye\?outro_departure=[\w-]{43}$/);
    expect(end.url).not.toContain(trip.token);
    expect((await trip.walker.go(`${origin}/leave/next`)).text).toContain(
      'Go back to where you began.',
    );
  });

  it('a retry of a stop that the trip does not have sends nobody anywhere', async () => {
    const trip = await prepare({ count: 1 });
    for (const stop of ['7', '-1', 'x'])
      expect((await trip.walker.go(`${trip.url}?stop=${stop}`)).form, stop).toBeUndefined();
    expect((await stops(trip))[0]?.leftAt).toBeUndefined();
  });
});

describe('coming back', () => {
  it.each([
    ['with the index of a stop where the browser has not been', (hash: string) => `${hash}.1`],
    ['with the index of no stop', (hash: string) => `${hash}.2`],
    ['with a huge index', (hash: string) => `${hash}.99999999999`],
    ['without an index', (hash: string) => hash],
    ['with the state of nobody', () => `${'A'.repeat(43)}.0`],
    ['with an empty state', () => ''],
    ['with a long state', () => 'x'.repeat(20_000)],
    ['with NUL', (hash: string) => `${hash}.0\0`],
  ])('%s: the trip is over there, and nothing is noted', async (_, change) => {
    const errors = vi.spyOn(console, 'error');
    const trip = await prepare();
    const [hash = ''] = (await stateOf(trip)).split('.');
    expect(await trip.walker.go(returned(change(hash)))).toMatchObject({ status: 404 });
    expect((await stops(trip)).map(({ returnedAt }) => returnedAt)).toEqual([undefined, undefined]);
    expect(errors).not.toHaveBeenCalled();
  });

  it('without the cookie is noted, and opens no page of the next provider', async () => {
    const trip = await prepare();
    const state = await stateOf(trip);
    const stranger = createWalker({ [origin]: trip.house.handler });
    const page = await stranger.go(returned(state));
    expect(page).toMatchObject({ status: 200, form: undefined });
    expect(page.text).not.toContain(trip.token);
    expect((await stops(trip)).map(({ leftAt }) => leftAt !== undefined)).toEqual([true, false]);
    expect(await statuses(trip)).toEqual(['asked', 'needs-user']);
  });

  it("with the cookie of another trip does not go on with this one, nor with the other's", async () => {
    const trip = await prepare();
    const state = await stateOf(trip);
    const { house } = trip;
    const providers = { 'oidc-one': { providerUID: 'bob' } };
    const { cookieValue } = await house.signIn({ siteUID: 'bob', providers });
    const answer = await house.post('socialize.logout', { login_token: String(cookieValue) });
    const [departure] = answer['departures'] as Departure[];
    const way = departure?.ways.find(({ by }) => by === 'popup');
    const other = way?.by === 'popup' ? way.trip : expect.fail('no trip');
    const headers = { Cookie: `outro_leave=${other}.` };
    const response = await house.handler(new Request(returned(state), { headers }));
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain('<form');
    const known = await house.post('socialize.getDeparture', { departure: other });
    expect(known).toMatchObject({ receipt: [{ reason: 'the browser has not been there yet' }] });
  });

  it('by a form from the provider, which brings no cookie, goes on one page later', async () => {
    const trip = await prepare();
    const body = new URLSearchParams({ state: await stateOf(trip) });
    const stranger = createWalker({ [origin]: trip.house.handler });
    await stranger.go(`${origin}/leave/return`, { method: 'POST', body });
    expect(stranger.trail.at(-1)).toBe(`${origin}/leave/next`);
    const next = await trip.walker.go(`${origin}/leave/next`);
    expect(next.form?.action).toBe(`${trip.providers[1]?.issuer}/session/end`);
    expect(await statuses(trip)).toEqual(['asked', 'needs-user']);
  });

  it('without a state is known by the cookie, from the provider where the browser went last', async () => {
    const trip = await prepare();
    await stateOf(trip);
    const next = await trip.walker.go(`${origin}/leave/return`);
    expect(next.form?.action).toBe(`${trip.providers[1]?.issuer}/session/end`);
    expect(await statuses(trip)).toEqual(['asked', 'needs-user']);
  });

  it('inside a frame is refused: there the person may be as signed in as before', async () => {
    const trip = await prepare({ count: 1 });
    const state = await stateOf(trip);
    for (const dest of ['iframe', 'frame', 'embed', 'empty', 'image']) {
      const headers = { 'Sec-Fetch-Dest': dest };
      expect((await trip.walker.go(returned(state), { headers })).status, dest).toBe(400);
    }
    expect((await stops(trip))[0]?.returnedAt).toBeUndefined();
    const headers = { 'Sec-Fetch-Dest': 'document' };
    expect((await trip.walker.go(returned(state), { headers })).status).toBe(200);
    expect(await statuses(trip)).toEqual(['asked']);
  });
});

describe('getDeparture', () => {
  it('needs no session, and gives nothing to whoever does not have the token', async () => {
    const trip = await prepare({ count: 1 });
    const other = await startHouse();
    expect(await ask(trip)).toMatchObject({ errorCode: 0, isComplete: false });
    const state = await stateOf(trip);
    for (const wrong of [state, state.split('.')[0] ?? '', 'A'.repeat(43), trip.token.slice(1)])
      expect(await ask(trip, wrong)).toMatchObject({ errorCode: 400006 });
    expect(await other.post('socialize.getDeparture', { departure: trip.token })).toMatchObject({
      errorCode: 400006,
    });
    expect(await trip.house.post('socialize.getDeparture', {})).toMatchObject({
      errorCode: 400002,
    });
  });
});

describe('a database that is down', () => {
  it('is a page that says so; neither page nor log holds the token', async () => {
    const errors = vi.spyOn(console, 'error').mockReturnValue();
    const trip = await prepare({ count: 1 });
    vi.spyOn(trip.house.database.store.exits, 'readTrip').mockRejectedValue(
      new Error('no connection'),
    );
    const page = await trip.walker.go(trip.url);
    expect(page.status).toBe(500);
    expect(page.text).not.toContain(trip.token);
    expect(String(errors.mock.calls)).toContain('"path":"/leave"');
    expect(String(errors.mock.calls)).not.toContain(trip.token);
  });
});
