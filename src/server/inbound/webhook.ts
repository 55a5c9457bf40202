import { createHmac } from 'node:crypto';
import { fail } from '../../core/error.ts';
import type { Challenge, Webhook, WebhookEvent } from '../../providers/row.ts';
import {
  actOnce,
  digestOf,
  heard,
  idOf,
  isSameText,
  jsonAnswer,
  type InboundMessage,
  type Receiver,
} from './message.ts';
import { fill, matches, readerOf, type Read } from './places.ts';
import { keyOf, prove, unseal } from './proof.ts';

type Message = InboundMessage<Webhook>;

// Seconds that a message may be on its way, and clocks may differ.
const freshness = 300;

// Milliseconds for which a message's name is kept: the age of a fresh one twice over, and else a month, which is
// longer than any of these providers delivers again.
const shortTime = 2 * freshness * 1000;
const longTime = 30 * 24 * 3_600_000;

const checkTime = ({ sentAt }: Webhook, read: Read): void => {
  if (sentAt === undefined) return;
  const seconds = Number(fill(sentAt, read) || Number.NaN);
  if (!(Math.abs(Date.now() / 1000 - seconds) <= freshness))
    fail('requestExpired', `timestamp: expected one within ${freshness} s of this server's clock`);
};

const accept = ({ answer, hmacOf }: Challenge, { row }: Message, read: Read): Response => {
  const mac =
    hmacOf && createHmac('sha256', keyOf(row.proof, read)).update(fill(hmacOf, read)).digest('hex');
  const readAll: Read = (place) => (place === 'hmac' ? mac : read(place));
  if ('text' in answer) return heard(200, fill(answer.text, readAll));
  const filled = Object.entries(answer.json).map(([name, text]) => [name, fill(text, readAll)]);
  return jsonAnswer(Object.fromEntries(filled) as object);
};

const timeOf = ({ at }: WebhookEvent, read: Read): Date | undefined => {
  const text = at === undefined ? '' : fill(at, read);
  const number = Number(text || Number.NaN);
  const time = Number.isNaN(number) ? Date.parse(text) : number * 1000;
  return Number.isNaN(time) ? undefined : new Date(time);
};

const personsOf = (event: WebhookEvent, { row }: Message, read: Read): string[] => {
  const found = read(`field.${event.person}`);
  const values = event.many ? (Array.isArray(found) ? (found as unknown[]) : []) : [found];
  return values.map((value) => {
    const id = idOf(value);
    const opened = id !== undefined && event.sealed ? idOf(unseal(id, keyOf(row.proof, read))) : id;
    return opened ?? fail('invalidParameter', `${event.person}: expected the id of a person`);
  });
};

const checkAddress = ({ addressed }: WebhookEvent, read: Read): void => {
  if (!addressed) return;
  const [given, expected] = addressed;
  if (!isSameText(fill(given, read), fill(expected, read)))
    fail('invalidParameter', `${given.replace(/^\{field\.|\}$/g, '')}: expected that of this site`);
};

const act = async (message: Message, events: WebhookEvent[], read: Read): Promise<void> => {
  const heardOf = events.map((event) => {
    checkAddress(event, read);
    return { event, persons: personsOf(event, message, read), at: timeOf(event, read) };
  });
  for (const { event, persons, at } of heardOf)
    for (const person of persons)
      if (event.means === 'removed') await message.effects.removeIdentity(person, at);
      else await message.effects.signOut({ providerUid: person });
};

/**
 * A webhook as its row tells it. The same message again is answered as heard and changes nothing; so is one about
 * events that mean nothing to us, or about nobody we know.
 *
 * @throws invalidSignature, requestExpired, invalidRequest, invalidParameter
 * @see providers.md sections 4 and 5.14
 */
export const receiveWebhook: Receiver<Webhook> = async (message) => {
  const { row, request, parts, site, provider } = message;
  const read = readerOf(message);
  const { challenge } = row;
  const isChallenge =
    challenge !== undefined &&
    challenge.method === request.httpMethod &&
    matches(challenge.when, read);
  prove((isChallenge && challenge.proof) || row.proof, read);
  if (!isChallenge || !challenge.proof) checkTime(row, read);
  if (isChallenge) return accept(challenge, message, read);
  if (row.unreadable && matches(row.unreadable.when, read))
    fail('invalidRequest', row.unreadable.reason);
  const events = row.events.filter(({ when }) => matches(when, read));
  const name = row.once === undefined ? '' : fill(row.once, read);
  if (name === '') await act(message, events, read);
  else {
    const id = digestOf(JSON.stringify([site.apiKey, provider, name]));
    const until = new Date(Date.now() + (row.sentAt === undefined ? longTime : shortTime));
    await actOnce(parts.store.exits, ['webhook', id, until], () => act(message, events, read));
  }
  return heard(row.answer.status, row.answer.text);
};
