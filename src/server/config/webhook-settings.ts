import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { changeTypes, type ChangeType } from './change-types.ts';
import type { EndSession } from './site-functions.ts';
import { secureUrl } from './secure-url.ts';

const length = (text: string): number => Buffer.from(text.slice('whsec_'.length), 'base64').length;

/** A secret as Standard Webhooks writes it. */
export const isWebhookSecret = (text: string): boolean =>
  /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text) && length(text) >= 24 && length(text) <= 64;

/** What every secret of a webhook is refused with that is none. */
export const webhookSecretForm = 'expected whsec_ and base64 of 24 to 64 bytes';

/** Where a site wants to be told, and of what. */
export const webhookSettings = z.strictObject({
  /** Where to send. */
  url: secureUrl,
  /** The newest in front; each signs, so that the receiver may change over in its own time. */
  secrets: z.array(z.string().refine(isWebhookSecret, webhookSecretForm)).min(1).max(5),
  /** Of what to tell. */
  types: z
    .array(z.enum(changeTypes))
    .min(1)
    .default([...changeTypes]),
});

/** Where a site wants to be told. */
export type Webhook = z.output<typeof webhookSettings>;

/** What an errand has as its destination for an address: its host can be read, and what may be secret in it cannot. */
export const destinationOf = (url: string): string =>
  `${new URL(url).host}/${createHash('sha256').update(url).digest('hex').slice(0, 8)}`;

/** What an errand has as its destination that ends sessions of the site's own in this process; no address is so named. */
export const siteSessionsPlace = 'site-sessions';

/** Who is told of the changes at a site: destinations of errands, with the kinds that each wants. */
export const subscriptionsOf = ({
  webhooks,
  endSession,
}: {
  webhooks: Webhook[];
  endSession?: EndSession | undefined;
}): { destination: string; types: readonly ChangeType[] }[] => [
  ...webhooks.map(({ url, types }) => ({ destination: destinationOf(url), types })),
  ...(endSession
    ? [
        {
          destination: siteSessionsPlace,
          types: ['outro.session.ended', 'outro.account.deleted'] as const,
        },
      ]
    : []),
];
