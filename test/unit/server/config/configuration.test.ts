import { generateKeyPairSync } from 'node:crypto';
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

const pem = (type: 'rsa' | 'rsa-pss' | 'ec', modulusLength = 2048) => {
  const encoding = {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  } as const;
  if (type === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256', ...encoding });
  return type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength, ...encoding })
    : generateKeyPairSync('rsa-pss', { modulusLength, ...encoding });
};
const rsa = pem('rsa');
const userKey = (change: object) =>
  inSite({ userKeys: [{ userKey: 'AK', permissions: ['*'], ...change }] });

const inSite = (change: object) => ({ ...right, sites: [{ ...site, ...change }] });

const refused: [configuration: unknown, message: string][] = [
  [{}, 'sites: '],
  [null, 'configuration: '],
  [{ ...right, sites: [] }, 'sites: '],
  [{ ...right, sites: [site, site] }, 'sites: expected each apiKey once'],
  [
    { ...right, sites: ['a', 'b'].map((apiKey) => ({ ...site, apiKey, vhost: '1' })) },
    'sites: expected each vhost once',
  ],
  [inSite({ vhost: 'x' }), 'sites[0].vhost: expected an integer'],
  [
    inSite({ sources: { gigya: { userKey: 'AK' } } }),
    'sites[0].sources.gigya.secret: expected together with userKey',
  ],
  [inSite({ movesFrom: { apiKey: '3_vendor' } }), 'sites[0]: Unrecognized key: "movesFrom"'],
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
  ...[
    'https://@outro.example',
    'https://outro.example?',
    'https://outro.example/#',
    ' https://outro.example',
    'https://outro.example/a\\b',
    'https://out\nro.example',
  ].map((publicUrl): [unknown, string] => [
    inSite({ publicUrl }),
    'sites[0].publicUrl: expected an address without user',
  ]),
  [inSite({ secret: [secret, 'AAAA'] }), 'sites[0].secret[1]: expected at least 16 bytes'],
  [inSite({ secret: [] }), 'sites[0].secret: '],
  [inSite({ secret: Array.from({ length: 6 }, () => secret) }), 'sites[0].secret: '],
  [userKey({ secret: 'AAAA' }), 'sites[0].userKeys[0].secret: expected at least 16 bytes'],
  [userKey({}), 'sites[0].userKeys[0]: expected a secret, or a publicKey, or both'],
  [
    {
      ...right,
      sites: [
        { ...site, apiKey: 'AK' },
        { ...site, userKeys: [{ userKey: 'AK', secret, permissions: [] }] },
      ],
    },
    'sites: expected no userKey that is an apiKey too',
  ],
  // 5.4: what proves a user key is the public half of an RSA key, and long enough.
  [userKey({ publicKey: 'x' }), 'sites[0].userKeys[0].publicKey: expected an RSA public key'],
  [
    userKey({ publicKey: rsa.privateKey }),
    'sites[0].userKeys[0].publicKey: expected the public key, as `openssl',
  ],
  [
    userKey({ publicKey: pem('ec').publicKey }),
    'sites[0].userKeys[0].publicKey: expected an RSA public key',
  ],
  [
    userKey({ publicKey: pem('rsa-pss').publicKey }),
    'sites[0].userKeys[0].publicKey: expected an RSA public key',
  ],
  [
    userKey({ publicKey: pem('rsa', 1024).publicKey }),
    'sites[0].userKeys[0].publicKey: expected an RSA public key of at least 2048 bits',
  ],
  [
    userKey({ publicKey: [rsa.publicKey, 'x'] }),
    'sites[0].userKeys[0].publicKey[1]: expected an RSA public key',
  ],
  // 5.5: what no browser would keep.
  [
    inSite({ cookieDomain: 'other.example' }),
    'sites[0].cookieDomain: expected a domain that one of',
  ],
  [inSite({ cookieDomain: 'hop.example' }), 'sites[0].cookieDomain: expected a domain that one of'],
  [inSite({ cookieDomain: '.shop.example' }), 'sites[0].cookieDomain: expected a domain such as'],
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
];

it.each(refused)('refuses %j with the path of the wrong field', (configuration, message) => {
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

it('5.4 takes several secrets, and public keys in either PEM', () => {
  const pkcs1 = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const [parsed] = parseConfiguration(
    inSite({
      secret: [secret, secret],
      userKeys: [
        { userKey: 'AK', publicKey: [rsa.publicKey, pkcs1.publicKey], permissions: ['*'] },
      ],
    }),
  ).sites;
  expect(parsed?.secret).toEqual([secret, secret]);
  expect(parsed?.userKeys[0]?.publicKey.map((key) => key.asymmetricKeyType)).toEqual([
    'rsa',
    'rsa',
  ]);
  expect(parseConfiguration(right).sites[0]?.secret).toEqual([secret]);
});

it('5.10 writes publicUrl as addresses are compared', () => {
  for (const [given, written] of [
    ['https://OUTRO.example', 'https://outro.example'],
    ['https://outro.example:443/', 'https://outro.example'],
    ['https://outro.example/a/../b//', 'https://outro.example/b'],
  ] as const)
    expect(parseConfiguration(inSite({ publicUrl: given })).sites[0]?.publicUrl).toBe(written);
});

it('5.8 takes what engines of apps and extensions say', () => {
  const origins = [
    'ionic://localhost:8100',
    'app://.',
    'app://-',
    'tauri://localhost',
    'https://tauri.localhost',
    'http://tauri.localhost',
    'http://localhost',
    'wails://wails.localhost:34115',
    'moz-extension://b2a1c0de-0000-4000-8000-000000000000',
    'safari-web-extension://B2A1C0DE-0000-4000-8000-000000000000',
    'ms-appx-web://microsoft.app',
    'com.shop.app://localhost',
    'nullsoft://app',
  ];
  expect(parseConfiguration(inSite({ origins })).sites[0]?.origins).toEqual(origins);
  for (const origin of [
    'file://',
    'file://localhost',
    'data://x',
    'blob://x',
    'app://a/b',
    'app://a b',
    'APP://a',
    'app:',
    '://a',
    'app://user@a',
    'app://*',
    'http://app.example',
  ])
    expect(() => parseConfiguration(inSite({ origins: [origin] })), origin).toThrow(
      'sites[0].origins[0]',
    );
});
