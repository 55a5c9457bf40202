// A page that the browser had put away comes back by the back button: its session has ended meanwhile.
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, waitUntil, type TestBrowser } from '../support/browsers.ts';
import { hasUser, heardIn } from '../support/leaving-shop-page.ts';
import { openShop, startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterAll(() => shop?.close());

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

  const goBack = async (): Promise<boolean> => {
    await page.evaluate(() => history.back());
    await waitUntil(page, () => 'shop' in window);
    return page.evaluate(() => window.shop.cameBack);
  };

  it.each(['', 'live'])('nothing has happened: kept, and still signed in (%s)', async (query) => {
    await shop.signIn(page, query);
    // Chromium keeps no page whose part is still being loaded.
    const isKept = async (): Promise<boolean> => {
      shop.sent.length = 0;
      await page.reload();
      await shop.whenReady(page);
      if (query) await expect.poll(() => shop.sent).toContain('socialize.listen');
      await page.goto(`${shop.origin}/plain`);
      return goBack();
    };
    // Firefox keeps no page whose stream was open when it was put away. A busy Chromium drops one in twenty of those
    // (IgnoreEventAndEvict), and none of the others.
    if (query && mode === 'firefox') expect(await isKept()).toBe(false);
    else if (query) await expect.poll(isKept, { timeout: 30_000 }).toBe(true);
    else expect(await isKept()).toBe(true);
    expect(await hasUser(page)).toBe(true);
    expect(await heardIn(page)).toEqual([]);
  });

  it('the shop itself has ended the session, without a script: heard once', async () => {
    await shop.signIn(page);
    await page.goto(`${shop.origin}/out`);
    expect(await goBack()).toBe(true);
    await expect.poll(() => heardIn(page)).toEqual(['logout remote']);
    expect(await hasUser(page)).toBe(false);
    expect(await heardIn(page)).toEqual(['logout remote']);
  });

  it('another tab has logged out: heard once, or the browser has loaded the page again', async () => {
    await shop.signIn(page);
    await page.goto(`${shop.origin}/plain`);
    const other = await openShop(context, shop);
    await other.evaluate(() => window.shop.leave());
    await other.close();
    const isKept = await goBack();
    console.log(
      `${mode}: a page that is told of a logout while it is put away is ${isKept ? 'kept' : 'loaded again'}`,
    );
    await expect.poll(() => heardIn(page)).toEqual(isKept ? ['logout remote'] : []);
    expect(await hasUser(page)).toBe(false);
  });

  it('somebody else has signed in meanwhile: the page hears that its person is out', async () => {
    await shop.signIn(page);
    await page.goto(`${shop.origin}/plain`);
    const other = await context.newPage();
    await shop.signIn(other, 'deaf');
    await other.close();
    expect(await goBack()).toBe(true);
    await expect.poll(() => heardIn(page)).toEqual(['logout remote']);
    expect(await hasUser(page)).toBe(true);
  });

  const pages = [
    ['that listens', ''],
    ['that has only asked who is signed in', '&deaf'],
  ] as const;
  it.each(pages)('guard blank: nothing is left of a page %s', async (_page, query) => {
    await shop.signIn(page, `guard=blank${query}`);
    expect(await hasUser(page)).toBe(true);
    await shop.whenReady(page);
    await page.goto(`${shop.origin}/out`);
    await page.evaluate(() => history.back());
    await waitUntil(page, () => 'shop' in window);
    await expect.poll(() => page.evaluate(() => document.documentElement.innerHTML)).toBe('');
    await expect
      .poll(() => page.evaluate(() => sessionStorage.getItem('painted')))
      .toBe('painted: ');
  });

  it.each(pages)(
    'guard reload: a page %s is loaded again, and shows nothing until then',
    async (_page, query) => {
      await shop.signIn(page, `guard=reload${query}`);
      expect(await hasUser(page)).toBe(true);
      await shop.whenReady(page);
      await page.evaluate(() => (window.shop.isOld = true));
      await page.goto(`${shop.origin}/out`);
      shop.slowDown(1500);
      await page.evaluate(() => history.back());
      await waitUntil(page, () => 'shop' in window && !window.shop.isOld);
      // Kept by the tab, so that it can be read after the page has gone; a busy browser may have drawn no frame of it.
      expect([null, 'painted: ']).toContain(
        await page.evaluate(() => sessionStorage.getItem('painted')),
      );
      shop.slowDown(0);
      expect(await hasUser(page)).toBe(false);
    },
  );
});
