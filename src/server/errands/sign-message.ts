import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';

/** What a secret makes of a message. */
export const signatureOf = (secret: string, id: string, timestamp: string, body: string): string =>
  createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');

/**
 * The headers of a message: each secret signs, so that a receiver may change over from one to the next.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signMessage = (
  secrets: readonly string[],
  id: string,
  body: string,
  now = Date.now(),
): Record<string, string> => {
  const timestamp = String(Math.floor(now / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets
      .map((secret) => `v1,${signatureOf(secret, id, timestamp, body)}`)
      .join(' '),
  };
};
