import type { Receipt } from '../../core/receipt.ts';
import type { ChangeType, ToldConnection } from '../config/change-types.ts';
import type { Keyring } from '../config/keyring.ts';
import { uidPlace } from '../exits/exits.ts';
import type { JournalEntryOnRecord } from '../exits/record.ts';
import { placeOf } from '../rules/announcements.ts';
import { cursorAt } from './cursor.ts';

/**
 * One change at a site as the site is told of it, by webhook and by feed alike: a CloudEvent. The same `id` is the same
 * change, however often it comes.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export interface ChangeEvent {
  specversion: '1.0';
  id: string;
  /** Address and key of the site at this backend. */
  source: string;
  type: ChangeType;
  /** The uid of the person; when the account is gone, a hash of it, but in its deletion. */
  subject: string;
  /** When it happened, ISO 8601. */
  time: string;
  datacontenttype: 'application/json';
  /** Where it stands in the feed: what comes behind it is asked for with this. */
  cursor: string;
  data: {
    uid: string;
    /** Who caused it: the person, the site's server (`app`), a provider, or whoever runs the backend (`operator`). */
    actor: string;
    /** The call that caused it: `getReceipt` takes it. */
    callId: string;
    /** The provider as the call named it; absent when it named none. */
    provider?: string;
    /** What the caller gave as context id. */
    cid?: string;
    /** What exactly is over now, as far as it is known when this is sent. */
    receipt: Receipt;
    /** Connections that are no more, with `outro.connection.removed`. */
    connections?: ToldConnection[];
    /** The site's own sessions that are to end with ours, as `notifyLogin` named them. */
    siteSessions?: string[];
  };
}

/** Whom a change is about; of an account that is gone only its deletion says so, for a month. */
const subjectOf = (
  site: string,
  { uid = '', sealedUid, callId }: JournalEntryOnRecord,
  keyring: Keyring,
): string =>
  (sealedUid === undefined ? undefined : keyring.open(sealedUid, uidPlace({ site, callId }))) ??
  uid;

/**
 * The message of one announcement of a change.
 *
 * @returns `undefined` where the change has none of that number.
 */
export const toChangeEvent = (
  { apiKey, publicUrl }: { apiKey: string; publicUrl: string },
  entry: JournalEntryOnRecord,
  index: number,
  keyring: Keyring,
): ChangeEvent | undefined => {
  const announced = entry.announced[index];
  if (!announced) return undefined;
  const { type, ...told } = announced;
  const uid = subjectOf(apiKey, entry, keyring);
  const { actor, callId, provider, cid, receipt } = entry;
  const place = placeOf(entry.id, index);
  return {
    specversion: '1.0',
    // Also of a database that was put back to an earlier day, and counts its rows once more.
    id: `${callId}_${place}`,
    source: `${publicUrl}/${apiKey}`,
    type,
    subject: uid,
    time: entry.at.toISOString(),
    datacontenttype: 'application/json',
    cursor: cursorAt(apiKey, place),
    data: {
      uid,
      actor,
      callId,
      ...(provider !== undefined && { provider }),
      ...(cid !== undefined && { cid }),
      receipt,
      ...told,
    },
  };
};
