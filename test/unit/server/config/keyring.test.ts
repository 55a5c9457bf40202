import { describe, expect, it } from 'vitest';
import { createKeyring, createToken, hashToken } from '../../../../src/server/config/keyring.ts';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte).toString('base64') });

describe('the keyring', () => {
  it('opens what it sealed, in its own place only, never the same text twice', async () => {
    const ring = createKeyring([key('a', 1)]);
    const sealed = await ring.seal('a token', 'row 1');
    expect(sealed).toMatch(/^v1\.a\./);
    expect(sealed).not.toContain('token');
    expect(await ring.seal('a token', 'row 1')).not.toBe(sealed);
    expect(await ring.open(sealed, 'row 1')).toBe('a token');
    await expect(ring.open(sealed, 'row 2')).rejects.toThrow();
    await expect(ring.open(`${sealed.slice(0, -2)}AA`, 'row 1')).rejects.toThrow();
  });

  it('rotates: a new key in front seals, the old one still opens, a lost one does not', async () => {
    const old = await createKeyring([key('a', 1)]).seal('text', 'row');
    const rotated = createKeyring([key('b', 2), key('a', 1)]);
    expect(await rotated.open(old, 'row')).toBe('text');
    expect(await rotated.seal('text', 'row')).toMatch(/^v1\.b\./);
    await expect(createKeyring([key('b', 2)]).open(old, 'row')).rejects.toThrow(
      'no key a to open this',
    );
  });
});

it('tokens are 32 random bytes, hashed with SHA-256', async () => {
  expect(createToken()).toMatch(/^[\w-]{43}$/);
  expect(createToken()).not.toBe(createToken());
  expect(Buffer.from(await hashToken('abc')).toString('hex')).toMatch(/^ba7816bf8f01cfea/);
});
