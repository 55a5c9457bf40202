import { randomUUID } from 'node:crypto';
import { Window } from 'happy-dom';
import { createClient, type Client } from 'outro';
import {
  createHandler,
  type Handler,
  type HandlerOptions,
  type SitesConfiguration,
} from 'outro/server';
import { onTestFinished } from 'vitest';
import { signedBody } from './signed.ts';
import { openTestDatabase, type TestDatabase } from './store.ts';
import { giveDatabases } from './tickets.ts';

/** The secret of every site in the tests, base64. */
export const secret = 'bGVhdmUtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE=';

type SiteConfiguration = SitesConfiguration['sites'][number];

/** A wire answer, as loosely as a client meets it. */
export type Answer = Record<string, unknown> & { errorCode: number; errorDetails?: string };

/** Client and handler joined in memory: the full path, no sockets, no mocks. */
export interface House {
  apiKey: string;
  client: Client;
  window: Window;
  handler: Handler;
  database: TestDatabase;
  /** Requests that reached the handler, newest last. */
  requests: Request[];
  /** Posts a form as a page of the site would. */
  post(
    path: string,
    params: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Calls a method signed, as Gigya's server SDKs do. */
  signed(method: string, params: Record<string, string>): Promise<Answer>;
  /** Signs a person in: one signed notifyLogin, then its cookie in the page. */
  signIn(params: SignIn): Promise<Answer>;
  /** Works off the outbox once, as each instance does from time to time. */
  work(): Promise<number>;
  /** Every row of this site, by table, to compare before and after. */
  rows(): Promise<Record<string, unknown[]>>;
}

/** A sign-in in the words of the tests. */
export interface SignIn {
  siteUID?: string;
  providers?: Record<string, object>;
  loginIDs?: object[];
  userInfo?: object;
  /** Which of several providers opened the session. */
  openedBy?: string;
  /** Leave the page's cookie alone, as a sign-in on another device does. */
  elsewhere?: boolean;
}

const origin = 'https://shop.example';

// What is shared by the tests of a file stays until its worker ends.
const afterThisTest = (end: () => void): void => {
  try {
    onTestFinished(end);
  } catch {
    // Not called within a test.
  }
};

/** Opens a house on a site of its own, so that tests share a database and nothing else. */
export const startHouse = async (
  site: Partial<SiteConfiguration> = {},
  fetchThrough?: (request: Request, next: Handler) => Promise<Response>,
  configuration: Partial<Omit<HandlerOptions, 'store'>> = {},
): Promise<House> => {
  const database = await openTestDatabase();
  const apiKey = `3_${randomUUID()}`;
  const handler = createHandler({
    sites: [{ apiKey, secret, publicUrl: 'https://outro.example', origins: [origin], ...site }],
    encryptionKeys: [{ id: 'test', key: secret }],
    ...configuration,
    store: database.store,
  });
  const requests: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    request.headers.set('Origin', origin);
    requests.push(request.clone());
    return fetchThrough ? fetchThrough(request, handler) : handler(request);
  };
  // A page looks around from time to time as long as it is there, and most tests have none.
  const cookies: string[] = [];
  let window: Window | undefined;
  const openWindow = (): Window => {
    if (window) return window;
    window = new Window({ url: `${origin}/` });
    giveDatabases(window);
    for (const cookie of cookies) window.document.cookie = cookie;
    return window;
  };
  let client: Client | undefined;
  const openPage = (): Client =>
    (client ??= createClient({
      apiKey,
      apiDomain: 'outro.example',
      fetch,
      document: openWindow().document as unknown as Document,
      // Requests are counted; a test that listens makes a client of its own.
      live: false,
    }));
  afterThisTest(() => client?.close());

  const post: House['post'] = async (path, params, headers = {}) => {
    const request = new Request(`https://outro.example/${path}`, {
      method: 'POST',
      headers: { Origin: origin, ...headers },
      body: new URLSearchParams({ apiKey, ...params }),
    });
    return (await (await handler(request)).json()) as Answer;
  };
  const signed: House['signed'] = async (method, params) => {
    const url = `https://outro.example/${method}`;
    const body = signedBody(url, secret, { apiKey, ...params });
    return (await (await handler(new Request(url, { method: 'POST', body }))).json()) as Answer;
  };
  const signIn: House['signIn'] = async ({
    providers,
    loginIDs,
    userInfo,
    elsewhere,
    ...named
  }) => {
    const answer = await signed('socialize.notifyLogin', {
      ...(named.siteUID !== undefined && { siteUID: named.siteUID }),
      ...(named.openedBy !== undefined && { openedBy: named.openedBy }),
      ...(providers && { providerSessions: JSON.stringify(providers) }),
      ...(loginIDs && { loginIDs: JSON.stringify(loginIDs) }),
      ...(userInfo && { userInfo: JSON.stringify(userInfo) }),
    });
    if (answer.errorCode !== 0) throw new Error(JSON.stringify(answer));
    if (elsewhere) return answer;
    const cookie = `${String(answer['cookieName'])}=${String(answer['cookieValue'])}; path=/`;
    if (window) window.document.cookie = cookie;
    else cookies.push(cookie);
    return answer;
  };
  const rows: House['rows'] = async () => {
    const people = ['accounts', 'identities', 'login_ids', 'sessions', 'provider_sessions'];
    const tables = [...people, 'journal', 'errands'];
    const found = tables.map(async (table) => [
      table,
      await database.query(`select * from outro.${table} where site = $1 order by id`, [apiKey]),
    ]);
    return Object.fromEntries(await Promise.all(found)) as Record<string, unknown[]>;
  };
  const work = (): Promise<number> => handler.work();
  const doors = { apiKey, handler, database, requests, post, signed, signIn, work, rows };
  return Object.defineProperties(doors as House, {
    client: { get: openPage, enumerable: true },
    window: { get: openWindow, enumerable: true },
  });
};
