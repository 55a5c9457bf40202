import * as z from 'zod';

/** Signature algorithms that tokens of providers may have: asymmetric ones only. */
export const tokenAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** What a site configures to know a provider's own messages by, at `/inbound/<apiKey>/<provider>/<kind>`. */
export const inboundSettings = z.strictObject({
  /** Secret, signing secret or token of its webhook; the comment of the provider's row says which. */
  secret: z
    .string()
    .regex(/^[\x20-\x7e]{8,300}$/, 'expected at least 8 printable characters')
    .optional(),
  /** Ed25519, 32 bytes in hexadecimal. */
  publicKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits')
    .optional(),
  /** The app's number, where messages name that and not the client id. */
  appId: z.string().min(1).optional(),
  /** The number that the provider gave the webhook subscription. */
  subscriptionId: z.string().min(1).optional(),
  /** Further client ids of this site that security events may be addressed to. */
  clientIds: z.array(z.string().min(1)).default([]),
});
