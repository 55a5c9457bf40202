// A site on a database of its own: a library's tables, outro standing on them, and requests as its pages send them.
import { randomUUID } from 'node:crypto';
import {
  createHandler,
  fromTables,
  type Handler,
  type HandlerOptions,
  type SitesConfiguration,
  type Store,
} from 'outro/server';
import pg from 'pg';
import { inject } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import { secret, type Answer } from '../support/house.ts';
import { signedBody } from '../support/signed.ts';
import type { Library, Query } from './schemas.ts';

/** A database that nobody else has. */
export const openDatabase = async (schema: string) => {
  const url = new URL(inject('databaseUrl'));
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  const name = `beside_${randomUUID().replaceAll('-', '')}`;
  await admin.query(`create database ${name}`);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 20 });
  pool.on('error', () => {});
  const query: Query = async (text, values) =>
    (await pool.query<Record<string, unknown>>(text, values)).rows;
  await query(schema);
  const close = async (): Promise<void> => {
    await pool.end();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  };
  return { url: url.href, pool, query, close };
};

/** A site, and whoever asks it. */
export interface BesideSite {
  apiKey: string;
  store: Store;
  handler: Handler;
  query: Query;
  pool: pg.Pool;
  url: string;
  /** Asks as a page does whose session is this. */
  ask: (method: string, key: string, params?: Record<string, string>) => Promise<Answer>;
  signed: (method: string, params: Record<string, string>) => Promise<Answer>;
  /** A person with two identities and a session, as the library writes them. */
  enter: (name: string, providers?: string[]) => Promise<{ uid: string; key: string }>;
  close: () => Promise<void>;
}

/** A provider of the tests, whose permission is taken back by a request. */
export const revocable = {
  revoke: {
    by: 'request',
    removes: 'grant',
    url: 'https://one.example/revoke',
    method: 'POST',
    form: { token: '{refreshToken}' },
  },
} as const;

/** Opens a library's tables, and outro on them. */
export const openSite = async (
  library: Library,
  site: Partial<SitesConfiguration['sites'][number]> = {},
  options: Partial<Omit<HandlerOptions, 'store'>> = {},
): Promise<BesideSite> => {
  const { pool, query, url, close } = await openDatabase(library.schema);
  const store = await fromTables(new pg.Pool({ connectionString: url, max: 20 }), library.mapping);
  const apiKey = `3_${randomUUID()}`;
  const origin = 'https://shop.example';
  const handler = createHandler({
    encryptionKeys: [{ id: 'test', key: secret }],
    ...options,
    sites: [
      {
        apiKey,
        secret,
        publicUrl: 'https://outro.example',
        origins: [origin],
        identify: (request) => {
          const session = request.headers.get('cookie')?.slice('key='.length);
          return session === undefined ? undefined : { session };
        },
        ...site,
      },
    ],
    store,
  });
  const ask: BesideSite['ask'] = async (method, key, params = {}) => {
    const response = await handler(
      new Request(`https://outro.example/socialize.${method}`, {
        method: 'POST',
        headers: { Origin: origin, 'X-Outro': '1', Cookie: `key=${key}` },
        body: new URLSearchParams({ apiKey, ...params }),
      }),
    );
    return (await response.json()) as Answer;
  };
  const signed: BesideSite['signed'] = async (method, params) => {
    const to = `https://outro.example/socialize.${method}`;
    const body = signedBody(to, secret, { apiKey, ...params });
    return (await (await handler(new Request(to, { method: 'POST', body }))).json()) as Answer;
  };
  const enter: BesideSite['enter'] = async (name, providers = ['google', 'github']) => {
    const uid = await library.addUser(query, `${name}@shop.example`);
    for (const provider of providers) await library.link(query, uid, provider, `${name} there`);
    const key = library.newKey();
    await library.openSession(query, uid, key);
    return { uid, key };
  };
  return {
    apiKey,
    store,
    handler,
    query,
    pool,
    url,
    ask,
    signed,
    enter,
    async close() {
      await handler.close();
      await store.close();
      await close();
    },
  };
};

/** Steps of a receipt, but for those at providers: `session done`. */
export const stepsOf = ({ receipt }: Answer): string[] =>
  (receipt as Receipt)
    .filter(({ step }) => step !== 'provider-session')
    .map(({ step, status }) => `${step} ${status}`);
