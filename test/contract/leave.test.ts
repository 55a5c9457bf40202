// The trip through providers' logout pages, gone with a real OpenID provider at each stop.
import { describe, expect, it } from 'vitest';
import { ask, origin, prepare, signedIn, statuses } from '../support/trip.ts';
import type { Stand } from '../support/walker.ts';

// What differs between two answers.
const volatile = {
  callId: expect.any(String) as string,
  time: expect.any(String) as string,
};

const expectClosed = ({ headers }: Stand | Response) => {
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-frame-options')).toBe('DENY');
};

describe('a trip to two providers', () => {
  it('goes to one after the other, ends there what was open, and comes back to the page where the person began', async () => {
    const trip = await prepare();
    expect(await signedIn(trip)).toEqual([true, true]);
    expect(await statuses(trip)).toEqual(['needs-user', 'needs-user']);
    const { walker, url, token } = trip;
    const start = await walker.go(
      `${url}?return=${encodeURIComponent('https://shop.example/bye?a=1#x')}`,
    );
    const end = await walker.follow(start);
    // The token of the trip itself stands in no address of the site.
    const { searchParams } = new URL(end.url);
    const outcome = searchParams.get('outro_departure') ?? '';
    expect(end.url).toBe(`https://shop.example/bye?a=1&outro_departure=${outcome}#x`);
    expect(end.url).not.toContain(token);
    expect(await ask(trip, outcome)).toEqual({ ...(await ask(trip)), ...volatile });
    expect(await signedIn(trip)).toEqual([false, false]);
    // Nobody has told us that the sessions ended: coming back proves the trip alone.
    expect(await ask(trip)).toMatchObject({
      isComplete: true,
      receipt: [
        { step: 'provider-session', provider: 'oidc-one', status: 'asked' },
        { step: 'provider-session', provider: 'oidc-two', status: 'asked' },
      ],
    });
  });

  it('one window visits all: each provider is told the same trip, as popup, page and link', async () => {
    const { departures, url, token } = await prepare();
    const ways = [
      { by: 'popup', url, trip: token },
      { by: 'page', url, trip: token },
      { by: 'link', url, reason: 'finish signing out there' },
    ];
    expect(departures).toEqual([
      { provider: 'oidc-one', ways },
      { provider: 'oidc-two', ways },
    ]);
    expect(url).toMatch(/^https:\/\/outro\.example\/leave\/[\w-]{43}$/);
  });

  it('sends ID token, client, return address and state in a form that submits itself, and in no address', async () => {
    const trip = await prepare();
    const { walker, url, token, providers } = trip;
    const start = await walker.go(url);
    expectClosed(start);
    expect(start.form).toMatchObject({
      action: `${providers[0]?.issuer}/session/end`,
      method: 'POST',
      fields: {
        id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        client_id: 'shop',
        post_logout_redirect_uri: `${origin}/leave/return`,
        state: expect.stringMatching(/^[\w-]{43}\.0$/),
      },
    });
    expect(start.text).toContain('<script>document.forms[0].submit()</script>');
    const policy = start.headers.get('content-security-policy');
    expect(policy).toMatch(/script-src 'sha256-[\w+/]{43}='/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('form-action');
    expect(start.headers.get('set-cookie')).toMatch(
      /^outro_leave=[^;]+; Max-Age=900; Path=\/leave; HttpOnly; Secure; SameSite=Lax$/,
    );
    // The provider must not learn what opens the trip, and with it the next provider's ID token.
    expect(start.form?.fields['state']).not.toContain(token);
    await walker.follow(start);
    expect(walker.trail.filter((address) => address.includes('id_token'))).toEqual([]);
    expect(walker.trail.filter((address) => /ey[\w-]+\.ey/.test(address))).toEqual([]);
  });

  it('without a return address ends in a page that says what is known, and closes a window that a script opened', async () => {
    const trip = await prepare();
    const end = await trip.walker.follow(await trip.walker.go(trip.url));
    expectClosed(end);
    expect(end.status).toBe(200);
    expect(end.text).toContain('to sign you out. It does not tell us whether it did.');
    expect(end.text).toContain('<script>window.close()</script>');
  });
});

describe('proof', () => {
  it('the word of the provider, server to server, is told, and is no proof: it comes after a "No" as well', async () => {
    for (const answer of ['yes', 'no'] as const) {
      const trip = await prepare({ tells: true, answer, count: 1 });
      await trip.walker.follow(await trip.walker.go(trip.url));
      expect((await ask(trip))['receipt']).toMatchObject([
        { status: 'asked', reason: expect.stringContaining('told the backend') as string },
      ]);
      expect(await signedIn(trip)).toEqual([answer === 'no']);
    }
  });

  it.each([
    ['yes', 'done'],
    ['no', 'failed'],
  ] as const)(
    'asked again by prompt=none, the provider itself knows: after "%s" it is %s',
    async (answer, status) => {
      const trip = await prepare({ answer, settings: { probe: true } });
      await trip.walker.follow(await trip.walker.go(trip.url));
      expect(await statuses(trip)).toEqual([status, status]);
      expect(await signedIn(trip)).toEqual([answer === 'no', answer === 'no']);
      expect((await ask(trip))['isComplete']).toBe(true);
    },
  );

  it('a session that had ended long before the visit proves nothing about it', async () => {
    const trip = await prepare({ count: 1 });
    await trip.house.database.query(
      `update outro.provider_sessions set ended_at = now() - interval '1 hour' where site = $1`,
      [trip.house.apiKey],
    );
    await trip.walker.follow(await trip.walker.go(trip.url));
    expect((await ask(trip))['receipt']).toMatchObject([
      { status: 'asked', reason: expect.not.stringContaining('told the backend') as string },
    ]);
  });
});

describe('a provider that does not send the browser back', () => {
  it('is passed over when the address is opened again, and can be tried again', async () => {
    const trip = await prepare();
    const { walker, url } = trip;
    await walker.go(url);
    const second = await walker.go(url);
    expect(second.form?.action).toBe(`${trip.providers[1]?.issuer}/session/end`);
    const end = await walker.follow(second);
    expect(await statuses(trip)).toEqual(['needs-user', 'asked']);
    expect(end.text).toContain(`href="${url}?stop=0"`);
    expect(end.text).not.toContain('window.close');
    await walker.follow(await walker.go(`${url}?stop=0`));
    expect(await statuses(trip)).toEqual(['asked', 'asked']);
    expect(await signedIn(trip)).toEqual([false, false]);
  });

  it('is asked by address when the person tries again, for it may know nobody in a form from elsewhere', async () => {
    const trip = await prepare({ count: 1, takesForms: false });
    const { walker, url } = trip;
    const refused = await walker.follow(await walker.go(url));
    expect(refused.status).toBe(404);
    expect(await statuses(trip)).toEqual(['needs-user']);
    await walker.follow(await walker.go(`${url}?stop=0`));
    expect(await statuses(trip)).toEqual(['asked']);
    expect(await signedIn(trip)).toEqual([false]);
    expect(walker.trail.filter((address) => address.includes('id_token'))).toEqual([]);
  });
});
