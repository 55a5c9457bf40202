// A database that restarts, hangs, refuses, has no connection left or takes no changes: the process lives, whoever asks
// gets an answer in time, and whoever runs it is told what to do.
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { fromPg } from 'outro/server';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDatabase, startPostgres } from '../support/postgres.ts';
import { answering } from '../support/revocation.ts';
import { isExcused, openShop, readAdvice, startTraffic, timed } from '../support/shop.ts';

let server: Awaited<ReturnType<typeof startPostgres>>;
let admin: pg.Pool;
beforeAll(async () => {
  server = await startPostgres({ isOwn: true });
  admin = new pg.Pool({ connectionString: server.url, max: 2 });
  admin.on('error', () => {});
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

/** The address of a database of its own. */
const openDatabase = async (change: Partial<URL> = {}): Promise<string> =>
  Object.assign(new URL(await createDatabase(server.url)), change).href;

const pause = (milliseconds: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

describe('3.1 a database that restarts under load', () => {
  it('costs the requests that were under way, not the process; then everything works, what is owed too', async () => {
    const advice = readAdvice();
    const provider = await answering({ status: 200 });
    const url = `${provider.origin}/revoke`;
    const revoke = {
      by: 'request',
      method: 'POST',
      url,
      form: { id: '{providerUid}' },
      removes: 'grant',
    } as const;
    const shop = await openShop(await openDatabase(), { providers: { facebook: { revoke } } });
    shop.handler.start();
    const traffic = startTraffic(shop, 12);
    await pause(500);
    await shop.pool.query(
      `with owed as (insert into outro.destinations values ($1, 'facebook'))
       insert into outro.errands
         (kind, site, destination, provider, sub_provider, provider_uid, generation, next_at)
       values ('revocation', $1, 'facebook', 'facebook', '', 'ada', 1, now() + interval '1 second')`,
      [shop.apiKey],
    );
    const working = shop.handler.work();
    await server.restart();
    // Before the errand was due, or after: it may have waited for the database to be there again.
    expect([0, 1]).toContain(await working);
    await expect.poll(() => provider.calls).toHaveLength(1);
    const failed = traffic.failures.length;
    await pause(500);
    await traffic.stop();
    expect(failed).toBeGreaterThan(0);
    expect(traffic.failures.length).toBe(failed);
    expect(traffic.failures.filter((one) => !isExcused(one))).toEqual([]);
    expect(advice().join('\n')).toMatch(/^the database: (nothing listens|.*restarts)/);
  });

  it('or that ends its connections, one after the other', async () => {
    const advice = readAdvice();
    const shop = await openShop(await openDatabase());
    shop.handler.start();
    const traffic = startTraffic(shop, 12);
    for (let round = 0; round < 20; round += 1) {
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname like 'own_%' and pid <> pg_backend_pid()",
      );
      await pause(50);
    }
    // What was told to end may still be ending.
    await pause(1000);
    const failed = traffic.failures.length;
    await pause(300);
    await traffic.stop();
    expect(traffic.failures.length).toBe(failed);
    expect(traffic.failures.filter((one) => !isExcused(one))).toEqual([]);
    expect(failed).toBeGreaterThan(0);
    expect(advice().join('\n')).toMatch(/restarts/);
  });

  it('or that ends a connection in the very packet that opens it', async () => {
    const welcome = Buffer.from('R\0\0\0\u0008\0\0\0\0Z\0\0\0\u0005I', 'latin1');
    const fields = Buffer.from('SFATAL\0C57P01\0Mterminating\0\0');
    const end = Buffer.concat([Buffer.from([0x45, 0, 0, 0, fields.length + 4]), fields]);
    const postgres = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.concat([welcome, end])));
    });
    await new Promise<void>((resolve) => postgres.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void postgres.close());
    const { port } = postgres.address() as AddressInfo;
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'x', database: 'x' });
    await expect(fromPg(pool)).rejects.toThrow(/; the database: .*restarts/);
    await pool.end();
  });
});

describe('3.2 a database that hangs', () => {
  it('is given up within the time that a page has, by everybody; when it goes on, so do they', async () => {
    const advice = readAdvice();
    const shop = await openShop(await openDatabase());
    const tokens = await Promise.all(Array.from({ length: 30 }, () => shop.signIn(randomUUID())));
    const { rows } = await admin.query<{ pid: number }>('select pid from pg_stat_activity');
    const processes = [...rows.map(({ pid }) => pid), Number(server.pid)];
    const tell = (pid: number, signal: NodeJS.Signals): void => {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended.
      }
    };
    try {
      for (const pid of processes) tell(pid, 'SIGSTOP');
      const ready = shop.handler(new Request('https://outro.example/readyz'));
      const working = shop.handler.work();
      const outcomes = await Promise.all(
        tokens.map((token) =>
          timed(shop.asPage('removeConnection', token, { provider: 'oidc-one' })),
        ),
      );
      expect(outcomes.filter((one) => !isExcused(one))).toEqual([]);
      // Four seconds, and some for a busy machine.
      expect(Math.max(...outcomes.map(({ took }) => took))).toBeLessThan(6000);
      expect((await ready).status).toBe(503);
      expect(await working).toBe(0);
    } finally {
      for (const pid of processes.toReversed()) tell(pid, 'SIGCONT');
    }
    expect(advice().join('\n')).toMatch(/it does not answer: look at its load, at locks/);
    expect(advice().join('\n')).toMatch(/every connection of the pool is in use/);
    await expect.poll(() => shop.signIn(randomUUID()), { timeout: 10_000 }).toBeTypeOf('string');
    const outcomes = await Promise.all(tokens.map((token) => shop.asPage('getUserInfo', token)));
    expect(outcomes.map(({ errorCode }) => errorCode)).toEqual(tokens.map(() => 0));
    // It looks once a second.
    const isReady = async () =>
      (await shop.handler(new Request('https://outro.example/readyz'))).status;
    await expect.poll(isReady, { timeout: 3000 }).toBe(200);
  });
});

