// The TypeScript samples of the docs, run as they stand there: on the built files, a real database, better-auth and a page.
import { createServer, type RequestListener } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { transform } from 'esbuild';
import { Window } from 'happy-dom';
import { createHandler, fromPg, type Handler } from 'outro/server';
import { outro } from 'outro/better-auth';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { samplesIn, type Sample } from '../docs/samples.ts';
import { secret } from '../support/house.ts';
import { signedBody } from '../support/signed.ts';
import { libraries } from './schemas.ts';
import { openDatabase } from './site.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'node_modules/.cache/outro/run');

// Those that are no whole, or need what is not here, and the test that shows the same.
const notRun: Record<string, string> = {
  'userKeys: [': 'a part of a configuration: contract/signatures',
  "from 'better-auth/client'": 'a page of better-auth: beside/better-auth-client',
  'export default function Page': 'a page of Next.js: examples, next',
  "from 'outro/react'": 'within a component: contract/react',
};

const reasonOf = ({ code }: Sample): string | undefined =>
  Object.entries(notRun).find(([text]) => code.includes(text))?.[1];

const written = samplesIn('ts', 'tsx');
const whole = written.filter((one) => reasonOf(one) === undefined);

/** What a reader fills in, filled in; and what they have installed, as it was built. */
const fillIn = (code: string): string =>
  code
    .replaceAll(/'base64 of [^']+'/g, `'${secret}'`)
    .replaceAll("secret: '…'", `secret: '${secret}'`)
    .replaceAll('c2VjcmV0IG9mIHRoZSBzaXRlLCBpbiBiYXNlNjQhISE=', secret)
    .replaceAll('http://localhost:3000', 'https://outro.example.com')
    // What listens for the rest of the process is let go here.
    .replace('server.listen();', 'server.listen(); export { server };')
    .replaceAll(/from 'outro(?:\/([\w/-]+))?'/g, (_, door = 'index') => {
      const file = `${String(door).replace('/', '-')}.js`;
      return `from '${pathToFileURL(join(root, 'dist', file)).href}'`;
    });

const realFetch = globalThis.fetch;
let count = 0;
const run = async ({ code, language }: Sample): Promise<Record<string, unknown>> => {
  const { code: script } = await transform(fillIn(code), { loader: language as 'ts' });
  const file = join(folder, `${(count += 1)}.mjs`);
  writeFileSync(file, script);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
};

type Database = Awaited<ReturnType<typeof openDatabase>>;

// The library's tables, which a site has; and an empty one, of whoever has none.
let database: Database;
let empty: Database;
let backend: Handler;
const kept = new Map<string, unknown>();
const closing: (() => unknown)[] = [];

const provide = (given: Record<string, unknown>): void => {
  for (const [name, value] of Object.entries(given)) {
    if (!kept.has(name)) kept.set(name, Reflect.get(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
};

const call = async (method: string, params: Record<string, string>) => {
  const url = `https://outro.example.com/${method}`;
  const body = signedBody(url, secret, { apiKey: 'YOUR_KEY', ...params });
  const response = await backend(new Request(url, { method: 'POST', body }));
  return (await response.json()) as Record<string, string>;
};

/** Somebody comes in at the page. */
const comeIn = async (window: Window, siteUID: string): Promise<void> => {
  const ids = ['facebook', 'github', 'google'];
  const all = Object.fromEntries(ids.map((id) => [id, { providerUID: `${siteUID} ${id}` }]));
  const providerSessions = JSON.stringify(all);
  const { cookieName, cookieValue } = await call('socialize.notifyLogin', {
    siteUID,
    providerSessions,
  });
  window.document.cookie = `${cookieName}=${cookieValue}; path=/`;
};

const ask = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
  const { url, method = 'GET' } =
    input instanceof Request ? input : { url: String(input), ...init };
  const given = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}));
  const headers = { ...Object.fromEntries(given), origin: 'https://shop.example' };
  const sent = input instanceof Request ? await input.text() : init?.body;
  return backend(
    new Request(url, { method, headers, body: method === 'POST' ? (sent ?? '') : null }),
  );
};

