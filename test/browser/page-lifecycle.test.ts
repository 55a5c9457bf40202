// A page that is made ahead of its visit, frozen, or may keep nothing: what it sends, what it shows, and what it says of a logout.
import type { BrowserContext, CDPSession, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modesHere, startOwnBrowser, type OwnBrowser } from '../support/browsers.ts';
import { hasUser, heardIn, keptIn } from '../support/leaving-shop-page.ts';
import { openShop, startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterEach(() => shop.start());
afterAll(() => shop?.close());

const later = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
const leave = (page: Page) => page.evaluate(() => window.shop.leave());
const htmlOf = (page: Page) => page.evaluate(() => document.documentElement.innerHTML);
const countSent = (name: string): number => shop.sent.filter((one) => one.endsWith(name)).length;

/** A page of the shop with a script of its own after the client is made. */
const pageWith = (script: string): string => `<!doctype html><title>made</title>
  <script src="${shop.outro}/js/outro.js?apiKey=${shop.apiKey}"></script>
  <main>what only the signed-in person may see</main>
  <script>
    const client = outro.createClient({
      apiKey: '${shop.apiKey}', apiDomain: '${shop.outro}', guard: 'blank', timeout: 5000 });
    window.shop = { client, heard: [] };
    client.on('logout', ({ remote }) => shop.heard.push(remote ? 'logout remote' : 'logout'));
    ${script}
    // Late enough for what a page does by itself once it is idle.
    addEventListener('load', () =>
      setTimeout(() => localStorage.setItem('made', String(document.prerendering)), 500));
  </script>`;

// Firefox makes no page ahead of its visit and freezes none, and no tool fills its disk.
describe('in chromium', () => {
  let browser: OwnBrowser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    // No page is made ahead whose certificate only those who drive the browser have accepted.
    browser = await startOwnBrowser('chromium', { args: ['--ignore-certificate-errors'] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());

  describe('a page that is made ahead of its visit', () => {
    const prerender = async (script: string): Promise<void> => {
      shop.show(pageWith(script));
      await page.goto(`${shop.origin}/plain`);
      shop.sent.length = 0;
      await page.evaluate((url) => {
        const rules = document.createElement('script');
        rules.type = 'speculationrules';
        rules.textContent = JSON.stringify({
          prerender: [{ urls: [url], eagerness: 'immediate' }],
        });
        document.head.append(rules);
      }, '/made');
      await expect.poll(() => page.evaluate(() => localStorage.getItem('made'))).toBe('true');
    };
    const visit = async (): Promise<void> => {
      await page.evaluate(() => void setTimeout(() => (location.href = '/made')));
      // The page that was made takes the place of this one, and of whatever was being asked in it.
      const begun = () =>
        page
          .evaluate(() => {
            const [entry] = performance.getEntriesByType('navigation');
            return 'shop' in window && Reflect.get(entry ?? {}, 'activationStart') > 0;
          })
          .catch(() => false);
      await expect.poll(begun).toBe(true);
    };

    it('sends nothing, not even a ticket, until then; and hears then what has ended meanwhile', async () => {
      // A page that comes later would put this one behind it, where nothing is made ahead.
      const other = await context.newPage();
      await page.bringToFront();
      const gone = await shop.signIn(page);
      await shop.stop();
      await leave(page);
      const token = await shop.openSession();
      await page.evaluate((cookie) => {
        document.cookie = cookie;
      }, shop.cookieOf(token)['Set-Cookie']);
      // A page that is still open would send the ticket as soon as somebody is there.
      await page.goto(`${shop.origin}/plain`);
      await shop.start();
      await prerender('shop.asked = client.getUserInfo().then(({ user }) => user.UID);');
      expect(shop.sent).toEqual([]);
      expect(await shop.isLive(gone)).toBe(true);
      await other.goto(`${shop.origin}/out`);
      await visit();
      expect(await page.evaluate('shop.asked')).toBe('');
      // Of its own person's, and of the one whose ticket it has sent.
      expect(new Set(await heardIn(page))).toEqual(new Set(['logout remote']));
      expect(await htmlOf(page)).toBe('');
      await expect.poll(() => shop.isLive(gone)).toBe(false);
    });

    it('ends nothing until then, though it logs out at once', async () => {
      const token = await shop.signIn(page);
      await prerender('shop.left = client.logout().then(({ receipt }) => receipt[0].status);');
      expect([await shop.isLive(token), shop.sent]).toEqual([true, []]);
      expect((await keptIn(page)).cookie).toContain('glt_');
      await visit();
      expect(await page.evaluate('shop.left')).toBe('done');
      expect(await shop.isLive(token)).toBe(false);
    });
  });

  describe('a frozen page', () => {
    // Not opened before: no page is made ahead for one that such a session looks at.
    let devtools: CDPSession;
    const freeze = async (): Promise<void> => {
      devtools = await page.createCDPSession();
      await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
    };
    const wake = () => devtools.send('Page.setWebLifecycleState', { state: 'active' });

    it('wakes after a logout elsewhere: it shows nothing of the person, and hears it once', async () => {
      await shop.signIn(page, 'guard=blank');
      const other = await openShop(context, shop);
      await freeze();
      await leave(other);
      await wake();
      await expect.poll(() => htmlOf(page)).toBe('');
      await later(300);
      expect(await heardIn(page)).toEqual(['logout remote']);
      expect(await hasUser(page)).toBe(false);
    });

    it('a call under way keeps its one limit', async () => {
      await shop.signIn(page);
      await shop.start(() => new Promise(() => {}));
      await page.evaluate(() => {
        const { client } = window.shop;
        const asked = client.getUserInfo({ timeout: 3000 }).then(
          () => 'answered',
          ({ failure }: { failure: string }) => failure,
        );
        Object.assign(window, { asked });
      });
      await freeze();
      await later(3500);
      await wake();
      const [failure, time] = (await page.evaluate(async () => {
        const woken = performance.now();
        return [await Reflect.get(window, 'asked'), performance.now() - woken] as unknown;
      })) as [string, number];
      expect(failure).toBe('requestTimeout');
      // One that began anew would take as long again.
      expect(time).toBeLessThan(2000);
    });

    it('a logout under way, its database within a transaction: another tab finishes it', async () => {
      const token = await shop.signIn(page);
      const other = await openShop(context, shop);
      await shop.start(() => new Promise(() => {}));
      await page.evaluate(async () => {
        const [{ name = '' } = {}] = await indexedDB.databases();
        const database = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open(name);
          request.addEventListener('success', () => resolve(request.result));
        });
        // It never ends, and is not over before the page is.
        const tickets = database.transaction('tickets', 'readwrite').objectStore('tickets');
        const hold = (): void => tickets.count().addEventListener('success', hold);
        hold();
        void window.shop.leave();
      });
      await freeze();
      await shop.start();
      await other.evaluate(() => window.shop.client.getUserInfo());
      await expect.poll(() => shop.isLive(token)).toBe(false);
      await page.close();
      await expect.poll(() => keptIn(other)).toEqual({ cookie: '', tickets: [] });
    });

    it('leaves it to another tab to listen', async () => {
      shop.sent.length = 0;
      await shop.signIn(page, 'live');
      await expect.poll(() => countSent('listen')).toBe(1);
      await openShop(context, shop, 'live');
      await later(300);
      expect(countSent('listen')).toBe(1);
      await freeze();
      await expect.poll(() => countSent('listen')).toBe(2);
    });
  });

  it('a full disk: the ticket waits in its cookie, is sent from there, and then no more', async () => {
    const token = await shop.signIn(page);
    const devtools = await page.createCDPSession();
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: shop.origin, quotaSize: 1 });
    await shop.stop();
    expect(await leave(page)).toMatchObject({ errorCode: 0, steps: ['session pending'] });
    expect(await keptIn(page)).toMatchObject({
      cookie: expect.stringContaining('outro_'),
      tickets: [],
    });
    await shop.start();
    shop.sent.length = 0;
    await page.reload();
    await expect.poll(() => shop.isLive(token)).toBe(false);
    await expect.poll(async () => (await keptIn(page)).cookie).toBe('');
    // The page that was left may have sent it, too.
    const count = shop.sent.length;
    expect(count).toBeLessThanOrEqual(2);
    await page.evaluate(() => window.shop.client.getUserInfo());
    await later(1200);
    expect(shop.sent).toHaveLength(count);
  });
});

