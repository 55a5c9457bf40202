import {
  PGliteDialect,
  PostgresDialect,
  type PGliteDialectConfig,
  type PostgresPool,
  type PostgresPoolClient,
} from 'kysely';
import type { Store } from '../people/people.ts';
import { preparing } from '../people/prepare.ts';
import { openSqlStore } from './store.ts';
import {
  subscribeByPglite,
  subscribeByPool,
  type ListeningClient,
  type ListeningPglite,
} from './listen.ts';

/**
 * Keeps people's data in Postgres, through a `pg` pool of yours; brings the schema `outro` up to date.
 * While pages listen, one connection of the pool is kept for that.
 *
 * @throws Error when the database cannot be reached or a migration fails
 */
export const fromPg = (
  pool: PostgresPool & { connect(): Promise<PostgresPoolClient & ListeningClient> },
): Promise<Store> =>
  openSqlStore(new PostgresDialect({ pool: preparing(pool) }), subscribeByPool(pool));

/**
 * Keeps people's data in an embedded PGlite database of yours; brings the schema `outro` up to date.
 * Survives the death of the process, not a power cut: PGlite never calls fsync.
 *
 * @throws Error when a migration fails
 */
export const fromPglite = (
  pglite: Exclude<PGliteDialectConfig['pglite'], (...options: never[]) => unknown> &
    ListeningPglite,
): Promise<Store> => openSqlStore(new PGliteDialect({ pglite }), subscribeByPglite(pglite));
