// A shop whose service worker stands between its pages and everything: a logout ends the session, or says that it did not.
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, waitUntil, type TestBrowser } from '../support/browsers.ts';
import { hasUser, heardIn, keptIn } from '../support/leaving-shop-page.ts';
import { openShop, startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterAll(() => shop?.close());

/** A worker that has every page at once, and answers what is asked in its way. */
const workerOf = (answer: string, version = 1): string => `// ${version}
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('message', ({ source }) => source.postMessage(${version}));
  const keep = async (request, response) => {
    const copy = response.clone();
    // Whatever the request was: a cache takes only what was got.
    await (await caches.open('all')).put(request.url, copy);
    return response;
  };
  addEventListener('fetch', (event) => {
    const { request } = event;
    const isPost = request.method === 'POST';
    const isOurs = request.url.startsWith('${shop.outro}');
    ${answer}
  });`;

const cacheFirst = `event.respondWith((async () => {
  const cached = await caches.match(request.url);
  return cached ?? keep(request, await fetch(request));
})());`;

const synthetic = `if (isPost && isOurs) event.respondWith(Response.json({
  errorCode: 0, receipt: [{ step: 'session', status: 'done' }] }));`;

const failing = `event.respondWith(isOurs ? Promise.reject(new Error('down')) : fetch(request));`;

const passing = 'event.respondWith(fetch(request));';

describe.each(modesHere.filter((mode) => mode !== 'chromium-blocked'))('in %s', (mode) => {
  let browser: TestBrowser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser(mode);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());

  /** Whoever is at a page of the shop has the worker from now on. */
  const work = async (script: string): Promise<void> => {
    shop.work(script);
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/worker.js', { updateViaCache: 'none' });
      while (!navigator.serviceWorker.controller)
        await new Promise((resolve) => setTimeout(resolve, 10));
    });
  };
  const leave = () => page.evaluate(() => window.shop.leave({ timeout: 10_000 }));
  const dropWorker = () =>
    page.evaluate(async () => {
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
      await caches.delete('all');
    });

  // Not by a page: that would come from the cache.
  const signInHere = async (): Promise<string> => {
    const token = await shop.openSession();
    await page.evaluate((cookie) => {
      document.cookie = cookie;
    }, shop.cookieOf(token)['Set-Cookie']);
    return token;
  };
  // Firefox asks past the worker for what is to outlive its page.
  const expectTruth = async (token: string): Promise<void> => {
    const { errorCode, steps } = await leave();
    expect(errorCode).toBe(0);
    expect(steps).toContain(mode === 'firefox' ? 'session done' : 'session pending');
    if (mode === 'firefox') expect(await shop.isLive(token)).toBe(false);
    expect((await keptIn(page)).cookie).not.toContain('glt_');
  };
  const expectOver = async (token: string): Promise<void> => {
    await expect.poll(() => shop.isLive(token)).toBe(false);
    await expect.poll(() => keptIn(page)).toEqual({ cookie: '', tickets: [] });
  };

  it('a worker that answers all from its cache: what it has kept of a logout is not believed of the next one', async () => {
    const first = await shop.signIn(page);
    await work(workerOf(cacheFirst));
    // Twice: what the backend said of a logout, and then of a ticket, is cached from then on.
    await page.reload();
    expect((await leave()).steps).toContain('session done');
    expect(await shop.isLive(first)).toBe(false);
    const second = await signInHere();
    await expectTruth(second);
    await page.reload();
    // Whether this page heard of it, or the one before: from now on the answer to a ticket is a stale one, too.
    await expect.poll(() => shop.isLive(second)).toBe(false);

    const third = await signInHere();
    await expectTruth(third);
    // The page of somebody who was signed in comes from the cache, and shows nobody.
    await page.reload();
    expect(await hasUser(page)).toBe(false);
    const { cookie, tickets } = await keptIn(page);
    expect(cookie).toBe('');
    // The ticket of one that is over may still be there: its page went before it was forgotten.
    if (await shop.isLive(third)) expect(tickets).not.toEqual([]);
    await dropWorker();
    await page.reload();
    await expectOver(third);
  });

  it.each([
    ['makes up a success', synthetic],
    ['fails every request', failing],
  ])('a worker that %s: pending, and ended once it is gone', async (_, answer) => {
    const token = await shop.signIn(page);
    await work(workerOf(answer));
    await expectTruth(token);
    await dropWorker();
    await page.reload();
    await expectOver(token);
  });

  it('a worker that is replaced while the logout is on its way', async () => {
    const token = await shop.signIn(page);
    await work(workerOf(passing));
    await shop.start(async (request, handler) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return handler(request);
    });
    shop.work(workerOf(passing, 2));
    const left = page.evaluate(async () => {
      const changed = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      );
      const leaving = window.shop.leave({ timeout: 10_000 });
      await (await navigator.serviceWorker.ready).update();
      await changed;
      return leaving;
    });
    expect((await left).steps).toContain('session done');
    await shop.start();
    await expectOver(token);
  });

  it('a page that goes right after its logout, through a worker: ended by then, or by the next page', async () => {
    const token = await shop.signIn(page);
    await work(workerOf(passing));
    await page.evaluate(() => {
      void window.shop.client.logout();
      window.location.href = '/plain';
    });
    await waitUntil(page, () => document.title === 'A page without outro');
    const later = await openShop(context, shop);
    await expect.poll(() => shop.isLive(token)).toBe(false);
    await expect.poll(() => keptIn(later)).toEqual({ cookie: '', tickets: [] });
  });

  it('guard: the way back to a page of the cache shows nobody after the logout of another tab', async () => {
    await shop.signIn(page, 'guard=blank');
    await work(workerOf(cacheFirst));
    await page.reload();
    await shop.whenReady(page);
    const other = await openShop(context, shop);
    await other.evaluate(() => window.shop.leave());
    await expect.poll(() => heardIn(page)).toEqual(['logout remote']);
    expect(await page.evaluate(() => document.documentElement.innerHTML)).toBe('');
  });
});
