// Backend and browser are killed with -9 while people remove a connection and log out: on Postgres, by the built command.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { modesHere, startOwnBrowser } from '../support/browsers.ts';
import { freePort } from '../support/port.ts';
import { signedBody } from '../support/signed.ts';

const secret = Buffer.alloc(32, 11).toString('base64');
const folder = mkdtempSync(join(tmpdir(), 'outro-leave-crash-'));
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const pool = new pg.Pool({ connectionString: inject('databaseUrl') });
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

const openServer = async (server: Server, port = 0): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return (server.address() as AddressInfo).port;
};

let backend = '';
let apiKey = '';
// The shop serves the script itself: its pages work while the backend is down.
const shop = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://localhost');
  const isPage = pathname === '/';
  const page = `<!doctype html><title>A shop</title><script src="/js/outro.js"></script><script>
    window.client = outro.createClient({ apiKey: '${apiKey}', apiDomain: '${backend}', timeout: 1000, live: false });
    client.on('logout', () => {});
  </script>`;
  const file = /^\/js\/(outro(\.\w+){0,2}\.js)$/.exec(pathname)?.[1];
  response.writeHead(isPage || file ? 200 : 404, {
    'content-type': isPage ? 'text/html' : 'text/javascript',
  });
  response.end(isPage ? page : file && readFileSync(join(dist, file)));
});
const provider = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(Math.random() > 0.25 ? 200 : 503).end());
});

let child: ChildProcess | undefined;
const start = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = ['--config', join(folder, 'outro.json'), '--port', new URL(backend).port];
    const args = [
      join(dist, 'cli.js'),
      'serve',
      ...options,
      '--database-url',
      inject('databaseUrl'),
    ];
    child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] } });
    child.stdout?.once('data', () => resolve());
    child.stderr?.on('data', (chunk: Buffer) => reject(new Error(chunk.toString())));
  });
const kill = async (): Promise<void> => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

const post = async (method: string, body: URLSearchParams) => {
  const headers = { Origin: `http://localhost:${(shop.address() as AddressInfo).port}` };
  const response = await fetch(`${backend}/${method}`, { method: 'POST', body, headers });
  return (await response.json()) as Record<string, string> & { errorCode: number };
};
const isLive = async (login_token: string): Promise<boolean> =>
  (await post('socialize.getUserInfo', new URLSearchParams({ apiKey, login_token }))).errorCode ===
  0;

const count = async (sql: string): Promise<number> =>
  Number(
    ((await pool.query(`select count(*) as n from ${sql}`, [apiKey])).rows as { n: string }[])[0]
      ?.n,
  );

