// What stands in addresses on the way out: nothing that opens anything, and nothing too long for one.
import { describe, expect, it } from 'vitest';
import type { Departure } from '../../src/core/receipt.ts';
import { startHouse, type House } from '../support/house.ts';
import { ask, byForm, origin, prepare, signedIn, statuses } from '../support/trip.ts';
import { createWalker } from '../support/walker.ts';

const idTokens = /ey[\w-]+\.ey|id_token/;

describe('4.10 the token in an address', () => {
  const arrive = async (settings = { logout: { ...byForm, method: 'GET' } }) => {
    const trip = await prepare({ settings });
    const start = await trip.walker.go(`${trip.url}?return=https%3A%2F%2Fshop.example%2Fbye`);
    const end = await trip.walker.follow(start);
    const outcome = new URL(end.url).searchParams.get('outro_departure') ?? '';
    return { trip, outcome };
  };

  it('4.10 of a trip that has ended says the outcome, and goes nowhere: not for strangers, not for its browser', async () => {
    const { trip, outcome } = await arrive();
    const { house } = trip;
    for (const token of [trip.token, outcome])
      for (const query of ['', '?stop=0', '?stop=1', '?return=https%3A%2F%2Fshop.example%2F'])
        for (const walker of [createWalker({ [origin]: house.handler }), trip.walker]) {
          const before = walker.trail.length;
          const page = await walker.go(`${origin}/leave/${token}${query}`);
          expect(page).toMatchObject({ status: 200, form: undefined });
          expect(page.text).toContain('to sign you out. It does not tell us whether it did.');
          expect(page.text).not.toMatch(/<a [^>]*\/leave|<form/);
          expect(walker.trail.slice(before).filter((one) => idTokens.test(one))).toEqual([]);
          expect(walker.trail).toHaveLength(before + 1);
        }
    // Nor for whoever has kept the cookie.
    for (const path of [`${trip.token}?stop=0`, `${outcome}?stop=1`, 'next']) {
      const headers = { Cookie: `outro_leave=${trip.token}.` };
      const kept = await house.handler(new Request(`${origin}/leave/${path}`, { headers }));
      expect([kept.status, kept.headers.get('location')], path).toEqual([200, null]);
      expect(await kept.text(), path).not.toMatch(/<a [^>]*\/leave|<form/);
    }
    expect(await ask(trip, outcome)).toMatchObject({ errorCode: 0, isComplete: true });
  });

  it('4.10 of a trip under way goes on for the browser that has its cookie, and for nobody else', async () => {
    const trip = await prepare({ count: 3 });
    const { walker, house, url, token } = trip;
    await walker.go(url);
    const stranger = createWalker({ [origin]: house.handler });
    for (const query of ['', '?stop=0', '?stop=1']) {
      const response = await house.handler(new Request(`${url}${query}`));
      const text = await response.text();
      expect([response.status, response.headers.get('location')]).toEqual([200, null]);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(text).not.toMatch(/<form|<a [^>]*\/leave/);
      expect(text).not.toContain(token);
    }
    expect((await stranger.go(url)).form).toBeUndefined();
    expect(await statuses(trip)).toEqual(['needs-user', 'needs-user', 'needs-user']);
    const next = await walker.go(url);
    expect(next.form?.action).toMatch(/\/session\/end$/);
  });

  it('4.10 begins once: of many at once, one browser goes', async () => {
    const trip = await prepare({ count: 3 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const response = await trip.house.handler(new Request(trip.url));
        return [response.headers.get('set-cookie') !== null, /<form/.test(await response.text())];
      }),
    );
    expect(answers.filter(([hasCookie]) => hasCookie)).toEqual([[true, true]]);
    expect(answers.filter(([, goes]) => goes)).toHaveLength(1);
  });

  it('4.10 of the outcome begins nothing, and with the cookie of another trip goes nowhere', async () => {
    const { trip, outcome } = await arrive();
    const other = await prepare({ count: 1 });
    await other.walker.go(other.url);
    const headers = { Cookie: `outro_leave=${outcome}.` };
    for (const cookie of [headers, { Cookie: `outro_leave=${other.token}.` }])
      for (const path of [outcome, trip.token, 'next']) {
        const request = new Request(`${origin}/leave/${path}`, { headers: cookie });
        const response = await trip.house.handler(request);
        expect(response.headers.get('location'), path).toBeNull();
        expect(await response.text(), path).not.toMatch(idTokens);
      }
  });

  it('4.10 a stop that was not finished is tried again from the page of the site, with the cookie', async () => {
    const trip = await prepare();
    const { walker, url } = trip;
    await walker.go(`${url}?return=https%3A%2F%2Fshop.example%2Fbye`);
    const end = await walker.follow(await walker.go(url));
    const outcome = new URL(end.url).searchParams.get('outro_departure') ?? '';
    const known = await ask(trip, outcome);
    const [open] = known['receipt'] as { status: string; url?: string }[];
    expect(open).toMatchObject({ status: 'needs-user', url: `${origin}/leave/${outcome}` });
    const stranger = createWalker({ [origin]: trip.house.handler });
    expect((await stranger.go(`${open?.url}?stop=0`)).form).toBeUndefined();
    await walker.follow(await walker.go(`${open?.url}?stop=0`));
    expect(await statuses(trip)).toEqual(['asked', 'asked']);
    expect(await signedIn(trip)).toEqual([false, false]);
  });
});

