// Every name of the vendor's API that the table has, called by a page in real browsers.
import type { BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listNames } from '../../src/facade/names.ts';
import { modesHere, startBrowser, waitUntil, type TestBrowser } from '../support/browsers.ts';
import { startLeavingShop, type LeavingShop } from '../support/leaving-shop.ts';

let shop: LeavingShop;
beforeAll(async () => {
  shop = await startLeavingShop();
});
afterAll(() => shop?.close());

// Called in other ways than with an object.
const special = ['hasSession', 'onReady', 'socialize.UserAction'];

const names = listNames().filter(([path]) => !special.includes(path));

const refused = names.filter(([, { kind }]) => kind === 'answered').map(([path]) => path);

/** What a page saw of its calls. */
interface Seen {
  errors: string[];
  calls: Record<string, { callbacks: number; promises: number; onError: number; code: number }>;
}

// Plausible for any of them; called as soon as the script is there, long before it is ready.
const callAll = `
  var seen = { errors: [], calls: {} };
  addEventListener('error', function (event) { seen.errors.push(event.message); });
  addEventListener('unhandledrejection', function (event) { seen.errors.push(String(event.reason)); });
  var action = new gigya.socialize.UserAction();
  action.setTitle('A page').setDescription('of ours').addActionLink('Read on', location.href);
  var settled = NAMES.map(function (path) {
    var at = path.split('.').reduce(function (place, name) { return place[name]; }, gigya);
    var call = (seen.calls[path] = { callbacks: 0, promises: 0, onError: 0, code: -1 });
    var promise = at({
      provider: 'facebook', screenSet: 'Default-RegistrationLogin', startScreen: 'gigya-login-screen',
      containerID: 'place', loginID: 'ada@shop.example', password: 'x', siteUID: 'ada', cid: 'names',
      categoryID: 'c', streamID: 's', userAction: action, profile: { firstName: 'Ada' }, context: { id: 1 },
      callback: function (response) { call.callbacks += 1; call.code = response.errorCode; },
      onError: function (event) { call.onError += event.response.info ? 1 : 99; },
    });
    return Promise.resolve(promise).then(function () { call.promises += 1; });
  });
  var has = [];
  gigya.hasSession(function (session) { has.push(session); });
  gigya.hasSession().then(function (session) { has.push(session); });
  gigya.onReady(function () { has.push('ready'); });
  var all = Promise.all(settled).then(function () {
    return new Promise(function (resolve) { setTimeout(resolve, 300, seen); });
  });
`;

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

  const visit = async (script: string, conf = ''): Promise<void> => {
    shop.show(
      `<!doctype html><title>page</title><script>window.__gigyaConf = { ${conf} };</script>
      <script src="${shop.outro}/js/gigya.js?apiKey=${shop.apiKey}"></script>
      <div id="place"></div><script>${script}</script>`,
    );
    await page.goto(`${shop.origin}/made`);
  };

  it('2.15 every name answers once by callback, promise and onError, and nothing is thrown', async () => {
    const paths = names.map(([path]) => path);
    await visit(callAll.replace('NAMES', JSON.stringify(paths)));
    const { errors, calls } = (await page.evaluate('all')) as Seen;
    expect(errors).toEqual([]);
    expect(Object.keys(calls)).toEqual(paths);
    const wrong = Object.entries(calls).filter(
      ([path, { callbacks, promises, onError, code }]) =>
        callbacks !== 1 ||
        promises !== 1 ||
        (refused.includes(path) && (onError !== 1 || code !== 400096)),
    );
    expect(wrong).toEqual([]);
    expect(await page.evaluate('has.sort()')).toEqual([false, false, 'ready']);
  });

  it('2.15 sign-in leads where the page says: a function, which is waited for', async () => {
    await visit(
      `var told = [];
       var done = gigya.accounts.login({ loginID: 'ada', provider: 'facebook', callback: function (r) { told.push(r.errorCode); } })
         .then(function (r) { return gigya.hasSession().then(function (has) { return [told, asked, r.UID, has]; }); });`,
      "onSignIn: function (request) { window.asked = [request.method, request.params.loginID, request.url === location.href]; return fetch('/sign-in?as=ada'); }",
    );
    expect(await page.evaluate('done')).toEqual([
      [0],
      ['accounts.login', 'ada', true],
      'ada',
      true,
    ]);
    // Who closes the sign-in without signing in has not signed in.
    await context.deleteCookie(...(await context.cookies()));
    await visit(`var done = gigya.socialize.login({})`, 'onSignIn: function () {}');
    expect(await page.evaluate('done')).toMatchObject({ errorCode: 200001 });
  });

  it('2.15 or an address, which is told where to come back', async () => {
    await visit("gigya.accounts.showScreenSet({ screenSet: 'x' })", "onSignIn: '/plain?a=1'");
    await waitUntil(page, () => location.pathname === '/plain');
    expect(page.url()).toBe(
      `${shop.origin}/plain?a=1&return=${encodeURIComponent(`${shop.origin}/made`)}`,
    );
    await visit('var done = gigya.socialize.showLoginUI()', "onSignIn: 'javascript:alert(1)'");
    expect(await page.evaluate('done')).toMatchObject({ errorCode: 400006 });
  });

  it('2.15 one hint for each name, where pages are developed and nowhere else', async () => {
    const hints: string[] = [];
    page.on('console', (message) => {
      if (message.text().startsWith('outro')) hints.push(message.text());
    });
    const call = 'var done = Promise.all([gigya.chat.showChatUI(), gigya.chat.showChatUI()])';
    await visit(call);
    await page.evaluate('done');
    expect(hints).toEqual([]);
    await visit(call, 'development: true');
    await page.evaluate('done');
    await expect.poll(() => hints).toHaveLength(1);
    expect(hints[0]).toMatch(/^outro: gigya\.chat\.showChatUI: \w/);
  });

  it('2.15 hideUI takes away what showEditConnectionsUI has drawn, and nothing else', async () => {
    await visit(
      `var drawn = gigya.socialize.showEditConnectionsUI({ containerID: 'place' })
        .then(function () { return gigya.socialize.showEditConnectionsUI(); })
        .then(function () { return document.querySelectorAll('outro-connections, [data-drawn]').length; })
        .then(function (before) { return gigya.accounts.hideScreenSet({ screenSet: 'x' }).then(function () {
          return [before, document.querySelectorAll('outro-connections, [data-drawn]').length, !!document.getElementById('place')]; }); });`,
    );
    expect(await page.evaluate('drawn')).toEqual([2, 0, true]);
  });

  it('setSSOToken goes on to the page that it is given', async () => {
    await visit("gigya.setSSOToken({ redirectURL: '/plain' })");
    await waitUntil(page, () => location.pathname === '/plain');
  });
});
