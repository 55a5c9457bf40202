import type { Session } from '../../rules/account.ts';
import type { Runner } from '../database.ts';
import type { People, Who } from '../people.ts';
import { hashOf, hashOfId, sessionId, sessionIdOf } from '../session-id.ts';
import { sql } from '../statement.ts';
import type { MappedIdentity } from './identity.ts';
import type { Plan, SessionPlan } from './plan.ts';

/** A session, and where it stands; `plan` is absent of one that is there no longer. */
export interface MappedSession {
  plan: SessionPlan | undefined;
  /** What the site names it by; of a token that does not ask nobody knows. */
  key: string | undefined;
  /** By which it is noted, in hex. */
  hash: string;
  session: Session;
}

/** As outro has noted it. */
export interface NotedSession {
  hash: string;
  provider: string | null;
  providerUid: string | null;
  openedAt: string | null;
  endedAt: string | null;
  isSpent: boolean;
}

const dateOf = (time: string | null | undefined): Date | undefined =>
  time == null ? undefined : new Date(time);

/** A session, of what the site's table has and what was noted of it. */
export const toSession = (
  uid: string,
  { key, hash }: Pick<MappedSession, 'key' | 'hash'>,
  since: string | null,
  note: NotedSession | undefined,
  identities: MappedIdentity[],
): Session => {
  const opener = identities.find(
    ({ identity }) =>
      identity.provider === note?.provider && identity.providerUid === note?.providerUid,
  );
  return {
    id: sessionIdOf(uid, hash),
    identity: opener?.identity.id,
    // Of the site's tables none says which identity opened a session: only whoever told of the sign-in has.
    ...(note?.provider == null && { isOpenerUnknown: true }),
    isNoted: note !== undefined,
    createdAt: dateOf(note?.openedAt) ?? dateOf(since),
    siteSession: key,
    ...(note?.endedAt != null && { endedAt: new Date(note.endedAt) }),
  };
};

/** The session that asks: a live one, or for its ticket one that has ended. */
export const findAsking = (
  who: Who,
  uid: string,
  sessions: MappedSession[],
  noteOf: (key: string) => NotedSession | undefined,
  identities: MappedIdentity[],
): Session | undefined => {
  if (!('siteSession' in who)) return undefined;
  const key = who.siteSession;
  const live = sessions.find((one) => one.key === key);
  if (live || !who.evenEnded) return live?.session;
  const note = noteOf(key);
  return note?.endedAt != null && !note.isSpent
    ? toSession(uid, { key, hash: hashOf(key) }, null, note, identities)
    : undefined;
};

/** What may be asked about sessions by their ids alone. */
export const sessionsOf = (db: Runner, plan: Plan): Pick<People, 'liveSessions' | 'hasEnded'> => {
  /** Which of these have ended, by their hashes. */
  const endedOf = async (hashes: string[]): Promise<Set<string>> => {
    const rows = await db.run<{ hash: string }>(
      sql`select encode(session_hash, 'hex') as hash from outro.site_sessions
        where session_hash in (select decode(one, 'hex') from unnest(${hashes}::text[]) as one) and ended_at is not null`,
    );
    return new Set(rows.map(({ hash }) => hash));
  };

  return {
    async liveSessions(ids) {
      if (plan.tokenSessions) {
        const over = await endedOf(ids.map(hashOfId));
        return ids.filter((id) => !over.has(hashOfId(id)));
      }
      // The id of a person has no space before it: the hash comes first.
      const uids = [...new Set(ids.map((id) => id.slice(id.indexOf(' ') + 1)))];
      const live = new Set<string>();
      for (const { from, user, counts, lives, key } of uids.length > 0 ? plan.sessions : []) {
        const rows = await db.run<{ user: string; key: string }>(
          sql`select ${user}::text as "user", ${key} as key from ${from}
            where ${user}::text = any(${uids}::text[]) and ${counts} and ${lives}`,
        );
        for (const row of rows) live.add(sessionId(row.user, row.key));
      }
      return ids.filter((id) => live.has(id));
    },

    ...(plan.tokenSessions && {
      async hasEnded(session: string) {
        const hash = hashOf(session);
        return (await endedOf([hash])).has(hash);
      },
    }),
  };
};
