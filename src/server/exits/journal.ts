import type { Database } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Change, RequestKey, Told } from '../rules/account.ts';
import type { Exits, PageEvent } from './exits.ts';

interface JournalRow {
  id: string | number;
  site: string;
  account: string;
  call_id: string;
  receipt: Receipt;
  told: Told[];
}

/** Rows of the journal; one that says that a receipt is finished has it from the row that it finishes. */
export const journalRows = sql`(select entry.id, entry.site, entry.account, entry.call_id, entry.at, entry.told,
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
