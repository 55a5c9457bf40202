import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { fail } from '../../core/error.ts';
import type { Hears } from '../../providers/row.ts';
import type { Receipt, Step } from '../../core/receipt.ts';
import {
  actOnce,
  digestOf,
  heard,
  idOf,
  jsonAnswer,
  type InboundMessage,
  type Receiver,
} from './message.ts';

// Seconds: how old a request may be, and how far ahead the provider's clock.
const maximumAge = 86_400;
const clockTolerance = 300;

interface SignedRequest {
  person: string;
  at: Date;
  /** Says nothing about anybody, and only who holds the app secret could compute it. */
  id: string;
}

const read = ({ site, provider, request, settings }: InboundMessage): SignedRequest => {
  const given = request.param('signed_request') ?? '';
  const [, signature = '', encoded = ''] = /^([\w-]+={0,2})\.([\w-]+={0,2})$/.exec(given) ?? [];
  if (encoded === '')
    fail('missingParameter', 'signed_request: expected once, as <signature>.<payload>');
  const expected = createHmac('sha256', settings.clientSecret ?? '')
    .update(encoded)
    .digest();
  const actual = Buffer.from(signature, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected))
    fail('invalidSignature', 'signed_request: expected a signature with the app secret');
  const content = parse(encoded);
  if (String(content['algorithm']).toUpperCase() !== 'HMAC-SHA256')
    fail('invalidParameter', 'signed_request: expected algorithm HMAC-SHA256');
  // A sign-in's has a code to redeem, and the app's secret signs that too: it is no word of a removal.
  if (content['code'] !== undefined || content['oauth_token'] !== undefined)
    fail(
      'invalidParameter',
      'signed_request: expected one that tells of a removal, not of a sign-in',
    );
  const issued = Number(content['issued_at'] ?? Number.NaN);
  const age = Date.now() / 1000 - issued;
  if (!(age <= maximumAge && age >= -clockTolerance))
    fail('requestExpired', 'signed_request: expected issued_at within the last day');
  const person =
    idOf(content['user_id']) ?? fail('invalidParameter', 'signed_request: expected user_id');
  const name = JSON.stringify([site.apiKey, provider, expected.toString('hex')]);
  return { person, at: new Date(issued * 1000), id: digestOf(name).slice(0, 32) };
};

const parse = (encoded: string): Record<string, unknown> => {
  try {
    const content: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    if (typeof content === 'object' && content !== null) return { ...content };
  } catch {
    // Refused below.
  }
  return fail('invalidParameter', 'signed_request: expected a payload that is a JSON object');
};

const onceOf = (kind: string, { id, at }: SignedRequest) =>
  [kind, id, new Date(at.getTime() + (maximumAge + clockTolerance) * 1000)] as const;

/**
 * The person has removed the app at the provider: the connection goes, softly. The same request again is answered
 * in the same way and changes nothing.
 *
 * @throws missingParameter, invalidSignature, invalidParameter, requestExpired
 * @see providers.md section 5.1
 */
export const receiveDeauthorize: Receiver<Extract<Hears, { kind: 'deauthorize' }>> = async (
  message,
) => {
  const request = read(message);
  await actOnce(message.parts.store.exits, onceOf('deauthorize', request), () =>
    message.effects.removeIdentity(request.person, request.at),
  );
  return heard();
};

// Who it was about is not kept: the page that shows this is open to everybody who has its address.
const anonymous = (receipt: Receipt, provider: string): Receipt =>
  receipt.length === 0
    ? [
        { step: 'identity', provider, status: 'already' },
        { step: 'data', provider, status: 'already' },
      ]
    : receipt.map(
        (step) =>
          Object.fromEntries(
            Object.entries(step).filter(([name]) => name !== 'identity'),
          ) as unknown as Step,
      );

/**
 * The person asks, at the provider, for the data to be deleted: the connection goes, softly, and what became of it is
 * kept for the page that the provider shows the person. The same request again gets the same code.
 *
 * @throws missingParameter, invalidSignature, invalidParameter, requestExpired
 * @see providers.md section 5.1
 */
export const receiveDataDeletion: Receiver<Extract<Hears, { kind: 'data-deletion' }>> = async (
  message,
) => {
  const { parts, site, provider } = message;
  const request = read(message);
  const { id: code, person, at } = request;
  await actOnce(parts.store.exits, onceOf('data-deletion', request), async () => {
    const receipt = anonymous(await message.effects.removeIdentity(person, at), provider);
    await parts.store.exits.keepDeletion({ code, site: site.apiKey, provider, receipt });
  });
  const url = `${site.publicUrl}/inbound/deletion/${code}`;
  return jsonAnswer({ url, confirmation_code: code });
};
