// The disks that Postgres is measured on: this machine's as it is, and the same with slow syncs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startPostgres } from '../../support/postgres.ts';
import { median, round } from '../statistics.ts';

/** What is measured on: the disk as it is, or one whose every sync takes 2 ms longer. */
export type DiskName = 'disk as it is' | 'syncs of 2 ms';

/** A Postgres with fsync on, and its disk. */
export interface Disk {
  name: DiskName;
  url: string;
  pid: number | undefined;
  /** Milliseconds of one small commit. */
  commit: number;
  stop(): Promise<void>;
}

const compile = (folder: string): string | undefined => {
  const source = fileURLToPath(new URL('slow-disk.c', import.meta.url));
  const library = join(folder, 'slow-disk.so');
  for (const compiler of ['cc', 'gcc', 'clang'])
    try {
      const options = ['-shared', '-fPIC', '-o', library, source, '-ldl'];
      execFileSync(compiler, options, { stdio: 'pipe' });
      // Postgres may run as somebody else.
      chmodSync(folder, 0o755);
      return library;
    } catch (error) {
      // One that is there and fails is worth a word.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') console.error(String(error));
    }
  return undefined;
};

const timeCommit = async (url: string): Promise<number> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table public.commits(at timestamptz)');
  const times: number[] = [];
  for (let turn = 0; turn < 30; turn += 1) {
    const begun = performance.now();
    await client.query('insert into public.commits values (now())');
    times.push(performance.now() - begun);
  }
  await client.query('drop table public.commits');
  await client.end();
  return round(median(times));
};

/** Whether there can be slow syncs here; where not, it says why. */
const prepareSlowDisk = (folder: string): string | undefined => {
  if (process.env['TEST_DATABASE_URL']) {
    console.log('no slow disk: the Postgres of TEST_DATABASE_URL is taken as it is');
    return undefined;
  }
  const library = process.platform === 'linux' ? compile(folder) : undefined;
  if (!library) console.log('no slow disk: it takes Linux and a C compiler (cc, gcc or clang)');
  return library;
};

/**
 * Starts a Postgres on a disk.
 *
 * @returns undefined where there is no such disk.
 * @throws Error when the slow disk is not slow
 */
export const openDisk = async (name: DiskName): Promise<Disk | undefined> => {
  const folder = mkdtempSync(join(tmpdir(), 'outro-slow-disk-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  const isSlow = name === 'syncs of 2 ms';
  const preload = isSlow ? prepareSlowDisk(folder) : undefined;
  if (isSlow && !preload) {
    clear();
    return undefined;
  }
  const postgres = await startPostgres({ fsync: true, ...(preload && { preload }) });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    clear();
  };
  const commit = await timeCommit(postgres.url);
  if (isSlow && commit < 2) {
    await stop();
    throw new Error(`expected commits of 2 ms and more on the slow disk, found ${commit} ms`);
  }
  return { name, url: postgres.url, pid: postgres.pid, commit, stop };
};
