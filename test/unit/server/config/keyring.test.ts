import { describe, expect, it } from 'vitest';
import { createKeyring } from '../../../../src/server/config/keyring.ts';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte).toString('base64') });

describe('the keyring', () => {
  it('opens what it sealed, in its own place only, never the same text twice', () => {
    const ring = createKeyring([key('a', 1)]);
    const sealed = ring.seal('a token', 'row 1');
    expect(sealed).toMatch(/^v1\.a\./);
    expect(sealed).not.toContain('token');
    expect(ring.seal('a token', 'row 1')).not.toBe(sealed);
    expect(ring.open(sealed, 'row 1')).toBe('a token');
    expect(ring.open(sealed, 'row 2')).toBeUndefined();
    expect(
      ring.open(`${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`, 'row 1'),
    ).toBeUndefined();
  });

  it('rotates: a new key in front seals, the old one still opens, a lost one does not', () => {
    const old = createKeyring([key('a', 1)]).seal('text', 'row');
    const rotated = createKeyring([key('b', 2), key('a', 1)]);
    expect(rotated.open(old, 'row')).toBe('text');
    expect(rotated.seal('text', 'row')).toMatch(/^v1\.b\./);
    expect(createKeyring([key('b', 2)]).open(old, 'row')).toBeUndefined();
  });

  it('opens nothing that it did not make, and raises nothing', () => {
    const ring = createKeyring([key('a', 1)]);
    const sealed = ring.seal('a token', 'row');
    const [version, id, iv, data = ''] = sealed.split('.');
    // A tag cut short would be easier to guess.
    const short = Buffer.from(data, 'base64url').subarray(0, -4).toString('base64url');
    for (const one of [
      '',
      'v1',
      'v1.a',
      `v2.${id}.${iv}.${data}`,
      `${version}.${id}..${data}`,
      `${version}.${id}.${iv}.`,
      `${version}.${id}.${iv}.${short}`,
      `${version}.${id}.AAAA.${data}`,
    ])
      expect(ring.open(one, 'row')).toBeUndefined();
  });

  it('seals an empty text, and any other', () => {
    const ring = createKeyring([key('a', 1)]);
    for (const text of ['', 'ä', '💥'.repeat(1000)])
      expect(ring.open(ring.seal(text, 'row'), 'row')).toBe(text);
  });
});
