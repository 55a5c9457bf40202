import { Buffer } from 'node:buffer';
import type { Receipt } from '../core/receipt.ts';
import { fail } from '../core/error.ts';
import type { Announcement } from '../server/config/change-types.ts';
import { forgetInReceipt, pseudonymOfPerson, pseudonymOfUid } from '../server/exits/forget.ts';
import type { Account, Change, RequestKey } from '../server/rules/account.ts';
import type { Rows } from './rows.ts';
import { siteKey } from './removals.ts';
import type { Tables } from './tables.ts';

type Entry = Tables['outroEntry'];

/** A text that was written as JSON. */
export const read = (text: string | null | undefined): unknown =>
  text == null ? undefined : JSON.parse(text);

/** Milliseconds for which an answer is kept: a day. */
export const answerTime = 86_400_000;

/** Entries of one person that are read at once. */
export const entriesAtMost = 10_000;

/**
 * The next place in the journal. Whoever has one keeps the counter until its transaction has ended, so that entries become
 * visible in the order of their numbers, and none that was passed over can still turn up.
 */
const nextNumber = async (rows: Rows): Promise<number> => {
  const name = 'journal';
  const taken = await rows.take('outroCounter', { name }, { value: 1 });
  return taken ? taken.value : (await rows.insert('outroCounter', { name, value: 1 })).value;
};

/** Writes an entry, and gives back its number. */
export const addEntry = async (entry: Partial<Entry>, rows: Rows): Promise<number> => {
  const number = await nextNumber(rows);
  await rows.insert('outroEntry', { ...entry, number, rev: 0, at: new Date() });
  return number;
};

/** What an answer is kept under. */
export const answerName = ({ caller, key }: RequestKey): string =>
  `${Buffer.from(caller).toString('hex')} ${key}`;

/** Writes down a change; the answer that it has already is kept with it. */
export const writeEntry = async (
  account: Account,
  { uid = account.uid, deleteAccount, journal, tell }: Change,
  announced: Announcement[],
  rows: Rows,
): Promise<number | undefined> => {
  if (!journal) return undefined;
  const receipt = deleteAccount ? forgetInReceipt(siteKey, journal.receipt) : journal.receipt;
  const number = await addEntry(
    {
      account: account.id,
      uid: deleteAccount ? pseudonymOfUid(siteKey, uid) : uid,
      sealedUid: journal.sealedUid ?? null,
      callId: journal.callId,
      actor: journal.actor,
      method: journal.method,
      provider: journal.provider ?? null,
      cid: journal.cid ?? null,
      receipt: JSON.stringify(receipt),
      told: tell?.length ? JSON.stringify(tell) : null,
      announced: announced.length > 0 ? JSON.stringify(announced) : null,
    },
    rows,
  );
  if (journal.once)
    await rows.insert('outroAnswer', {
      name: answerName(journal.once.key),
      request: Buffer.from(journal.once.key.request).toString('hex'),
      entry: number,
      callId: journal.callId,
      sealed: journal.once.sealedAnswer ?? null,
      at: new Date(),
    });
  return number;
};

/** Frees the key of a change whose answer has served its time; refuses one that was used. */
export const claimKey = async ({ journal }: Change, rows: Rows): Promise<void> => {
  if (!journal?.once) return;
  const name = answerName(journal.once.key);
  const used = await rows.one('outroAnswer', { name });
  if (!used) return;
  if (used.at.getTime() > Date.now() - answerTime)
    fail('invalidParameter', 'idempotencyKey: was used for another request; expected a new one');
  await rows.remove('outroAnswer', { name });
};

const forgetConnections = (announced: Announcement[]): Announcement[] =>
  announced.map(({ connections, ...one }) => ({
    ...one,
    ...(connections && {
      connections: connections.map((connection) => ({
        ...connection,
        providerUID: pseudonymOfPerson(siteKey, {
          provider: connection.provider,
          subProvider: connection.subProvider ?? '',
          providerUid: connection.providerUID,
        }),
      })),
    }),
  }));

/** With its account, a person goes from what is remembered: hashes stand in place of ids. */
export const forgetInJournal = async (account: string, uid: string, rows: Rows): Promise<void> => {
  const entries = await rows.many('outroEntry', { account }, entriesAtMost);
  for (const { number, receipt, announced } of entries)
    await rows.change(
      'outroEntry',
      { number },
      {
        uid: pseudonymOfUid(siteKey, uid),
        cid: null,
        receipt: JSON.stringify(forgetInReceipt(siteKey, read(receipt) as Receipt)),
        announced:
          announced && JSON.stringify(forgetConnections(read(announced) as Announcement[])),
      },
    );
  if (entries.length === 0) return;
  await rows.change('outroAnswer', {}, { sealed: null }, [
    { field: 'entry', operator: 'in', value: entries.map(({ number }) => number) },
  ]);
};
