// outro of a given package over the two databases, as the benchmark's processes open them.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { apiKey, origin, secret, type Query } from './people.ts';
import { openPool } from './pool.ts';

/** What the benchmark uses of the door `outro/server`, today's or another commit's. */
interface Door {
  createHandler(options: object): (request: Request) => Promise<Response>;
  fromPg(pool: pg.Pool): Promise<Store>;
  fromPglite(pglite: PGlite): Promise<Store>;
}

/** A store, whose purge has moved with time. */
interface Store {
  purge?(): Promise<unknown>;
  exits?: { purge(): Promise<unknown> };
}

/** outro with its database. */
export interface Engine {
  fetch(request: Request): Promise<Response>;
  purge(): Promise<unknown>;
  query: Query;
  /** Runs `work` on a connection that trusts what it is given: no foreign key is looked up, and no trigger runs. */
  trusting(work: (query: Query) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** What it takes to open outro. */
export interface Opening {
  root: string;
  url: string;
  /** Of pages that call besides. */
  origins?: readonly string[] | undefined;
  /** Told of every statement that outro sends to Postgres. */
  hear?: (statement: string) => void;
}

const openPostgres = async ({ fromPg }: Door, { url, hear }: Opening) => {
  const pool = openPool(url, hear);
  return {
    store: await fromPg(pool),
    query: ((sql, values) => pool.query(sql, values)) as Query,
    async trusting(work: (query: Query) => Promise<void>) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      // Superusers may; for others it takes longer.
      await client.query('set session_replication_role = replica').catch(() => {});
      await work((sql, values) => client.query(sql, values));
      await client.end();
    },
    close: () => pool.end(),
  };
};

const openPglite = async ({ fromPglite }: Door) => {
  const { PGlite: Pglite } = await import('@electric-sql/pglite');
  const pglite = await Pglite.create();
  const query: Query = (sql, values) => pglite.query(sql, values);
  return {
    store: await fromPglite(pglite),
    query,
    trusting: (work: (query: Query) => Promise<void>) => work(query),
    close: () => pglite.close(),
  };
};

/** Opens outro on Postgres at an address, or on an embedded PGlite for `''`. */
export const openEngine = async (opening: Opening): Promise<Engine> => {
  const file = pathToFileURL(join(opening.root, 'src/server.ts')).href;
  const door = (await import(file)) as Door;
  const { store, ...rest } = await (opening.url ? openPostgres(door, opening) : openPglite(door));
  const origins = [origin, ...(opening.origins ?? [])];
  const fetch = door.createHandler({
    sites: [{ apiKey, secret, publicUrl: 'https://outro.example', origins }],
    encryptionKeys: [{ id: 'bench', key: secret }],
    store,
  });
  const purge = async (): Promise<unknown> => store.exits?.purge() ?? store.purge?.();
  return { fetch, purge, ...rest };
};
