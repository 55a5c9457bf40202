// better-auth itself, on a database of its own, with the plugin or without, and requests as its pages send them.
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { outro, type OutroOptions } from 'outro/better-auth';
import type { Receipt } from '../../src/core/receipt.ts';
import { onDrizzle, type Drizzle } from './drizzle.ts';
import { openDatabase } from './site.ts';

export const origin = 'http://localhost:3000';
const secret = 'the secret of a site that is only a test';

/** What better-auth is on: its own drivers, and Drizzle's. */
export type Engine = 'pg' | 'sqlite' | Drizzle;

const openEngine = async (engine: Engine) => {
  if (engine === 'pg' || engine === 'drizzle') {
    const { pool, query, close, url } = await openDatabase('');
    return { database: pool, pool, query, close, url };
  }
  const folder = mkdtempSync(join(tmpdir(), 'outro-beside-'));
  const file = join(folder, 'site.db');
  const database = new DatabaseSync(engine === 'sqlite' ? ':memory:' : file, { timeout: 5000 });
  return {
    database,
    file,
    query: async (text: string) => database.prepare(text).all() as Record<string, unknown>[],
    async close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
};

/** What of a request differs. */
interface Asking {
  method?: string;
  cookie?: string | undefined;
  body?: object | undefined;
  headers?: Record<string, string>;
  /** In place of a body. */
  form?: Record<string, string>;
}

/** An answer of better-auth, as a page has it. */
export interface Answered {
  status: number;
  text: string;
  body: Record<string, unknown> & { receipt?: Receipt };
  headers: Headers;
  /** The page's cookies behind it. */
  cookies: string[];
}

/** Opens better-auth on an engine, with the plugin unless it is `without`. */
export const openAuth = async (
  engine: Engine,
  given: {
    outro?: OutroOptions | 'without';
    auth?: Partial<BetterAuthOptions>;
    drizzle?: { transaction?: boolean };
  } = {},
) => {
  const opened = await openEngine(engine);
  const plugin = given.outro === 'without' ? undefined : outro(given.outro);
  const options: BetterAuthOptions = {
    baseURL: origin,
    secret,
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true },
    ...given.auth,
    plugins: [...(given.auth?.plugins ?? []), ...(plugin ? [plugin] : [])],
  };
  await (await getMigrations({ ...options, database: opened.database })).runMigrations();
  const database =
    engine === 'pg' || engine === 'sqlite'
      ? opened.database
      : onDrizzle(engine, options, opened, given.drizzle);
  const auth = betterAuth({ ...options, database });
  const context = await auth.$context;
  const cookieOf = (token: string): string => {
    const signature = createHmac('sha256', secret).update(token).digest('base64');
    return `${context.authCookies.sessionToken.name}=${encodeURIComponent(`${token}.${signature}`)}`;
  };
  const ask = async (
    path: string,
    { cookie, body, headers, form, method = 'POST' }: Asking = {},
  ): Promise<Answered> => {
    const response = await auth.handler(
      new Request(`${origin}/api/auth${path}`, {
        method,
        headers: {
          Origin: origin,
          ...(cookie && { Cookie: cookie }),
          ...(method === 'POST' && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(method === 'POST' && {
          body: form ? new URLSearchParams(form).toString() : JSON.stringify(body ?? {}),
        }),
      }),
    );
    const text = await response.text();
    return {
      status: response.status,
      text,
      body: (text.startsWith('{') ? JSON.parse(text) : {}) as Answered['body'],
      headers: response.headers,
      cookies: response.headers.getSetCookie(),
    };
  };
  /** A person with accounts at these providers, and a session that the first of them opened. */
  const enter = async (providers = ['google', 'github']) => {
    const name = randomUUID();
    const { internalAdapter, adapter } = context;
    const user = await internalAdapter.createUser(
      { name, email: `${name}@shop.example`, emailVerified: true },
      { method: 'email' },
    );
    const accounts: string[] = [];
    for (const providerId of providers) {
      const { id } = await adapter.create<Record<string, unknown>, { id: string }>({
        model: 'account',
        data: {
          userId: user.id,
          providerId,
          accountId: `${name} at ${providerId}`,
          accessToken: 'access',
          refreshToken: 'refresh',
          createdAt: new Date(),
          updatedAt: new Date(),
        },
      });
      accounts.push(id);
    }
    const open = async () => cookieOf((await internalAdapter.createSession(user.id)).token);
    return { uid: user.id, accounts, cookie: await open(), open };
  };
  /** Whether a fresh request with these cookies finds somebody. */
  const isIn = async (cookie: string): Promise<boolean> => {
    const { body } = await ask('/get-session', { method: 'GET', cookie });
    return body['user'] !== undefined;
  };
  const api = auth.api as unknown as { outroWork: () => Promise<{ attempted: number }> };
  return {
    auth,
    work: () => api.outroWork(),
    context,
    plugin,
    ask,
    enter,
    isIn,
    query: opened.query,
    cookieOf,
    url: 'url' in opened ? opened.url : undefined,
    async close() {
      await plugin?.stop();
      await opened.close();
    },
  };
};

/** A site on better-auth. */
export type AuthSite = Awaited<ReturnType<typeof openAuth>>;

/** Steps of a receipt: `session done`. */
export const stepsOf = ({ body }: Answered): string[] =>
  (body.receipt ?? []).map(({ step, status }) => `${step} ${status}`);
