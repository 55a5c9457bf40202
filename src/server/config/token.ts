import { hash, randomBytes } from 'node:crypto';

/** A new session token: 32 random bytes, base64url. */
export const createToken = (): string => randomBytes(32).toString('base64url');

/** The hash under which a token is stored: SHA-256, 32 bytes. */
export const hashToken = (token: string): Uint8Array => hash('sha256', token, 'buffer');

/**
 * What an address of the site may say of a trip whose token this is: how it stands can be asked with it, and nothing
 * else. It does not lead back to the token.
 */
export const outcomeTokenOf = (token: string): string =>
  hash('sha256', `outro outcome ${token}`, 'base64url');

/**
 * The leave ticket of a session token, which each side makes for itself: base64, 44 characters. It does not lead
 * back to the token.
 *
 * @see design.md section 5
 */
export const leaveTicketOf = (token: string): string =>
  hash('sha256', `outro leave ticket ${token}`, 'base64');
