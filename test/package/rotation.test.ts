// Every kind of key is exchanged over the built command, under load, and nobody is refused for it.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from 'outro/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { openFolder, type Served } from '../support/served.ts';
import { signedBody } from '../support/signed.ts';

const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64');
const pairOf = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const pairs = [pairOf(), pairOf()] as const;

const folder = openFolder();
/** What arrived at the webhook and did not verify, what did, and the tokens that the provider saw. */
const seen = { refused: [] as unknown[], verified: 0, tokens: [] as string[] };
/** Which keys the clients and the receiver use at present. */
const inUse = { secret: keyOf('secret 0'), pair: pairs[0], webhook: `whsec_${keyOf('webhook 0')}` };
const world = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    if (request.url === '/revoke') seen.tokens.push(new URLSearchParams(body).get('token') ?? '');
    else
      try {
        verifyWebhook(body, request.headers, inUse.webhook);
        seen.verified += 1;
      } catch (error) {
        seen.refused.push(error);
      }
    response.writeHead(204).end();
  });
});

let databaseUrl = '';
let stopPostgres = async (): Promise<void> => {};
let served: Served;
let address = '';

interface Keys {
  secrets: string[];
  publicKeys: string[];
  webhooks: string[];
  encryption: string[];
  clientSecret: string;
}
const keys: Keys = {
  secrets: [keyOf('secret 0')],
  publicKeys: [pairs[0].publicKey],
  webhooks: [`whsec_${keyOf('webhook 0')}`],
  encryption: ['e0'],
  clientSecret: 'client secret 0',
};

const configure = (): void => {
  const { port } = world.address() as AddressInfo;
  const revoke = {
    by: 'request',
    method: 'POST',
    url: `http://127.0.0.1:${port}/revoke`,
    authorization: 'basic',
    form: { token: '{token}' },
    removes: 'grant',
  };
  folder.configure(
    {
      secret: keys.secrets,
      userKeys: [{ userKey: 'AK', publicKey: keys.publicKeys, permissions: ['*'] }],
      providers: { line: { clientId: 'shop', clientSecret: keys.clientSecret, revoke } },
      webhooks: [{ url: `http://127.0.0.1:${port}/hooks`, secrets: keys.webhooks }],
      rateLimits: false,
    },
    {
      allowPrivateProviders: true,
      trustProxy: 1,
      encryptionKeys: keys.encryption.map((id) => ({ id, key: keyOf(id) })),
    },
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
  expect(await ended, output()).toBe(0);
  return output();
};

const reload = async (): Promise<void> => {
  const count = () => served.output().split('was read again').length;
  const before = count();
  configure();
  served.child.kill('SIGHUP');
  await expect.poll(count, { timeout: 10_000 }).toBe(before + 1);
};

const post = async (
  method: string,
  body: URLSearchParams,
  headers: Record<string, string> = {},
) => {
  const response = await fetch(`${address}/${method}`, { method: 'POST', body, headers });
  return (await response.json()) as { errorCode: number; errorDetails?: string };
};

const signed = (method: string, params: Record<string, string>) =>
  post(
    method,
    signedBody(`http://localhost:1/${method}`, inUse.secret, { apiKey: '3_key', ...params }),
  );

/** As a user key with an RSA pair asks. */
const byPair = (method: string, params: Record<string, string>) => {
  const now = Math.floor(Date.now() / 1000);
  const text = [
    { typ: 'JWT', alg: 'RS256', kid: 'AK' },
    { iat: now, jti: randomUUID() },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const jwt = `${text}.${sign('RSA-SHA256', Buffer.from(text), inUse.pair.privateKey).toString('base64url')}`;
  const headers = { Authorization: `Bearer ${jwt}`, 'X-Forwarded-Proto': 'https' };
  return post(method, new URLSearchParams({ apiKey: '3_key', ...params }), headers);
};

beforeAll(async () => {
  const postgres = await startPostgres({ isOwn: true });
  databaseUrl = postgres.url;
  stopPostgres = postgres.stop;
  await new Promise<void>((resolve) => world.listen(0, '127.0.0.1', resolve));
  configure();
  const serve = ['serve', '--config', 'outro.json', '--port', '0', '--host', '127.0.0.1'];
  served = folder.run(...serve, '--database-url', databaseUrl);
  address = await served.ready;
}, 60_000);

afterAll(async () => {
  folder.close();
  world.close();
  await stopPostgres();
});

it('secrets, key pairs, webhook secrets, a client secret and encryption keys: not one request is refused, no token is lost', async () => {
  const load = { isOver: false };
  const answers: unknown[] = [];
  const sent: string[] = [];
  let people = 0;
  const ask = async (answer: Promise<{ errorCode: number; errorDetails?: string }>) => {
    const { errorCode, errorDetails } = await answer;
    answers.push(errorCode === 0 ? 0 : errorDetails);
  };
  const lane = async (): Promise<void> => {
    while (!load.isOver) {
      const siteUID = `u${(people += 1)}`;
      const token = `token of ${siteUID}`;
      await ask(
        signed('socialize.notifyLogin', {
          siteUID,
          providerSessions: JSON.stringify({ line: { providerUID: siteUID, refreshToken: token } }),
        }),
      );
      await ask(byPair('socialize.getUserInfo', { UID: siteUID }));
      sent.push(token);
      await ask(signed('socialize.removeConnection', { UID: siteUID, provider: 'line' }));
    }
  };
  const lanes = Array.from({ length: 3 }, lane);
  const isWorked = () => {
    const before = answers.length;
    return expect.poll(() => answers.length, { timeout: 10_000 }).toBeGreaterThan(before + 6);
  };

  // Each key: the new one in front, then whoever uses it changes over, then the old one goes.
  const exchange = async (bring: () => void, use: () => void, drop: () => void): Promise<void> => {
    for (const [change, isRead] of [
      [bring, true],
      [use, false],
      [drop, true],
    ] as const) {
      change();
      if (isRead) await reload();
      await isWorked();
    }
  };
  const [secret, webhook] = [keyOf('secret 1'), `whsec_${keyOf('webhook 1')}`];
  await exchange(
    () => keys.secrets.unshift(secret),
    () => (inUse.secret = secret),
    () => keys.secrets.pop(),
  );
  await exchange(
    () => keys.publicKeys.unshift(pairs[1].publicKey),
    () => (inUse.pair = pairs[1]),
    () => keys.publicKeys.pop(),
  );
  await exchange(
    () => keys.webhooks.unshift(webhook),
    () => (inUse.webhook = webhook),
    () => keys.webhooks.pop(),
  );
  keys.clientSecret = 'client secret 1';
  keys.encryption.unshift('e1');
  await reload();
  await isWorked();
  expect(await run('keys', 'reseal')).toContain('text(s) were sealed anew');
  expect(await run('keys', 'list')).toMatch(/^e0 +opens +nothing is sealed with it$/m);
  keys.encryption.pop();
  await reload();
  await isWorked();

  load.isOver = true;
  await Promise.all(lanes);
  expect(new Set(answers)).toEqual(new Set([0]));
  const owed = () => run('errands', 'list', '--state', 'pending');
  await expect.poll(owed, { timeout: 30_000 }).toBe('');
  expect(seen.verified).toBeGreaterThanOrEqual(sent.length);
  expect(seen.refused).toEqual([]);
  expect(new Set(seen.tokens)).toEqual(new Set(sent));
}, 120_000);