const openSqlite = async (): Promise<DatabaseSync> => {
  const file = new DatabaseSync(':memory:');
  const options = { database: file, secret, baseURL: 'http://localhost:3000', plugins: [outro()] };
  await (await getMigrations(betterAuth(options).options)).runMigrations();
  return file;
};

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  database = await openDatabase(libraries.passport.schema);
  empty = await openDatabase('');
  const store = await fromPg(new pg.Pool({ connectionString: empty.url, max: 5 }));
  backend = createHandler({
    store,
    sites: [
      {
        apiKey: 'YOUR_KEY',
        secret,
        publicUrl: 'https://outro.example.com',
        origins: ['https://shop.example'],
      },
    ],
    encryptionKeys: [{ id: '2026', key: secret }],
  });
  closing.push(
    () => backend.close(),
    () => store.close(),
  );
});
afterAll(async () => {
  for (const [name, value] of kept)
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  for (const close of closing) await close();
  await Promise.all([database?.close(), empty?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

// What each sample takes from the site around it, by what is in it; and what must have come of it.
const places: [text: string, prepare: (window: Window) => Promise<unknown>][] = [
  [
    "from 'better-auth'",
    async () => provide({ database: await openSqlite(), socialProviders: {} }),
  ],
  ['getRequestListener(outro)', async () => provide({ outro: backend })],
  [
    'signedIn(',
    async () => {
      const uid = await libraries.passport.addUser(database.query, 'ada@shop.example');
      await libraries.passport.link(database.query, uid, 'google', 'ada there');
      const sid = libraries.passport.newKey();
      await libraries.passport.openSession(database.query, uid, sid);
      provide({
        user: { id: uid },
        profile: { id: 'ada there' },
        request: { sessionID: sid },
        beganAt: new Date(),
        access: 'a',
        refresh: 'r',
        id: 'e30.e30.e30',
      });
    },
  ],
  [
    'verifyWebhook(',
    async () => {
      const webhook = new Webhook(secret);
      const [id, body, at] = ['msg_1', '{"type":"outro.session.ended","data":{}}', new Date()];
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, at, body),
      };
      process.env['OUTRO_WEBHOOK_SECRET'] = `whsec_${secret}`;
      provide({ request: new Request('https://shop.example/', { method: 'POST', headers, body }) });
    },
  ],
  [
    'feed(',
    async () => {
      await comeIn(new Window({ url: 'https://shop.example/' }), 'person 2');
      await call('socialize.removeConnection', { UID: 'person 2', provider: 'github' });
    },
  ],
  ["from 'outro';", (window) => comeIn(window, 'person 1')],
];

// A feed has no end: the site stops when it has taken its first change.
const enough = 'the first change has come';

it.each(whole.map((one, index) => [`${one.page} ${index + 1}`, one] as const))(
  '%s',
  async (_name, sample) => {
    const window = new Window({ url: 'https://shop.example/' });
    closing.unshift(() => window.close());
    const listeners: RequestListener[] = [];
    const { HTMLElement, customElements, document } = window;
    provide({
      document,
      HTMLElement,
      customElements,
      secret,
      sessionSecret: 'the secret of express-session',
      outro: backend,
      app: { use: (_path: string, listener: RequestListener) => listeners.push(listener) },
      lastCursor: async () => '',
      handle: async () => {
        throw new Error(enough);
      },
      // The network of the rehearsal is its own.
      fetch: sample.code.includes('msw') ? realFetch : ask,
    });
    vi.stubEnv('DATABASE_URL', sample.code.includes('fromPg(') ? empty.url : database.url);
    vi.stubEnv('BETTER_AUTH_URL', 'https://shop.example');
    vi.stubEnv('BETTER_AUTH_SECRET', secret);
    vi.spyOn(console, 'log').mockImplementation(() => {});
    for (const [text, prepare] of places) if (sample.code.includes(text)) await prepare(window);
    const made = await run(sample).catch((error: unknown) => {
      if (sample.code.includes('feed(') && String(error).includes(enough)) return {};
      throw error;
    });
    const { answer, server, auth } = made as {
      auth?: { $context: Promise<unknown> };
      answer?: (request: Request) => Promise<Response>;
      server?: { close: () => void };
    };
    server?.close();
    await auth?.$context;
    const [listener] = listeners;
    if (listener) {
      const mounted = createServer(listener);
      await new Promise<void>((resolve) => {
        mounted.listen(0, '127.0.0.1', resolve);
      });
      const { port } = mounted.address() as AddressInfo;
      expect((await realFetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      mounted.closeAllConnections();
      mounted.close();
    }
    if (typeof answer === 'function')
      expect((await answer(new Request('https://outro.example.com/healthz'))).status).toBe(200);
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  },
);

it('so many of so many run, and each of the others says where the same is shown', () => {
  console.log(`samples: ${whole.length} of ${written.length} run`);
  expect(whole.length).toBe(written.length - Object.keys(notRun).length);
});
