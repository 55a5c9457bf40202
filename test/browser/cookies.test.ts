// Where a site may have put the session's cookie, and what is true after a logout: the receipt says no more than that.
import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { modesHere, startBrowser, type Mode, type TestBrowser } from '../support/browsers.ts';
import { startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

const modes = modesHere.filter((mode) => mode !== 'chromium-blocked');

/** Attributes of the session's cookie, and what a script of the page puts beside it. */
const variants: Record<string, [attributes: string, script?: string]> = {
  'host-only, path /': ['path=/'],
  'parent domain': ['path=/; domain=shop.example'],
  'path /made': ['path=/made'],
  'path /made/deep': ['path=/made/deep'],
  'secure, SameSite=Strict': ['path=/; secure; samesite=strict'],
  'secure, SameSite=None': ['path=/; secure; samesite=none'],
  Partitioned: ['path=/; secure; samesite=none; partitioned'],
  'parent domain, Partitioned': ['path=/; domain=shop.example; secure; samesite=none; partitioned'],
  'parent domain, beside an old one of the host': [
    'path=/; domain=shop.example',
    "document.cookie = 'glt_KEY=old; path=/made/deep';",
  ],
  HttpOnly: ['path=/; secure; httponly'],
};

// The shop's own sessions, in a cookie that no script can read, and the people whose they are.
const own = new Map<string, string>();
const sessionIn = (cookies: string | null): string =>
  /(?:^|; )sid=([^;]+)/.exec(cookies ?? '')?.[1] ?? '';

let shop: LeavingShop;
let ownShop: LeavingShop;
const browsers = new Map<Mode, TestBrowser>();
const table: string[][] = [['cookie × browser × backend', 'readable after', 'session', 'receipt']];

beforeAll(async () => {
  const starting = modes.map(async (mode) => [mode, await startBrowser(mode)] as const);
  shop = await startLeavingShop();
  const identify = (request: Request) => {
    const session = sessionIn(request.headers.get('cookie'));
    const uid = own.get(session);
    return uid === undefined ? undefined : { uid, session };
  };
  const endSession = ({ siteSessions }: { siteSessions: readonly string[] }): void =>
    siteSessions.forEach((session) => own.delete(session));
  const cookies = [{ name: 'sid', domain: 'shop.example' }];
  ownShop = await startLeavingShop({ identify, endSession, cookies }, 'outro.shop.example');
  for (const [mode, browser] of await Promise.all(starting)) browsers.set(mode, browser);
});
afterEach(() => Promise.all([shop.start(), ownShop.start()]));
afterAll(async () => {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  console.log(
    table.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')).join('\n'),
  );
  for (const browser of browsers.values()) await browser.close();
  await shop?.close();
  await ownShop?.close();
});

// The page comes with the cookie, as the variant has it.
const open = async (
  context: BrowserContext,
  attributes: string,
  script: string,
): Promise<[Page, string]> => {
  const page = await context.newPage();
  const token = await shop.openSession();
  shop.show(
    `<!doctype html><title>made</title>
    <script>${script.replace('KEY', shop.apiKey)}</script>
    <script src="${shop.outro}/js/outro.js?apiKey=${shop.apiKey}"></script>
    <script>window.client = outro.createClient({ apiKey: '${shop.apiKey}', apiDomain: '${shop.outro}', timeout: 10_000 });</script>`,
    shop.cookieOf(token, attributes),
  );
  await page.goto(`${shop.origin}/made/deep/page`);
  return [page, token];
};

it.each(Object.entries(variants))('1.4 %s', async (name, [attributes, script = '']) => {
  const isHidden = name === 'HttpOnly';
  for (const isUp of [true, false]) {
    const opened = [];
    for (const [mode, browser] of browsers) {
      const context = await browser.newContext();
      const [page, token] = await open(context, attributes, script);
      const before = await page.evaluate(() => document.cookie.includes('glt_'));
      expect(before, `${mode} ${name}`).toBe(!isHidden);
      opened.push({ mode, context, page, token });
    }
    if (!isUp) await shop.stop();
    const said = await Promise.all(
      opened.map(
        ({ page }) =>
          page.evaluate('client.logout().then(({ receipt }) => receipt[0])') as Promise<{
            status: string;
            reason?: string;
          }>,
      ),
    );
    await shop.start();
    for (const [index, { mode, context, page, token }] of opened.entries()) {
      const { status = '', reason } = said[index] ?? {};
      const isReadable = await page.evaluate(() => document.cookie.includes('glt_'));
      const isLive = await shop.isLive(token);
      const row = [
        `${name} × ${mode} × ${isUp ? 'up' : 'down'}`,
        String(isReadable),
        isLive ? 'lives' : 'ended',
        status,
      ];
      table.push(row);
      const about = row.join(', ');
      // Never more than is true.
      if (['done', 'already'].includes(status)) expect(isLive, about).toBe(false);
      if (isReadable) expect(reason, about).toContain('cookie');
      if (isHidden) expect(status, about).toBe('unsupported');
      else expect([isReadable, status], about).toEqual([false, isUp ? 'done' : 'pending']);
      await context.close();
    }
  }
});

// The same cookie, where the backend recognises it and clears it: design.md 5.
it('1.4 HttpOnly, with credentials', async () => {
  for (const isUp of [true, false]) {
    const opened = [];
    for (const [mode, browser] of browsers) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const session = randomUUID();
      own.set(session, session);
      await ownShop.openSession(session, session);
      const { apiKey, origin, outro } = ownShop;
      ownShop.show(
        `<!doctype html><title>made</title><script src="${outro}/js/outro.js?apiKey=${apiKey}"></script>
        <script>window.client = outro.createClient({ apiKey: '${apiKey}', apiDomain: '${outro}', timeout: 10_000, credentials: true });</script>`,
        {
          'Set-Cookie': `sid=${session}; path=/; domain=shop.example; secure; httponly; samesite=lax`,
        },
      );
      await page.goto(`${origin}/made`);
      const who = await page.evaluate('client.getUserInfo().then(({ UID }) => UID)');
      expect(who, mode).toBe(session);
      opened.push({ mode, context, page, session });
    }
    if (!isUp) await ownShop.stop();
    for (const { mode, context, page, session } of opened) {
      const status = await page.evaluate(
        'client.logout().then(({ receipt }) => receipt[0].status)',
      );
      const cookies = await context.cookies();
      const isKept = cookies.some(({ name, value }) => name === 'sid' && value === session);
      const isOwn = own.has(session);
      // From here on a page that is still open sends what it has kept.
      await ownShop.start();
      table.push([
        `HttpOnly, with credentials × ${mode} × ${isUp ? 'up' : 'down'}`,
        isKept ? 'kept, not readable' : 'false',
        isOwn ? 'lives' : 'ended',
        String(status),
      ]);
      expect([status, isKept, isOwn], `${mode} ${isUp}`).toEqual(
        isUp ? ['done', false, false] : ['pending', true, true],
      );
      if (!isUp) {
        // What was kept is sent as soon as somebody is there again, and ends it.
        await page.reload();
        await expect.poll(() => own.has(session)).toBe(false);
        await ownShop.stop();
      }
      await context.close();
    }
  }
});
