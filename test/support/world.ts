import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { startDemo, type Demo, type DemoOptions } from '../../examples/demo/demo.ts';
import { openLoopback } from './loopback.ts';
import { openOwnDatabase, type TestDatabase } from './store.ts';

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

const hosts = {
  shop: 'www.shop.example',
  outro: 'outro.backend.example',
  facebook: 'login.network-one.example',
  linkedin: 'login.network-two.example',
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

/**
 * Starts the whole world; each part on its own registrable domain, over HTTPS.
 *
 * @param through what the servers' requests to each other pass through, for weather.
 */
export const startWorld = async (
  through: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch = (fetch) => fetch,
): Promise<World> => {
  const { origins, tls, fetch } = await openLoopback(hosts);
  const database = await openOwnDatabase();
  const demo = await startDemo({
    origins,
    store: database.store,
    networkFile: ':memory:',
    tls,
    fetch: through(fetch),
    query: (sql) => database.query(sql),
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
  // Its buttons work once its script is there.
  await page.waitForLoadState('load');
};
