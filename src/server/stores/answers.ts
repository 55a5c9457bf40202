import { sql } from 'kysely';
import { fail } from '../../core/error.ts';
import type { AuditEntry, RequestKey } from '../account.ts';
import type { Store } from '../store.ts';
import type { Database } from './load.ts';
import { json } from './tables.ts';

// Milliseconds that an answer is kept.
const kept = 24 * 3600 * 1000;

/** Before that, an answer has served its time. */
export const answersSince = (): Date => new Date(Date.now() - kept);

interface NewAnswer {
  once: RequestKey;
  callId: string;
  method: string;
  receipt: AuditEntry['receipt'];
  sealedAnswer?: string;
}

/** Writes under a key that is free, or whose answer has served its time; false when it is neither. */
const write = async (db: Database, { once, ...answer }: NewAnswer): Promise<boolean> => {
  const values = {
    request: once.request,
    call_id: answer.callId,
    method: answer.method,
    receipt: json(answer.receipt),
    sealed_answer: answer.sealedAnswer ?? null,
  };
  const isOld = sql<boolean>`idempotency_keys.at < ${answersSince()}`;
  const written = await db
    .insertInto('idempotency_keys')
    .values({ site: once.site, caller: once.caller, key: once.key, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(['site', 'caller', 'key'])
        .doUpdateSet({ ...values, at: sql`clock_timestamp()` })
        .where(isOld),
    )
    .returning('key')
    .executeTakeFirst();
  return written !== undefined;
};

/**
 * Keeps the receipt of a change under the key of its request, in the transaction of the change: of two that have
 * the same key, the second waits here for the first, and goes back.
 *
 * @throws invalidParameter when the key was used before
 */
export const keepReceipt = async (
  db: Database,
  { once, callId, method, receipt }: AuditEntry,
): Promise<void> => {
  if (once && !(await write(db, { once, callId, method, receipt })))
    fail('invalidParameter', 'idempotencyKey: was used for another request; expected a new one');
};

/** The part of a store that keeps answers for requests that arrive again. */
export const answersOf = (db: Database): Pick<Store, 'readAnswer' | 'keepAnswer'> => ({
  async readAnswer({ site, caller, key }) {
    const row = await db
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('site', '=', site)
      .where('caller', '=', caller)
      .where('key', '=', key)
      .where('at', '>=', answersSince())
      .executeTakeFirst();
    return (
      row && {
        request: row.request,
        callId: row.call_id,
        receipt: row.receipt,
        sealedAnswer: row.sealed_answer ?? undefined,
        at: row.at,
      }
    );
  },

  async keepAnswer(once, { callId, method, sealedAnswer }) {
    const own = await db
      .updateTable('idempotency_keys')
      .set({ sealed_answer: sealedAnswer })
      .where('site', '=', once.site)
      .where('caller', '=', once.caller)
      .where('key', '=', once.key)
      .where('call_id', '=', callId)
      .returning('key')
      .executeTakeFirst();
    return own ? true : write(db, { once, callId, method, receipt: [], sealedAnswer });
  },
});
