// Where a site may have put the session's cookie, and what is true after a logout: the receipt says no more than that.
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { modesHere, startBrowser, type Mode, type TestBrowser } from '../support/browsers.ts';
import { startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

const modes = modesHere.filter((mode) => mode !== 'chromium-blocked');

/** Attributes of the cookie, and whether a script may read it. */
const variants: Record<string, string> = {
  'host-only, path /': 'path=/',
  'parent domain': 'path=/; domain=shop.example',
  'path /made': 'path=/made',
  'path /made/deep': 'path=/made/deep',
  'secure, SameSite=Strict': 'path=/; secure; samesite=strict',
  'secure, SameSite=None': 'path=/; secure; samesite=none',
  Partitioned: 'path=/; secure; samesite=none; partitioned',
  'parent domain, Partitioned': 'path=/; domain=shop.example; secure; samesite=none; partitioned',
  HttpOnly: 'path=/; secure; httponly',
};

let shop: LeavingShop;
const browsers = new Map<Mode, TestBrowser>();
const table: string[][] = [['cookie × browser × backend', 'readable after', 'session', 'receipt']];

beforeAll(async () => {
  shop = await startLeavingShop();
  for (const mode of modes) browsers.set(mode, await startBrowser(mode));
});
afterEach(() => shop.start());
afterAll(async () => {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  console.log(
    table.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')).join('\n'),
  );
  for (const browser of browsers.values()) await browser.close();
  await shop?.close();
});

// The shop's own cookie goes; the same token is set anew, as the variant has it, by the server.
const open = async (context: BrowserContext, attributes: string): Promise<[Page, string]> => {
  const page = await context.newPage();
  const token = await shop.signIn(page);
  await page.goto(`${shop.origin}/out`);
  shop.show('<!doctype html><title>set</title>', {
    'Set-Cookie': `glt_${shop.apiKey}=${encodeURIComponent(token)}; ${attributes}`,
  });
  await page.goto(`${shop.origin}/made/deep`);
  shop.show(`<!doctype html><title>made</title>
    <script src="${shop.outro}/js/outro.js?apiKey=${shop.apiKey}"></script>
    <script>window.client = outro.createClient({ apiKey: '${shop.apiKey}', apiDomain: '${shop.outro}', timeout: 2000 });</script>`);
  await page.goto(`${shop.origin}/made/deep/page`);
  return [page, token];
};

it.each(Object.entries(variants))('1.4 %s', async (name, attributes) => {
  for (const mode of modes)
    for (const isUp of [true, false]) {
      const context = await (browsers.get(mode) as TestBrowser).newContext();
      const [page, token] = await open(context, attributes);
      const isHidden = name === 'HttpOnly';
      const before = await page.evaluate(() => document.cookie.includes('glt_'));
      expect(before, `${mode} ${name}`).toBe(!isHidden);
      if (!isUp) await shop.stop();
      const receipt = (await page.evaluate(
        'client.logout().then(({ receipt }) => receipt[0])',
      )) as { status: string; reason?: string };
      const isReadable = await page.evaluate(() => document.cookie.includes('glt_'));
      await shop.start();
      const isLive = await shop.isLive(token);
      const row = [
        `${name} × ${mode} × ${isUp ? 'up' : 'down'}`,
        String(isReadable),
        isLive ? 'lives' : 'ended',
        receipt.status,
      ];
      table.push(row);
      const about = row.join(', ');
      // Never more than is true.
      if (['done', 'already'].includes(receipt.status)) expect(isLive, about).toBe(false);
      if (isReadable) expect(receipt.reason, about).toContain('cookie');
      if (isHidden) expect(receipt.status, about).toBe('unsupported');
      else expect([isReadable, receipt.status], about).toEqual([false, isUp ? 'done' : 'pending']);
      await context.close();
    }
});
