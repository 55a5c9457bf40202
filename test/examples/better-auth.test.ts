// A site on better-auth, where it stands and copied out; and how much of it is there for outro.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startExample } from '../support/examples.ts';
import { freePort } from '../support/port.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const example = join(root, 'examples/better-auth');

/** Comes in by a password, tries to lose it, and signs out. */
const visit = async (address: string): Promise<void> => {
  let cookie = '';
  const ask = async (path: string, body?: object) => {
    const response = await fetch(`${address}/api/auth${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Origin: address, Cookie: cookie, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const [session] = response.headers.getSetCookie();
    if (session) cookie = session.split(';')[0] ?? '';
    return (await response.json()) as unknown;
  };
  expect(await (await fetch(address)).text()).toContain('A site on better-auth');
  await ask('/sign-up/email', { email: 'ada@shop.example', password: 'long enough', name: 'Ada' });
  const [account] = (await ask('/list-accounts')) as { id: string }[];
  const refused = await ask('/unlink-account', { accountId: account?.id });
  expect(refused).toMatchObject({ code: 'FAILED_TO_UNLINK_LAST_ACCOUNT' });
  const kept = cookie;
  expect(await ask('/sign-out', {})).toMatchObject({
    success: true,
    receipt: [{ step: 'session', status: 'done' }],
  });
  cookie = kept;
  expect(await ask('/get-session')).toBeNull();
};

it('answers as better-auth does, with receipts', { timeout: 60_000 }, async () => {
  const { address, stop } = await startExample('better-auth');
  await visit(address);
  expect(await stop()).toBe('nothing left');
});

it('runs alone when it is copied out', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outro-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(example, folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules/@hono'), { recursive: true });
  for (const name of ['better-auth', 'hono', '@hono/node-server'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(root, join(folder, 'node_modules/outro'));
  const port = await freePort();
  const child = spawn(process.execPath, ['main.ts'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await visit(`http://localhost:${port}`);
});

it('has at most ten lines for outro', () => {
  const lines = ['auth.ts', 'main.ts', 'page.html'].flatMap((file) =>
    readFileSync(join(example, file), 'utf8').split('\n'),
  );
  const own = lines.filter((line) => /outro|leaving|receipt/.test(line) && !/^\s*\/\//.test(line));
  expect(own.length).toBeLessThanOrEqual(10);
  expect(own).toHaveLength(5);
});
