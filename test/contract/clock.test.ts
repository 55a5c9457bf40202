// A clock ten minutes off, at one instance of several: what has a time has the database's.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { secret, startHouse, type House } from '../support/house.ts';
import { startInstance } from '../support/listening.ts';
import { grantStep, listen, makeDue, openHouse, signIn } from '../support/revocation.ts';
import { areLive } from '../support/sessions.ts';
import { signedBody } from '../support/signed.ts';
import { openStore } from '../support/store.ts';

afterEach(() => {
  vi.useRealTimers();
});

const tenMinutes = 600_000;

/** From now on this process believes that it is so many milliseconds later. */
const shift = (milliseconds: number): void => {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
};

/** Seconds from the database's present until the time that a query gives. */
const secondsUntil = async (house: House, time: string, table: string): Promise<number> => {
  const [row] = await house.database.query(
    `select extract(epoch from ${time} - clock_timestamp())::float8 as seconds
     from outro.${table} where site = $1`,
    [house.apiKey],
  );
  return Number(row?.['seconds']);
};

describe.each([
  ['ten minutes ahead', tenMinutes],
  ['ten minutes behind', -tenMinutes],
])('3.12 an instance that is %s', (_title, off) => {
  it('tells the database’s time of the next attempt', async () => {
    const { origin } = await listen((_request, response) => void response.writeHead(503).end());
    const house = await openHouse(origin);
    shift(off);
    await signIn(house);
    const answer = await house.signed('socialize.removeConnection', {
      UID: 'u',
      provider: 'facebook',
    });
    const step = grantStep(answer['receipt'] as never) as { retryAt?: string } | undefined;
    const [row] = await house.database.query('select next_at from outro.errands where site = $1', [
      house.apiKey,
    ]);
    expect(new Date(step?.retryAt ?? '')).toEqual(row?.['next_at']);
    const seconds = await secondsUntil(house, 'next_at', 'errands');
    // The clock that is wrong is ten minutes off.
    expect(seconds).toBeGreaterThan(-60);
    expect(seconds).toBeLessThan(3);
  });

  it('waits as long as a provider asks, whose clock is right', async () => {
    const { origin } = await listen((_request, response) => {
      const headers = {
        Date: new Date(performance.timeOrigin + performance.now()).toUTCString(),
        'Retry-After': new Date(performance.timeOrigin + performance.now() + 120_000).toUTCString(),
      };
      response.writeHead(429, headers).end();
    });
    const house = await openHouse(origin);
    shift(off);
    await signIn(house);
    await house.signed('socialize.removeConnection', { UID: 'u', provider: 'facebook' });
    expect(await secondsUntil(house, 'next_at', 'errands')).toBeGreaterThan(110);
    expect(await secondsUntil(house, 'next_at', 'errands')).toBeLessThan(125);
  });

  it('leases an errand for as long as the others do, and takes no errand that one of them has', async () => {
    let calls = 0;
    const { origin } = await listen((_request, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(503).end();
    });
    const house = await openHouse(origin);
    await signIn(house);
    await house.signed('socialize.removeConnection', { UID: 'u', provider: 'facebook' });
    await makeDue(house);
    shift(off);
    void house.work();
    await expect.poll(() => calls).toBe(2);
    const seconds = await secondsUntil(house, 'lease_until', 'errands');
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(21);
    vi.useRealTimers();
    const other = startInstance(house);
    expect(await other.work()).toBe(0);
    shift(off);
    expect(await other.work()).toBe(0);
    expect(calls).toBe(2);
  });

  it('takes what is due when the others would', async () => {
    const { origin } = await listen((_request, response) => void response.writeHead(503).end());
    const house = await openHouse(origin);
    await signIn(house);
    await house.signed('socialize.removeConnection', { UID: 'u', provider: 'facebook' });
    await house.database.query(
      `with later as (update outro.errands set next_at = now() + interval '5 minutes' where site = $1)
       update outro.destinations set paused_until = null where site = $1`,
      [house.apiKey],
    );
    shift(off);
    expect(await house.work()).toBe(0);
    await makeDue(house);
    expect(await house.work()).toBe(1);
  });

  it('opens sessions that live as long as they should, whoever is asked', async () => {
    const house = await startHouse();
    shift(off);
    const { cookieValue } = await house.signed('socialize.notifyLogin', {
      siteUID: 'u',
      providerSessions: JSON.stringify({ facebook: { providerUID: 'f' } }),
      sessionExpiration: '300',
    });
    const token = String(cookieValue);
    const seconds = await secondsUntil(house, 'expires_at', 'sessions');
    expect(seconds).toBeGreaterThan(290);
    expect(seconds).toBeLessThan(301);
    expect(await areLive(house, token)).toEqual([true]);
    vi.useRealTimers();
    expect(await areLive(house, token)).toEqual([true]);
    await house.database.query('update outro.sessions set expires_at = now() where site = $1', [
      house.apiKey,
    ]);
    expect(await areLive(house, token)).toEqual([false]);
    shift(off);
    expect(await areLive(house, token)).toEqual([false]);
  });

  it('takes a sign-in of somebody new that began now, by the site’s clock', async () => {
    const house = await startHouse();
    const startedAt = Date.now() / 1000;
    shift(off);
    expect(
      await house.signed('socialize.notifyLogin', {
        siteUID: 'u',
        providerSessions: JSON.stringify({ facebook: { providerUID: 'f', startedAt } }),
      }),
    ).toMatchObject({ errorCode: 0 });
  });
});

describe('a clock that is off is told of', () => {
  it('when a store is opened: by how much, and what to do', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    shift(tenMinutes);
    const { store } = await openStore();
    await store.close();
    expect(warned).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/clock is (59\d|60[01]) s ahead of the database's.*NTP/),
    );
    warned.mockClear();
    vi.useRealTimers();
    await (await openStore()).store.close();
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('when it refuses a signed request', async () => {
    const house = await startHouse();
    const url = 'https://outro.example/socialize.getUserInfo';
    const body = signedBody(url, secret, { apiKey: house.apiKey, UID: 'u' });
    shift(-tenMinutes);
    const response = await house.handler(new Request(url, { method: 'POST', body }));
    expect(await response.json()).toMatchObject({
      errorCode: 403002,
      errorDetails: expect.stringMatching(
        /^timestamp: .*within 180 s of this server's clock, and it is (59\d|60[01]) s ahead; set both clocks by NTP$/,
      ) as string,
    });
  });
});

it.each([
  ['ten minutes ahead', tenMinutes],
  ['ten minutes behind', -tenMinutes],
])('a signed request counts once at an instance that is %s', async (_title, off) => {
  const house = await startHouse();
  shift(off);
  const url = 'https://outro.example/socialize.notifyLogin';
  const body = String(signedBody(url, secret, { apiKey: house.apiKey, siteUID: 'u' }));
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const send = async () =>
    (await (await house.handler(new Request(url, { method: 'POST', headers, body }))).json()) as {
      errorCode: number;
    };
  expect((await send()).errorCode).toBe(0);
  expect((await send()).errorCode).toBe(403_004);
  expect((await send()).errorCode).toBe(403_004);
});
