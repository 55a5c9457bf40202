// Every facility of a page may be absent, or throw: leaving works all the same. And what is left of a page that was left.
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modesHere, orNothing, startBrowser, type TestBrowser } from '../support/browsers.ts';
import { startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterAll(() => shop?.close());

/** Takes a facility away, by the name of its place. */
const without: Record<string, string> = {
  BroadcastChannel: 'globalThis',
  indexedDB: 'globalThis',
  locks: 'Navigator.prototype',
  credentials: 'Navigator.prototype',
  cookieStore: 'globalThis',
  requestIdleCallback: 'globalThis',
  sessionStorage: 'globalThis',
  localStorage: 'globalThis',
  trustedTypes: 'globalThis',
  any: 'AbortSignal',
  timeout: 'AbortSignal',
  randomUUID: 'Crypto.prototype',
  subtle: 'Crypto.prototype',
  crypto: 'globalThis',
  adoptedStyleSheets: 'Document.prototype',
  CSSStyleSheet: 'globalThis',
  TextDecoderStream: 'globalThis',
};

const ways: [string, string][] = [
  ['absent', '{ value: undefined, configurable: true }'],
  [
    'throwing',
    "{ get() { throw new DOMException('refused', 'SecurityError') }, configurable: true }",
  ],
];

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

  const pageWith = (
    script: string,
  ): string => `<!doctype html><title>made</title><script>${script}</script>
    <script src="${shop.outro}/js/outro.js?apiKey=${shop.apiKey}"></script>
    <script>window.client = outro.createClient({ apiKey: '${shop.apiKey}', apiDomain: '${shop.outro}' });
      window.heard = 0; client.on('logout', () => { heard += 1; });</script>`;

  it.each(ways)(
    '2.4 each facility %s: the client is made, and logs out here and at the backend',
    async (_, how) => {
      const wrong: Record<string, unknown> = {};
      for (const [name, place] of Object.entries(without)) {
        const token = await shop.openSession();
        shop.show(
          pageWith(`try { Object.defineProperty(${place}, '${name}', ${how}) } catch {}`),
          shop.cookieOf(token),
        );
        await page.goto(`${shop.origin}/made`);
        const seen = await page.evaluate(
          `client.logout().then(({ receipt: [{ status }] }) => [status, document.cookie.includes('glt_'), heard])`,
        );
        const isLive = await shop.isLive(token);
        if (JSON.stringify(seen) !== '["done",false,1]' || isLive) wrong[name] = [seen, isLive];
      }
      expect(wrong).toEqual({});
    },
  );

  it('2.4 a page without cookies makes a client, reads nobody, and claims nothing it cannot know', async () => {
    shop.show(pageWith(''), { 'Content-Security-Policy': 'sandbox allow-scripts' });
    await page.goto(`${shop.origin}/made`);
    const said = await page.evaluate(`Promise.all([
      client.getUserInfo().then(({ user }) => user.UID),
      client.logout().then(({ receipt }) => receipt[0].status)])`);
    expect(said).toEqual(['', 'unsupported']);
  });

  it.each([
    ['window.client', 'on'],
    ['gigya.socialize', 'addEventHandlers'],
  ])(
    '1.12 %s: a logout within onLogout leaves the page alive, and is one event',
    async (door, listen) => {
      await shop.signIn(page);
      shop.show(pageWith(''));
      await page.goto(`${shop.origin}/made`);
      const handler = `() => { calls += 1; if (calls < 99) void ${door}.logout(); }`;
      await page.evaluate(`window.calls = 0;
      ${listen === 'on' ? `client.on('logout', ${handler})` : `${door}.addEventHandlers({ onLogout: ${handler} })`}`);
      const time = await page.evaluate(`(async () => {
      const begun = performance.now();
      await ${door}.logout();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return performance.now() - begun; })()`);
      expect(await page.evaluate('calls')).toBe(1);
      expect(time).toBeLessThan(5000);
    },
  );

  it.each(['reload', 'blank'])(
    '2.17 guard %s: the way back after the own logout shows nothing of before',
    async (guard) => {
      await shop.signIn(page, `guard=${guard}`);
      await page.evaluate(() => {
        window.shop.isOld = true;
        return window.shop.leave();
      });
      await page.goto(`${shop.origin}/plain`);
      await page.evaluate(() => history.back());
      const looks: { path: string; isOld: boolean; text: string }[] = [];
      const isThere = async (): Promise<boolean> => {
        // It may be being loaded again.
        const seen = await orNothing(
          page.evaluate(() => ({
            path: location.pathname,
            isOld: 'shop' in window && window.shop.isOld === true,
            text: document.documentElement.innerText,
          })),
        );
        if (seen) looks.push(seen);
        // A page that is only emptied is there as soon as the browser has brought it back.
        return seen?.path === '/' && (guard === 'blank' || !seen.isOld);
      };
      await expect.poll(isThere).toBe(true);
      const old = looks.filter(({ path, isOld }) => path === '/' && isOld);
      for (const { text } of old) expect(text).toBe('');
    },
  );

  it('1.13 above a slow script, logout does not wait for the page', async () => {
    await shop.signIn(page);
    const slow = `<script src="${shop.outro}/js/slow.js"></script>`;
    let answered = (): void => {};
    const isOut = new Promise<void>((resolve) => (answered = resolve));
    await shop.start(async (request, handler) => {
      const response = await handler(request);
      answered();
      return response;
    });
    const later = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
    shop.treatScripts(async (request, handler) => {
      // Until the logout is answered, and the page has had time to hear it.
      if (request.url.endsWith('/slow.js')) {
        await Promise.race([isOut, later(15_000)]);
        await later(1500);
      }
      return handler(request);
    });
    shop.show(`<!doctype html><title>made</title>
      <script src="${shop.outro}/js/outro.js?apiKey=${shop.apiKey}"></script>
      <script>window.begun = performance.now();
        gigya.socialize.logout({ callback: () => { window.took = performance.now() - begun; window.state = document.readyState; } });</script>${slow}`);
    shop.sent.length = 0;
    await page.goto(`${shop.origin}/made`);
    shop.treatScripts();
    expect(shop.sent).toEqual(['socialize.logout']);
    const [logout, script] = (await page.evaluate(`['logout', 'slow.js'].map((end) =>
      performance.getEntriesByType('resource').find(({ name }) => name.endsWith(end)).responseEnd)`)) as [
      number,
      number,
    ];
    expect(logout).toBeLessThan(script);
    await shop.start(undefined);
    // Firefox runs no other script while it waits for the slow one; there it is said later.
    if (mode === 'chromium') expect(await page.evaluate('state')).toBe('loading');
  });
});