beforeAll(async () => {
  await openServer(shop);
  const port = await openServer(provider);
  backend = `http://localhost:${await freePort()}`;
  apiKey = `leave-crash-${randomUUID()}`;
  const revoke = {
    by: 'request',
    method: 'POST',
    url: `http://localhost:${port}/revoke`,
    form: { token: '{token}' },
    removes: 'grant',
  };
  const site = {
    apiKey,
    secret,
    publicUrl: backend,
    origins: [`http://localhost:${(shop.address() as AddressInfo).port}`],
    providers: { facebook: { revoke } },
  };
  const keys = [{ id: 'a', key: secret }];
  const config = { sites: [site], encryptionKeys: keys, allowPrivateProviders: true };
  writeFileSync(join(folder, 'outro.json'), JSON.stringify(config));
});
afterEach(kill);
afterAll(async () => {
  shop.close();
  provider.close();
  await pool.end();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** People sign in while all is well. */
const signInAll = async (people: number): Promise<string[]> => {
  const tokens: string[] = [];
  for (let index = 0; index < people; index += 1) {
    const siteUID = randomUUID();
    const facebook = { providerUID: `f ${siteUID}`, refreshToken: siteUID };
    const providerSessions = JSON.stringify({
      facebook,
      linkedin: { providerUID: `l ${siteUID}` },
    });
    const url = `${backend}/socialize.notifyLogin`;
    const body = signedBody(url, secret, { apiKey, siteUID, providerSessions });
    const { cookieValue, errorMessage } = await post('socialize.notifyLogin', body);
    if (!cookieValue) throw new Error(errorMessage);
    tokens.push(cookieValue);
  }
  return tokens;
};

/** One person removes a connection, asks once more if nothing answered, and logs out; gives the session's step. */
const leave = (page: Page, token: string): Promise<string | undefined> =>
  page.evaluate(
    async (name, value) => {
      document.cookie = `${name}=${value}; path=/; max-age=3600`;
      const { client } = window as unknown as { client: import('outro').Client };
      const remove = () =>
        client.removeConnection({ provider: 'facebook', forceProvidersLogout: false }).then(
          () => true,
          ({ code }: { code: number }) => code === 400106,
        );
      if (!(await remove())) await remove();
      const { receipt } = await client.logout({ forceProvidersLogout: false });
      return receipt.find(({ step }) => step === 'session')?.status;
    },
    `glt_${apiKey}`,
    token,
  );

it.each(modesHere.filter((mode) => mode !== 'chromium-blocked'))(
  'kill -9 of backend and browser: every session that was logged out ends, no removal is half done, no errand is lost (%s)',
  async (mode) => {
    await start();
    const before = await count("outro.journal where site = $1 and method = 'removeConnection'");
    const tokens = await signInAll(200);
    const profile = join(folder, mode);
    const browser = await startOwnBrowser(mode, { folder: profile });
    const page = await browser.profile.newPage();
    const address = `http://localhost:${(shop.address() as AddressInfo).port}/`;
    await page.goto(address);

    const storm = { isOver: false, kills: 0 };
    const killer = (async () => {
      while (!storm.isOver) {
        await pause(100 + Math.random() * 500);
        await kill();
        storm.kills += 1;
        await pause(Math.random() * 1000);
        await start();
      }
    })();
    const left: { token: string; status: string | undefined }[] = [];
    const people = (async () => {
      for (const token of tokens) left.push({ token, status: await leave(page, token) });
    })().catch(() => {});
    await pause(5000 + Math.random() * 4000);
    const hasBoth = async () =>
      left.some(({ status }) => status === 'pending') &&
      (await count("outro.journal where site = $1 and method = 'removeConnection'")) > before;
    await expect.poll(hasBoth, { timeout: 60_000 }).toBe(true);
    await browser.kill();
    await people;
    storm.isOver = true;
    await killer;

    const next = await startOwnBrowser(mode, { folder: profile });
    try {
      const back = await next.profile.newPage();
      await back.goto(address);
      const alive = async () => {
        // All tickets were sent at once, to a backend that is just beginning: who was late is asked again.
        await back.evaluate(() => void window.dispatchEvent(new Event('focus')));
        const known = await Promise.all(left.map(({ token }) => isLive(token)));
        return left.filter((_one, index) => known[index]);
      };
      await expect.poll(alive, { timeout: 40_000, interval: 500 }).toEqual([]);
      const waiting = left.filter(({ status }) => status === 'pending').length;
      expect(waiting).toBeGreaterThan(0);
      console.log(
        `${mode}: ${storm.kills} kills of the backend; ${left.length} logouts, ${waiting} finished after the crash`,
      );
    } finally {
      await next.close();
    }

    // Each removal is there with its errand and its row of the journal, or not at all.
    const linked = await count("outro.identities where site = $1 and provider = 'facebook'");
    const all = await count("outro.identities where site = $1 and provider = 'linkedin'");
    const removed = all - linked;
    expect(removed).toBeGreaterThan(before);
    expect(await count('outro.errands where site = $1')).toBe(removed);
    expect(await count("outro.journal where site = $1 and method = 'removeConnection'")).toBe(
      removed,
    );
    // Leases of killed processes end by themselves after 20 s, and back-off and pauses too; the clock is moved, not the rule.
    const soon = `with due as (update outro.errands
      set next_at = now(), lease_until = case when lease is not null then now() end
      where site = $1 and state = 'pending')
      update outro.destinations set paused_until = null where site = $1`;
    const unfinished = async () => {
      await pool.query(soon, [apiKey]);
      return count("outro.errands where site = $1 and state <> 'done'");
    };
    await expect.poll(unfinished, { timeout: 40_000, interval: 3000 }).toBe(0);
  },
  300_000,
);