describe('a database that refuses, at start', () => {
  const refusal = async (url: string): Promise<string> => {
    const pool = new pg.Pool({ connectionString: url });
    onTestFinished(() => pool.end());
    return fromPg(pool).then(
      () => 'opened',
      ({ message }: Error) => message,
    );
  };

  it('nobody listens there', async () => {
    const port = '1';
    for (const hostname of ['127.0.0.1', 'localhost']) {
      const url = await openDatabase({ port, hostname });
      expect(await refusal(url)).toMatch(
        /ECONNREFUSED.*; the database: nothing listens there: start the database, or mend host and port$/,
      );
    }
    const unknown = await openDatabase({ hostname: 'nobody.invalid' });
    await expect
      .poll(() => refusal(unknown), { timeout: 30_000 })
      .toMatch(/; the database: that host is not known: mend the address/);
  });

  it('a wrong password, a name that it does not know', async () => {
    const url = await openDatabase();
    await admin.query("create role locked login password 'right'");
    const { rows } = await admin.query<{ hba_file: string }>('show hba_file');
    await admin.query(
      `copy (select unnest(array['host all locked 127.0.0.1/32 scram-sha-256',
        'host all all 127.0.0.1/32 trust'])) to '${rows[0]?.hba_file}'`,
    );
    await admin.query('select pg_reload_conf()');
    const wrong = Object.assign(new URL(url), { username: 'locked', password: 'wrong' }).href;
    await expect
      .poll(() => refusal(wrong))
      .toMatch(/password authentication failed.*; the database: .*mend user and password/);
    expect(await refusal(Object.assign(new URL(url), { pathname: 'nothing' }).href)).toMatch(
      /"nothing" does not exist; the database: there is no database of that name: create it/,
    );
  });

  it('a user who may create nothing there', async () => {
    await admin.query('create role guest login');
    expect(await refusal(await openDatabase({ username: 'guest' }))).toMatch(
      /permission denied.*; the database: the user may not do that: grant create on the database/,
    );
  });
});

describe('a database that has no connection left', () => {
  const hold = async (connectionString: string): Promise<pg.Client> => {
    for (;;) {
      const client = new pg.Client({ connectionString });
      client.on('error', () => {});
      if (
        await client.connect().then(
          () => true,
          () => false,
        )
      )
        return client;
      await pause(50);
    }
  };

  it('is waited for; for longer than a page waits, the answer is an error; later requests work', async () => {
    await admin.query('create role crowded login connection limit 3');
    const url = await openDatabase({ username: 'crowded' });
    await admin.query(`grant create on database ${new URL(url).pathname.slice(1)} to crowded`);
    const advice = readAdvice();
    const shop = await openShop(url, { idleTimeoutMillis: 100 });
    // Ten would like to be connected, three may.
    const tokens = await Promise.all(Array.from({ length: 15 }, () => shop.signIn(randomUUID())));
    await expect.poll(() => shop.pool.totalCount).toBe(0);
    const others = await Promise.all([hold(url), hold(url), hold(url)]);
    const outcome = await timed(shop.asPage('logout', tokens[0] ?? ''));
    expect(isExcused(outcome)).toBe(true);
    expect(outcome.took).toBeLessThan(6000);
    expect(await shop.handler.work()).toBe(0);
    expect(advice().join('\n')).toMatch(/it has no connection left: lower the max of the pools/);
    for (const other of others) await other.end();
    expect(await shop.asPage('logout', tokens[1] ?? '')).toMatchObject({ errorCode: 0 });
  });
});

describe('a database that takes no changes', () => {
  it('answers what is read; a change is an error that names it; it is started on when it is up to date', async () => {
    const url = await openDatabase();
    const before = await openShop(url);
    const token = await before.signIn('ada');
    const readOnly = async (of: string): Promise<void> => {
      const name = new URL(of).pathname.slice(1);
      await admin.query(`alter database ${name} set default_transaction_read_only = on`);
    };
    await readOnly(url);
    const advice = readAdvice();
    const shop = await openShop(url, { apiKey: before.apiKey });
    expect(await shop.asPage('getUserInfo', token)).toMatchObject({ errorCode: 0, UID: 'ada' });
    for (const [method, params] of [
      ['removeConnection', { provider: 'oidc-one' }],
      ['logout', {}],
    ] as const)
      expect(isExcused(await timed(shop.asPage(method, token, params)))).toBe(true);
    expect(await shop.handler.work()).toBe(0);
    expect(advice()).toEqual([
      'the database: it takes no changes, being a standby or read-only: lead outro to the primary, or set default_transaction_read_only to off',
    ]);
    // Nothing has changed of it.
    expect(await before.asPage('getUserInfo', token)).toMatchObject({ errorCode: 0, UID: 'ada' });

    const empty = await openDatabase();
    await readOnly(empty);
    await expect(openShop(empty)).rejects.toThrow(/read-only.*; the database: it takes no changes/);
  });
});
