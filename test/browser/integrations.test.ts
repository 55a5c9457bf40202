// Pages written for the vendor, as its public integrations write them: their own buttons work.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, type TestBrowser } from '../support/browsers.ts';
import { integrationPages, type IntegrationPage } from '../support/integration-pages.ts';
import { startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

const jquery = readFileSync(
  createRequire(import.meta.url).resolve('jquery/dist/jquery.min.js'),
  'utf8',
);

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop({ allowAccountDeletion: true });
});
afterAll(() => shop?.close());

describe.each(modesHere.filter((mode) => mode !== 'chromium-blocked'))('in %s', (mode) => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser(mode);
  });
  afterAll(() => browser?.close());

  const text = (page: Page, selector: string): Promise<string> =>
    page.$eval(selector, (element) => (element as HTMLElement).innerText.trim());
  /** The page with somebody signed in, once it has shown so. */
  const open = async (page: Page, { html }: IntegrationPage): Promise<string> => {
    const token = await shop.signIn(page, 'deaf');
    shop.show(html({ script: `${shop.outro}/js/gigya.js?apiKey=${shop.apiKey}`, jquery }));
    await page.goto(`${shop.origin}/made`);
    await expect.poll(() => text(page, '#state')).toBe('in');
    expect(await text(page, '#connections')).toBe('facebook\nlinkedin');
    return token;
  };

  it.each(integrationPages)(
    '2.15 $name: list, disconnect, sign out and delete from its own buttons',
    async (one) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const problems: string[] = [];
      const told: string[] = [];
      page.on('pageerror', (error) =>
        problems.push(`${page.url()} ${String((error as Error).stack)}`),
      );
      page.on('request', (request) => {
        if (request.method() === 'POST') told.push(new URL(request.url()).pathname);
      });
      const token = await open(page, one);
      await page.click('#disconnect');
      await expect.poll(() => text(page, '#connections')).toBe('linkedin');
      await page.click(one.signOut);
      await expect.poll(() => told.filter((path) => path === one.tells)).toHaveLength(1);
      expect(await shop.isLive(token)).toBe(false);
      const second = await open(page, one);
      await page.click('#delete');
      await expect.poll(() => text(page, '#state')).toBe('deleted 0');
      expect(await shop.isLive(second)).toBe(false);
      expect(problems).toEqual([]);
      await context.close();
    },
  );
});
