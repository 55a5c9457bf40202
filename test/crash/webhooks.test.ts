// The backend is killed with -9, again and again, while people change things that the site is to hear of; and the site's
// receiver fails every third time as long as that goes on. On Postgres, by the built command.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { feed, verifyWebhook, type ChangeEvent } from 'outro/server';
import pg from 'pg';
import { afterAll, expect, inject, it } from 'vitest';
import { signedBody } from '../support/signed.ts';

// Of each, five changes; `OUTRO_RUNS=100` makes 500.
const people = Number(process.env['OUTRO_RUNS'] ?? 50);
// Each costs a start, and a turn between two gives little time to work: on a slow machine there would be no end.
const most = Math.max(60, people);
const apiKey = `crash-${randomUUID()}`;
const secret = Buffer.alloc(32, 9).toString('base64');
const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
const folder = mkdtempSync(join(tmpdir(), 'outro-crash-'));
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const pool = new pg.Pool({ connectionString: inject('databaseUrl') });

const storm = { isOver: false };
const taken: ChangeEvent[] = [];
let calls = 0;
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    calls += 1;
    if (!storm.isOver && calls % 3 === 0) return void response.writeHead(500).end();
    const headers = request.headers as Record<string, string>;
    taken.push(verifyWebhook(body, headers, webhookSecret));
    return void response.writeHead(204).end();
  });
});

let child: ChildProcess | undefined;
let address = '';

const start = (config: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const args = [cli, 'serve', '--config', config, '--port', '0'];
    args.push('--database-url', inject('databaseUrl'));
    child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] } });
    child.stdout?.on('data', (chunk: Buffer) => {
      address = /http:\/\/localhost:\d+/.exec(chunk.toString())?.[0] ?? address;
      resolve();
    });
    child.stderr?.on('data', (chunk: Buffer) => reject(new Error(chunk.toString())));
  });

const kill = async (): Promise<void> => {
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGKILL');
  await ended;
};

/** Whoever got no answer asks again, as a site would. */
const insist = async (method: string, params: Record<string, string>): Promise<number> => {
  for (;;) {
    const body = signedBody(`http://localhost:1/${method}`, secret, { apiKey, ...params });
    try {
      const response = await fetch(`${address}/${method}`, { method: 'POST', body });
      return ((await response.json()) as { errorCode: number }).errorCode;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

/** Five changes of a person, of each of which the site hears once. */
const live = async (index: number): Promise<void> => {
  const UID = `u-${index}`;
  const providerSessions = JSON.stringify({
    facebook: { providerUID: `f-${index}` },
    github: { providerUID: `g-${index}` },
    linkedin: { providerUID: `l-${index}` },
  });
  expect(await insist('socialize.notifyLogin', { siteUID: UID, providerSessions })).toBe(0);
  // 400106 says that an earlier time, whose answer was lost, had worked.
  for (const provider of ['facebook', 'github', 'linkedin'])
    expect([0, 400106]).toContain(await insist('socialize.removeConnection', { UID, provider }));
  expect(await insist('socialize.logout', { UID })).toBe(0);
  expect([0, 403005]).toContain(await insist('socialize.deleteAccount', { UID }));
};

const inParallel = async (width: number, run: (index: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < people) {
      next += 1;
      await run(next - 1);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
};

const pending = async (): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>(
    "select count(*)::int as n from outro.errands where site = $1 and state = 'pending'",
    [apiKey],
  );
  return rows[0]?.n ?? 0;
};

// Leases of killed processes end by themselves, and back-off and pauses too; the clock is moved, not the rule.
const hurry = () =>
  pool.query(
    `with due as (update outro.errands set next_at = least(next_at, now()),
       lease_until = case when lease is not null then now() end where site = $1 and state = 'pending')
     update outro.destinations set paused_until = null where site = $1`,
    [apiKey],
  );

afterAll(async () => {
  child?.kill('SIGKILL');
  receiver.close();
  await pool.end();
  rmSync(folder, { recursive: true, force: true });
});

it(`${people * 5} changes, the backend killed at random points, a receiver that fails every third call meanwhile: each change arrives, in order per person, once per id; none is lost`, async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const webhooks = [{ url: `http://127.0.0.1:${port}/`, secrets: [webhookSecret] }];
  const config = join(folder, 'outro.json');
  const site = { apiKey, secret, publicUrl: 'http://localhost:1', webhooks };
  const encryptionKeys = [{ id: 'a', key: secret }];
  writeFileSync(
    config,
    JSON.stringify({ sites: [site], encryptionKeys, allowPrivateProviders: true }),
  );
  await start(config);
  let kills = 0;
  const killer = (async () => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 400));
      if (storm.isOver || kills === most) return;
      await kill();
      kills += 1;
      await start(config);
    }
  })();
  await inParallel(4, live);
  storm.isOver = true;
  await killer;
  await hurry();
  await expect.poll(pending, { timeout: 60_000, interval: 500 }).toBe(0);

  const fed: ChangeEvent[] = [];
  const stop = new AbortController();
  const of = { url: 'http://localhost:1', apiKey, secret, signal: stop.signal };
  const through: typeof fetch = (input, init) =>
    fetch(address + new URL(new Request(input).url).pathname, init);
  for await (const change of feed({ ...of, fetch: through })) {
    fed.push(change);
    if (fed.length === people * 5) stop.abort();
  }

  const once = new Map<string, ChangeEvent>();
  for (const event of taken) if (!once.has(event.id)) once.set(event.id, event);
  expect(once.size).toBe(people * 5);
  expect(new Set(fed.map(({ id }) => id))).toEqual(new Set(once.keys()));
  const types = ['connection.removed', 'connection.removed', 'connection.removed'];
  const order = [...types, 'session.ended', 'account.deleted'].map((type) => `outro.${type}`);
  // By the call that the deletion's own row names, since earlier ones go by a hash once the account is gone.
  const places = new Map(fed.map(({ id }, index) => [id, index]));
  const byPerson = new Map<string, ChangeEvent[]>();
  const accounts = await pool.query<{ call_id: string; account: string }>(
    'select call_id, account from outro.journal where site = $1',
    [apiKey],
  );
  const accountOf = new Map(accounts.rows.map(({ call_id, account }) => [call_id, account]));
  for (const event of once.values()) {
    const person = accountOf.get(event.data.callId) ?? '';
    byPerson.set(person, [...(byPerson.get(person) ?? []), event]);
  }
  expect(byPerson.size).toBe(people);
  for (const events of byPerson.values()) {
    expect(events.map(({ type }) => type)).toEqual(order);
    const found = events.map(({ id }) => places.get(id) ?? -1);
    expect(found).toEqual(found.toSorted((one, other) => one - other));
  }
  console.log(
    `${kills} kills, ${calls} calls, ${taken.length - once.size} messages came more than once, none never`,
  );
  expect(kills).toBeGreaterThan(2);
}, 360_000);
