// The page is gone before the backend could answer: the session ends all the same. And a ticket outlives the browser.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  modesHere,
  startBrowser,
  startOwnBrowser,
  waitUntil,
  type OwnBrowser,
  type TestBrowser,
} from '../support/browsers.ts';
import { keptIn } from '../support/leaving-shop-page.ts';
import { openShop, startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

// At as many moments; `OUTRO_RUNS=50` looks longer.
const runs = Number(process.env['OUTRO_RUNS'] ?? 2);

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterAll(() => shop?.close());
afterEach(async () => {
  await shop.stop();
  await shop.start();
});

const modes = modesHere.filter((mode) => mode !== 'chromium-blocked');

describe.each(modes)('a page that goes right after logout (%s)', (mode) => {
  let browser: TestBrowser;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await startBrowser(mode);
  });
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => context.close());
  afterAll(() => browser?.close());

  const openWindow = async (): Promise<Page> => {
    const [opener] = await context.pages();
    const opened = new Promise<Page | null>((resolve) => opener?.once('popup', resolve));
    await opener?.evaluate(() => {
      const button = document.body.appendChild(document.createElement('button'));
      button.addEventListener('click', () => window.open('/?limit=4000', '_blank', 'popup'));
    });
    await opener?.click('button');
    const popup = await opened;
    if (!popup) throw new Error('no window');
    await shop.whenReady(popup);
    await opener?.close();
    return popup;
  };

  const goings = {
    'navigates in the same tick': (page: Page) =>
      page.evaluate(() => {
        void window.shop.client.logout();
        window.location.href = '/plain';
      }),
    'is closed from outside': async (page: Page) => {
      await page.evaluate(() => void window.shop.client.logout());
      await page.close();
    },
    'is a window that closes itself in the same tick': (page: Page) =>
      page
        .evaluate(() => {
          void window.shop.client.logout();
          window.close();
        })
        // It may be gone before it has answered.
        .catch(() => {}),
  };

  it.each(Object.entries(goings))(
    '%s: the session ends, without another page',
    async (name, go) => {
      const first = await context.newPage();
      const token = await shop.signIn(first, 'limit=4000');
      const page = name.includes('window') ? await openWindow() : first;
      shop.sent.length = 0;
      // Only what outlives the page can still be sent when somebody answers.
      await shop.startSlowly(2000);
      await go(page);
      expect(await shop.isLive(token)).toBe(true);
      await expect.poll(() => shop.isLive(token)).toBe(false);
      expect(shop.sent).toEqual(['socialize.logout']);
      const later = await openShop(context, shop);
      await expect.poll(() => keptIn(later)).toEqual({ cookie: '', tickets: [] });
    },
  );

  it('navigates in the same tick while the backend is stopped: the next page ends it', async () => {
    const page = await context.newPage();
    const token = await shop.signIn(page);
    await shop.stop();
    await page.evaluate(() => {
      void window.shop.client.logout();
      window.location.href = '/plain';
    });
    await waitUntil(page, () => document.title === 'A page without outro');
    await shop.start();
    expect(await shop.isLive(token)).toBe(true);
    await openShop(context, shop);
    await expect.poll(() => shop.isLive(token)).toBe(false);
  });
});

// Whether Firefox has a session's cookie on disk, where one that is killed finds it again. It locks its file: read a copy.
const hasOnDisk = (folder: string, token: string): boolean => {
  const copy = mkdtempSync(join(tmpdir(), 'outro-cookies-'));
  try {
    for (const name of ['cookies.sqlite', 'cookies.sqlite-wal'])
      copyFileSync(join(folder, name), join(copy, name));
    const cookies = new DatabaseSync(join(copy, 'cookies.sqlite'));
    const find = cookies.prepare('select 1 from moz_cookies where value = ?');
    const found = find.get(encodeURIComponent(token));
    cookies.close();
    return found !== undefined;
  } finally {
    rmSync(copy, { recursive: true });
  }
};

