// SSRF: neither a configuration, nor a document, nor a redirect, nor a name that changes its mind leads inside.
import dns, { type LookupAddress, type LookupAllOptions } from 'node:dns';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { isIP, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOutbound } from '../../src/server/outbound/guarded-fetch.ts';
import { isPrivateAddress } from '../../src/server/outbound/guarded-fetch.ts';
import { parseConfiguration } from '../../src/server/config/configuration.ts';
import { secret, startHouse } from '../support/house.ts';

const names = { asked: 0, answers: [] as string[][] };

// The resolver alone is ours: each name has the addresses that the test says, one answer after the other.
const { lookup } = dns;
beforeAll(() => {
  type All = (error: Error | null, all: LookupAddress[]) => void;
  const answer = (name: string, options: LookupAllOptions, callback: All): void => {
    // What the test has no answers for, and what is no name, is not its business.
    if (names.answers.length === 0 || isIP(name)) return lookup(name, options, callback);
    const found = names.answers[Math.min(names.asked, names.answers.length - 1)] ?? [];
    names.asked += 1;
    callback(
      null,
      found.map((address) => ({ address, family: isIP(address) })),
    );
  };
  dns.lookup = answer as unknown as typeof lookup;
  syncBuiltinESMExports();
});
afterAll(() => {
  dns.lookup = lookup;
  syncBuiltinESMExports();
});

beforeEach(() => Object.assign(names, { asked: 0, answers: [] }));

const servers: (() => void)[] = [];
afterEach(() => {
  for (const close of servers.splice(0)) close();
});

/** Something inside that must not be reached, and whether it was. */
const openInside = async () => {
  let reached = 0;
  const server = createServer((_, outgoing) => outgoing.end('inside'));
  server.on('connection', () => (reached += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, reached: () => reached };
};

const inside = [
  '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255',
  '192.0.0.1', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1',
  '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::', 'fc00::1', 'fd12::1', 'fe80::1', 'fec0::1', 'ff02::1', 'no address', '',
]; // prettier-ignore
const outside = [
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '203.0.113.7',
  '223.255.255.255',
  '2001:4860:4860::8888',
];

it.each(inside)('%j is inside', (address) => expect(isPrivateAddress(address)).toBe(true));
it.each(outside)('%j is outside', (address) => expect(isPrivateAddress(address)).toBe(false));

describe('the way out', () => {
  const out = createOutbound(false);

  it.each([
    'https://127.0.0.1', 'https://2130706433', 'https://0x7f.1', 'https://0177.0.0.1', 'https://127.1', 'https://[::1]',
    'https://[::ffff:127.0.0.1]', 'https://[::ffff:7f00:1]', 'https://169.254.169.254/latest/meta-data', 'https://0', 'https://①②⑦.0.0.1',
  ])('%s is refused before anything is sent', async (address) => {
    const { port, reached } = await openInside();
    const url = new URL(address);
    url.port = String(port);
    await expect(out(url.href, {}, 1000)).rejects.toThrow('refused: a private address');
    expect(reached()).toBe(0);
    expect(names.asked).toBe(0);
  }); // prettier-ignore

  it.each([
    'http://op.example',
    'ftp://op.example',
    'file:///etc/passwd',
    'data:text/plain,x',
    'gopher://op.example',
  ])('%s is not https', (address) =>
    expect(out(address, {}, 1000)).rejects.toThrow('refused: not https'),
  );

  it('a name that leads inside, also one of several addresses, is refused', async () => {
    const { port, reached } = await openInside();
    for (const answer of [
      ['127.0.0.1'],
      ['203.0.113.7', '127.0.0.1'],
      ['::1'],
      ['169.254.169.254'],
    ]) {
      Object.assign(names, { asked: 0, answers: [answer] });
      await expect(out(`https://op.example:${port}/`, {}, 1000)).rejects.toThrow(
        'refused: a private address',
      );
    }
    expect(reached()).toBe(0);
  });

  it('a name that answers "outside" first and "inside" then is asked once, and what was judged is connected to', async () => {
    const { port, reached } = await openInside();
    names.answers = [['203.0.113.7'], ['127.0.0.1']];
    await expect(out(`https://op.example:${port}/`, {}, 300)).rejects.toThrow();
    expect(names.asked).toBe(1);
    expect(reached()).toBe(0);
  });

  it('with a fetch of the host’s, names are judged before it is called', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>();
    names.answers = [['127.0.0.1']];
    await expect(createOutbound(false, fetch)('https://op.example', {}, 1000)).rejects.toThrow(
      'refused: a private address',
    );
    expect(fetch).not.toHaveBeenCalled();
  });

  it('a redirect is not followed, and more than 64 KiB are not read', async () => {
    const { port, reached } = await openInside();
    const redirecting = createServer((_, outgoing) =>
      outgoing.writeHead(302, { Location: `http://127.0.0.1:${port}/` }).end('x'.repeat(200_000)),
    );
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    servers.push(() => redirecting.close());
    const { port: at } = redirecting.address() as AddressInfo;
    const answer = await createOutbound(true)(`http://127.0.0.1:${at}/`, {}, 5000);
    expect(answer).toMatchObject({ status: 302, body: 'x'.repeat(65_536) });
    expect(reached()).toBe(0);
  });

  it('a provider that never answers, or drips, is left at the limit', async () => {
    const dripping = createServer((_, outgoing) => {
      const drip = setInterval(() => outgoing.write('x'), 20);
      outgoing.on('close', () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
    servers.push(() => dripping.closeAllConnections());
    const { port } = dripping.address() as AddressInfo;
    await expect(createOutbound(true)(`http://127.0.0.1:${port}/`, {}, 200)).rejects.toThrow();
  });
});

it.each([
  [
    'revoke',
    {
      revoke: { by: 'request', method: 'POST', url: 'http://169.254.169.254/x', removes: 'grant' },
    },
  ],
  ['logout', { logout: { by: 'frame', url: 'javascript:alert(1)' } }],
  ['logout', { logout: { by: 'link', url: 'http://shop.example', reason: 'x' } }],
  ['issuer', { issuer: 'http://login.example' }],
  ['issuer', { issuer: 'file:///etc/passwd' }],
])('a configuration with such a %s is refused by name', (field, provider) => {
  const configuration = {
    sites: [
      { apiKey: 'k', secret, publicUrl: 'https://o.example', providers: { 'oidc-x': provider } },
    ],
    encryptionKeys: [{ id: 'a', key: secret }],
  };
  expect(() => parseConfiguration(configuration)).toThrow(`sites[0].providers.oidc-x.${field}`);
});

it('a removal whose provider’s issuer leads inside contacts nobody, and says so', async () => {
  const { port, reached } = await openInside();
  names.answers = [['127.0.0.1']];
  const revoke = {
    by: 'request',
    method: 'POST',
    url: `https://op.example:${port}/x`,
    form: { token: '{token}' },
    removes: 'grant',
  } as const;
  const house = await startHouse({
    providers: { facebook: { clientId: '1', clientSecret: 's', revoke } },
  });
  await house.signIn({
    siteUID: 'u',
    providers: { facebook: { providerUID: 'f', authToken: 'T' } },
  });
  const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
  expect(receipt).toContainEqual(
    expect.objectContaining({
      step: 'grant',
      status: 'pending',
      reason: expect.stringContaining('refused') as string,
    }),
  );
  expect(reached()).toBe(0);
});
