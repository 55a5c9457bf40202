// A network of a thousand addresses, and a page in the same browser, try to keep one person from disconnecting, logging out
// and redeeming: never refused. `npm test` lets them try for some seconds; for a minute:
//
//   OUTRO_HOSTILE_SECONDS=60 node_modules/.bin/vitest run --config test/vitest.config.ts --project browser hostile-network
import { randomUUID } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { createHandler, readScript, type Handler } from 'outro/server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLoopback, serve, type Loopback } from '../support/loopback.ts';
import { ticketOf } from '../support/sessions.ts';
import { signedBody } from '../support/signed.ts';
import { openOwnDatabase } from '../support/store.ts';
import { launchChromium } from '../support/world.ts';

const seconds = Number(process.env['OUTRO_HOSTILE_SECONDS'] ?? 5);
const secret = Buffer.from('a secret of the hostile network.').toString('base64');
const hosts = {
  shop: 'www.shop.example',
  outro: 'outro.backend.example',
  evil: 'www.evil.example',
};

type Answer = Record<string, unknown> & { errorCode: number };

interface ShopWindow {
  gigya: { socialize: Record<'removeConnection' | 'logout', (given: object) => void> };
}

let loopback: Loopback<keyof typeof hosts>;
let browser: Browser;
let handler: Handler;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  loopback = await openLoopback(hosts);
  const { origins, tls } = loopback;
  const { store } = await openOwnDatabase();
  handler = createHandler({
    sites: [
      {
        apiKey: 'shop',
        secret,
        publicUrl: origins.outro,
        origins: [origins.shop],
        vhost: '1',
        actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
      },
    ],
    encryptionKeys: [{ id: 'a', key: secret }],
    store,
    script: await readScript(new URL('../../dist/', import.meta.url)),
  });
  const listener = getRequestListener(handler);
  const site = `<title>shop</title><script src="${origins.outro}/js/outro.js?apiKey=shop"></script>`;
  const page =
    (text: string) => async (_: unknown, outgoing: import('node:http').ServerResponse) => {
      outgoing.setHeader('Content-Type', 'text/html; charset=utf-8');
      outgoing.end(text);
    };
  stops.push(
    await serve(origins.outro, tls, async (incoming, outgoing) => listener(incoming, outgoing)),
    await serve(origins.shop, tls, page(site)),
    await serve(origins.evil, tls, page('<title>evil</title>')),
  );
  browser = await launchChromium(true);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(stops.map((stop) => stop()));
});

const post = (path: string, fields: Record<string, string>): Request =>
  new Request(`${loopback.origins.outro}/${path}`, {
    method: 'POST',
    body: new URLSearchParams({ apiKey: 'shop', ...fields }),
  });

const signIn = async (): Promise<string> => {
  const path = 'socialize.notifyLogin';
  const body = signedBody(`${loopback.origins.outro}/${path}`, secret, {
    apiKey: 'shop',
    siteUID: '7',
    providerSessions: JSON.stringify({
      facebook: { providerUID: 'f' },
      linkedin: { providerUID: 'l' },
    }),
  });
  const answer = (await (await handler(post(path, Object.fromEntries(body)))).json()) as Answer;
  return String(answer['cookieValue']);
};

