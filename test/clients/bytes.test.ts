// The bytes themselves: order of parameters, encoding, words for booleans, as each client's source has them.
import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { clients } from './clients.ts';
import type { Credentials, Mode } from './wire.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const who: Credentials = {
  apiKey: '3_key',
  secret: 'bGVhdmUtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE=',
  userKey: 'AK',
  privateKey,
  token: '3_key:st2~x',
  now: 1_700_000_000_123,
  random: '42',
};

const sent: readonly [client: string, mode: Mode, line: string, body: string][] = [
  [
    'Python',
    'signed',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&apiKey=3_key&cid=%C3%BC%2B&flag=False&format=json&httpStatusCodes=false&nonce=170000000012342&sdk=python_3.6.0&sig=iZMP4Raznj8RzMOf7wkG8rYt4yY%3D&timestamp=1700000000&userKey=AK',
  ],
  [
    'Python',
    'token',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&cid=%C3%BC%2B&flag=False&format=json&httpStatusCodes=false&oauth_token=3_key%3Ast2~x&sdk=python_3.6.0&userKey=AK',
  ],
  [
    'Java',
    'signed',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&apiKey=3_key&cid=%C3%BC%2B&flag=false&format=json&httpStatusCodes=false&nonce=1700000000123_42&sdk=java_3.2.4&sig=Id2ytv7f9aw8rqeUBI%2FmxiHNq9M%3D&timestamp=1700000000&userKey=AK',
  ],
  [
    'Java',
    'token',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&cid=%C3%BC%2B&flag=false&format=json&httpStatusCodes=false&oauth_token=3_key%3Ast2~x&sdk=java_3.2.4',
  ],
  [
    'Java',
    'RSA',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&apiKey=3_key&cid=%C3%BC%2B&flag=false&format=json&httpStatusCodes=false&sdk=java_3.2.4',
  ],
  [
    'PHP',
    'signed',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u+%7E%2A&cid=%C3%BC%2B&flag=&format=json&httpStatusCodes=false&sdk=php_3.1.0&userKey=AK&apiKey=3_key&timestamp=1700000000&nonce=170000000012342&sig=BTlCUk42x6Hyq7r49v%2F5dYL5DeM%3D',
  ],
  [
    'PHP',
    'token',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u+%7E%2A&cid=%C3%BC%2B&flag=&format=json&httpStatusCodes=false&sdk=php_3.1.0&userKey=AK&oauth_token=3_key%3Ast2%7Ex',
  ],
  [
    'PHP',
    'RSA',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u+%7E%2A&cid=%C3%BC%2B&flag=&format=json&httpStatusCodes=false&sdk=php_3.1.0&apiKey=3_key&timestamp=1700000000',
  ],
  [
    '.NET',
    'signed',
    'POST http://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&apiKey=3_key&cid=%C3%BC%2B&flag=False&format=json&httpStatusCodes=false&nonce=17000000001230000_42&sdk=dotnet_2.16.6&sig=g8bcMCBBTg1aLFIWEsmzs%2FstPqQ%3D&timestamp=1700000000&userKey=AK',
  ],
  [
    '.NET',
    'RSA',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&apiKey=3_key&cid=%C3%BC%2B&flag=False&format=json&httpStatusCodes=false&sdk=dotnet_2.16.6',
  ],
  [
    'npm gigya',
    'signed',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&cid=%C3%BC%2B&flag=false&apiKey=3_key&format=json&userKey=AK&timestamp=1700000000123&nonce=42&sig=5Y2YGfbRhZEHRoeWOILRcCtCL2w%3D',
  ],
  [
    'npm gigya',
    'secret',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&cid=%C3%BC%2B&flag=false&apiKey=3_key&format=json&secret=bGVhdmUtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE%3D',
  ],
  [
    'npm gigya',
    'token',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&cid=%C3%BC%2B&flag=false&oauth_token=3_key%3Ast2~x&format=json',
  ],
  [
    'npm gigya',
    'RSA',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&cid=%C3%BC%2B&flag=false&apiKey=3_key&format=json',
  ],
  [
    'gigya-ts',
    'secret',
    'POST https://accounts.outro.example/socialize.logout',
    'apiKey=3_key&UID=u+%7E*&cid=%C3%BC%2B&flag=false&userKey=AK&secret=bGVhdmUtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE%3D',
  ],
  [
    'gigya-ts',
    'RSA',
    'POST https://accounts.outro.example/socialize.logout',
    'apiKey=3_key&UID=u+%7E*&cid=%C3%BC%2B&flag=false',
  ],
  [
    'graze',
    'secret',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u+%7E%2A&cid=%C3%BC%2B&flag=0&apiKey=3_key&secret=bGVhdmUtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE%3D&userKey=AK',
  ],
  [
    'graze',
    'token',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u+%7E%2A&cid=%C3%BC%2B&flag=0',
  ],
  [
    'rgigya',
    'signed',
    'POST http://socialize.outro.example/socialize.logout',
    'UID=u%20~%2A&cid=%C3%BC%2B&flag=false&format=json&timestamp=1700000000&nonce=1700000000123&apiKey=3_key&sig=tJ%2BPa7i6RsDh75ClS8vFEz%2FShW8%3D',
  ],
  [
    'rgigya',
    'secret',
    'GET https://socialize.outro.example/socialize.logout?apiKey=3_key&secret=bGVhdmUtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE%3D&format=json&UID=u+~%2A&cid=%C3%BC%2B&flag=false',
    '',
  ],
  [
    'WordPress',
    'signed',
    'POST http://socialize.outro.example/socialize.logout',
    'UID=u+%7E%2A&cid=%C3%BC%2B&flag=&environment=%7B%22cms_name%22%3A%22WordPress%22%2C%22cms_version%22%3A%22WordPress_6.5%22%2C%22gigya_version%22%3A%22Gigya_module_7.0%22%2C%22php_version%22%3A%228.1.2%22%7D&format=json&httpStatusCodes=false&sdk=php_3.1.0&userKey=AK&apiKey=3_key&timestamp=1700000000&nonce=170000000012342&sig=I1T5Z7FQmbPs1%2BabCaYsxNwKDB8%3D',
  ],
  [
    'WordPress',
    'RSA',
    'POST https://socialize.outro.example/socialize.logout',
    'UID=u+%7E%2A&cid=%C3%BC%2B&flag=&environment=%7B%22cms_name%22%3A%22WordPress%22%2C%22cms_version%22%3A%22WordPress_6.5%22%2C%22gigya_version%22%3A%22Gigya_module_7.0%22%2C%22php_version%22%3A%228.1.2%22%7D&format=json&httpStatusCodes=false&sdk=php_3.1.0&apiKey=3_key&timestamp=1700000000',
  ],
];

it.each(sent)('5.2, 5.4, 5.6 what %s, %s, puts on the wire', (client, mode, line, body) => {
  const row = clients.find((one) => one.client === client && one.mode === mode)!;
  const wire = row.send('socialize.logout', { UID: 'u ~*', cid: 'ü+', flag: false }, who);
  expect(`${wire.method} ${wire.url}`).toBe(line);
  expect(wire.body ?? '').toBe(body);
  const [, header, claims] =
    /^Bearer ([^.]+)\.([^.]+)\./.exec(wire.headers['Authorization'] ?? '') ?? [];
  expect(header !== undefined).toBe(mode === 'RSA');
  if (header === undefined || claims === undefined) return;
  const read = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64').toString());
  expect(read(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'AK' });
  expect(read(claims)).toEqual({ iat: 1_700_000_000, jti: expect.any(String) as string });
  // .NET alone pads.
  expect(header.endsWith('=')).toBe(client === '.NET');
});

it('names every client and mode of the table', () => {
  expect(sent.map(([client, mode]) => `${client}, ${mode}`)).toEqual(
    clients.map(({ client, mode }) => `${client}, ${mode}`),
  );
});
