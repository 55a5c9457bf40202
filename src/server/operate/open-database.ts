import type { Store } from '../exits/store.ts';
import { loadPackage } from '../config/optional-package.ts';
import { fromPg, type StoreOptions } from '../exits/open.ts';
import { openEmbedded } from './open-embedded.ts';

/**
 * Opens Postgres when there is an address, else the embedded database in a folder.
 *
 * @throws Error when the driver is missing, the folder cannot be used or the database cannot be reached
 */
export const openDatabase = async (
  databaseUrl: string | undefined,
  folder: string,
  options: StoreOptions = {},
): Promise<Store> => {
  if (databaseUrl === undefined) return openEmbedded(folder, options);
  const { default: pg } = await loadPackage('pg', () => import('pg'));
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  // Without a listener the process dies when Postgres restarts.
  pool.on('error', (error) => console.error(`outro: lost a database connection: ${error.message}`));
  try {
    return await fromPg(pool, options);
  } catch (error) {
    await pool.end();
    throw error;
  }
};
