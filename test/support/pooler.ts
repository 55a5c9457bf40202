import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { findProgram } from './installed.ts';
import { freePort } from './port.ts';
import { nobody, startPostgres } from './postgres.ts';

// The least that outro asks of a database: a role that may take no advisory locks and not notify, every transaction
// serializable, and a pooler that hands each of them another connection.

const connectTo = async (connectionString: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
};

const run = async (connectionString: string, ...statements: string[]): Promise<void> => {
  const client = await connectTo(connectionString);
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

const forbidden = `from pg_catalog.pg_proc where pronamespace = 'pg_catalog'::regnamespace
  and proname ~ '^(pg_(try_)?advisory_.*|pg_notify)$'`;

/** Makes a database of a role of its own; what is revoked there stays allowed in the server's other databases. */
const createDatabase = async (
  superuserUrl: string,
): Promise<{ url: string; drop: () => Promise<void> }> => {
  const name = `portable_${randomBytes(8).toString('hex')}`;
  const url = new URL(superuserUrl);
  url.pathname = name;
  const drop = (): Promise<void> =>
    run(superuserUrl, `drop database if exists ${name} with (force)`, `drop role ${name}`);
  await run(superuserUrl, `create role ${name} login password '${name}'`).catch(
    (cause: unknown) => {
      throw new Error(
        'portable tests make a role of their own: TEST_DATABASE_URL must name a superuser',
        { cause },
      );
    },
  );
  await run(
    superuserUrl,
    `create database ${name} owner ${name} template template0`,
    `alter database ${name} set default_transaction_isolation = 'serializable'`,
  );
  await run(
    url.href,
    `do $$ declare statement text; begin
      for statement in
        select format('revoke execute on function %s from public, ${name}', oid::regprocedure) ${forbidden}
      loop execute statement; end loop;
    end $$`,
  );
  url.username = name;
  url.password = name;
  return { url: url.href, drop };
};

const configurationOf = (databaseUrl: string, listenPort: number): string => {
  const { hostname, port, pathname, username, password } = new URL(databaseUrl);
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: listenPort,
    unix_socket_dir: '',
    pool_mode: 'transaction',
    // Whoever connects is the user that the database's line names.
    auth_type: 'any',
    max_client_conn: 500,
    default_pool_size: 20,
    // Else a client that is alone gets the same connection each time, and what it left there.
    server_round_robin: 1,
    log_connections: 0,
    log_disconnections: 0,
  };
  const server = `host=${hostname} port=${port || 5432} user=${username}${password && ` password=${password}`}`;
  const lines = [
    '[databases]',
    `portable = ${server} dbname=${pathname.slice(1)}`,
    // The server's others, by their own names.
    `* = ${server}`,
    '[pgbouncer]',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
  ];
  return `${lines.join('\n')}\n`;
};

/** Starts pgbouncer in front of a database; the server's others stand there by their names. */
export const startPgbouncer = async (
  databaseUrl: string,
): Promise<{ url: string; version: string; stop: () => Promise<void> }> => {
  const program = findProgram('pgbouncer');
  if (!program) throw new Error('no pgbouncer found; install it, or set PGBOUNCER_PATH');
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'outro-pgbouncer-'));
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, configurationOf(databaseUrl, port));
  if (nobody.uid) for (const path of [folder, file]) chownSync(path, nobody.uid, nobody.gid);
  const server = spawn(program.path, [file], {
    ...nobody,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said = `${said}${String(chunk)}`.slice(-2000)));
  const exited = once(server, 'exit');
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `postgres://anyone@127.0.0.1:${port}/portable`;
  for (let attempt = 0; attempt < 100 && server.exitCode === null; attempt += 1) {
    try {
      await run(url, 'select');
      return { url, version: program.version.split('\n')[0] ?? '', stop };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await stop();
  throw new Error(`pgbouncer did not start: ${said}`);
};

const refusal = (client: pg.Client, statement: string): Promise<unknown> =>
  client.query(statement).then(
    () => 'none',
    (error: pg.DatabaseError) => error.code,
  );

/** The processes of the database that carry out one client's statements, one after the other. */
const countBackends = async (client: pg.Client, holder: pg.Client): Promise<number> => {
  // While the one is held, the other needs a second.
  await holder.query('begin');
  await client.query('select');
  await holder.query('commit');
  const seen = new Set<unknown>();
  for (let count = 0; count < 4; count += 1) {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    seen.add(rows[0]?.pid);
  }
  return seen.size;
};

// A run on a database that allows more would prove nothing.
const wanted = {
  isolation: 'serializable',
  knowsThem: true,
  allowsAny: false,
  lock: '42501',
  notify: '42501',
  movesClients: true,
};

/** Holds a database to what this run is about. */
const check = async (url: string): Promise<void> => {
  const holder = await connectTo(url);
  const client = await connectTo(url);
  try {
    const { rows } = await client.query<object>(
      `select current_setting('transaction_isolation') as isolation, count(*) > 10 as "knowsThem",
        bool_or(has_function_privilege(oid, 'execute')) as "allowsAny" ${forbidden}`,
    );
    const found = {
      ...rows[0],
      lock: await refusal(client, 'select pg_catalog.pg_advisory_xact_lock(1)'),
      notify: await refusal(client, "select pg_catalog.pg_notify('outro', '')"),
      movesClients: (await countBackends(client, holder)) > 1,
    };
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      throw new Error(
        `the portable tests' database is not what it is to be: ${JSON.stringify(found)}`,
      );
  } finally {
    await Promise.all([holder.end(), client.end()]);
  }
};

/** Starts Postgres behind a pooler of transactions, for the tests that must get by with that. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.toReversed()) await one();
  };
  try {
    const postgres = await startPostgres();
    stops.push(postgres.stop);
    const database = await createDatabase(postgres.url);
    stops.push(database.drop);
    const pooler = await startPgbouncer(database.url);
    stops.push(pooler.stop);
    await check(pooler.url);
    console.log(
      `portable tests use PostgreSQL ${postgres.version} behind ${pooler.version} (a connection for each transaction, serializable, no advisory locks, no pg_notify)`,
    );
    project.provide('databaseUrl', pooler.url);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
};
