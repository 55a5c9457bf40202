// What one tab ends, every tab and window of the site hears once, and nothing on its way brings it back.
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, waitUntil, type TestBrowser } from '../support/browsers.ts';
import { hasUser, heardIn, keptIn } from '../support/leaving-shop-page.ts';
import {
  openShop,
  startLeavingShop,
  type LeavingShop,
  type Treatment,
} from '../support/leaving-shop.ts';

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterAll(() => shop?.close());

const later = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

// Answers of one method wait until they are let go; the backend has made them before.
const holding = (method: string): { treatment: Treatment; held(): number; letGo(): void } => {
  let letGo = (): void => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  let count = 0;
  return {
    async treatment(request, handler) {
      const response = await handler(request);
      if (!request.url.endsWith(method)) return response;
      count += 1;
      await gate;
      return response;
    },
    held: () => count,
    letGo: () => letGo(),
  };
};

describe.each(modesHere.filter((mode) => mode !== 'chromium-blocked'))('in %s', (mode) => {
  let browser: TestBrowser;
  let context: BrowserContext;
  let token: string;
  let tab: Page;
  let other: Page;
  beforeAll(async () => {
    browser = await startBrowser(mode);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    tab = await context.newPage();
    token = await shop.signIn(tab);
  });
  afterEach(async () => {
    await shop.start();
    await context.close();
  });
  const openOther = async (query?: string): Promise<Page> =>
    (other = await openShop(context, shop, query));

  it.each(['', 'live'])(
    'logout: two tabs and a window hear it once, without asking (%s)',
    async (query) => {
      if (query) token = await shop.signIn(tab, query);
      await openOther(query);
      const opened = new Promise<Page | null>((resolve) => other.once('popup', resolve));
      await other.evaluate((address) => {
        const button = document.body.appendChild(document.createElement('button'));
        button.addEventListener('click', () => window.open(address, '_blank', 'popup'));
      }, `${shop.origin}/?${query}`);
      await other.click('button');
      const popup = await opened;
      if (!popup) throw new Error('no window');
      await shop.whenReady(popup);
      expect(await Promise.all([tab, other, popup].map(hasUser))).toEqual([true, true, true]);
      shop.sent.length = 0;

      await tab.evaluate(() => window.shop.leave({ timeout: 10_000 }));
      await expect.poll(() => heardIn(popup)).toEqual(['logout remote']);
      // Time for an echo, a poll, or the same from the backend's stream.
      await later(700);
      expect(await Promise.all([tab, other, popup].map(heardIn))).toEqual([
        ['logout'],
        ['logout remote'],
        ['logout remote'],
      ]);
      expect(shop.sent.filter((method) => method !== 'socialize.listen')).toEqual([
        'socialize.logout',
      ]);
      expect(await Promise.all([tab, other, popup].map(hasUser))).toEqual([false, false, false]);
      expect(await shop.isLive(token)).toBe(false);
      await other.reload();
      expect(await hasUser(other)).toBe(false);
    },
  );

  it('removeConnection: the other tab hears it once, with the provider', async () => {
    await openOther();
    await tab.evaluate(() =>
      window.shop.client.removeConnection({
        provider: 'facebook',
        forceProvidersLogout: false,
        timeout: 10_000,
      }),
    );
    await expect.poll(() => heardIn(other)).toEqual(['connectionRemoved remote facebook']);
    await later(500);
    expect(await heardIn(other)).toEqual(['connectionRemoved remote facebook']);
    expect(await heardIn(tab)).toEqual(['connectionRemoved facebook']);
    expect(await Promise.all([tab, other].map(hasUser))).toEqual([true, true]);
  });

  it('a refusal is told to nobody', async () => {
    await openOther();
    await tab.evaluate(() =>
      window.shop.client.removeConnection({ provider: 'github' }).catch(() => {}),
    );
    await later(500);
    expect([await heardIn(tab), await heardIn(other)]).toEqual([[], []]);
  });

  it('logout while the backend is stopped: the other tab hears it all the same', async () => {
    await openOther();
    await shop.stop();
    await tab.evaluate(() => window.shop.leave());
    await expect.poll(() => heardIn(other)).toEqual(['logout remote']);
    await expect.poll(async () => (await keptIn(other)).cookie).toBe('');
    await shop.start();
    await other.evaluate(() => window.shop.client.getUserInfo());
    await expect.poll(() => shop.isLive(token)).toBe(false);
  });

  it('an answer on its way to tab A does not bring back what tab B ended', async () => {
    await openOther();
    const { treatment, held, letGo } = holding('getUserInfo');
    await shop.start(treatment);
    const answered = tab.evaluate(
      async () => (await window.shop.client.getUserInfo({ timeout: 10_000 })).user.UID,
    );
    await expect.poll(held).toBe(1);
    await other.evaluate(() => window.shop.leave());
    await expect.poll(() => heardIn(tab)).toEqual(['logout remote']);
    letGo();
    expect(await answered).toBe('');
    expect((await keptIn(tab)).cookie).toBe('');
  });

  it('nor does it reach the person who has signed in since then', async () => {
    await openOther();
    const { treatment, held, letGo } = holding('getUserInfo');
    await shop.start(treatment);
    const ask = () =>
      tab.evaluate(
        async () => (await window.shop.client.getUserInfo({ timeout: 10_000 })).user.UID,
      );
    const answered = ask();
    await expect.poll(held).toBe(1);
    await other.evaluate(() => window.shop.leave());
    const next = await shop.signIn(other, 'deaf');
    letGo();
    expect(await answered).toBe(shop.personOf(next));
    expect(await ask()).toBe(shop.personOf(next));
  });

  it('an account on its way is refused once the session has ended', async () => {
    await openOther();
    const { treatment, held, letGo } = holding('getAccountInfo');
    await shop.start(treatment);
    const answered = tab.evaluate(() =>
      window.shop.client.getAccountInfo({ timeout: 10_000 }).then(
        ({ UID }) => UID,
        ({ code }: { code: number }) => code,
      ),
    );
    await expect.poll(held).toBe(1);
    await other.evaluate(() => window.shop.leave());
    letGo();
    expect(await answered).toBe(403005);
  });

  it('an identity on its way does not come back after tab B removed it', async () => {
    await openOther();
    const { treatment, held, letGo } = holding('getUserInfo');
    await shop.start(treatment);
    const answered = tab.evaluate(
      async () => (await window.shop.client.getUserInfo({ timeout: 10_000 })).user.providers,
    );
    await expect.poll(held).toBe(1);
    await other.evaluate(() =>
      window.shop.client.removeConnection({
        provider: 'facebook',
        forceProvidersLogout: false,
        timeout: 10_000,
      }),
    );
    await expect.poll(() => heardIn(tab)).toEqual(['connectionRemoved remote facebook']);
    letGo();
    expect(await answered).toEqual(['linkedin']);
  });

  it.each(['blank', 'reload'])('guard %s: an open tab shows nothing any more', async (guard) => {
    await openOther(`guard=${guard}`);
    await other.evaluate(() => (window.shop.isOld = true));
    await tab.evaluate(() => window.shop.leave());
    if (guard === 'reload')
      await waitUntil(other, () => window.shop && !window.shop.heard.length && !window.shop.isOld);
    else await expect.poll(() => other.evaluate(() => document.documentElement.innerHTML)).toBe('');
    expect(await heardIn(other)).toEqual(guard === 'reload' ? [] : ['logout remote']);
  });
});
