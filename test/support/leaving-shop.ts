import { randomUUID } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { createHandler, readScript, signForm, type Handler } from 'outro/server';
import type { BrowserContext, Page } from 'puppeteer-core';
import { waitUntil } from './browsers.ts';
import { pageOf } from './leaving-shop-page.ts';
import { openLoopback, serve } from './loopback.ts';
import { openTestDatabase, type TestDatabase } from './store.ts';

/** How the backend treats what pages send, in place of its handler. */
export type Treatment = (request: Request, handler: Handler) => Promise<Response> | Response;

/** A shop and its backend, each on a registrable domain of its own over HTTPS. */
export interface LeavingShop {
  origin: string;
  database: TestDatabase;
  /** Signs a person in as the shop does, and opens its page there; gives the session token. */
  signIn(page: Page, query?: string): Promise<string>;
  /** Signs in a person, or a new one, without a page, beside this session of the shop's own; gives the session token. */
  openSession(person?: string, siteSession?: string): Promise<string>;
  /** As a header: the cookie of a session, with these attributes. */
  cookieOf(token: string, attributes?: string): Record<'Set-Cookie', string>;
  /** Signs in the person whose session this was, once more. */
  signInAgain(token: string, page: Page, query?: string): Promise<string>;
  /** Who has, or had, this session. */
  personOf(token: string): string | undefined;
  /** A page has its ticket ready soon after it was loaded; until then one that is left at once cannot keep it. */
  whenReady(page: Page): Promise<void>;
  /** Milliseconds that the shop's own pages take from now on. */
  slowDown(time: number): void;
  /** The truth: whether the backend still knows the session. */
  isLive(token: string): Promise<boolean>;
  /** What `/made` answers from now on, under these headers. */
  show(html: string, headers?: Record<string, string>): void;
  /** What the shop's service worker is from now on, at `/worker.js`. */
  work(script: string): void;
  /** How the backend treats requests for its scripts; nothing: as it should. */
  treatScripts(treatment?: Treatment): void;
  /** Address of the backend, and the site's key there. */
  outro: string;
  apiKey: string;
  /** Methods that pages have sent, in their order. */
  sent: string[];
  /** Nobody listens any more: connections are refused. */
  stop(): Promise<void>;
  /** The backend is there again, and treats what is sent as said, else as it should. */
  start(treatment?: Treatment): Promise<void>;
  /** The backend is there, and every new connection to it takes so many milliseconds; old ones are cut. */
  startSlowly(delay: number): Promise<void>;
  close(): Promise<void>;
}

const hosts = { shop: 'www.shop.example', outro: 'outro.backend.example' };

/**
 * Starts shop and backend; people who sign in are strangers to each other.
 *
 * @param change what the backend's configuration of the site has besides.
 * @param outro host name of the backend, where it is not to be another site than the shop.
 */
