// The vectors of the protocol reference, section 11.3, made with the vendor's own SDK.
import { describe, expect, it } from 'vitest';
import { baseString, sign, verify } from '../../../../src/server/caller/signature.ts';

const secret = 'bGVhdmUtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE=';
const common = { timestamp: '1700000000', nonce: '1700000000123_42', format: 'json' };
const key = { apiKey: '3_LeaveTestKey_0123456789abcdefABCDEF' };
const remove = 'https://socialize.us1.gigya.com/socialize.removeConnection';
const logout = 'https://socialize.us1.gigya.com/socialize.logout';

const vectors = [
  [
    'A',
    remove,
    { ...common, ...key, UID: 'user-1', provider: 'facebook', httpStatusCodes: 'false' },
    'TEBJNwUWTbAgMdGstjaNXJ3nrpM=',
  ],
  [
    'B',
    remove,
    {
      ...common,
      ...key,
      UID: "_guid_Ab+/=~ü (1)!*'",
      provider: 'googleplus',
      cid: 'a b+c&d=e',
      httpStatusCodes: 'false',
      lastIdentityHandling: 'fail',
      removeLoginID: 'true',
    },
    'ZlMBTPoV7dFXNJPfWvRRrxD/elo=',
  ],
  [
    'C',
    'http://Socialize.US1.Gigya.com/socialize.logout',
    { ...common, ...key, userKey: 'AKuserKey01', UID: 'user-1' },
    'aWDW/3yWoGM/srw5T2aO7Tl8uIo=',
  ],
  ['D', logout, { ...common, oauth_token: 'st1.tok' }, 'TejZey1oIGT6hXjo6llf3gQLcwc='],
] as const;

describe.each(vectors)('vector %s', (_name, url, params, expected) => {
  const text = baseString({
    httpMethod: 'POST',
    url,
    params: Object.entries({ ...params, sig: 'x' }),
  });

  it('is signed as the vendor signs it, and verified', async () => {
    expect(sign(secret, text)).toBe(expected);
    expect(verify(secret, text, expected)).toBe(true);
    const urlSafe = expected.replaceAll('+', '-').replaceAll('/', '_');
    expect(verify(secret, text, urlSafe)).toBe(true);
  });

  it('one changed character in any part fails', async () => {
    for (let index = 0; index < text.length; index += 1) {
      const other = text[index] === 'x' ? 'y' : 'x';
      const changed = text.slice(0, index) + other + text.slice(index + 1);
      expect(verify(secret, changed, expected)).toBe(false);
    }
    for (let index = 0; index < expected.length; index += 1) {
      const other = expected[index] === 'A' ? 'B' : 'A';
      const changed = expected.slice(0, index) + other + expected.slice(index + 1);
      expect(verify(secret, text, changed), changed).toBe(false);
    }
    for (const changed of [
      '',
      expected.slice(0, -1),
      `${expected}=`,
      ` ${expected}`,
      `${expected}A`,
    ])
      expect(verify(secret, text, changed), changed).toBe(false);
  });
});
