import { request as httpsRequest } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { generate } from 'selfsigned';
import { inject } from 'vitest';
import { startDemo, type Demo, type DemoOptions } from '../../examples/demo/demo.ts';
import { openTestDatabase, type TestDatabase } from './store.ts';

type Origins = DemoOptions['origins'];

/** The demo over HTTPS, its parts on registrable domains of their own, and a real browser. */
export interface World {
  origins: Origins;
  demo: Demo;
  database: TestDatabase;
  browser: Browser;
  /** Reaches the world's origins from outside the browser, as the shop's server does. */
  fetch: typeof globalThis.fetch;
  /** A fresh browser profile; `page` notes what a strict page must not do. */
  newPage(): Promise<{ context: BrowserContext; page: Page; problems: string[] }>;
  close(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const hosts = {
  shop: 'www.shop.example',
  outro: 'outro.backend.example',
  facebook: 'login.network-one.example',
  linkedin: 'login.network-two.example',
};

// What the shop's server needs and a browser has: our host names lead here, and our authority is trusted.
const fetchHere =
  (ca: string): typeof globalThis.fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          host: '127.0.0.1',
          port: url.port,
          servername: url.hostname,
          ca,
          path: url.pathname + url.search,
          method: request.method,
          headers: {
            ...Object.fromEntries(request.headers),
            host: url.host,
            'content-length': body.length,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () => {
            const { statusCode: status = 500, headers } = incoming;
            const entries = Object.entries(headers).map(([name, value]): [string, string] => [
              name,
              String(value),
            ]);
            resolve(
              new Response(status === 204 ? null : Buffer.concat(chunks), {
                status,
                headers: entries,
              }),
            );
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };

/** Starts Chromium as the global set-up found it; with `map`, our host names lead to this machine. */
export const launchChromium = (map = false): Promise<Browser> => {
  const { executablePath, libraries } = inject('chromium');
  const mapping = map ? ['--host-resolver-rules=MAP *.example 127.0.0.1'] : [];
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      // Pages that a test writes itself come from no address, and may not ask loopback otherwise.
      '--disable-features=LocalNetworkAccessChecks',
      ...mapping,
    ],
    env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
  });
};

/** Notes what a page under a strict policy must not cause: violations, errors, preflights. */
export const watch = async (page: Page): Promise<string[]> => {
  const problems: string[] = [];
  await page.exposeFunction('noteViolation', (text: string) => problems.push(text));
  await page.addInitScript(() => {
    const note = (window as unknown as { noteViolation(text: string): void }).noteViolation;
    document.addEventListener('securitypolicyviolation', (event) =>
      note(`${event.effectiveDirective} ${event.blockedURI}`),
    );
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (request.method() === 'OPTIONS') problems.push(`preflight ${request.url()}`);
  });
  return problems;
};

/** Starts the whole world; each part on its own registrable domain, over HTTPS. */
export const startWorld = async (): Promise<World> => {
  const ports = await Promise.all(Object.keys(hosts).map(freePort));
  const origins = Object.fromEntries(
    Object.entries(hosts).map(([part, host], index) => [part, `https://${host}:${ports[index]}`]),
  ) as unknown as Origins;
  const pems = await generate([{ name: 'commonName', value: 'outro tests' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: Object.values(hosts).map((value) => ({ type: 2, value })),
      },
    ],
  });
  const database = await openTestDatabase();
  const fetch = fetchHere(pems.cert);
  const demo = await startDemo({
    origins,
    store: database.store,
    networkFile: ':memory:',
    tls: { key: pems.private, cert: pems.cert },
    fetch,
  });
  const browser = await launchChromium(true);
  return {
    origins,
    demo,
    database,
    browser,
    fetch,
    async newPage() {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      return { context, page, problems: await watch(page) };
    },
    async close() {
      await browser.close();
      await demo.close();
    },
  };
};

/** Signs in through a network as a person does: its sign-in page, its question, back to the shop. */
export const connect = async (
  page: Page,
  network: 'Facebook' | 'LinkedIn',
  name: string,
): Promise<void> => {
  await page.getByRole('link', { name: `Connect ${network}` }).click();
  const field = page.getByLabel('Your name');
  const allow = page.getByRole('button', { name: 'Allow' });
  await field.or(allow).waitFor();
  if (await field.isVisible()) {
    await field.fill(name);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await allow.click();
  await page.getByRole('heading', { name: 'A shop that lets people leave' }).waitFor();
};
