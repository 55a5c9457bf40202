// A process that dies between the commit of an unlink and the revocation: nothing of it is lost.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAuth, type AuthSite } from './better-auth-site.ts';

// Processes that are killed; 100 and more by the environment.
const kills = Number(process.env['OUTRO_RUNS'] ?? 2);

let site: AuthSite;
const revoked: string[] = [];

beforeAll(async () => {
  site = await openAuth('pg', {
    auth: { socialProviders: { google: { clientId: 'id', clientSecret: 'secret' } } },
    outro: {
      allowPrivateProviders: true,
      fetch: async (_input, init) => {
        revoked.push(String(new URLSearchParams(init?.body as string).get('token')));
        return new Response('', { status: 200 });
      },
    },
  });
});
afterAll(() => site.close());

const child = fileURLToPath(new URL('better-auth-child.mts', import.meta.url));

/** Lets another process unlink, and kills it while it waits for the provider. */
const killOne = async (token: string): Promise<void> => {
  const { uid, accounts, cookie } = await site.enter();
  await site.query(`update account set "refreshToken" = '${token}' where "userId" = '${uid}'`);
  const dying = spawn(process.execPath, [child, site.url ?? '', cookie, accounts[0] ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => dying.stdout.once('data', () => resolve()));
  const over = new Promise((resolve) => dying.once('exit', resolve));
  dying.kill('SIGKILL');
  await over;
  expect(await site.query(`select 1 from account where id = '${accounts[0]}'`)).toEqual([]);
};

it(
  'every permission is taken back all the same',
  async () => {
    const tokens = Array.from({ length: kills }, (_, index) => `token ${index}`);
    for (const token of tokens) await killOne(token);
    expect(revoked).toEqual([]);
    // Their leases run out.
    await site.query(`update "outroErrand" set "nextAt" = now() - interval '1 second'`);
    for (let round = 0; round <= kills; round += 1) await site.work();
    expect(revoked.toSorted()).toEqual(tokens.toSorted());
    const [entry] = await site.query(
      `select receipt from "outroEntry" where method = 'removeConnection' limit 1`,
    );
    expect(entry?.['receipt']).toMatch(/"grant".*"status":"done"/);
  },
  60_000 + kills * 5000,
);
