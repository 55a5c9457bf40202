// What the tag's integrity pins, pins every later file; and nothing that a page names is believed.
import { createHash } from 'node:crypto';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, type TestBrowser } from '../support/browsers.ts';
import { startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

let shop: LeavingShop;
let address: string;
let integrity: string;
beforeAll(async () => {
  shop = await startLeavingShop();
  address = `${shop.outro}/js/outro.js?apiKey=${shop.apiKey}`;
});
afterAll(() => shop?.close());
afterEach(() => shop.treatScripts());

const tampered = 'globalThis.wasTampered = true;';
const isPart = (url: string): boolean => /outro\.calls\./.test(url);

/** What a page's own script does: three calls, and what came of each. */
const asking = `
  window.results = (async () => {
    const results = [];
    for (let turn = 0; turn < 3; turn += 1)
      results.push(await outro.client.getUserInfo({ timeout: 4000 }).then(() => 'fine', ({ failure }) => failure));
    return results;
  })();`;

describe.each(modesHere.filter((mode) => mode !== 'chromium-blocked'))('in %s', (mode) => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser(mode);
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${shop.origin}/plain`);
    const text = await page.evaluate(async (url) => (await fetch(url)).text(), address);
    integrity = `sha384-${createHash('sha384').update(text).digest('base64')}`;
    await context.close();
  });
  afterAll(() => browser?.close());

  const visit = async (
    html: string,
    headers: Record<string, string> = {},
    isSignedIn = true,
  ): Promise<{ page: Page; close(): Promise<void>; requests: string[] }> => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    shop.show(`<!doctype html><title>made</title>${html}`, headers);
    if (isSignedIn) await shop.signIn(page);
    await page.goto(`${shop.origin}/made`);
    return { page, close: () => context.close(), requests };
  };
  const resultsOf = (page: Page): Promise<string[]> =>
    page.evaluate('window.results') as Promise<string[]>;
  const leave = (page: Page): Promise<unknown> =>
    page.evaluate('outro.client.logout().then(({ receipt }) => receipt[0].status)');
  const wasTampered = (page: Page): Promise<boolean> =>
    page.evaluate(() => 'wasTampered' in globalThis);

  it.each([
    ['always', () => true],
    [
      'but not for what only reads it',
      (request: Request) => request.headers.get('sec-fetch-dest') === 'script',
    ],
    ['at first', (_: Request, count: number) => count === 1],
  ] as const)('4.17 a part that is tampered with, %s, never runs', async (name, when) => {
    let count = 0;
    shop.treatScripts(async (request, handler) => {
      if (!isPart(request.url)) return handler(request);
      count += 1;
      if (!when(request, count)) return handler(request);
      const headers = {
        'access-control-allow-origin': '*',
        'content-type': 'text/javascript',
        'cache-control': 'public, max-age=31536000, immutable',
      };
      return new Response(tampered, { headers });
    });
    const tag = `<script src="${address}" integrity="${integrity}" crossorigin></script>`;
    const { page, close } = await visit(`${tag}<script>${asking}</script>`);
    const results = await resultsOf(page);
    expect(await wasTampered(page)).toBe(false);
    if (name === 'at first') expect(results.at(-1)).toBe('fine');
    else expect(results).toEqual(['networkError', 'networkError', 'networkError']);
    expect(await leave(page)).toBe('done');
    await close();
  });

  const nonce = "script-src 'nonce-n'";
  it.each([
    ['a nonce', nonce],
    ['a nonce and strict-dynamic', `${nonce} 'strict-dynamic'`],
    ['the host', "'nonce-n' HOST"],
    [
      'the host, and Trusted Types with our policy',
      "'nonce-n' HOST; require-trusted-types-for 'script'; trusted-types outro",
    ],
    [
      'a nonce, and Trusted Types without',
      "'nonce-n' blob:; require-trusted-types-for 'script'; trusted-types 'none'",
    ],
  ])('works under a policy of %s', async (_, sources) => {
    const policy = `${sources.startsWith('script-src') ? '' : 'script-src '}${sources}`;
    const headers = {
      'Content-Security-Policy': `default-src 'none'; ${policy.replace('HOST', shop.outro)}; connect-src ${shop.outro}`,
    };
    const tag = `<script nonce="n" src="${address}"></script><script nonce="n">${asking}</script>`;
    const { page, close } = await visit(tag, headers);
    expect(await resultsOf(page)).toEqual(['fine', 'fine', 'fine']);
    await close();
  });

  it('2.13 works as a module, and deferred', async () => {
    for (const attribute of ['type="module" crossorigin', 'defer', 'async']) {
      const tag = `<script ${attribute} src="${address}"></script>`;
      const { page, close } = await visit(tag);
      await page.waitForFunction(() => 'outro' in window);
      await page.evaluate(asking);
      expect(await resultsOf(page), attribute).toEqual(['fine', 'fine', 'fine']);
      await close();
    }
  });

  it('4.1 named elements are not believed: no token and no script goes elsewhere', async () => {
    const names =
      'currentScript defaultView cookie querySelectorAll createElement addEventListener readyState documentElement body head location'.split(
        ' ',
      );
    const clobbering = names
      .map(
        (name) =>
          `<img name="${name}" src="/plain?apiKey=evil"><form name="${name}" id="${name}"></form>`,
      )
      .join('');
    const conf =
      '<a id="__gigyaConf" href="https://evil.example"></a><a id="__gigyaConf" name="apiDomain" href="https://evil.example"></a>';
    const { page, close, requests } = await visit(
      `<body>${clobbering}${conf}<script src="${address}"></script><script>${asking}</script>`,
    );
    expect(await resultsOf(page)).toEqual(['fine', 'fine', 'fine']);
    expect(requests.filter((url) => url.includes('evil'))).toEqual(
      requests.filter((url) => url.startsWith(`${shop.origin}/plain`)),
    );
    expect(await leave(page)).toBe('done');
    await close();
  });

  it('2.12 an element of our name is not ours: the script is installed', async () => {
    const elements =
      '<section id="outro"></section><p id="gigya"></p><iframe name="ss_mi"></iframe>';
    const { page, close } = await visit(
      `<body>${elements}<script src="${address}"></script><script>${asking}</script>`,
    );
    expect(await resultsOf(page)).toEqual(['fine', 'fine', 'fine']);
    const kinds = await page.evaluate(
      '[typeof gigya.socialize.logout, typeof ss_mi.ssmi_unlink_user]',
    );
    expect(kinds).toEqual(['function', 'function']);
    await close();
  });

  it('an older script that a page has pinned finds its own parts after an update', async () => {
    const { page, close, requests } = await visit(
      `<script src="${address}"></script><script>${asking}</script>`,
    );
    await resultsOf(page);
    const part = requests.find(isPart) ?? '';
    expect(part).toMatch(/\/js\/outro\.calls\.[\da-f]{16}\.js$/);
    const header = await page.evaluate(
      async (url) => (await fetch(url)).headers.get('cache-control'),
      part,
    );
    expect(header).toContain('immutable');
    await close();
  });
});
