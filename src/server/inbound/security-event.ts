import { fail } from '../../core/error.ts';
import type { Meaning, SecurityEvents } from '../../providers/row.ts';
import { streamEvents } from '../../providers/signals.ts';
import {
  actOnce,
  digestOf,
  heard,
  idOf,
  isSameText,
  type InboundMessage,
  type Receiver,
} from './message.ts';
import {
  readSecurityToken,
  type SecurityEvent,
  type SecurityToken,
  type Telling,
} from './security-token.ts';
import { readSubject, type Target } from './subject.ts';
import { confirmVerification } from './verification.ts';

const readToken = ({ request, row }: InboundMessage<SecurityEvents>): string => {
  if (row.member === undefined) return request.body.trim();
  const token = (request.document() as Record<string, unknown> | null)?.[row.member];
  return typeof token === 'string'
    ? token
    : fail('missingParameter', `${row.member}: expected, in a JSON body`);
};

const meaningOf = ({ row }: Telling, { type, fields }: SecurityEvent): Meaning | undefined => {
  const name = row.isSharedSignal ? type : (type.split('/').at(-1) ?? '');
  const meaning: SecurityEvents['means'][string] | undefined = Object.hasOwn(row.means, name)
    ? row.means[name]
    : undefined;
  if (meaning === undefined || typeof meaning === 'string') return meaning;
  const isMeant = Object.entries(meaning.when).every(([field, pattern]) =>
    new RegExp(`^(?:${pattern})$`).test(String(fields[field])),
  );
  return isMeant ? meaning.means : undefined;
};

// Those of the table name a person in the event itself, by whatever format.
const personOf = ({ subject, sub }: Record<string, unknown>): Target[] => {
  const inner = typeof subject === 'object' && subject !== null ? subject : {};
  const providerUid = idOf((inner as Record<string, unknown>)['sub'] ?? sub);
  return providerUid === undefined ? [] : [{ providerUid }];
};

const isOpaque = (subject: unknown): subject is { id: unknown } =>
  typeof subject === 'object' &&
  subject !== null &&
  (subject as Record<string, unknown>)['format'] === 'opaque';

const targetsOf = async (
  message: Telling,
  token: SecurityToken,
  { type, fields }: SecurityEvent,
): Promise<Target[]> => {
  if (!message.row.isSharedSignal) return personOf(fields);
  // Where transmitters had it before 1.0.
  const given = token.subject ?? fields['subject'];
  const targets = await readSubject(message, given, token.critical);
  // A session alone is told as the transmitter calls it, and nothing says that it is no person.
  const sid = type.endsWith('/session-revoked') && isOpaque(given) ? idOf(given.id) : undefined;
  return sid === undefined ? targets : [...targets, { sid }];
};

// Older events count in milliseconds.
const timeOf = (value: unknown): Date | undefined =>
  typeof value === 'number' && Number.isFinite(value)
    ? new Date(value > 1e11 ? value : value * 1000)
    : undefined;

const act = async (
  { effects }: Telling,
  meaning: Meaning,
  targets: Target[],
  at: Date,
): Promise<void> => {
  for (const target of targets)
    if (meaning === 'signed-out') await effects.signOut({ ...target, at });
    else if (target.providerUid !== undefined) await effects.removeIdentity(target.providerUid, at);
};

const happenedAt = ({ at, issuedAt }: SecurityToken, { fields }: SecurityEvent): Date => {
  const told = at ?? timeOf(fields['event_timestamp'] ?? fields['event_time']) ?? issuedAt;
  // A time to come would mean sessions that nobody has opened yet.
  return new Date(Math.min(told.getTime(), Date.now()));
};

const hearEvent = async (
  message: Telling,
  token: SecurityToken,
  event: SecurityEvent,
): Promise<void> => {
  const { type, fields } = event;
  if (message.row.isSharedSignal && type === streamEvents.verification)
    return confirmVerification(message, fields['state']);
  if (message.row.isSharedSignal && type === streamEvents.updated) {
    const { site, provider, parts } = message;
    const status = String(fields['status']).slice(0, 20);
    if (status !== 'enabled')
      parts.logMend({
        site: site.apiKey,
        provider,
        about: 'security events',
        reason: `the transmitter has set the stream to ${status}`,
      });
    return;
  }
  const meaning = meaningOf(message, event);
  if (meaning === undefined) return;
  await act(message, meaning, await targetsOf(message, token, event), happenedAt(token, event));
};

/**
 * Takes one security event token, pushed or fetched. One that was taken before changes nothing; events that mean nothing
 * to us, or nobody we know, are taken and change nothing.
 *
 * @throws invalidToken; networkError when keys cannot be read
 */
export const hearToken = async (message: Telling, text: string): Promise<void> => {
  const { parts, site, provider } = message;
  const token = await readSecurityToken(message, text);
  const id = digestOf(JSON.stringify([site.apiKey, provider, token.jti]));
  await actOnce(parts.store.exits, ['security-event', id, token.until], async () => {
    for (const event of token.events) await hearEvent(message, token, event);
  });
};

/**
 * Security event tokens as they are pushed. One that was taken before is answered as it was then, as RFC 8935 asks.
 *
 * @throws missingParameter, invalidSignature, invalidToken; networkError when keys cannot be read
 * @see RFC 8417; RFC 8935 section 2; providers.md sections 5.3 and 5.4
 */
export const receiveSecurityEvent: Receiver<SecurityEvents> = async (message) => {
  const expected = message.settings.transmitter?.authorization;
  if (expected !== undefined && !isSameText(message.request.authorization ?? '', expected))
    fail(
      'invalidSignature',
      'Authorization: expected what this site has agreed with the transmitter',
    );
  await hearToken(message, readToken(message));
  return heard(message.row.status);
};