describe('3.16 an ID token that is too long for an address', () => {
  const long = `${'h'.repeat(40)}.${'c'.repeat(18_000)}.s`;
  const visit = {
    by: 'visit',
    url: 'https://login.example/out',
    parameters: {
      id_token_hint: '{idToken}',
      client_id: '{clientId}',
      post_logout_redirect_uri: '{returnUrl}',
      state: '{state}',
    },
    method: 'GET',
  };
  const leave = async (logout: object, idToken: string) => {
    const house: House = await startHouse({
      providers: { 'oidc-one': { clientId: 'shop', logout: logout as never } },
    });
    const providers = { 'oidc-one': { providerUID: 'ada', idToken } };
    const { cookieValue } = await house.signIn({ siteUID: 'u', providers });
    const left = await house.post('socialize.logout', { login_token: String(cookieValue) });
    const [departure] = left['departures'] as Departure[];
    const way = departure?.ways.find(({ by }) => by === 'popup');
    if (way?.by !== 'popup') return { left, house, first: undefined, trip: '' };
    const first = await house.handler(new Request(way.url));
    return { left, house, first, trip: way.trip };
  };
  const reasonOf = async ({ house, trip }: Awaited<ReturnType<typeof leave>>, first: Response) => {
    const state = new URL(first.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const query = new URLSearchParams({ state });
    await house.handler(
      new Request(`${origin}/leave/return?${query}`, { headers: { Cookie: cookie } }),
    );
    const { receipt } = (await house.post('socialize.getDeparture', {
      departure: trip,
    })) as never as {
      receipt: { status: string; reason: string }[];
    };
    return receipt[0];
  };

  it('3.16 goes without the hint, and the receipt says so', async () => {
    const left = await leave(visit, long);
    const first = left.first ?? expect.fail('no trip');
    const location = first.headers.get('location') ?? '';
    expect(first.status).toBe(303);
    expect(location.length).toBeLessThan(6144);
    expect(Object.fromEntries(new URL(location).searchParams)).toEqual({
      client_id: 'shop',
      post_logout_redirect_uri: `${origin}/leave/return`,
      state: expect.stringMatching(/^[\w-]{43}\.0$/) as string,
    });
    expect(await reasonOf(left, first)).toMatchObject({
      status: 'asked',
      reason: expect.stringMatching(
        /the ID token is too long for an address and was left out/,
      ) as string,
    });
  });

  it('3.16 one that fits stays, up to 6 kB of the whole address', async () => {
    for (const [length, isThere] of [
      [100, true],
      [5500, true],
      [5990, false],
      [6200, false],
    ] as const) {
      const { first } = await leave(visit, 'h'.repeat(length));
      const location = first?.headers.get('location') ?? '';
      expect(new URL(location).searchParams.has('id_token_hint'), `${length}`).toBe(isThere);
      expect(location.length).toBeLessThanOrEqual(6144);
    }
    const left = await leave(visit, 'h'.repeat(5500));
    const known = await reasonOf(left, left.first ?? expect.fail('no trip'));
    expect(known?.reason).not.toContain('too long');
  });

  it('3.16 goes by form where the way allows it, with the hint', async () => {
    const { first } = await leave({ ...visit, longByForm: true }, long);
    expect([first?.status, first?.headers.get('location')]).toEqual([200, null]);
    const text = await first?.text();
    expect(text).toContain('<form method="post" action="https://login.example/out">');
    expect(text).toContain(`name="id_token_hint" value="${long}"`);
    const short = await leave({ ...visit, longByForm: true }, 'h.c.s');
    expect(short.first?.headers.get('location')).toContain('id_token_hint=h.c.s');
  });

  it('3.16 a way that cannot do without it is not promised', async () => {
    const { left, first } = await leave({ ...visit, needs: ['idToken'] }, long);
    expect(first).toBeUndefined();
    expect(left['receipt']).toContainEqual({
      step: 'provider-session',
      provider: 'oidc-one',
      status: 'unsupported',
      reason: 'the ID token is too long for the address of its logout page',
    });
  });

  it('3.16 nor is a frame with an access token that is too long', async () => {
    const house = await startHouse({
      providers: {
        facebook: { logout: { by: 'frame', url: 'https://login.example/out?t={accessToken}' } },
      },
    });
    const providers = { facebook: { providerUID: 'f', authToken: 'a'.repeat(18_000) } };
    const { cookieValue } = await house.signIn({ siteUID: 'u', providers });
    const left = await house.post('socialize.logout', { login_token: String(cookieValue) });
    expect(JSON.stringify(left)).not.toContain('aaaa');
    expect(left['receipt']).toContainEqual(
      expect.objectContaining({
        status: 'unsupported',
        reason: expect.stringContaining('too long') as string,
      }),
    );
  });
});
