// One removal and one logout of the client in a page, and the first question of a page far from its backend, against bare
// fetch with the same body to the same backend.
import type { Page } from 'puppeteer-core';
import type { Client } from '../../src/browser/client.ts';
import type { createClient } from '../../src/browser/create-client.ts';
import { startChild } from './backend/child.ts';
import { here } from './backend/history.ts';
import type { Order } from './backend/orders.ts';
import { apiKey, tokenOf } from './backend/people.ts';
import { openStage, type Stage } from './browser.ts';
import { median, quantile, round } from './statistics.ts';

/** Milliseconds of one kind of call, and what the client adds, in the median and for the slowest 5 of 100. */
export interface Call {
  client: number;
  fetch: number;
  ratio: { median: number; p95: number };
}

/** `first` is the first question of a page that is far from its backend. */
export type Kind = 'removal' | 'logout' | 'first';

interface Times {
  removal: number;
  logout: number;
}

// A person who is signed in when the page is loaded: the client looks for its session then, not when it is called.
const signIn = (page: Page, token: string): Promise<void> =>
  page.evaluate(
    async (key, session) => {
      document.cookie = `glt_${key}=${session}; path=/`;
      const { bench } = window as unknown as { bench: Client };
      bench.on('logout', () => {})();
      await new Promise((resolve) => setTimeout(resolve, 40));
    },
    apiKey,
    token,
  );

// The providers stay as they are: their pages are not what is measured.
const clientCalls = (page: Page): Promise<Times> =>
  page.evaluate(async () => {
    const { bench } = window as unknown as { bench: Client };
    const begun = performance.now();
    await bench.removeConnection({ provider: 'facebook', forceProvidersLogout: false });
    const between = performance.now();
    await bench.logout({ forceProvidersLogout: false });
    return { removal: between - begun, logout: performance.now() - between };
  });

const fetchCalls = async (page: Page, token: string, backend: string): Promise<Times> =>
  page.evaluate(
    async (key, session, address) => {
      const send = async (method: string, params: Record<string, string>): Promise<void> => {
        const body = new URLSearchParams({
          APIKey: key,
          ...params,
          login_token: session,
          idempotencyKey: crypto.randomUUID(),
          authMode: 'cookie',
          sdk: 'js_outro',
          format: 'json',
        });
        const init = { method: 'POST', body, credentials: 'include', keepalive: true } as const;
        const answer = (await (await fetch(`${address}/${method}`, init)).json()) as object;
        if (!('errorCode' in answer) || answer.errorCode !== 0)
          throw new Error(JSON.stringify(answer));
      };
      const begun = performance.now();
      await send('socialize.removeConnection', {
        provider: 'facebook',
        forceProvidersLogout: 'false',
        lastIdentityHandling: 'soft',
        removeLoginID: 'false',
      });
      const between = performance.now();
      await send('socialize.logout', { forceProvidersLogout: 'false', sessions: 'this' });
      return { removal: between - begun, logout: performance.now() - between };
    },
    apiKey,
    token,
    backend,
  );

const latency = 300;

/** Milliseconds until a new page, so far away, knows who is signed in: asked as soon as the script is there, or bare. */
const askFirst = async (
  stage: Stage,
  backend: string,
  isClient: boolean,
  token: string,
): Promise<number> => {
  const page = await stage.newPage();
  await page.setCacheEnabled(false);
  await page.emulateNetworkConditions({ latency, download: -1, upload: -1 });
  const took = await page.evaluate(
    async (key, session, apiDomain, scriptUrl) => {
      document.cookie = `glt_${key}=${session}; path=/`;
      if (!scriptUrl) {
        const fields = {
          APIKey: key,
          login_token: session,
          authMode: 'cookie',
          sdk: 'js_outro',
          format: 'json',
        };
        const init = { method: 'POST', body: new URLSearchParams(fields) };
        const begun = performance.now();
        await (await fetch(`${apiDomain}/socialize.getUserInfo`, init)).json();
        return performance.now() - begun;
      }
      const script = document.createElement('script');
      script.src = scriptUrl;
      const loaded = new Promise((resolve) => script.addEventListener('load', resolve));
      document.head.append(script);
      await loaded;
      const begun = performance.now();
      const { outro } = window as unknown as { outro: { createClient: typeof createClient } };
      const client = outro.createClient({ apiKey: key, apiDomain, live: false });
      const { UID } = await client.getUserInfo();
      if (!UID) throw new Error('expected somebody who is signed in');
      return performance.now() - begun;
    },
    apiKey,
    token,
    backend,
    isClient ? `${stage.origin}/js/outro.js` : '',
  );
  await page.close();
  return took;
};

const compare = (ours: number[], theirs: number[]): Call => ({
  client: round(median(ours)),
  fetch: round(median(theirs)),
  ratio: {
    median: round(median(ours) / median(theirs)),
    p95: round(quantile(ours, 0.95) / quantile(theirs, 0.95)),
  },
});

/** Measures so many people each way, in turn. */
export const measureCall = async (rounds: number): Promise<Record<Kind, Call>> => {
  const stage = await openStage();
  const child = startChild<Order>('./contestant.ts');
  const [client, bare]: [Times[], Times[]] = [[], []];
  const first = { ours: [] as number[], theirs: [] as number[] };
  const warmUp = 10;
  try {
    const origins = [stage.origin];
    const order: Order = { do: 'start', url: '', root: here, origins };
    const backend = `http://localhost:${await child.ask<number>(order)}`;
    await child.ask({ do: 'people', from: 1, count: 2 * (rounds + warmUp) + 1 });
    const page = await stage.newPage();
    await page.addScriptTag({ url: `${stage.origin}/js/outro.js` });
    await page.evaluate(
      (apiDomain, key) => {
        const { outro } = window as unknown as {
          outro: { createClient: typeof createClient };
        };
        Object.assign(window, {
          bench: outro.createClient({ apiKey: key, apiDomain, live: false }),
        });
      },
      backend,
      apiKey,
    );
    for (let turn = 0; turn < rounds + warmUp; turn += 1) {
      const [one, other] = [2 * turn + 1, 2 * turn + 2].map(tokenOf);
      // In turn, so that neither is always the one that finds the machine warm.
      const run = {
        client: async () => {
          await signIn(page, one ?? '');
          return clientCalls(page);
        },
        fetch: async () => {
          await signIn(page, other ?? '');
          return fetchCalls(page, other ?? '', backend);
        },
      };
      const early = turn % 2 === 0 ? await run.client() : undefined;
      const theirs = await run.fetch();
      const ours = early ?? (await run.client());
      if (turn < warmUp) continue;
      client.push(ours);
      bare.push(theirs);
    }
    const stayed = tokenOf(2 * (rounds + warmUp) + 1);
    for (let turn = 0; turn < rounds / 5; turn += 1) {
      first.ours.push(await askFirst(stage, backend, true, stayed));
      first.theirs.push(await askFirst(stage, backend, false, stayed));
    }
  } finally {
    await child.stop();
    await stage.close();
  }
  const of = (kind: keyof Times): Call =>
    compare(
      client.map((times) => times[kind]),
      bare.map((times) => times[kind]),
    );
  return {
    removal: of('removal'),
    logout: of('logout'),
    first: compare(first.ours, first.theirs),
  };
};
