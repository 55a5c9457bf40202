import { Buffer } from 'node:buffer';
import { verify, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { fail } from '../../core/error.ts';
import { lazy } from '../../core/schema.ts';

/** A JWT by which a user key asks, before anything in it is believed. */
export interface Bearer {
  userKey: string;
  /** `jti`: counts once. */
  id: string;
  /** `iat`, Unix seconds. */
  issuedAt: number;
  isSignedFor(key: KeyObject): boolean;
}

const headerSchema = lazy(() =>
  z.object({
    alg: z.literal('RS256'),
    kid: z.string().check(z.regex(/^[\w.-]{1,100}$/)),
    // What it says must be understood, and nothing of it is.
    crit: z.optional(z.never()),
  }),
);

const claimsSchema = lazy(() =>
  z.object({
    iat: z.number(),
    jti: z.string().check(z.regex(/^[^\p{Cc}\p{Cs}]{1,300}$/u)),
    exp: z.optional(z.number()),
  }),
);

const parts =
  /^bearer +([\w+/-]{1,2000}={0,2})\.([\w+/-]{1,2000}={0,2})\.([\w+/-]{1,2000}={0,2})$/i;

/** What of a request may show one. */
interface Authorized {
  authorization: string | undefined;
}

/** Whether a request shows a JWT, rather than a token or nothing. */
export const hasBearer = ({ authorization }: Authorized): boolean =>
  authorization !== undefined && parts.test(authorization);

const readPart = <Schema extends z.ZodMiniType>(
  text: string,
  schema: Schema,
  expected: string,
): z.output<Schema> => {
  try {
    return z.parse(schema, JSON.parse(Buffer.from(text, 'base64').toString()));
  } catch {
    return fail('invalidAuthenticationHeader', `Authorization: expected a JWT with ${expected}`);
  }
};

/**
 * Reads the JWT of the header `Authorization: Bearer`, as the vendor's server SDKs make it: RS256, `kid` the user key,
 * `iat` and `jti`. .NET writes its parts in plain base64 with padding, which no library of JWTs takes.
 *
 * @throws invalidAuthenticationHeader
 * @see gigya-protocol section 10, mode 6; RFC 7515
 */
export const readBearer = ({ authorization = '' }: Authorized): Bearer | undefined => {
  const [, header = '', claims = '', signature = ''] = parts.exec(authorization) ?? [];
  if (!header) return undefined;
  const { kid } = readPart(header, headerSchema(), 'alg RS256 and kid, the user key');
  const { iat, jti, exp = Infinity } = readPart(claims, claimsSchema(), 'iat and jti');
  const bytes = Buffer.from(signature, 'base64');
  return {
    userKey: kid,
    id: jti,
    // What has run out by its own words is as old as can be.
    issuedAt: exp > Date.now() / 1000 ? iat : 0,
    isSignedFor: (key) => verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), key, bytes),
  };
};
