// CSRF: a page of another site, in a real browser that has every cookie there could be, changes nothing and reads nothing.
import { getRequestListener } from '@hono/node-server';
import { createHandler, readScript, type Handler } from 'outro/server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLoopback, serve, type Listener, type Loopback } from '../support/loopback.ts';
import { signedBody } from '../support/signed.ts';
import { openOwnDatabase, type TestDatabase } from '../support/store.ts';
import { launchChromium } from '../support/world.ts';

const secret = Buffer.from('a secret of the cross-site tests').toString('base64');
const hosts = {
  shop: 'www.shop.example',
  outro: 'outro.backend.example',
  evil: 'www.evil.example',
};

interface Shop {
  gigya: { socialize: Record<'addEventHandlers' | 'logout', (given: object) => void> };
}

let loopback: Loopback<keyof typeof hosts>;
let browser: Browser;
let database: TestDatabase;
let handler: Handler;
let context: BrowserContext;
let page: Page;
let token: string;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  loopback = await openLoopback(hosts);
  const { origins, tls } = loopback;
  database = await openOwnDatabase();
  handler = createHandler({
    sites: [
      {
        apiKey: 'shop',
        secret,
        publicUrl: origins.outro,
        origins: [origins.shop],
        vhost: '1',
        actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
        allowAccountDeletion: true,
        jsonp: true,
        // A provider that does its worst in the frame that it is given.
        providers: { facebook: { logout: { by: 'frame', url: `${origins.evil}/frame` } } },
      },
    ],
    encryptionKeys: [{ id: 'a', key: secret }],
    store: database.store,
    script: await readScript(new URL('../../dist/', import.meta.url)),
  });
  const listener = getRequestListener(handler);
  stops.push(
    await serve(origins.outro, tls, async (incoming, outgoing) => listener(incoming, outgoing)),
  );
  const pages: Record<string, string> = {
    [`${hosts.shop}/`]: `<title>shop</title><script src="${origins.outro}/js/outro.js?apiKey=shop"></script>`,
    [`${hosts.evil}/frame`]: `<script>
      for (const target of [parent, top]) for (const data of forged) target.postMessage(data, '*');
      try { top.location = '/stolen' } catch {}
      try { top.document.cookie } catch {}
      try { alert(1) } catch {}
      try { open('/stolen') } catch {}
    </script>`.replace('forged', JSON.stringify(forged)),
  };
  const site: Listener = async (incoming, outgoing) => {
    outgoing.setHeader('Content-Type', 'text/html; charset=utf-8');
    outgoing.end(
      pages[`${incoming.headers.host?.split(':')[0]}${incoming.url}`] ?? '<title>empty</title>',
    );
  };
  stops.push(await serve(origins.shop, tls, site), await serve(origins.evil, tls, site));
  browser = await launchChromium(true);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(stops.map((stop) => stop()));
});

const forged = [
  { type: 'outro', eventName: 'logout', remote: true },
  { eventName: 'connectionRemoved', provider: 'facebook' },
  { name: 'logout', from: 'x' },
  { event: 'logout', receipt: [{ step: 'session', status: 'done' }] },
  'logout',
  '{"eventName":"logout"}',
  null,
];

beforeEach(async () => {
  const { origins } = loopback;
  const url = `${origins.outro}/socialize.notifyLogin`;
  const body = signedBody(url, secret, {
    apiKey: 'shop',
    siteUID: '7',
    providerSessions: JSON.stringify({
      facebook: { providerUID: 'f' },
      linkedin: { providerUID: 'l' },
    }),
    loginIDs: JSON.stringify([{ value: 'ada@shop.example', wayIn: 'password' }]),
  });
  const answer = await (await handler(new Request(url, { method: 'POST', body }))).json();
  token = (answer as { cookieValue: string }).cookieValue;
  context = await browser.newContext({ ignoreHTTPSErrors: true });
  // More than there is: the session also on the backend's own host, sent along from everywhere.
  const cookie = { name: 'glt_shop', value: token, secure: true, sameSite: 'None' as const };
  await context.addCookies([
    { ...cookie, url: origins.outro },
    { ...cookie, url: origins.shop, httpOnly: false },
  ]);
  page = await context.newPage();
});
afterEach(() => context.close());

const rows = async (): Promise<string> => {
  const tables = ['accounts', 'identities', 'login_ids', 'sessions', 'journal'];
  const all = tables.map((table) =>
    database.query(`select * from outro.${table} where site = 'shop' order by id`),
  );
  return JSON.stringify(await Promise.all(all));
};

const methods = [
  'socialize.removeConnection',
  'socialize.logout',
  'socialize.deleteAccount',
  'socialize.unlink',
  'socialize.notifyLogin',
  'socialize.redeemLeaveTicket',
  'action/v2/unlinkaccount',
];
const params = { apiKey: 'shop', UID: '7', provider: 'facebook', siteUID: '7', ticket: 'x' };
const form = { vhost: '1', uid: '7', redirectUrl: '/x' };
const paramsOf = (method: string): Record<string, string> =>
  method.startsWith('action') ? form : params;