/** Whatever a program can ask without proof, from a thousand addresses, some of them the person's own. */
const attackFromNetwork = async (
  isOver: () => boolean,
  note: (count: number) => void,
): Promise<void> => {
  const { outro } = loopback.origins;
  const get = (path: string) => new Request(`${outro}/${path}`);
  const guesses: (() => Request)[] = [
    () => post('socialize.logout', { login_token: randomUUID() }),
    () => post('socialize.removeConnection', { login_token: randomUUID() }),
    () =>
      post('socialize.getUserInfo', { UID: '7', sig: 'AAAA', nonce: randomUUID(), timestamp: '1' }),
    () => post('socialize.getUserInfo', { UID: '7', secret: 'Z3Vlc3M=' }),
    () => post('socialize.redeemLeaveTicket', { ticket: ticketOf(randomUUID()) }),
    () => post('socialize.logout', {}),
    () => get(`leave/${randomUUID()}`),
    () => get(`inbound/deletion/${randomUUID()}`),
    () => get('readyz'),
    () => get('js/outro.js'),
    () => get('action/v2/unlinkaccount?vhost=1&uid=7&redirectUrl=/'),
  ];
  let sent = 0;
  const work = async (): Promise<void> => {
    while (!isOver()) {
      const guess = guesses[sent % guesses.length];
      const index = sent % 1001;
      sent += 1;
      const address = index === 1000 ? '127.0.0.1' : `198.51.${100 + (index >> 8)}.${index & 255}`;
      if (guess) await (await handler(guess(), { address })).text();
      note(1);
      // The person's own requests are answered by this process, too.
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
};

/** Whatever a page can ask, in the person's own browser, and so from their own address. */
const attackFromPage = async (
  page: Page,
  isOver: () => boolean,
  note: (count: number) => void,
): Promise<void> => {
  while (!isOver()) {
    const sent = await page.evaluate(async (origin) => {
      const send = (path: string, body?: URLSearchParams) =>
        fetch(`${origin}/${path}`, {
          mode: 'no-cors',
          credentials: 'include',
          ...(body && { method: 'POST', body }),
        }).catch(() => {});
      const all = [];
      for (const method of [
        'logout',
        'removeConnection',
        'getUserInfo',
        'redeemLeaveTicket',
        'listen',
      ]) {
        all.push(send(`socialize.${method}?apiKey=shop`));
        const form = new URLSearchParams({
          apiKey: 'shop',
          UID: '7',
          ticket: String(Math.random()),
        });
        all.push(send(`socialize.${method}`, form));
        form.set('login_token', String(Math.random()));
        all.push(send(`socialize.${method}`, form));
        Object.assign(new Image(), {
          src: `${origin}/socialize.${method}?apiKey=shop&x=${Math.random()}`,
        });
      }
      for (const path of [
        'readyz',
        'js/outro.js',
        'leave/next',
        'action/v2/unlinkaccount?vhost=1&uid=7&redirectUrl=/',
      ])
        all.push(send(`${path}${path.includes('?') ? '&' : '?'}x=${Math.random()}`));
      await Promise.all(all);
      return all.length + 5;
    }, loopback.origins.outro);
    note(sent);
  }
};

const call = (page: Page, method: 'removeConnection' | 'logout', given: object): Promise<Answer> =>
  page.evaluate(
    ([name, params]) =>
      new Promise<Answer>((resolve) => {
        const { socialize } = (globalThis as unknown as ShopWindow).gigya;
        socialize[name]({
          ...params,
          forceProvidersLogout: false,
          timeout: 20_000,
          callback: resolve,
        });
      }),
    [method, given] as const,
  );

/** Comes in, disconnects, redeems a ticket of another device and logs out, in the browser; gives the three answers. */
const leave = async (context: BrowserContext, page: Page): Promise<Answer[]> => {
  const [token, other] = [await signIn(), await signIn()];
  const { shop, outro } = loopback.origins;
  await context.addCookies([{ name: 'glt_shop', value: token, url: shop, secure: true }]);
  await page.goto(`${shop}/`);
  const removal = await call(page, 'removeConnection', { provider: 'facebook' });
  const redeemed = await page.evaluate(
    async ([url, ticket]) => {
      const body = new URLSearchParams({ apiKey: 'shop', ticket });
      return (await (await fetch(url, { method: 'POST', body })).json()) as Answer;
    },
    [`${outro}/socialize.redeemLeaveTicket`, ticketOf(other)] as const,
  );
  return [removal, redeemed, await call(page, 'logout', {})];
};

it(
  `for ${seconds} seconds nobody keeps a person from leaving`,
  async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const [page, hostile] = [await context.newPage(), await context.newPage()];
    await hostile.goto(`${loopback.origins.evil}/`);
    const sent = { network: 0, page: 0 };
    let until = Infinity;
    const isOver = () => performance.now() > until;
    const attacks = Promise.all([
      attackFromNetwork(isOver, (count) => (sent.network += count)),
      attackFromPage(hostile, isOver, (count) => (sent.page += count)),
    ]);
    // Both are beyond what a minute allows before the person comes, however busy the machine is.
    await expect
      .poll(() => Math.min(sent.network, sent.page), { timeout: 50_000 })
      .toBeGreaterThan(125);
    until = performance.now() + seconds * 1000;
    let left = 0;
    do {
      for (const { errorCode, receipt } of await leave(context, page)) {
        expect(errorCode).toBe(0);
        expect(JSON.stringify(receipt)).toContain('"done"');
      }
      left += 1;
    } while (!isOver());
    await attacks;
    console.log(
      `hostile: ${sent.network} requests by the network, ${sent.page} by the page; one person left ${left} times`,
    );
    await context.close();
  },
  (seconds + 60) * 1000,
);
