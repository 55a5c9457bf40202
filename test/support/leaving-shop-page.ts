import type { Client } from 'outro';
import type { Page } from 'puppeteer-core';

/** What a shop's page has for tests, as `window.shop`. */
export interface ShopPage {
  client: Client;
  /** Events in their order: `logout`, `logout remote`, `connectionRemoved remote facebook`. */
  heard: string[];
  /** How often a callback was called. */
  called: number;
  /** The page came back from the back/forward cache. */
  cameBack: boolean;
  /** Set by a test: the page from before it was loaded again. */
  isOld?: boolean;
  /** Logs out, and says what came of it. */
  leave(params?: object): Promise<Left>;
}

/** What a logout came to in the page. */
export interface Left {
  errorCode: number;
  /** The receipt, as `step status`. */
  steps: string[];
  /** Milliseconds. */
  time: number;
}

declare global {
  interface Window {
    shop: ShopPage;
  }
}

/** Milliseconds that the shop's pages wait for the backend. */
export const limit = 800;

/** The shop's page, as it comes over the network. */
export const pageOf = (outro: string, apiKey: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A shop</title>
<script src="${outro}/js/outro.js?apiKey=${apiKey}"></script>
<main>what only the signed-in person may see</main>
<script>
  const options = new URLSearchParams(location.search);
  const client = outro.createClient({
    apiKey: '${apiKey}',
    apiDomain: '${outro}',
    timeout: Number(options.get('limit') ?? ${limit}),
    guard: options.get('guard') ?? undefined,
    live: options.has('live'),
  });
  const shop = {
    client,
    heard: [],
    called: 0,
    cameBack: false,
    async leave(params) {
      const begin = performance.now();
      const { errorCode, receipt } = await client.logout({ ...params, callback: () => (shop.called += 1) });
      const steps = receipt.map(({ step, status }) => step + ' ' + status);
      return { errorCode, steps, time: performance.now() - begin };
    },
  };
  window.shop = shop;
  const hear = ({ eventName, remote, provider }) =>
    shop.heard.push([eventName, remote && 'remote', provider].filter(Boolean).join(' '));
  if (!options.has('deaf')) {
    client.on('logout', hear);
    client.on('connectionRemoved', hear);
  }
  addEventListener('pageshow', ({ persisted }) => {
    shop.cameBack ||= persisted;
    // What it shows at the first frame after it came back.
    if (persisted)
      requestAnimationFrame(() =>
        sessionStorage.setItem('painted', 'painted: ' + document.documentElement.innerText),
      );
  });
</script>
</html>`;

/** What a page heard so far. */
export const heardIn = (page: Page): Promise<string[]> => page.evaluate(() => window.shop.heard);

/** What the page's storage keeps: the session cookie, and the scopes of tickets that wait. */
export const keptIn = (page: Page): Promise<{ cookie: string; tickets: string[] }> =>
  page.evaluate(async () => {
    const tickets: string[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const read = new Promise<{ sessions: string }[]>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.addEventListener('error', reject);
        request.addEventListener('success', () => {
          const all = request.result.transaction('tickets').objectStore('tickets').getAll();
          all.addEventListener('success', () => resolve(all.result));
          request.result.close();
        });
      });
      tickets.push(...(await read).map(({ sessions }) => sessions));
    }
    return { cookie: document.cookie, tickets };
  });

/** Whether a page still has somebody signed in, as its own script sees it. */
export const hasUser = (page: Page): Promise<boolean> =>
  page.evaluate(
    async () => (await window.shop.client.getUserInfo({ timeout: 10_000 })).user.UID !== '',
  );