// Every context of Chromium here is a private one.
describe.runIf(modesHere.includes('firefox'))('in a private window of firefox', () => {
  let browser: OwnBrowser;
  beforeAll(async () => {
    browser = await startOwnBrowser('firefox', {
      preferences: { 'browser.privatebrowsing.autostart': true },
    });
  });
  afterAll(() => browser?.close());

  it('a logout that nobody hears is heard by the other tab, and finished by the next page', async () => {
    const page = await browser.profile.newPage();
    const token = await shop.signIn(page);
    const other = await openShop(browser.profile, shop);
    expect(await hasUser(other)).toBe(true);
    await shop.stop();
    expect(await leave(page)).toMatchObject({ errorCode: 0, steps: ['session pending'] });
    await expect.poll(() => heardIn(other)).toEqual(['logout remote']);
    await shop.start();
    await page.reload();
    await expect.poll(() => shop.isLive(token)).toBe(false);
    await expect.poll(() => keptIn(page)).toEqual({ cookie: '', tickets: [] });
  });
});

const refusing: Record<string, Record<string, unknown>> = {
  firefox: { 'network.cookie.cookieBehavior': 2 },
  chromium: { default_content_setting_values: { cookies: 2 } },
};
const modesWithSettings = modesHere.filter((mode) =>
  mode === 'chromium' ? modesHere.includes('chromium-blocked') : mode === 'firefox',
);
describe.each(modesWithSettings)('in %s that takes no cookies', (mode) => {
  it('2.4 reads nobody, and claims nothing of a session that it cannot see', async () => {
    const browser = await startOwnBrowser(mode, { preferences: refusing[mode] ?? {} });
    try {
      const page = await browser.profile.newPage();
      shop.show(pageWith(''));
      await page.goto(`${shop.origin}/made`);
      // Chromium says that it takes them.
      const cookie = await page.evaluate(() => {
        document.cookie = 'one=1';
        return document.cookie;
      });
      expect(cookie).toBe('');
      const said = await page.evaluate(`Promise.all([
        client.getUserInfo().then(({ user }) => user.UID),
        client.logout().then(({ errorCode, receipt }) => [errorCode, receipt[0].status]),
        client.removeConnection().catch(({ code }) => code)])`);
      expect(said).toEqual(['', [0, 'unsupported'], 403005]);
    } finally {
      await browser.close();
    }
  });
});
