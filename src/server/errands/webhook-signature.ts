import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { fail } from '../../core/error.ts';
import { isWebhookSecret, webhookSecretForm } from '../config/webhook-settings.ts';
import type { ChangeEvent } from './change-event.ts';
import { signatureOf } from './sign-message.ts';

// Seconds that a message may be old, or ahead of this clock.
const tolerance = 300;

/** Headers as hosts have them. */
type GivenHeaders = Headers | Record<string, string | readonly string[] | undefined>;

const read = (headers: GivenHeaders, name: string): string => {
  const value =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' && value !== ''
    ? value
    : fail('missingParameter', `${name}: expected one such header with every message`);
};

const isSame = (one: string, other: string): boolean => {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)];
  return bytes.length === others.length && timingSafeEqual(bytes, others);
};

/**
 * Checks a message that outro has sent to a webhook of yours, and reads it. Messages may come more than once, with the
 * same `id`.
 *
 * @param body the request's body as it came, to the byte: signed is the text, not what it means.
 * @param secrets of the webhook; while they rotate, the old one and the new one.
 * @throws missingParameter when a header is missing; invalidParameter when a secret or the body is none; requestExpired
 *   when the message is older than five minutes, or ahead; invalidSignature when none of the secrets has signed it
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @example
 * const change = verifyWebhook(await request.text(), request.headers, process.env.OUTRO_WEBHOOK_SECRET);
 * if (change.type === 'outro.session.ended') await endSessions(change.data.siteSessions);
 */
export const verifyWebhook = (
  body: string,
  headers: GivenHeaders,
  secrets: string | readonly string[],
): ChangeEvent => {
  const all = typeof secrets === 'string' ? [secrets] : secrets;
  if (all.length === 0 || !all.every(isWebhookSecret))
    fail('invalidParameter', `secrets: ${webhookSecretForm}`);
  const id = read(headers, 'webhook-id');
  const timestamp = read(headers, 'webhook-timestamp');
  const given = read(headers, 'webhook-signature').split(' ');
  const age = Date.now() / 1000 - Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(age) > tolerance)
    fail(
      'requestExpired',
      `webhook-timestamp: expected Unix seconds within ${tolerance} s of this server's clock; set both clocks by NTP`,
    );
  const isOurs = all.some((secret) =>
    given.some((one) => isSame(one, `v1,${signatureOf(secret, id, timestamp, body)}`)),
  );
  if (!isOurs)
    fail(
      'invalidSignature',
      'webhook-signature: expected that of this very body with one of the secrets',
    );
  try {
    return JSON.parse(body) as ChangeEvent;
  } catch (cause) {
    return fail('invalidParameter', 'body: expected JSON', { cause });
  }
};
