// Secrets, and whatever else, may stand in the environment.
import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { parseConfiguration } from '../../../../src/server/config/configuration.ts';

const key = Buffer.alloc(32, 'k').toString('base64');
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** A configuration with a text at every place that takes one which only its operator may know, and others. */
const whole = {
  sites: [
    {
      apiKey: 'shop',
      secret: [key, key.toLowerCase()],
      publicUrl: 'https://outro.example',
      origins: ['https://shop.example'],
      userKeys: [{ userKey: 'AK', secret: key, publicKey: [publicKey], permissions: ['*'] }],
      webhooks: [{ url: 'https://shop.example/hooks?key=x', secrets: [`whsec_${key}`] }],
      redirects: ['https://account.example'],
      providers: {
        facebook: { clientId: '1', clientSecret: 'facebook secret', inbound: { appId: '7' } },
        github: { inbound: { secret: 'a-webhook-secret' } },
        discord: { inbound: { publicKey: 'ab'.repeat(32) } },
        saml: {
          saml: {
            entityId: 'shop',
            privateKey,
            issuer: 'idp',
            logoutUrl: 'https://idp.example/slo',
            certificate: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----',
          },
        },
        'oidc-company': {
          clientId: 'shop',
          issuer: 'https://login.example',
          revoke: {
            by: 'request',
            method: 'POST',
            url: 'https://login.example/revoke',
            authorization: 'Bearer a fixed token',
            headers: { 'X-Key': 'another' },
            form: { token: '{token}' },
            removes: 'grant',
          },
          transmitter: {
            issuer: 'https://signals.example',
            authorization: 'Bearer of the pushes',
            token: { url: 'https://login.example/token', clientId: 'r', clientSecret: 'receiver' },
          },
        },
      },
    },
  ],
  encryptionKeys: [{ id: '2026', key }],
};

/** The same with a name in place of each text. */
const named = () => {
  const environment: Record<string, string> = {};
  const name = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const given = `OUTRO_${Object.keys(environment).length}`;
      environment[given] = value;
      return `\${${given}}`;
    }
    if (Array.isArray(value)) return value.map(name);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key_, one]) => [key_, name(one)]));
  };
  return { configuration: name(whole), environment };
};

it('${NAME} stands for that of the environment, at every place of the configuration', () => {
  const { configuration, environment } = named();
  expect(Object.keys(environment).length).toBeGreaterThan(35);
  const plain = (given: unknown): unknown => JSON.parse(JSON.stringify(given));
  expect(plain(parseConfiguration(configuration, environment))).toEqual(
    plain(parseConfiguration(whole, {})),
  );
});

it('also within a text, as often as it stands there', () => {
  const [site] = parseConfiguration(
    { ...whole, sites: [{ ...whole.sites[0], publicUrl: 'https://${HOST}/${HOST}' }] },
    { HOST: 'outro.example' },
  ).sites;
  expect(site?.publicUrl).toBe('https://outro.example/outro.example');
});

it.each([{}, { OUTRO_0: '' }])(
  'what %j does not have is named by its place; nothing of the others is said',
  (given) => {
    const { configuration, environment } = named();
    const lacking = { ...environment, OUTRO_0: undefined, OUTRO_1: undefined, ...given };
    const refused = () => parseConfiguration(configuration, lacking);
    expect(refused).toThrow(
      'the configuration is wrong:\n  sites[0].apiKey: expected OUTRO_0 in the environment\n  sites[0].secret[0]: expected OUTRO_1 in the environment',
    );
    try {
      refused();
    } catch (error) {
      expect(String(error)).not.toContain('facebook secret');
    }
  },
);

it('what the environment has is not looked at again, and what code has made stays as it is', () => {
  const identify = () => undefined;
  const site = { ...whole.sites[0], identify, providers: { facebook: { clientSecret: '${A}' } } };
  const [parsed] = parseConfiguration({ ...whole, sites: [site] }, { A: '${B}', B: 'wrong' }).sites;
  expect(parsed?.providers['facebook']?.clientSecret).toBe('${B}');
  expect(parsed?.identify).toBe(identify);
});