describe('from a page of another site', () => {
  beforeEach(() => page.goto(`${loopback.origins.evil}/`));

  it.each(['POST', 'GET'])('a form by %s, in this window', async (method) => {
    const before = await rows();
    for (const name of methods) {
      await page.goto(`${loopback.origins.evil}/`);
      await page.evaluate(
        ({ action, fields, how }) => {
          const made = Object.assign(document.createElement('form'), { action, method: how });
          for (const [field, value] of Object.entries(fields))
            made.append(Object.assign(document.createElement('input'), { name: field, value }));
          document.body.append(made);
          made.submit();
        },
        { action: `${loopback.origins.outro}/${name}`, fields: paramsOf(name), how: method },
      );
      await page.waitForURL(`${loopback.origins.outro}/**`);
    }
    expect(await rows()).toBe(before);
  });

  it('the question of the unlink form is shown to the person; a made-up answer is not taken', async () => {
    const before = await rows();
    const query = new URLSearchParams({ ...form, csrf: 'v1.a.AAAA.AAAA' });
    await page.goto(`${loopback.origins.outro}/action/v2/unlinkaccount?${query}`);
    await page.getByRole('button', { name: 'Disconnect' }).waitFor();
    expect(await rows()).toBe(before);
  });

  it('fetch, with and without CORS, with credentials: nothing is done, nothing can be read', async () => {
    const before = await rows();
    const outcomes = await page.evaluate(
      async ({ origin, names, given, fields }) => {
        const read: string[] = [];
        for (const name of names)
          for (const mode of ['cors', 'no-cors'] as const)
            for (const method of ['POST', 'GET', 'PUT', 'DELETE']) {
              const content = new URLSearchParams(name.startsWith('action') ? fields : given);
              const url = `${origin}/${name}${method === 'GET' ? `?${content}` : ''}`;
              const body = method === 'GET' ? {} : { body: content };
              const text = await fetch(url, { method, mode, credentials: 'include', ...body })
                .then((response) => response.text())
                .catch(() => '');
              if (text) read.push(`${mode} ${method} ${name}: ${text}`);
            }
        return read;
      },
      { origin: loopback.origins.outro, names: methods, given: params, fields: form },
    );
    expect(outcomes).toEqual([]);
    expect(await rows()).toBe(before);
  });

  it('images, scripts, styles, objects and frames with such addresses do nothing; a script tag reads nothing', async () => {
    const before = await rows();
    const urls = methods.map((name) => {
      const query = new URLSearchParams({
        ...paramsOf(name),
        ...(!name.startsWith('action') && { format: 'jsonp', callback: 'steal' }),
      });
      return `${loopback.origins.outro}/${name}?${query}`;
    });
    urls.push(
      `${loopback.origins.outro}/socialize.getUserInfo?apiKey=shop&format=jsonp&callback=steal`,
    );
    const stolen = await page.evaluate(async (addresses) => {
      const heard: unknown[] = [];
      Object.assign(window, { steal: (answer: unknown) => heard.push(answer) });
      const loads = addresses.flatMap((address) =>
        ['img', 'script', 'iframe', 'embed', 'link'].map((kind) => {
          const element = document.createElement(kind);
          element.setAttribute(kind === 'link' ? 'href' : 'src', address);
          if (kind === 'link') element.setAttribute('rel', 'stylesheet');
          document.body.append(element);
          return new Promise((resolve) => {
            element.addEventListener('load', resolve);
            element.addEventListener('error', resolve);
            setTimeout(resolve, 4000);
          });
        }),
      );
      await Promise.all(loads);
      return heard;
    }, urls);
    for (const answer of stolen as { errorCode: number }[])
      expect(answer.errorCode).toBeGreaterThanOrEqual(400_000);
    expect(stolen.length).toBeGreaterThan(0);
    expect(JSON.stringify(stolen)).not.toContain('"UID"');
    expect(await rows()).toBe(before);
  });

  it('no page of the backend shows itself in a frame', async () => {
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    const query = new URLSearchParams(form).toString();
    const framed = [`action/v2/unlinkaccount?${query}`, 'leave/made-up', 'leave/return'];
    for (const path of framed) {
      refused.length = 0;
      await page.evaluate((src) => {
        document.body.replaceChildren(Object.assign(document.createElement('iframe'), { src }));
      }, `${loopback.origins.outro}/${path}`);
      await expect
        .poll(() => refused.join(' '), { message: path })
        .toMatch(/frame-ancestors|X-Frame-Options/);
    }
  });
});

describe('on the page of the shop', () => {
  it('forged messages, from frames, windows and the page itself, end no session and fire no event', async () => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${loopback.origins.shop}/`);
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const note = (event: { eventName: string }) => heard.push(event.eventName);
      const shop = window as unknown as Shop;
      shop.gigya.socialize.addEventHandlers({ onLogout: note, onConnectionRemoved: note });
    });
    await page.evaluate(async (messages) => {
      for (const message of messages) window.postMessage(message, '*');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }, forged);
    const before = await rows();
    await page.evaluate(async (src) => {
      const frame = Object.assign(document.createElement('iframe'), { src });
      frame.setAttribute('sandbox', 'allow-scripts');
      document.body.append(frame);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }, `${loopback.origins.evil}/frame`);
    expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([]);
    expect(await page.evaluate(() => document.cookie)).toContain(`glt_shop=${token}`);
    expect(await rows()).toBe(before);
    expect(problems).toEqual([]);
  });

  it('the frame that a provider gets at logout cannot leave with the page, open a window or ask anything', async () => {
    await page.goto(`${loopback.origins.shop}/`);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const windows: string[] = [];
    context.on('page', (opened) => windows.push(opened.url()));
    const receipt = await page.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          const shop = window as unknown as Shop;
          shop.gigya.socialize.logout({ callback: (answer: unknown) => resolve(answer) });
        }),
    );
    // A frame of another origin is never more than asked, whatever it says.
    expect(JSON.stringify(receipt)).toContain('"status":"asked"');
    expect(JSON.stringify(receipt)).not.toMatch(/"provider-session"[^}]*"done"/);
    expect(page.url()).toBe(`${loopback.origins.shop}/`);
    expect([dialogs, windows]).toEqual([[], []]);
  });
});
