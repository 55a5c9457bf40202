import * as z from 'zod';
import type { JWTPayload } from 'jose';
import { fail } from '../../core/error.ts';
import type { SecurityEvents } from '../../providers/row.ts';
import { tokenAlgorithms } from '../config/inbound-settings.ts';
import type { InboundMessage } from './message.ts';
import { verifyToken } from '../outbound/token.ts';

/** A message that brought a security event token. */
export type Telling = Pick<
  InboundMessage<SecurityEvents>,
  'parts' | 'effects' | 'site' | 'provider' | 'settings' | 'row'
>;

/** One thing that a token tells. */
export interface SecurityEvent {
  type: string;
  fields: Record<string, unknown>;
}

/** A security event token that may be believed. */
export interface SecurityToken {
  jti: string;
  /** Until when the same token has to be known again. */
  until: Date;
  /** Whom it is about, where the token as a whole says it. */
  subject: unknown;
  /** When it happened, where the token as a whole says it. */
  at: Date | undefined;
  issuedAt: Date;
  events: SecurityEvent[];
  /** Parts of a subject that have to be understood. */
  critical: readonly string[];
}

// Both providers of the table that send these sign with this one; transmitters, with one of those that signed tokens have.
const tableAlgorithms = ['RS256'];

// Seconds. These tokens tell of the past, but not for longer than deliveries are retried.
const maximumAge = 30 * 86_400;
const clockTolerance = 300;

interface Signer {
  issuer: string;
  jwksUri: string;
  critical: readonly string[];
}

const findSigner = async ({ parts, row }: Telling): Promise<Signer> => {
  const { signer } = row;
  if (!('configuration' in signer)) return { ...signer, critical: [] };
  const found = await parts
    .transmitters(signer)
    .catch((cause: unknown) =>
      fail('networkError', "configuration: the provider's document could not be read", { cause }),
    );
  const { issuer, jwksUri, criticalSubjectMembers } = found;
  return jwksUri === undefined
    ? fail('networkError', "jwks_uri: expected in the provider's document")
    : { issuer, jwksUri, critical: criticalSubjectMembers };
};

const record = z.record(z.string(), z.unknown());
const contentSchema = z.record(z.string(), record);
const textSchema = z.looseObject({ type: z.string() });

/** Types and contents; one as JSON in a text, or several by type. */
const readEvents = (events: unknown): SecurityEvent[] => {
  try {
    const one = typeof events === 'string' ? textSchema.parse(JSON.parse(events)) : undefined;
    const named = contentSchema.parse(one ? { [one.type]: one } : events);
    const all = Object.entries(named).map(([type, fields]) => ({ type, fields }));
    if (all.length > 0) return all;
  } catch {
    // Refused below.
  }
  return fail('invalidToken', 'events: expected an object, or a text that holds one');
};

// What tells these tokens from all others that the same keys sign.
const refuseOthers = ({ row }: Telling, { sub, exp }: JWTPayload): void => {
  if (!row.isSharedSignal) return;
  if (sub !== undefined) fail('invalidToken', 'sub: expected none: whom it is about says sub_id');
  if (exp !== undefined) fail('invalidToken', 'exp: expected none: what happened stays true');
};

const audienceOf = ({ settings }: Telling): string[] => {
  const { clientId, inbound, transmitter } = settings;
  return transmitter?.audience ?? [...(clientId ? [clientId] : []), ...(inbound?.clientIds ?? [])];
};

const secondsOf = (value: unknown): Date | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? new Date(value * 1000) : undefined;

/**
 * Checks a security event token: who signed it, with which key, for whom, when, and that it is one.
 *
 * @throws invalidToken, which names the claim at fault; networkError when keys cannot be read
 * @see RFC 8417; OpenID Shared Signals Framework 1.0 section 4
 */
export const readSecurityToken = async (
  message: Telling,
  token: string,
): Promise<SecurityToken> => {
  const { parts, row } = message;
  const { issuer, jwksUri, critical } = await findSigner(message);
  const { payload } = await verifyToken(token, parts.keySets(jwksUri), {
    algorithms: row.isSharedSignal ? [...tokenAlgorithms] : tableAlgorithms,
    issuer,
    audience: audienceOf(message),
    requiredClaims: ['iat'],
    // So much that whatever is young enough counts, though it has run out.
    clockTolerance: row.ignoresExpiry ? maximumAge : clockTolerance,
    ...(row.isSharedSignal && { typ: 'secevent+jwt' }),
  });
  refuseOthers(message, payload);
  const { iat = 0, jti } = payload;
  const age = Date.now() / 1000 - iat;
  if (!(age <= maximumAge && age >= -clockTolerance))
    fail('invalidToken', 'iat: expected a time of issue within the last 30 days');
  if (typeof jti !== 'string' || jti === '')
    fail('invalidToken', 'jti: expected the id of the token');
  return {
    jti: String(jti),
    until: new Date((iat + maximumAge + 2 * clockTolerance) * 1000),
    subject: payload['sub_id'],
    at: secondsOf(payload['toe']),
    issuedAt: new Date(iat * 1000),
    events: readEvents(payload['events']),
    critical,
  };
};
