import * as z from 'zod';
import { fail } from '../../core/error.ts';
import type { SecurityEvents } from '../../providers/row.ts';
import type { Outbound } from '../outbound/guarded-fetch.ts';
import { actOnce, digestOf, heard, idOf, type InboundMessage, type Receiver } from './message.ts';
import { verifyToken } from './token.ts';

// Milliseconds: how long a configuration document may take and is kept.
const limit = 5000;
const goodTime = 600_000;

// Both providers that send these sign with this one.
const algorithms = ['RS256'];

// Seconds. These tokens tell of the past, but not for longer than deliveries are retried.
const maximumAge = 30 * 86_400;
const clockTolerance = 300;

const configurationSchema = z.object({ issuer: z.string().min(1), jwks_uri: z.url() });

type Signer = { issuer: string; jwksUri: string };

const createSigners = (outbound: Outbound) => {
  const kept = new Map<string, { until: number; signer: Signer }>();
  return async (signer: SecurityEvents['signer']): Promise<Signer> => {
    if (!('configuration' in signer)) return signer;
    const known = kept.get(signer.configuration);
    if (known && known.until > Date.now()) return known.signer;
    try {
      const { status, body } = await outbound(signer.configuration, {}, limit);
      if (status !== 200) throw new Error(`expected status 200, got ${status}`);
      const { issuer, jwks_uri: jwksUri } = configurationSchema.parse(JSON.parse(body));
      const found = { issuer, jwksUri };
      kept.set(signer.configuration, { until: Date.now() + goodTime, signer: found });
      return found;
    } catch (cause) {
      return fail('networkError', "configuration: the provider's document could not be read", {
        cause,
      });
    }
  };
};

const readToken = ({ request, row }: InboundMessage<SecurityEvents>): string => {
  if (row.member === undefined) return request.body.trim();
  const token = (request.document() as Record<string, unknown> | null)?.[row.member];
  return typeof token === 'string'
    ? token
    : fail('missingParameter', `${row.member}: expected, in a JSON body`);
};

const eventSchema = z.looseObject({
  sub: z.unknown().optional(),
  // Milliseconds.
  event_time: z.number().optional(),
  subject: z.looseObject({ sub: z.unknown().optional() }).optional(),
});

const textSchema = z.looseObject({ type: z.string() });

/** Types, last part only, and contents; one as JSON in a text, or several by type. */
const readEvents = (events: unknown): [type: string, event: z.output<typeof eventSchema>][] => {
  try {
    const one = typeof events === 'string' ? textSchema.parse(JSON.parse(events)) : undefined;
    const named = one ? { [one.type]: one } : z.record(z.string(), z.unknown()).parse(events);
    return Object.entries(named).map(([type, event]) => [
      type.split('/').at(-1) ?? '',
      eventSchema.parse(event),
    ]);
  } catch {
    return fail('invalidToken', 'events: expected an object, or a text that holds one');
  }
};

/** Checks a token and gives what it tells. */
const readSet = async (
  message: InboundMessage<SecurityEvents>,
  findSigner: ReturnType<typeof createSigners>,
) => {
  const { parts, settings, row } = message;
  const token = readToken(message);
  const { issuer, jwksUri } = await findSigner(row.signer);
  const { payload } = await verifyToken(token, parts.keySets(jwksUri), {
    algorithms,
    issuer,
    audience: [settings.clientId ?? '', ...(settings.inbound?.clientIds ?? [])],
    requiredClaims: ['iat'],
    // So much that whatever is young enough counts, though it has run out.
    clockTolerance: row.ignoresExpiry ? maximumAge : clockTolerance,
  });
  const { iat = 0, jti } = payload;
  const age = Date.now() / 1000 - iat;
  if (!(age <= maximumAge && age >= -clockTolerance))
    fail('invalidToken', 'iat: expected a time of issue within the last 30 days');
  if (typeof jti !== 'string' || jti === '')
    fail('invalidToken', 'jti: expected the id of the token');
  return { iat, jti: String(jti), events: readEvents(payload['events']) };
};

/**
 * Makes the receiver of security event tokens. One that was taken before is answered as it was then, as RFC 8935
 * asks, and changes nothing; events that mean nothing to us, or nobody we know, are acknowledged.
 *
 * @returns a receiver that throws missingParameter, invalidToken; networkError when keys cannot be read
 * @see RFC 8417; RFC 8935 section 2; providers.md sections 5.3 and 5.4
 */
export const createSecurityEventReceiver = (outbound: Outbound): Receiver<SecurityEvents> => {
  const findSigner = createSigners(outbound);
  return async (message) => {
    const { parts, site, provider, row } = message;
    const { iat, jti, events } = await readSet(message, findSigner);
    const id = digestOf(JSON.stringify([site.apiKey, provider, jti]));
    const until = new Date((iat + maximumAge + 2 * clockTolerance) * 1000);
    await actOnce(parts.store.exits, ['security-event', id, until], async () => {
      for (const [type, event] of events) {
        const person = idOf(event.subject?.sub ?? event.sub);
        const meaning = Object.hasOwn(row.means, type) ? row.means[type] : undefined;
        if (person === undefined || meaning === undefined) continue;
        const at = new Date(event.event_time ?? iat * 1000);
        if (meaning === 'removed') await message.effects.removeIdentity(person, at);
        else await message.effects.signOut({ providerUid: person });
      }
    });
    return heard(row.status);
  };
};
