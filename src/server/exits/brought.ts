import type { Runner } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { JournalEntry } from '../rules/account.ts';
import { pseudonymOfUid } from './forget.ts';

/** Which of these uids were accounts that were deleted here, as far as the journal goes back. */
export const readDeleted = async (
  site: string,
  uids: string[],
  db: Runner,
): Promise<Set<string>> => {
  const byPseudonym = new Map(uids.map((uid) => [pseudonymOfUid(site, uid), uid]));
  const rows = await db.run<{ uid: string }>(
    sql`select uid from outro.journal where site = ${site} and uid = any(${[...byPseudonym.keys()]}::text[])
      and method = 'deleteAccount'`,
  );
  return new Set(rows.flatMap(({ uid }) => byPseudonym.get(uid) ?? []));
};

/** A row about a change that is nobody's in particular. */
export const noteJournal = async (
  site: string,
  { callId, actor, method, cid, receipt }: JournalEntry,
  db: Runner,
): Promise<void> => {
  await db.run(
    sql`insert into outro.journal (site, call_id, actor, method, cid, receipt)
      values (${site}, ${callId}, ${actor}, ${method}, ${cid ?? null}, ${JSON.stringify(receipt)}::jsonb)`,
  );
};
