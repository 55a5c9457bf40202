// The backend is stopped, hung or lying: the page is logged out within the limit, and the backend's session ends
// later by itself.
import type { OutroError } from 'outro';
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, type TestBrowser } from '../support/browsers.ts';
import { heardIn, keptIn, limit } from '../support/leaving-shop-page.ts';
import { startLeavingShop, type LeavingShop, type Treatment } from '../support/leaving-shop.ts';

// Milliseconds that a busy machine takes besides.
const slack = 1500;

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterAll(() => shop?.close());

const answer = (request: Request, body: BodyInit | null, init: ResponseInit = {}): Response =>
  new Response(body, {
    ...init,
    headers: {
      'content-type': 'application/json',
      'access-control-allow-origin': request.headers.get('origin') ?? '',
      'access-control-allow-credentials': 'true',
    },
  });

const later = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

const stalling = (): ReadableStream =>
  new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{"errorCo')) });

const treatments: [string, Treatment][] = [
  ['never answers', () => new Promise(() => {})],
  ['begins an answer and stops', (request) => answer(request, stalling())],
  ['answers 200 with a page', (request) => answer(request, '<h1>Maintenance</h1>')],
  ['answers 200 with garbage', (request) => answer(request, '{"errorCode":')],
  ['answers 503 unreadably', () => new Response('down', { status: 503 })],
  ['answers after the limit', (request, handler) => later(10 * limit).then(() => handler(request))],
];

describe.each(modesHere.filter((mode) => mode !== 'chromium-blocked'))('in %s', (mode) => {
  let browser: TestBrowser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser(mode);
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await shop.start();
    await context.close();
  });
  const signIn = async (query?: string): Promise<string> => {
    context = await browser.newContext();
    page = await context.newPage();
    return shop.signIn(page, query);
  };

  const expectOut = async (): Promise<void> => {
    const left = await page.evaluate(() => window.shop.leave());
    expect(left).toMatchObject({ errorCode: 0, steps: ['session pending'] });
    expect(left.time).toBeLessThan(limit + slack);
    expect(await page.evaluate(() => window.shop.called)).toBe(1);
    // On a busy disk the ticket moves out of its cookie a moment later.
    await expect.poll(() => keptIn(page)).toEqual({ cookie: '', tickets: ['this'] });
  };
  const expectOver = async (token: string): Promise<void> => {
    await expect.poll(() => shop.isLive(token)).toBe(false);
    await expect.poll(async () => (await keptIn(page)).tickets).toEqual([]);
  };

  it.each(treatments)('a backend that %s', async (_name, treatment) => {
    const token = await signIn();
    await shop.start(treatment);
    await expectOut();
    expect(await heardIn(page)).toEqual(['logout']);
    expect(await shop.isLive(token)).toBe(true);
    await shop.start();
    await page.reload();
    await expectOver(token);
  });

  const returns: [string, () => Promise<unknown>][] = [
    ['the next load', () => page.reload()],
    ['the next call', () => page.evaluate(() => window.shop.client.getUserInfo())],
    ['the return of the network', () => page.evaluate(() => dispatchEvent(new Event('online')))],
  ];
  const pages = [
    ['listens', ''],
    ['does not listen', 'deaf'],
  ] as const;
  describe.each(pages)(
    'a page that %s, the backend is stopped and starts again',
    (_page, query) => {
      it.each(returns)('%s ends the session, without a sign-in', async (_title, comeBack) => {
        const token = await signIn(query);
        await shop.stop();
        await expectOut();
        expect(await shop.isLive(token)).toBe(true);
        await shop.start();
        await comeBack();
        await expectOver(token);
      });
    },
  );

  it('a call that fails while the backend is away does not keep a later one from ending it', async () => {
    const token = await signIn('deaf');
    await shop.stop();
    await expectOut();
    await page.evaluate(() => window.shop.client.getUserInfo().catch(() => {}));
    await later(300);
    await shop.start();
    await page.evaluate(() => window.shop.client.getUserInfo());
    await expectOver(token);
  });

  // No tool takes Firefox off the network.
  if (mode === 'chromium')
    it('the browser itself is offline, and online again', async () => {
      const token = await signIn();
      await page.setOfflineMode(true);
      await expectOut();
      await page.setOfflineMode(false);
      await expectOver(token);
      expect(await heardIn(page)).toEqual(['logout']);
    });

  it('others: an error, and signed in as before', async () => {
    const token = await signIn();
    await shop.stop();
    const refused = await page.evaluate(() =>
      window.shop.client.logout({ sessions: 'others' }).catch((error: OutroError) => error.failure),
    );
    expect(refused).toBe('networkError');
    const { cookie, tickets } = await keptIn(page);
    expect(cookie).toContain(encodeURIComponent(token));
    expect(tickets).toEqual([]);
    expect(await heardIn(page)).toEqual([]);
    await shop.start();
    expect(await shop.isLive(token)).toBe(true);
  });

  it('all: every session of the person ends later, also those of other browsers', async () => {
    const token = await signIn();
    const elsewhere = await browser.newContext();
    const other = await shop.signInAgain(token, await elsewhere.newPage());
    await shop.stop();
    await page.evaluate(() => window.shop.leave({ sessions: 'all' }));
    expect([await shop.isLive(token), await shop.isLive(other)]).toEqual([true, true]);
    await shop.start();
    await page.reload();
    await expectOver(token);
    expect(await shop.isLive(other)).toBe(false);
    await elsewhere.close();
  });

  it('all, and signed in again before the backend heard of it: the new session stays', async () => {
    const token = await signIn();
    await shop.stop();
    await page.evaluate(() => window.shop.leave({ sessions: 'all' }));
    await later(1100);
    await shop.start();
    const again = await shop.signInAgain(token, page);
    await expectOver(token);
    expect(await shop.isLive(again)).toBe(true);
    expect(await heardIn(page)).toEqual([]);
  });

  it('the time limit and the signal of one call', async () => {
    const token = await signIn('limit=3000');
    await shop.start(() => new Promise(() => {}));
    const left = await page.evaluate(() => window.shop.leave({ timeout: 300 }));
    expect(left).toMatchObject({ errorCode: 0, steps: ['session pending'] });
    expect(left.time).toBeLessThan(300 + slack);
    const again = await shop.signInAgain(token, page, 'limit=3000');
    await shop.start(() => new Promise(() => {}));
    const given = await page.evaluate(() =>
      window.shop.leave({ signal: AbortSignal.timeout(300), context: 'mine' }),
    );
    expect(given).toMatchObject({ errorCode: 0, steps: ['session pending'] });
    expect(given.time).toBeLessThan(300 + slack);
    await shop.start();
    await page.reload();
    await expectOver(again);
    expect(await shop.isLive(token)).toBe(false);
  });
});
