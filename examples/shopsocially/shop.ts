import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { createHandler, type Handler, type Store, signForm } from 'outro/server';
import { sample } from './sample.ts';

/** A running shop: pages and outro backend on one origin. */
export interface Shop {
  origin: string;
  close(): Promise<void>;
}

const apiKey = 'shopsocially-example';
const email = 'ssuser@gmail.com';

// Nobody to keep secrets from here; a real site makes its own with `openssl rand -base64 32`.
const secretFor = (purpose: string): string =>
  createHmac('sha256', 'outro example').update(purpose).digest('base64');

/** Tells the backend, signed, that the shop has signed its demo person in with Facebook. */
const notifyLogin = async (handler: Handler, origin: string) => {
  const url = `${origin}/socialize.notifyLogin`;
  const body = await signForm(url, secretFor('site'), {
    apiKey,
    siteUID: 'demo-person',
    providerSessions: JSON.stringify({ facebook: { providerUID: 'fb-demo-person', email } }),
    loginIDs: JSON.stringify([{ value: email, provider: 'facebook' }]),
  });
  const response = await handler(new Request(url, { method: 'POST', body }));
  return (await response.json()) as { errorCode: number; cookieName: string; cookieValue: string };
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types outro',
].join('; ');

const readPage = (file: string): Promise<string> =>
  readFile(new URL(`page/${file}`, import.meta.url), 'utf8');

const createPages = (handler: Handler, origin: string): Hono => {
  const pages = new Hono();
  for (const [path, file] of [
    ['/', 'index.html'],
    ['/unlink', 'unlink.html'],
  ] as const)
    pages.get(path, async (context) =>
      context.html(await readPage(file), 200, { 'Content-Security-Policy': policy }),
    );
  const script = { 'Content-Type': 'text/javascript; charset=utf-8' };
  pages.get('/page.js', async (context) => context.body(await readPage('page.js'), 200, script));
  pages.get('/sample.js', (context) => context.body(sample, 200, script));
  pages.get('/sign-in', async (context) => {
    const answer = await notifyLogin(handler, origin);
    if (answer.errorCode !== 0) return context.json(answer, 502);
    // Readable by the page's script, which sends it along.
    setCookie(context, answer.cookieName, answer.cookieValue, { sameSite: 'Lax', path: '/' });
    return context.redirect('/');
  });
  pages.all('/*', (context) => handler(context.req.raw));
  return pages;
};

/** Opens the shop on a port of this machine; 0 takes any that is free. */
export const startShop = async (options: { port: number; store: Store }): Promise<Shop> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, process.env['HOST'] ?? '127.0.0.1', resolve);
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const handler = createHandler({
    sites: [{ apiKey, secret: secretFor('site'), publicUrl: origin }],
    encryptionKeys: [{ id: 'example', key: secretFor('encryption') }],
    store: options.store,
  });
  const pages = createPages(handler, origin);
  const listener = getRequestListener((request) => pages.fetch(request));
  server.on('request', (request, response) => void listener(request, response));
  return {
    origin,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
