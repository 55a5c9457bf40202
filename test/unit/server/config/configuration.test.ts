import { expect, it } from 'vitest';
import { parseConfiguration } from '../../../../src/server/config/configuration.ts';

const secret = Buffer.alloc(32).toString('base64');
const site = {
  apiKey: '3_key',
  secret,
  publicUrl: 'https://outro.example/',
  origins: ['https://shop.example'],
};
const right = { sites: [site], encryptionKeys: [{ id: 'a', key: secret }] };

it('fills in the defaults of a right configuration', () => {
  const [parsed] = parseConfiguration(right).sites;
  expect(parsed).toMatchObject({
    publicUrl: 'https://outro.example',
    sessionLifetime: 2_592_000,
    providers: {},
  });
});

const inSite = (change: object) => ({ ...right, sites: [{ ...site, ...change }] });

it.each([
  [{}, 'sites: '],
  [null, 'configuration: '],
  [{ ...right, sites: [] }, 'sites: '],
  [{ ...right, sites: [site, site] }, 'sites: expected each apiKey once'],
  [
    { ...right, sites: ['a', 'b'].map((apiKey) => ({ ...site, apiKey, vhost: '1' })) },
    'sites: expected each vhost once',
  ],
  [inSite({ vhost: 'x' }), 'sites[0].vhost: expected an integer'],
  [inSite({ freshLogin: 59 }), 'sites[0].freshLogin: Too small'],
  [inSite({ freshLogin: '300' }), 'sites[0].freshLogin: Invalid input: expected number'],
  [inSite({ allowAccountDeletion: 1 }), 'sites[0].allowAccountDeletion: Invalid input'],
  [{ ...right, unknown: 1 }, 'configuration: Unrecognized key: "unknown"'],
  [
    { ...right, encryptionKeys: [{ id: 'a', key: 'c2hvcnQ=' }] },
    'encryptionKeys[0].key: expected 32 bytes in base64',
  ],
  [
    { ...right, encryptionKeys: [{ id: 'a', key: '%%%' }] },
    'encryptionKeys[0].key: expected base64 text',
  ],
  [inSite({ apiKey: 'a b' }), 'sites[0].apiKey: expected letters'],
  [inSite({ secret: 5 }), 'sites[0].secret: Invalid input: expected string'],
  [inSite({ publicUrl: 'http://outro.example' }), 'sites[0].publicUrl: expected an address'],
  [
    inSite({ origins: ['https://shop.example/'] }),
    'sites[0].origins[0]: expected an origin such as',
  ],
  [inSite({ origins: ['http://shop.example'] }), 'sites[0].origins[0]: expected an origin such as'],
  [inSite({ origins: ['*'] }), 'sites[0].origins[0]: expected an origin such as'],
  // 5.8: apps have origins of their own; what only looks like one is none.
  [inSite({ origins: ['capacitor://'] }), 'sites[0].origins[0]: expected an origin such as'],
  [inSite({ origins: ['javascript://x'] }), 'sites[0].origins[0]: expected an origin such as'],
  [inSite({ origins: ['null'] }), 'sites[0].origins[0]: expected an origin such as'],
  // 4.16: what an attacker guesses, or takes for another's.
  [inSite({ secret: 'AAAA' }), 'sites[0].secret: expected at least 16 bytes'],
  [
    inSite({ publicUrl: 'https://user:pass@outro.example' }),
    'sites[0].publicUrl: expected an address without user',
  ],
  [
    inSite({ publicUrl: 'https://outro.example/?a=1' }),
    'sites[0].publicUrl: expected an address without user',
  ],
  [
    inSite({ userKeys: [1, 2].map(() => ({ userKey: 'AK', secret, permissions: ['*'] })) }),
    'sites[0].userKeys: expected each userKey once',
  ],
  [
    { sites: [site], encryptionKeys: [1, 2].map(() => ({ id: 'a', key: secret })) },
    'encryptionKeys: expected each id once',
  ],
  [inSite({ providers: { friendster: {} } }), 'sites[0].providers.friendster: '],
  [
    inSite({ providers: { facebook: { logout: { by: 'frame' } } } }),
    'sites[0].providers.facebook.logout.url: ',
  ],
  [
    inSite({ providers: { facebook: { logout: { by: 'magic' } } } }),
    'sites[0].providers.facebook.logout',
  ],
  [
    inSite({ providers: { github: { inbound: { secret: 'short' } } } }),
    'sites[0].providers.github.inbound.secret: expected at least 8 printable characters',
  ],
  [
    inSite({ providers: { discord: { inbound: { publicKey: 'x' } } } }),
    'sites[0].providers.discord.inbound.publicKey: expected 64 hexadecimal digits',
  ],
  [
    inSite({ providers: { oidc: { idTokenAlgorithm: 'HS256' } } }),
    'sites[0].providers.oidc.idTokenAlgorithm: ',
  ],
  [inSite({ sessionLifetime: 1 }), 'sites[0].sessionLifetime: '],
])('refuses %j with the path of the wrong field', (configuration, message) => {
  expect(() => parseConfiguration(configuration)).toThrow(`\n  ${message}`);
});

it('allows http on this machine only', () => {
  for (const publicUrl of ['http://localhost:3000', 'http://127.0.0.1:1', 'http://shop.localhost'])
    expect(() => parseConfiguration(inSite({ publicUrl }))).not.toThrow();
  for (const publicUrl of [
    'http://localhost.evil.example',
    'ftp://localhost',
    'javascript:alert(1)',
    'x',
  ])
    expect(() => parseConfiguration(inSite({ publicUrl })), publicUrl).toThrow(
      'sites[0].publicUrl',
    );
});

it('5.8 takes the origins of apps and extensions, to the letter', () => {
  const origins = [
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'app://shop.example',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  ];
  expect(parseConfiguration(inSite({ origins })).sites[0]?.origins).toEqual(origins);
});
