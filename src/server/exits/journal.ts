import type { Database } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Change, RequestKey, Told } from '../rules/account.ts';
import type { Announcement } from '../config/change-types.ts';
import type { Exits, PageEvent } from './exits.ts';
import type { JournalEntryOnRecord } from './record.ts';

interface JournalRow {
  id: string | number;
  site: string;
  account: string;
  call_id: string;
  receipt: Receipt;
  told: Told[];
}

/** A row as whoever is told of changes reads it; `id` is `entry_id`, to stand beside another's. */
export interface EntryRow {
  entry_id: string | number;
  at: Date;
  uid: string | null;
  sealed_uid: string | null;
  call_id: string;
  actor: string;
  method: string;
  entry_provider: string | null;
  cid: string | null;
  receipt: Receipt;
  announced: Announcement[] | null;
}

/** The columns of `EntryRow`. */
export const entryColumns = sql`entries.id as entry_id, entries.at, entries.uid, entries.sealed_uid, entries.call_id, entries.actor,
  entries.method, entries.provider as entry_provider, entries.cid, entries.receipt, entries.announced`;

/** A row in the words of the port. */
export const toEntry = (row: EntryRow): JournalEntryOnRecord => ({
  id: String(row.entry_id),
  at: row.at,
  uid: row.uid ?? undefined,
  sealedUid: row.sealed_uid ?? undefined,
  callId: row.call_id,
  actor: row.actor,
  method: row.method,
  provider: row.entry_provider ?? undefined,
  cid: row.cid ?? undefined,
  receipt: row.receipt,
  announced: row.announced ?? [],
});

/** Rows of the journal; one that says that a receipt is finished has it from the row that it finishes. */
export const journalRows = sql`(select entry.id, entry.site, entry.account, entry.uid, entry.sealed_uid, entry.call_id, entry.at, entry.actor,
    entry.method, entry.provider, entry.cid, entry.told, entry.announced,
    coalesce(finished.receipt, entry.receipt) as receipt
  from outro.journal as entry left join outro.journal as finished on finished.id = entry.finishes) as entries`;

// Events of one change at most; more are told under the last number.
const eventsOfRow = 64;

/** What pages are told of a change, in the words of the port; each with a number of its own, in order. */
export const toEvents = ({ id, site, account, call_id, receipt, told }: JournalRow): PageEvent[] =>
  told.map((one, index) => ({
    ...one,
    id: String(BigInt(id) * BigInt(eventsOfRow) + BigInt(Math.min(index, eventsOfRow - 1))),
    site,
    account,
    callId: call_id,
    receipt,
  }));

/** Rows of the journal that tell pages something, by their ids. */
export const readTold = (db: Database, ids: string[]): Promise<JournalRow[]> =>
  db.run<JournalRow>(
    sql`select id, site, account, call_id, receipt, told from ${journalRows}
      where id = any(${ids}::bigint[]) and told is not null order by id`,
  );

const isOf = ({ site, caller, key }: RequestKey) =>
  sql`site = ${site} and caller = ${caller} and key = ${key}`;

const hasServed = sql`at < clock_timestamp() - interval '24 hours'`;

/** Frees the key of a change, if its answer has served its time; false when it has not. */
export const freeKey = async (db: Database, { journal }: Change): Promise<boolean> => {
  if (!journal?.once) return false;
  const isTheirs = isOf(journal.once.key);
  // A purge may have freed it meanwhile.
  const [row] = await db.run<{ isFree: boolean }>(
    sql`with freed as (
      update outro.journal set caller = null, key = null, request = null, sealed_answer = null
      where ${isTheirs} and ${hasServed} returning 1
    ) select exists(select from freed) or not exists(select from outro.journal where ${isTheirs}) as "isFree"`,
  );
  return row?.isFree === true;
};

/** The part of the exits that reads the journal. */
export const journalOf = (
  db: Database,
): Pick<Exits, 'readAnswer' | 'keepAnswer' | 'readChanges' | 'pageEvents'> => ({
  async readAnswer(key) {
    const [row] = await db.run<{
      request: Uint8Array;
      call_id: string;
      receipt: Receipt;
      sealed_answer: string | null;
      age: number;
    }>(
      sql`select request, call_id, receipt, sealed_answer,
        (extract(epoch from clock_timestamp() - at) * 1000)::float8 as age
      from outro.journal where ${isOf(key)} and not (${hasServed})`,
    );
    return (
      row && {
        request: row.request,
        callId: row.call_id,
        receipt: row.receipt,
        sealedAnswer: row.sealed_answer ?? undefined,
        age: row.age,
      }
    );
  },

  async keepAnswer(entry, sealedAnswer) {
    await db.run(sql`update outro.journal set sealed_answer = ${sealedAnswer} where id = ${entry}`);
  },

  async readChanges({ site, callId }) {
    const rows = await db.run<{ account: string | null; receipt: Receipt }>(
      sql`select account, receipt from outro.journal
        where call_id = ${callId} and site = ${site} and finishes is null order by id limit 100`,
    );
    return rows.map(({ account, receipt }) => ({ account: account ?? undefined, receipt }));
  },

  async pageEvents({ site, account }) {
    const rows = await db.run<JournalRow>(
      sql`select id, site, account, call_id, receipt, told from ${journalRows}
        where account = ${account} and site = ${site} and told is not null
          and at > clock_timestamp() - interval '10 minutes' order by id`,
    );
    return rows.flatMap(toEvents);
  },
});
