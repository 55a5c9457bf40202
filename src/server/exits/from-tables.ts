import type { Database } from '../people/database.ts';
import { lookForGuard, sessionGuard } from '../people/mapped/guard.ts';
import { linkGuard } from '../people/mapped/link-guard.ts';
import { mappedTables } from '../people/mapped/mapped-tables.ts';
import type { Mapping } from '../people/mapped/mapping.ts';
import { planMapping } from '../people/mapped/plan.ts';
import { postgresDatabase, type PostgresPool } from '../people/postgres.ts';
import { openOn, withAdvice, type StoreOptions } from './open.ts';
import { exitsSteps } from './steps.ts';
import type { Store } from './store.ts';

const openMapped = async (
  db: Database,
  mapping: Mapping,
  { onChange }: StoreOptions,
): Promise<Store> => {
  const plan = await planMapping(db, mapping);
  const store = await openOn(db, exitsSteps, (exits) => mappedTables(db, exits, plan, onChange));
  const triggers = [...sessionGuard(plan), ...linkGuard(plan)];
  return { ...store, guard: () => lookForGuard(db, triggers) };
};

/**
 * Stands on the tables in which a site has its people already, through a `pg` pool of yours: looks at them first, adds no
 * column to them, and keeps what they cannot hold in the schema `outro`.
 *
 * @param mapping one of `tables`, or your own.
 * @throws Error that lists every entry of the mapping that is not true of the database, by its path, with what was found;
 *   else as `fromPg`
 * @see design.md section 7
 */
export const fromTables = async (
  pool: PostgresPool,
  mapping: Mapping,
  options: StoreOptions = {},
): Promise<Store> => openMapped(postgresDatabase(pool), mapping, options).catch(withAdvice);
