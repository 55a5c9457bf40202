// One story of whoever runs a backend, over the built command: a client secret runs out, and everybody hears how it ends.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../support/port.ts';
import { startPostgres } from '../support/postgres.ts';
import { openFolder, secret, type Served } from '../support/served.ts';
import { signedBody } from '../support/signed.ts';

const folder = openFolder();
let rightSecret = 'the new one';
const provider = createServer((request, response) => {
  const expected = `Basic ${Buffer.from(`shop:${encodeURIComponent(rightSecret)}`).toString('base64')}`;
  const isRight = request.headers.authorization === expected;
  response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
  response.end(isRight ? '{}' : '{"error":"invalid_client"}');
});
let databaseUrl = '';
let stopPostgres = async (): Promise<void> => {};
let served: Served;
let address = '';
let metricsPort = '';

const configure = (clientSecret: string): void => {
  const { port } = provider.address() as AddressInfo;
  const revoke = {
    by: 'request',
    method: 'POST',
    url: `http://127.0.0.1:${port}/revoke`,
    authorization: 'basic',
    form: { token: '{token}' },
    removes: 'grant',
  };
  folder.configure(
    { providers: { facebook: { clientId: 'shop', clientSecret, revoke } } },
    { allowPrivateProviders: true },
  );
};

const run = async (...args: string[]): Promise<string> => {
  const { ended, output } = folder.run(
    ...args,
    '--config',
    'outro.json',
    '--database-url',
    databaseUrl,
  );
  await ended;
  return output();
};

const call = async (method: string, params: Record<string, string>) => {
  const body = signedBody(`http://localhost:1/${method}`, secret, { apiKey: '3_key', ...params });
  const response = await fetch(`${address}/${method}`, { method: 'POST', body });
  return (await response.json()) as Record<string, unknown>;
};

const metrics = async (): Promise<string> =>
  (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();

/** An open page, as far as it hears. */
// One that comes back says what it has heard last, as the client does.
const openPage = async (token: string, before = { heard: '' }) => {
  const lastEventId = [...before.heard.matchAll(/^id: (.+)$/gm)].at(-1)?.[1];
  const body = new URLSearchParams({
    apiKey: '3_key',
    login_token: token,
    ...(lastEventId !== undefined && { lastEventId }),
  });
  const response = await fetch(`${address}/socialize.listen`, { method: 'POST', body });
  const page = { heard: '' };
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) page.heard += decoder.decode(chunk);
  })().catch(() => {});
  return page;
};

beforeAll(async () => {
  const postgres = await startPostgres({ isOwn: true });
  databaseUrl = postgres.url;
  stopPostgres = postgres.stop;
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  metricsPort = String(await freePort());
  configure('the old one');
  const serve = ['serve', '--config', 'outro.json', '--port', '0', '--host', '127.0.0.1'];
  served = folder.run(...serve, '--metrics-port', metricsPort, '--database-url', databaseUrl);
  address = await served.ready;
}, 60_000);

afterAll(async () => {
  folder.close();
  provider.close();
  await stopPostgres();
});

it('a client secret runs out: doctor, metrics and errands show it; mended, read again and retried, the receipt finishes and the page hears', async () => {
  const tokens = { facebook: { providerUID: 'f', refreshToken: 'token' } };
  const { cookieValue } = await call('socialize.notifyLogin', {
    siteUID: 'ada',
    // The removal ends no session that it had not opened.
    openedBy: 'none',
    providerSessions: JSON.stringify(tokens),
  });
  const { callId } = await call('socialize.removeConnection', { UID: 'ada', provider: 'facebook' });
  const receipt = async () => call('socialize.getReceipt', { callId: String(callId) });
  expect(await receipt()).toMatchObject({ isComplete: false });

  expect(await metrics()).toMatch(
    /^outro_errands_stuck\{site="3_key",kind="revocation",destination="facebook"\} 1$/m,
  );
  expect((await fetch(`${address}/metrics`)).headers.get('content-type')).toContain('json');
  expect(await run('doctor')).toMatch(
    /WARNING +errands to facebook of 3_key: 1 waits, [^\n]*\n +→ outro errands list --stuck --destination facebook/,
  );
  expect(await run('errands', 'list', '--stuck')).toMatch(/ facebook +pending .*answered 401/);

  const page = await openPage(String(cookieValue));
  configure('');
  served.child.kill('SIGHUP');
  await expect.poll(() => served.output()).toContain('the configuration stays as it was');
  configure('the new one');
  served.child.kill('SIGHUP');
  await expect.poll(() => served.output()).toContain('the configuration was read again');
  const again = await openPage(String(cookieValue), page);
  // It may be tried again by itself by now.
  expect(await run('errands', 'retry', '--destination', 'facebook')).toMatch(/^[01] errand\(s\)/);
  await expect.poll(receipt, { timeout: 10_000 }).toMatchObject({ isComplete: true });
  await expect.poll(() => page.heard + again.heard).toContain('"eventName":"receipt"');
  expect(page.heard).toContain('ready');
  expect(await run('errands', 'list', '--stuck')).toBe('');
}, 60_000);

it('the configuration is read again under load without losing a request, whatever key of it changes', async () => {
  const load = { isOver: false };
  const codes: unknown[] = [];
  const lane = async (): Promise<void> => {
    while (!load.isOver)
      codes.push((await call('socialize.getUserInfo', { UID: 'ada' }))['errorCode']);
  };
  const lanes = Array.from({ length: 4 }, lane);
  const count = () => served.output().split('was read again').length - 1;
  const before = count();
  for (let round = 1; round <= 5; round += 1) {
    rightSecret = `number ${round}`;
    configure(rightSecret);
    served.child.kill('SIGHUP');
    await expect.poll(count).toBe(before + round);
    await expect.poll(() => codes.length).toBeGreaterThan(5 * round);
  }
  load.isOver = true;
  await Promise.all(lanes);
  expect(new Set(codes)).toEqual(new Set([0]));
}, 60_000);

it('outro --version says which it is', async () => {
  const { ended, output } = folder.run('--version');
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  expect([await ended, output()]).toEqual([0, `${version}\n`]);
}, 30_000);

// The machine's own, where it is one from before; the tests themselves run on the newest.
const older = ['/usr/bin/node', '/usr/local/bin/node'].find(
  (path) =>
    existsSync(path) &&
    Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) < 22,
);

it.skipIf(older === undefined)(
  'on a Node that is too old it says so in one sentence, whatever it was asked',
  () => {
    const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
    for (const args of [[], ['--version'], ['serve', '--config', 'x.json']]) {
      const { status, stdout, stderr } = spawnSync(older ?? '', [cli, ...args], {
        encoding: 'utf8',
      });
      expect([status, stdout, stderr]).toEqual([
        1,
        '',
        expect.stringMatching(
          /^outro: expected Node \d+\.\d+ or newer, and this is v\d+\.\d+\.\d+; see https:\/\/nodejs\.org\n$/,
        ),
      ]);
    }
  },
  30_000,
);
