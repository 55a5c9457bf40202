// Several instances of the backend on one Postgres: what one changes, the pages of another hear.
import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fromPg } from 'outro/server';
import pg from 'pg';
import { afterEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { listen, signInElsewhere, startInstance, type OpenPage } from '../support/listening.ts';

const connectionString = inject('databaseUrl');

/** A store on connections of its own, which the tests can find and kill. */
const openStore = async (house: House, port?: number) => {
  const url = new URL(connectionString);
  if (port) url.port = String(port);
  const name = randomUUID();
  const pool = new pg.Pool({ connectionString: url.href, application_name: name, max: 5 });
  pool.on('error', () => {});
  const store = await fromPg(pool);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await store.close();
  };
  onTestFinished(close);
  const listening = async (): Promise<number[]> => {
    const rows = await house.database.query(
      `select pid from pg_stat_activity
       where application_name = $1 and query in ('listen outro_journal', 'select 1')`,
      [name],
    );
    return rows.map(({ pid }) => Number(pid));
  };
  return { store, pool, close, listening };
};

/** A network between the store and its database, of which a connection can go silent. */
const startNetwork = async () => {
  const upstream = new URL(connectionString);
  const pairs: { near: Socket; far: Socket }[] = [];
  const server = createServer((near) => {
    const far = connect(Number(upstream.port), upstream.hostname);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far).pipe(near);
    pairs.push({ near, far });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const silence = (): void => {
    for (const { near, far } of pairs.splice(0)) {
      near.unpipe(far);
      far.unpipe(near);
    }
  };
  return { port: (server.address() as AddressInfo).port, silence };
};

const remove = (house: House, provider: string) =>
  house.signed('socialize.removeConnection', { UID: 'u', provider });

const told = ({ heard }: OpenPage) =>
  heard.filter(({ event }) => event === 'connectionRemoved').map(({ data }) => data.provider);

const pause = (milliseconds: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

const signIn = async (house: House): Promise<string> => {
  const token = await signInElsewhere(house);
  await signInElsewhere(house, 'u', 'facebook', 'github', 'linkedin', 'yahoo');
  return token;
};

afterEach(() => {
  vi.useRealTimers();
});

describe('two instances, each with connections of its own', () => {
  it('an event crosses at once, before the look of each second', async () => {
    const house = await startHouse();
    const token = await signIn(house);
    const { store } = await openStore(house);
    // Without the look of each second: what is heard is the other instance.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const page = await listen(house, token, { handler: startInstance(house, store) });
    vi.useRealTimers();
    await remove(house, 'facebook');
    const committed = performance.now();
    await vi.waitFor(() => expect(told(page)).toEqual(['facebook']), {
      timeout: 5000,
      interval: 5,
    });
    const took = performance.now() - committed;
    console.log(`heard on the other instance after ${took.toFixed(0)} ms`);
    await house.signed('socialize.logout', { UID: 'u' });
    await expect.poll(() => page.isOver).toBe(true);
    expect(page.heard.at(-1)?.event).toBe('logout');
  });

  it('one connection listens, from the first stream until the instance closes, however many there are', async () => {
    const house = await startHouse();
    const token = await signIn(house);
    const { store, listening } = await openStore(house);
    const handlers = [startInstance(house, store), startInstance(house, store)];
    expect(await listening()).toEqual([]);
    for (const handler of handlers)
      await Promise.all(Array.from({ length: 8 }, () => listen(house, token, { handler })));
    expect(await listening()).toHaveLength(1);
    await handlers[0]?.close();
    expect(await listening()).toHaveLength(1);
    await handlers[1]?.close();
    await expect.poll(listening).toEqual([]);
  });

  it('nobody listens any more when the last page has left', async () => {
    const house = await startHouse();
    const token = await signIn(house);
    const { store, listening } = await openStore(house);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const handler = startInstance(house, store);
    const page = await listen(house, token, { handler });
    expect(await listening()).toHaveLength(1);
    await page.leave();
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();
    await expect.poll(listening).toEqual([]);
    const again = await listen(house, token, { handler });
    await remove(house, 'facebook');
    await expect.poll(() => told(again)).toEqual(['facebook']);
  });

  it('a listening connection that is killed is replaced; nothing is lost and nothing heard twice', async () => {
    const house = await startHouse();
    const token = await signIn(house);
    const { store, listening } = await openStore(house);
    const page = await listen(house, token, { handler: startInstance(house, store) });
    await remove(house, 'facebook');
    await expect.poll(() => told(page)).toEqual(['facebook']);
    const [killed] = await listening();
    await house.database.query('select pg_terminate_backend($1)', [killed]);
    await remove(house, 'github');
    await expect.poll(() => told(page)).toEqual(['facebook', 'github']);
    await expect.poll(async () => (await listening()).length).toBe(1);
    await remove(house, 'linkedin');
    await expect.poll(() => told(page)).toEqual(['facebook', 'github', 'linkedin']);
    expect(await listening()).not.toContain(killed);
  });

  it('a database that is away for a while: tried again and again, then told what happened meanwhile', async () => {
    const house = await startHouse();
    const token = await signIn(house);
    const { store, pool, listening } = await openStore(house);
    const page = await listen(house, token, { handler: startInstance(house, store) });
    const refuse = vi.spyOn(pool, 'connect').mockImplementation(() => {
      throw new Error('connection refused');
    });
    const [killed] = await listening();
    await house.database.query('select pg_terminate_backend($1)', [killed]);
    await remove(house, 'facebook');
    await remove(house, 'github');
    await expect.poll(() => refuse.mock.calls.length).toBeGreaterThan(2);
    expect(page.heard).toEqual([]);
    refuse.mockRestore();
    await expect.poll(() => told(page), { timeout: 5000 }).toEqual(['facebook', 'github']);
  });

  it('a connection that goes silent is noticed, and what happened meanwhile is told', async () => {
    const house = await startHouse();
    const token = await signIn(house);
    const network = await startNetwork();
    const { store } = await openStore(house, network.port);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
    const page = await listen(house, token, { handler: startInstance(house, store) });
    network.silence();
    await remove(house, 'facebook');
    await vi.advanceTimersByTimeAsync(30_000);
    // Or sooner: the look of each second may find another connection.
    await vi.advanceTimersByTimeAsync(100);
    await expect.poll(() => told(page)).toEqual(['facebook']);
  });

  it('a notification that is nobody’s harms nobody', async () => {
    const house = await startHouse();
    const token = await signIn(house);
    const { store } = await openStore(house);
    const page = await listen(house, token, { handler: startInstance(house, store) });
    for (const payload of ['', 'garbage', '[]', '["nobody"]', '[null]', '{"id":null}', 'null', '1'])
      await house.database.query('select pg_notify($1, $2)', ['outro_journal', payload]);
    await remove(house, 'facebook');
    await expect.poll(() => told(page)).toEqual(['facebook']);
  });

  it('a database that is away when the first page comes: refused, and heard once it is back', async () => {
    const house = await startHouse();
    await signIn(house);
    const { store, pool } = await openStore(house);
    const refuse = vi.spyOn(pool, 'connect').mockImplementation(() => {
      throw new Error('connection refused');
    });
    const heard: (string | undefined)[] = [];
    const { exits } = store;
    const hearer: Parameters<typeof exits.listen>[0] = {
      holds: (site) => site === house.apiKey,
      hear: ({ provider }) => void heard.push(provider),
    };
    await expect(exits.listen(hearer)).rejects.toThrow('connection refused');
    refuse.mockRestore();
    const stop = await exits.listen(hearer);
    await remove(house, 'facebook');
    await expect.poll(() => heard).toEqual(['facebook']);
    await stop();
    await remove(house, 'github');
    await pause(100);
    expect(heard).toHaveLength(1);
  });

  it('a store closes while pages listen', async () => {
    const house = await startHouse();
    const token = await signIn(house);
    const { store, close, listening } = await openStore(house);
    await listen(house, token, { handler: startInstance(house, store) });
    expect(await listening()).toHaveLength(1);
    const closed = await Promise.race([close().then(() => 'closed'), pause(5000)]);
    expect(closed).toBe('closed');
    // Postgres takes a moment to notice that the other side has hung up.
    await expect.poll(listening).toEqual([]);
  });
});
