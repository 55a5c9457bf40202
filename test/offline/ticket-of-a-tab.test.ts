// 1.6: a ticket under way belongs to its tab; whichever answer confirms a logout names the providers to be left.
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, type TestBrowser } from '../support/browsers.ts';
import { hasUser } from '../support/leaving-shop-page.ts';
import { openShop, startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

const modes = modesHere.filter((mode) => mode !== 'chromium-blocked');

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterAll(() => shop?.close());

// `OUTRO_RUNS=100` looks longer.
const runs = Number(process.env['OUTRO_RUNS'] ?? 25);
const later = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

// Both providers are named in the receipt, whatever could be done about them.
const leave = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { receipt } = await window.shop.client.logout();
    return receipt.map(({ step, status, provider }) =>
      step === 'provider-session' ? `${provider}` : `${step} ${status}`,
    );
  });

describe.each(modes)('two tabs, one logout, in %s', (mode) => {
  let browser: TestBrowser;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await startBrowser(mode);
    context = await browser.newContext();
  });
  afterAll(() => browser?.close());

  it(`1.6 delayed by 0 to 1000 ms, ${runs} times: both departures, in the receipt of the tab that asked`, async () => {
    const tab = await context.newPage();
    await shop.signIn(tab, 'limit=4000');
    const other = await openShop(context, shop, 'limit=4000');
    const wrong: unknown[] = [];
    for (let run = 0; run < runs; run += 1) {
      const delay = run % 10 === 0 ? (run * 10) % 1001 : Math.floor(Math.random() * 120);
      await shop.start(async (request, handler) => {
        if (request.url.endsWith('socialize.logout')) await later(delay);
        return handler(request);
      });
      shop.sent.length = 0;
      const steps = await leave(tab);
      const redeemed = shop.sent.filter((one) => one.endsWith('redeemLeaveTicket')).length;
      if (steps.join() !== 'session done,facebook,linkedin' || redeemed)
        wrong.push({ run, delay, steps, redeemed });
      // Somebody signs in as sites do that load no new page for it.
      const cookie = shop.cookieOf(await shop.openSession())['Set-Cookie'];
      await tab.evaluate((given) => {
        document.cookie = given;
      }, cookie);
      expect(await Promise.all([tab, other].map(hasUser))).toEqual([true, true]);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('1.6 a tab that is gone: the one that finishes its logout is answered with the departures', async () => {
    const tab = await context.newPage();
    const token = await shop.signIn(tab);
    await shop.stop();
    await leave(tab);
    let said = '';
    await shop.start(async (request, handler) => {
      const response = await handler(request);
      if (request.url.endsWith('redeemLeaveTicket')) said += await response.clone().text();
      return response;
    });
    await tab.reload();
    await expect.poll(() => shop.isLive(token)).toBe(false);
    await expect.poll(() => said).toContain('"departures"');
    expect(said).toContain('facebook');
    expect(said).toContain('linkedin');
  });
});
