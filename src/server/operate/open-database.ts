import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../exits/store.ts';
import { loadPackage } from '../config/optional-package.ts';
import { fromPg, fromPglite } from '../exits/open.ts';

// PGlite itself lets a second process open the same folder, and both then lose rows.
const lockFolder = (folder: string): DatabaseSync => {
  const lock = new DatabaseSync(join(folder, 'lock'));
  try {
    // A real file lock, which the kernel drops with the process: no stale lock after a crash.
    lock.exec('PRAGMA busy_timeout=0; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    throw new Error(
      `another process has the data folder ${folder} open; stop it, or give another --data`,
      { cause },
    );
  }
};

/**
 * Opens Postgres when there is an address, else the embedded database in a folder, locked against a second
 * process. The embedded one is safe against a crash of the process, not against a power cut.
 *
 * @throws Error when the driver is missing, the folder is in use or the database cannot be reached
 */
export const openDatabase = async (
  databaseUrl: string | undefined,
  folder: string,
): Promise<Store> => {
  if (databaseUrl !== undefined) {
    const { default: pg } = await loadPackage('pg', () => import('pg'));
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
    // Without a listener the process dies when Postgres restarts.
    pool.on('error', (error) =>
      console.error(`outro: lost a database connection: ${error.message}`),
    );
    return fromPg(pool);
  }
  await mkdir(folder, { recursive: true });
  const lock = lockFolder(folder);
  const { PGlite } = await loadPackage(
    '@electric-sql/pglite',
    () => import('@electric-sql/pglite'),
  );
  const store = await fromPglite(await PGlite.create(join(folder, 'pg')));
  return {
    ...store,
    async close() {
      await store.close();
      lock.close();
    },
  };
};
