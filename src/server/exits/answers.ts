import type { AuditEntry, RequestKey } from '../rules/account.ts';
import type { Store } from '../people/people.ts';
import type { Database } from '../people/load.ts';
import { run, sql, type Part } from '../people/statement.ts';

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

/** Writes under a key that is free, or whose answer has served its time; returns a row if it was either. */
const write = ({ once, ...answer }: NewAnswer): Part =>
  sql`insert into outro.idempotency_keys
    (site, caller, key, request, call_id, method, receipt, sealed_answer)
    values (${once.site}, ${once.caller}, ${once.key}, ${once.request}, ${answer.callId},
      ${answer.method}, ${JSON.stringify(answer.receipt)}::jsonb, ${answer.sealedAnswer ?? null})
    on conflict (site, caller, key) do update set request = excluded.request,
      call_id = excluded.call_id, method = excluded.method, receipt = excluded.receipt,
      sealed_answer = excluded.sealed_answer, at = clock_timestamp()
    where idempotency_keys.at < ${answersSince()} returning key`;

/**
 * Keeps the receipt of a change under the key of its request, in the transaction of the change: of two that have
 * the same key, the second waits here for the first. Part of one statement; no row in `kept` when the key was used.
 */
export const keepReceipt = ({ once, callId, method, receipt }: AuditEntry): Part[] =>
  once ? [sql`kept as (${write({ once, callId, method, receipt })})`] : [];

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
    const own = await run(
      db,
      sql`update outro.idempotency_keys set sealed_answer = ${sealedAnswer}
      where site = ${once.site} and caller = ${once.caller} and key = ${once.key}
        and call_id = ${callId} returning key`,
    );
    if (own.length > 0) return true;
    const first = await run(db, write({ once, callId, method, receipt: [], sealedAnswer }));
    return first.length > 0;
  },
});
