import {
  PGliteDialect,
  PostgresDialect,
  type PGliteDialectConfig,
  type PostgresDialectConfig,
} from 'kysely';
import type { Store } from '../store.ts';
import { openSqlStore } from './sql.ts';

/**
 * Keeps people's data in Postgres, through a `pg` pool of yours; brings the schema `outro` up to date.
 *
 * @throws Error when the database cannot be reached or a migration fails
 */
export const fromPg = (
  pool: Extract<PostgresDialectConfig['pool'], { connect: unknown }>,
): Promise<Store> => openSqlStore(new PostgresDialect({ pool }));

/**
 * Keeps people's data in an embedded PGlite database of yours; brings the schema `outro` up to date.
 * Survives the death of the process, not a power cut: PGlite never calls fsync.
 *
 * @throws Error when a migration fails
 */
export const fromPglite = (pglite: PGliteDialectConfig['pglite']): Promise<Store> =>
  openSqlStore(new PGliteDialect({ pglite }));
