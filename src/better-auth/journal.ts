import { Buffer } from 'node:buffer';
import type { Receipt } from '../core/receipt.ts';
import type { Announcement } from '../server/config/change-types.ts';
import type { Exits } from '../server/exits/exits.ts';
import { toEvents } from '../server/exits/journal.ts';
import type { JournalEntryOnRecord } from '../server/exits/record.ts';
import type { Told } from '../server/rules/account.ts';
import { answerName, answerTime, entriesAtMost, read } from './entries.ts';
import { siteKey } from './removals.ts';
import type { Comparison, Rows } from './rows.ts';
import type { Tables } from './tables.ts';

type Entry = Tables['outroEntry'];

/** An entry as it stands: one that says a receipt is finished has it from the entry that it finishes. */
const receiptOf = async ({ finishes, receipt }: Entry, rows: Rows): Promise<Receipt> => {
  const from = finishes == null ? undefined : await rows.one('outroEntry', { number: finishes });
  return (read(from?.receipt ?? receipt) ?? []) as Receipt;
};

/** An entry in the words of the port. */
export const toEntry = async (row: Entry, rows: Rows): Promise<JournalEntryOnRecord> => ({
  id: String(row.number),
  at: row.at,
  uid: row.uid ?? undefined,
  sealedUid: row.sealedUid ?? undefined,
  callId: row.callId,
  actor: row.actor,
  method: row.method,
  provider: row.provider ?? undefined,
  cid: row.cid ?? undefined,
  receipt: await receiptOf(row, rows),
  announced: (read(row.announced) ?? []) as Announcement[],
});

/** What pages are told by these entries. */
export const eventsOf = async (entries: Entry[], rows: Rows) => {
  const told = await Promise.all(
    entries
      .filter(({ account, told: events }) => account !== null && events !== null)
      .map(async (row) =>
        toEvents({
          id: row.number,
          site: siteKey,
          account: row.account as string,
          call_id: row.callId,
          receipt: await receiptOf(row, rows),
          told: (read(row.told) ?? []) as Told[],
        }),
      ),
  );
  return told.flat();
};

/** Entries behind a number, in order. */
export const entriesAfter = (number: number, limit: number, rows: Rows): Promise<Entry[]> =>
  rows.many('outroEntry', {}, limit, {
    and: [{ field: 'number', operator: 'gt', value: number }],
    by: 'number',
  });

const newest = async (rows: Rows): Promise<Entry | undefined> => {
  const [row] = await rows.many('outroEntry', {}, 1, { by: 'number', from: 'desc' });
  return row;
};

/** Number of the newest entry. */
export const newestNumber = async (rows: Rows): Promise<number> =>
  (await newest(rows))?.number ?? 0;

type Journal = Pick<
  Exits,
  | 'readAnswer'
  | 'keepAnswer'
  | 'readChanges'
  | 'pageEvents'
  | 'readFeed'
  | 'newestEntry'
  | 'readJournal'
>;

// Milliseconds for which a page that was away can ask what it was told.
const pageTime = 600_000;

/** The part of the exits that reads the journal. */
export const journalOf = (rows: Rows): Journal => ({
  async readAnswer(key) {
    const kept = await rows.one('outroAnswer', { name: answerName(key) });
    const age = kept ? Date.now() - kept.at.getTime() : 0;
    if (!kept || age > answerTime) return undefined;
    const entry = await rows.one('outroEntry', { number: kept.entry });
    return {
      request: Buffer.from(kept.request, 'hex'),
      callId: kept.callId,
      receipt: (read(entry?.receipt) ?? []) as Receipt,
      sealedAnswer: kept.sealed ?? undefined,
      age,
    };
  },

  async keepAnswer(entry, sealedAnswer) {
    await rows.change('outroAnswer', { entry: Number(entry) }, { sealed: sealedAnswer });
  },

  async readChanges({ callId }) {
    const found = await rows.many('outroEntry', { callId, finishes: null }, 100, { by: 'number' });
    return found.map(({ account, receipt }) => ({
      account: account ?? undefined,
      receipt: (read(receipt) ?? []) as Receipt,
    }));
  },

  async pageEvents({ account }) {
    const since: Comparison<'outroEntry'> = {
      field: 'at',
      operator: 'gt',
      value: new Date(Date.now() - pageTime),
    };
    const found = await rows.many('outroEntry', { account }, entriesAtMost, {
      and: [since],
      by: 'number',
    });
    return eventsOf(found, rows);
  },

  async readFeed(_site, after, limit) {
    const found = await entriesAfter(Number(after), limit, rows);
    const told = found.filter(({ announced }) => announced !== null);
    return {
      entries: await Promise.all(told.map((row) => toEntry(row, rows))),
      next: String(found.at(-1)?.number ?? after),
      isEnd: found.length < limit,
    };
  },

  async newestEntry() {
    const row = await newest(rows);
    return row && String(row.number);
  },

  async readJournal({ account, uid, provider, actor, callId, since, until, after = '0' }, limit) {
    const which = {
      ...(account !== undefined && { account }),
      ...(uid !== undefined && { uid }),
      ...(actor !== undefined && { actor }),
      ...(callId !== undefined && { callId }),
    };
    const and: Comparison<'outroEntry'>[] = [
      { field: 'number', operator: 'gt', value: Number(after) },
      ...(since ? [{ field: 'at', operator: 'gte', value: since } as const] : []),
      ...(until ? [{ field: 'at', operator: 'lt', value: until } as const] : []),
    ];
    const found = await rows.many('outroEntry', which, limit, { and, by: 'number' });
    const entries = await Promise.all(found.map((row) => toEntry(row, rows)));
    return provider === undefined
      ? entries
      : entries.filter(
          (one) =>
            one.provider === provider || one.receipt.some((step) => step.provider === provider),
        );
  },
});
