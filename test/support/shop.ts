import { randomUUID } from 'node:crypto';
import { createHandler, fromPg, type Handler, type SitesConfiguration } from 'outro/server';
import pg from 'pg';
import { onTestFinished, vi } from 'vitest';
import { secret, type Answer } from './house.ts';
import { signedBody } from './signed.ts';

/** A backend on a database of the test's choosing, which may fail it. */
export interface Shop {
  apiKey: string;
  pool: pg.Pool;
  handler: Handler;
  /** Calls a method signed, as the site's server does. */
  signed(method: string, params?: Record<string, string>): Promise<Answer>;
  /** Calls a method with the token of a session, as a page does. */
  asPage(method: string, login_token: string, params?: Record<string, string>): Promise<Answer>;
  /** Signs somebody in with two connections; gives the token. */
  signIn(siteUID: string): Promise<string>;
}

interface ShopOptions extends pg.PoolConfig {
  apiKey?: string;
  providers?: SitesConfiguration['sites'][number]['providers'];
}

/** Opens one; it is closed when the test has ended, however that stands with its database. */
export const openShop = async (
  connectionString: string,
  { apiKey = `3_${randomUUID()}`, providers = {}, ...options }: ShopOptions = {},
): Promise<Shop> => {
  const pool = new pg.Pool({ connectionString, max: 10, ...options });
  const store = await fromPg(pool);
  const publicUrl = 'https://outro.example';
  const handler = createHandler({
    sites: [{ apiKey, secret, publicUrl, providers }],
    encryptionKeys: [{ id: 'test', key: secret }],
    allowPrivateProviders: true,
    store,
  });
  onTestFinished(async () => {
    await handler.close();
    await store.close();
  });
  const send = async (method: string, body: URLSearchParams): Promise<Answer> => {
    const url = `${publicUrl}/socialize.${method}`;
    return (await (await handler(new Request(url, { method: 'POST', body }))).json()) as Answer;
  };
  const signed: Shop['signed'] = (method, params = {}) =>
    send(method, signedBody(`${publicUrl}/socialize.${method}`, secret, { apiKey, ...params }));
  return {
    apiKey,
    pool,
    handler,
    signed,
    asPage: (method, login_token, params = {}) =>
      send(method, new URLSearchParams({ apiKey, login_token, ...params })),
    async signIn(siteUID) {
      const answer = await signed('notifyLogin', {
        siteUID,
        providerSessions: JSON.stringify({
          'oidc-one': { providerUID: siteUID },
          'oidc-two': { providerUID: siteUID },
        }),
      });
      if (answer.errorCode !== 0) throw new Error(JSON.stringify(answer));
      return String(answer['cookieValue']);
    },
  };
};

/** What comes of a call, and milliseconds until it does. */
export const timed = async (call: Promise<Answer>) => {
  const startedAt = performance.now();
  const { errorCode, errorDetails = '' } = await call;
  return { errorCode, errorDetails, took: performance.now() - startedAt };
};

/** An error of ours, of which the client is told no more than how to report it. */
export const isExcused = ({
  errorCode,
  errorDetails,
}: {
  errorCode: number;
  errorDetails: string;
}) => errorCode === 500001 && /^quote callId [0-9a-f]{32} /.test(errorDetails);

/** Comes and goes, over and over, in so many lanes; gives what did not succeed. */
export const startTraffic = (shop: Shop, lanes: number) => {
  const state = { isOver: false };
  const failures: Awaited<ReturnType<typeof timed>>[] = [];
  const lane = async (): Promise<void> => {
    while (!state.isOver) {
      const UID = randomUUID();
      const token = await shop.signIn(UID).catch((error: Error) => error);
      if (token instanceof Error) {
        failures.push(await timed(Promise.resolve(JSON.parse(token.message) as Answer)));
        continue;
      }
      for (const call of [
        () => shop.asPage('getUserInfo', token),
        () => shop.asPage('removeConnection', token, { provider: 'oidc-one' }),
        () => shop.asPage('logout', token),
      ]) {
        const outcome = await timed(call());
        if (outcome.errorCode !== 0) failures.push(outcome);
      }
    }
  };
  const running = Promise.all(Array.from({ length: lanes }, lane));
  const stop = async (): Promise<void> => {
    state.isOver = true;
    await running;
  };
  onTestFinished(stop);
  return { failures, stop };
};

/** Keeps what is logged from the terminal; gives what each line says is to be done. */
export const readAdvice = (): (() => string[]) => {
  const lines: string[] = [];
  const spy = vi
    .spyOn(console, 'error')
    .mockImplementation((line) => void lines.push(String(line)));
  onTestFinished(() => spy.mockRestore());
  return () => [
    ...new Set(lines.map((line) => (JSON.parse(line) as { advice?: string }).advice ?? line)),
  ];
};
