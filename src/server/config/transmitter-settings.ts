import * as z from 'zod';
import { signalNames, signals, type SignalName } from '../../providers/signals.ts';
import { secureUrl } from './secure-url.ts';

const printable = z
  .string()
  .regex(/^[\x20-\x7e]{8,4000}$/, 'expected at least 8 printable characters');

const client = z.strictObject({
  /** Token endpoint of the transmitter's authorization server, for the client credentials grant. */
  url: secureUrl,
  /** The receiver's id there. */
  clientId: z.string().min(1),
  /** Its secret. */
  clientSecret: z.string().min(1),
  /** What it asks for. */
  scope: z.string().min(1).default('ssf.read ssf.manage'),
});

const token = z.union([printable, client]);

/**
 * A transmitter of shared signals that speaks of a provider's people, as a site configures it.
 *
 * @see OpenID Shared Signals Framework 1.0; RFC 8935, RFC 8936
 */
export const transmitterSettings = z
  .strictObject({
    /** Who signs its events; its document at `/.well-known/ssf-configuration` says the rest. */
    issuer: secureUrl,
    /** Where that document is, if elsewhere. */
    configuration: secureUrl.optional(),
    /** Whom its events are addressed to; left out, the client ids of the provider. */
    audience: z.array(z.string().min(1)).min(1).max(20).optional(),
    /** The signals to act on; others are acknowledged and change nothing. */
    events: z
      .array(z.enum(signalNames as [SignalName, ...SignalName[]]))
      .min(1)
      .default([...signalNames]),
    /** Whether it sends its events, or has them fetched. */
    delivery: z.enum(['push', 'poll']).default('push'),
    /** What the header `Authorization` of what it sends has to be; the signature proves more. */
    authorization: printable.optional(),
    /** Opens its stream's configuration, and what is fetched. */
    token: token.optional(),
    /** Where events are fetched; left out, what the stream's configuration says. */
    pollUrl: secureUrl.optional(),
    /** Seconds between two fetches that found nothing. */
    pollEvery: z.int().min(1).max(3600).default(30),
    /** The tenant there that is this site's, where it has several: events of others change nothing. */
    tenant: z.string().min(1).optional(),
  })
  .refine(({ delivery, token: opens }) => delivery === 'push' || opens !== undefined, {
    path: ['token'],
    error: 'expected with delivery "poll": what is fetched opens with it',
  });

/** A transmitter of shared signals. */
export type Transmitter = z.output<typeof transmitterSettings>;

/** Types of the events that a site wants of a transmitter. */
export const eventsWanted = ({ events }: Pick<Transmitter, 'events'>): string[] =>
  events.map((name) => signals[name].type);

/** Where a transmitter says how it is reached: the path of its issuer comes behind. */
export const configurationOf = ({
  issuer,
  configuration,
}: Pick<Transmitter, 'issuer' | 'configuration'>): string => {
  if (configuration !== undefined) return configuration;
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/ssf-configuration${pathname.replace(/\/$/, '')}`;
};

/**
 * Global Token Revocation: the provider may end all sessions of a person of its own by a request that it signs.
 *
 * @see draft-parecki-oauth-global-token-revocation
 */
export const globalTokenRevocationSettings = z.strictObject({
  /** Who signs; left out, the issuer of the provider. Its discovery document says where the keys are. */
  issuer: secureUrl.optional(),
  /** The keys, where no discovery document says it. */
  jwksUri: secureUrl.optional(),
});