export const startLeavingShop = async (
  change: object = {},
  outro = hosts.outro,
): Promise<LeavingShop> => {
  const { origins, tls, fetch } = await openLoopback({ ...hosts, outro });
  const database = await openTestDatabase();
  const [apiKey, secret] = [`leaving-${randomUUID()}`, Buffer.alloc(32, 5).toString('base64')];
  const site = { apiKey, secret, publicUrl: origins.outro, origins: [origins.shop], ...change };
  const handler = createHandler({
    sites: [site],
    encryptionKeys: [{ id: 'test', key: secret }],
    store: database.store,
    script: await readScript(new URL('../../dist/', import.meta.url)),
    fetch,
  });
  const call = async (method: string, params: Record<string, string>, isSigned = false) => {
    const url = `${origins.outro}/${method}`;
    const all = { apiKey, ...params };
    const body = isSigned ? await signForm(url, secret, all) : new URLSearchParams(all);
    const headers = isSigned ? {} : { Origin: origins.shop };
    const answer = await handler(new Request(url, { method: 'POST', body, headers }));
    return (await answer.json()) as Record<string, string> & { errorCode: number };
  };

  const pages = new Hono();
  let pause = 0;
  pages.get('/', async (context) => {
    await new Promise((resolve) => setTimeout(resolve, pause));
    return context.html(pageOf(origins.outro, apiKey));
  });
  let made: [html: string, headers: Record<string, string>] = ['', {}];
  pages.get('/made', (context) => context.html(made[0], 200, made[1]));
  pages.get('/made/*', (context) => context.html(made[0], 200, made[1]));
  pages.get('/plain', (context) => context.html('<title>A page without outro</title>'));
  let worker = '';
  pages.get('/worker.js', (context) =>
    context.body(worker, 200, { 'Content-Type': 'text/javascript', 'Cache-Control': 'no-store' }),
  );
  const notifyLogin = (siteUID: string, siteSession?: string) => {
    const providerSessions = JSON.stringify({
      facebook: { providerUID: `facebook ${siteUID}` },
      linkedin: { providerUID: `linkedin ${siteUID}` },
    });
    const params = { siteUID, providerSessions, ...(siteSession && { siteSession }) };
    return call('socialize.notifyLogin', params, true);
  };
  pages.get('/sign-in', async (context) => {
    const { cookieName = '', cookieValue = '' } = await notifyLogin(context.req.query('as') ?? '');
    setCookie(context, cookieName, cookieValue, { path: '/', secure: true, maxAge: 3600 });
    return context.redirect(`/?${context.req.query('query') ?? ''}`);
  });
  // The shop's own way out, of which no script knows.
  pages.get('/out', (context) => {
    setCookie(context, `glt_${apiKey}`, '', { path: '/', maxAge: 0 });
    return context.html('<title>Out</title>');
  });

  let treat: Treatment | undefined;
  let treatScript: Treatment | undefined;
  const sent: string[] = [];
  const listener = getRequestListener((request) => {
    if (request.method !== 'POST')
      return treatScript ? treatScript(request, handler) : handler(request);
    sent.push(new URL(request.url).pathname.slice(1));
    return treat ? treat(request, handler) : handler(request);
  });
  const stopShop = await serve(
    origins.shop,
    tls,
    getRequestListener((request) => pages.fetch(request)),
  );
  let stopBackend: (() => Promise<void>) | undefined;
  const stop = async (): Promise<void> => {
    await stopBackend?.();
    stopBackend = undefined;
  };
  const start = async (treatment?: Treatment, delay = 0): Promise<void> => {
    treat = treatment;
    stopBackend ??= await serve(origins.outro, tls, listener, delay);
  };
  await start();

  const people = new Map<string, string>();
  const whenReady = async (page: Page): Promise<void> => {
    // The later part opens the database; where it is tampered with, none is.
    if (treatScript) return;
    // Another page may have made it long ago, and a new window is an empty page of the same origin at first.
    await waitUntil(
      page,
      async (name) =>
        'shop' in window &&
        performance
          .getEntriesByType('resource')
          .some((one) => one.name.includes('/outro.calls.')) &&
        (await indexedDB.databases()).some((one) => one.name === name),
      `outro_${apiKey}`,
    );
  };
  const signIn = async (
    page: Page,
    query = '',
    person = randomUUID() as string,
  ): Promise<string> => {
    const there = new URLSearchParams({ as: person, query });
    await page.goto(`${origins.shop}/sign-in?${there.toString()}`);
    const cookie = await page.evaluate(() => document.cookie);
    const found = new RegExp(`glt_${apiKey}=([^;]+)`).exec(cookie)?.[1];
    if (!found) throw new Error(`not signed in: ${page.url()} has the cookies ${cookie}`);
    await whenReady(page);
    const token = decodeURIComponent(found);
    people.set(token, person);
    return token;
  };
  return {
    origin: origins.shop,
    outro: origins.outro,
    apiKey,
    show(html, headers = {}) {
      made = [html, headers];
    },
    async openSession(person = randomUUID(), siteSession) {
      const { cookieValue = '' } = await notifyLogin(person, siteSession);
      people.set(cookieValue, person);
      return cookieValue;
    },
    cookieOf: (token, attributes = 'path=/; secure') => ({
      'Set-Cookie': `glt_${apiKey}=${encodeURIComponent(token)}; ${attributes}`,
    }),
    work(script) {
      worker = script;
    },
    treatScripts(treatment) {
      treatScript = treatment;
    },
    database,
    sent,
    stop,
    start,
    async startSlowly(delay) {
      await stop();
      await start(undefined, delay);
    },
    signIn,
    whenReady,
    personOf: (token) => people.get(token),
    slowDown(time) {
      pause = time;
    },
    signInAgain: (token, page, query) => signIn(page, query, people.get(token)),
    async isLive(token) {
      const { errorCode } = await call('socialize.getUserInfo', { login_token: token });
      return errorCode === 0;
    },
    async close() {
      await stop();
      await stopShop();
    },
  };
};
/** Opens one more page of the shop in a browser where somebody is signed in, or has something left to send. */
export const openShop = async (
  context: BrowserContext,
  shop: LeavingShop,
  query = '',
): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(`${shop.origin}/?${query}`);
  await shop.whenReady(page);
  return page;
};
