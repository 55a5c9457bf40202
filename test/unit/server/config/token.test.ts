import { expect, it } from 'vitest';
import { createToken, hashToken, leaveTicketOf } from '../../../../src/server/config/token.ts';

it('tokens are 32 random bytes, hashed with SHA-256', () => {
  expect(createToken()).toMatch(/^[\w-]{43}$/);
  expect(createToken()).not.toBe(createToken());
  expect(Buffer.from(hashToken('abc')).toString('hex')).toMatch(/^ba7816bf8f01cfea/);
});

it('a leave ticket is what a page makes of the same token, too', async () => {
  const text = new TextEncoder().encode('outro leave ticket a-token');
  const digest = await crypto.subtle.digest('SHA-256', text);
  expect(leaveTicketOf('a-token')).toBe(Buffer.from(digest).toString('base64'));
});