describe.each(modes)('a browser that ends before the backend is back (%s)', (mode) => {
  const folder = mkdtempSync(join(tmpdir(), 'outro-profile-'));
  // A start takes seconds: whoever has looked at what an end has left goes on in the same browser, until the next end.
  let browser: OwnBrowser | undefined;
  const end = async (how: 'close' | 'kill'): Promise<void> => {
    const last = browser;
    browser = undefined;
    await last?.[how]();
  };
  const open = async (): Promise<BrowserContext> => {
    browser ??= await startOwnBrowser(mode, { folder });
    return browser.profile;
  };
  afterAll(async () => {
    await end('close');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const signIn = async (): Promise<[Page, string]> => {
    const profile = await open();
    const page = await profile.newPage();
    // Nothing in the background is to be what ends it.
    for (const other of await profile.pages()) if (other !== page) await other.close();
    return [page, await shop.signIn(page)];
  };
  const leaveUnheard = async (page: Page): Promise<void> => {
    await shop.stop();
    const { steps } = await page.evaluate(() => window.shop.leave());
    expect(steps).toEqual(['session pending']);
  };
  const returnTo = async (token: string): Promise<void> => {
    await shop.start();
    expect(await shop.isLive(token)).toBe(true);
    const page = await openShop(await open(), shop);
    // A browser that was killed may bring a deleted cookie back; the ticket takes it away again.
    await expect
      .poll(async () => ({ isLive: await shop.isLive(token), ...(await keptIn(page)) }))
      .toEqual({ isLive: false, cookie: '', tickets: [] });
  };

  it('close: the next one ends the session', async () => {
    const [page, token] = await signIn();
    await leaveUnheard(page);
    await end('close');
    await returnTo(token);
  });

  it.each([0, 400])(
    'killed %i ms after the logout: the next one ends the session',
    async (time) => {
      const [page, token] = await signIn();
      await leaveUnheard(page);
      await new Promise((resolve) => setTimeout(resolve, time));
      await end('kill');
      await returnTo(token);
    },
  );

  it.each(Array.from({ length: runs }, (_, run) => run))(
    'killed amid the logout: signed in as before, or out for good (%i)',
    async () => {
      const time = Math.floor(Math.random() * 60);
      let [page, token] = await signIn();
      // A browser that is killed forgets a cookie that it has not written yet, and whom it never wrote down it cannot log
      // out. Firefox writes twice a second; Chromium after half a minute, so it is closed between sign-in and logout.
      if (mode === 'firefox') await expect.poll(() => hasOnDisk(folder, token)).toBe(true);
      else {
        await end('close');
        page = await openShop(await open(), shop);
      }
      await shop.stop();
      void page.evaluate(() => window.shop.leave()).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, time));
      await end('kill');
      await shop.start();
      const next = await openShop(await open(), shop);
      const look = async () => {
        const { cookie, tickets } = await keptIn(next);
        const isIn = cookie.includes(encodeURIComponent(token));
        return { isAsTheBackendSays: (await shop.isLive(token)) === isIn, tickets };
      };
      const message = `killed after ${time} ms`;
      await expect.poll(look, { message }).toEqual({ isAsTheBackendSays: true, tickets: [] });
    },
  );

  // Cookies and database are written apart. Chromium writes its cookies too seldom to wait for it.
  if (mode === 'firefox')
    it('killed with the end of its session on disk, and the ticket not: the next one ends the session', async () => {
      const [page, token] = await signIn();
      await expect.poll(() => hasOnDisk(folder, token)).toBe(true);
      await shop.stop();
      await page.evaluate(async () => {
        const [{ name = '' } = {}] = await indexedDB.databases();
        const database = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open(name);
          request.addEventListener('success', () => resolve(request.result));
        });
        // A transaction that never ends: what is put after it is not written.
        const tickets = database.transaction('tickets', 'readwrite').objectStore('tickets');
        const hold = (): void => tickets.count().addEventListener('success', hold);
        hold();
        void window.shop.leave();
      });
      await expect.poll(() => hasOnDisk(folder, token)).toBe(false);
      await end('kill');
      await returnTo(token);
    });
});
