// better-auth itself, on a database of its own, with the plugin or without, and requests as its pages send them.
import { createHmac, randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { getMigrations } from 'better-auth/db/migration';
import { getAuthTables } from '@better-auth/core/db';
import { drizzle } from 'drizzle-orm/node-postgres';
import * as column from 'drizzle-orm/pg-core';
import { outro, type OutroOptions } from 'outro/better-auth';
import type { Receipt } from '../../src/core/receipt.ts';
import { openDatabase } from './site.ts';

export const origin = 'http://localhost:3000';
const secret = 'the secret of a site that is only a test';

/** What better-auth is on. */
export type Engine = 'pg' | 'drizzle' | 'sqlite';

const columnOf = (type: unknown, isBig: boolean | undefined, name: string) => {
  if (type === 'number')
    return isBig ? column.bigint(name, { mode: 'number' }) : column.integer(name);
  if (type === 'boolean') return column.boolean(name);
  if (type === 'date') return column.timestamp(name, { withTimezone: true });
  return column.text(name);
};

/** better-auth's tables as its generator writes them for Drizzle. */
const drizzleTables = (options: BetterAuthOptions) =>
  Object.fromEntries(
    Object.values(getAuthTables(options)).map(({ modelName, fields }) => [
      modelName,
      column.pgTable(modelName, {
        id: column.text('id').primaryKey(),
        ...Object.fromEntries(
          Object.entries(fields).map(([name, { type, bigint, fieldName = name }]) => [
            fieldName,
            columnOf(type, bigint, fieldName),
          ]),
        ),
      }),
    ]),
  );

const openEngine = async (engine: Engine) => {
  if (engine === 'sqlite') {
    const database = new DatabaseSync(':memory:');
    return {
      database,
      query: async (text: string) => database.prepare(text).all() as Record<string, unknown>[],
      close: async () => database.close(),
    };
  }
  const { pool, query, close, url } = await openDatabase('');
  return { database: pool, query, close, url };
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
    engine === 'drizzle'
      ? drizzleAdapter(drizzle({ client: opened.database as never }), {
          provider: 'pg',
          schema: drizzleTables(options),
          transaction: true,
          ...given.drizzle,
        })
      : opened.database;
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
