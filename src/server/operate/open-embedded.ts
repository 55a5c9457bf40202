import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import type { Store } from '../exits/store.ts';
import { loadPackage } from '../config/optional-package.ts';
import { fromPglite, type StoreOptions } from '../exits/open.ts';

// What a data folder holds, or the disk that is mounted there.
const ownNames = ['lock', 'pg', 'lost+found'];

// Closing a folder to others must not hit `/tmp`, nor the one that a site's pages are served from.
const isDataFolder = async (folder: string): Promise<boolean> =>
  (await readdir(folder)).every((name) => ownNames.includes(name));

// PGlite makes its files for everybody to read and write: what keeps others out is the mode of the folder.
const closeFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const me = process.geteuid?.();
  // Windows has neither owners nor modes of this kind.
  if (me === undefined) return;
  const { uid } = await stat(folder);
  // Root is let in, since in a container the volumes are often another's; that owner can still get at the data.
  if (uid !== me && me !== 0)
    throw new Error(
      `the data folder ${folder} belongs to user ${uid}, and outro runs as user ${me}; ` +
        `run it as the folder's owner, or chown -R ${me} ${folder}, or give another --data`,
    );
  const isOpen = async (): Promise<boolean> => ((await stat(folder)).mode & 0o777) !== 0o700;
  if (!(await isOpen())) return;
  if (!(await isDataFolder(folder)))
    throw new Error(
      `other users can get into the folder ${folder}, which holds other things than data of outro; ` +
        `give a folder of its own as --data, or run chmod 700 ${folder}`,
    );
  // Some mounted file systems refuse, others agree and do nothing.
  const cause: unknown = await chmod(folder, 0o700).catch((error: unknown) => error);
  if (await isOpen())
    throw new Error(
      `other users can get into the data folder ${folder}, and its mode cannot be changed; ` +
        'give another --data, on a file system that keeps modes',
      { cause },
    );
};

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

// V8 takes 600 MB and a second of a processor to optimise one function of PGlite, right at the start, and some 130 MB
// for good; without it a request takes a quarter more processor time. Only for modules compiled from here on.
const spareMemory = (): void => {
  for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
};

// The default is 128 MB, all of it in use from the start; what does not fit, the system's cache of files has.
const buffers = ['-c', 'shared_buffers=16MB'];

/**
 * Opens the embedded database in a folder that nobody else gets into, locked against a second process. It is safe
 * against a crash of the process, not against a power cut.
 *
 * @throws Error when the driver is missing, or the folder is in use, another user's, or cannot be closed to others
 */
export const openEmbedded = async (folder: string, options: StoreOptions = {}): Promise<Store> => {
  await closeFolder(folder);
  const lock = lockFolder(folder);
  spareMemory();
  const { PGlite } = await loadPackage(
    '@electric-sql/pglite',
    () => import('@electric-sql/pglite'),
    'give the address of a Postgres as --database-url or DATABASE_URL',
  );
  const pglite = await PGlite.create(join(folder, 'pg'), {
    startParams: [...PGlite.defaultStartParams, ...buffers],
    initDbStartParams: buffers,
  });
  const store = await fromPglite(pglite, options);
  return {
    ...store,
    async close() {
      await store.close();
      lock.close();
    },
  };
};
