import type { Account, Change, Identity, ProviderPerson } from '../../rules/account.ts';
import { hashKey, sessionId } from '../session-id.ts';
import { rowsOf, sql, type Part } from '../statement.ts';
import type { MappedIdentity, NotedIdentity } from './identity.ts';
import type { Runner } from '../database.ts';
import type { MappedSession } from './session.ts';

/** What of a person a change takes away. */
export interface Taken {
  removed: MappedIdentity[];
  softened: MappedIdentity[];
  ended: MappedSession[];
  /** Live sessions that go on. */
  left: MappedSession[];
}

/** What is remembered of sessions: those that ended, and at a removal those that went on. */
const noteSessions = (
  site: string,
  uid: string,
  { ended, left, removed, softened }: Taken,
  { spendTicket: spent }: Change,
): Part[] => {
  const isRemoval = removed.length + softened.length > 0;
  const rowOf = (isEnded: boolean) => (one: MappedSession) => ({
    hash: one.hash,
    ended: isEnded,
    spent: one.session.id === spent,
  });
  const rows = [...ended.map(rowOf(true)), ...(isRemoval ? left.map(rowOf(false)) : [])];
  if (rows.length === 0) return [];
  return [
    sql`insert into outro.site_sessions as known (site, session_hash, account, ended_at, ticket_spent, forget_at)
      select ${site}::text, decode(row.hash, 'hex'), ${uid}::text,
        case when row.ended then clock_timestamp() end, row.spent,
        now() + case when row.ended then interval '30 days' else interval '400 days' end
      from gate, ${rowsOf(rows, 'hash text, ended boolean, spent boolean')} order by row.hash
      on conflict (session_hash, site) do update set ended_at = excluded.ended_at,
        ticket_spent = excluded.ticket_spent, forget_at = excluded.forget_at where excluded.ended_at is not null`,
  ];
};

/**
 * What a sign-in tells of identities, and the gate of everything else: open only if none of them was removed meanwhile, and
 * their tokens are still those that the newest were merged with.
 */
export const noteTold = (
  site: string,
  uid: string,
  { linkIdentities = [] }: Change,
  linking: ProviderPerson[],
  noted: NotedIdentity[],
): Part[] => {
  if (linkIdentities.length === 0) return [sql`gate as (select id from there)`];
  const rows = linkIdentities.map((one) => ({
    provider: one.provider,
    uid: one.providerUid,
    tokens: one.sealedTokens ?? null,
  }));
  const before = noted
    .filter((one) => rows.some(({ uid: subject }) => subject === one.providerUid))
    .map((one) => [`${one.provider}\n${one.providerUid}`, one.sealedTokens]);
  return [
    sql`told as (insert into outro.site_identities as known (site, account, provider, provider_uid, sealed_tokens, last_login_at)
      select ${site}::text, ${uid}::text, row.provider, row.uid, row.tokens, clock_timestamp()
      from there, ${rowsOf(rows, 'provider text, uid text, tokens text')}
      where (select count(*) from marked) = ${linking.length}::int order by row.provider, row.uid
      on conflict (site, provider, provider_uid) do update set account = excluded.account,
        sealed_tokens = excluded.sealed_tokens, last_login_at = excluded.last_login_at, softened_at = null
      where known.account <> excluded.account or known.sealed_tokens is not distinct from
        (${JSON.stringify(Object.fromEntries(before))}::jsonb ->> (known.provider || E'\n' || known.provider_uid))
      returning 1)`,
    sql`gate as (select id from there where (select count(*) from told) = ${rows.length}::int)`,
  ];
};

/** The session that a sign-in has opened; where nobody has told which, there is nothing to note. */
export const noteOpened = (
  site: string,
  uid: string,
  { openSession, linkIdentities = [] }: Change,
): Part[] => {
  if (!openSession) return [];
  const { siteSession: key, openedBy = -1 } = openSession;
  if (key === undefined) return [sql`opened as (select null::text as id from gate)`];
  const opener = linkIdentities[openedBy];
  return [
    sql`opened as (insert into outro.site_sessions (site, session_hash, account, provider, provider_uid, opened_at, forget_at)
      select ${site}::text, ${hashKey(key)}::bytea, ${uid}::text, ${opener?.provider ?? ''}::text,
        ${opener?.providerUid ?? ''}::text, clock_timestamp(), now() + interval '400 days' from gate
      on conflict (session_hash, site) do update set account = excluded.account, provider = excluded.provider,
        provider_uid = excluded.provider_uid, opened_at = excluded.opened_at
      returning ${sessionId(uid, key)}::text as id)`,
  ];
};

const peopleOf = (some: { identity: Identity }[]) =>
  some.map(({ identity: one }) => ({ provider: one.provider, uid: one.providerUid }));

const noteGone = (site: string, uid: string, taken: Taken): Part[] => {
  const columns = 'provider text, uid text';
  const isNamed = (some: { identity: Identity }[]): Part =>
    sql`site = ${site} and (provider, provider_uid) in (select row.provider, row.uid from ${rowsOf(peopleOf(some), columns)})`;
  return [
    ...(taken.removed.length > 0
      ? [sql`delete from outro.site_identities where ${isNamed(taken.removed)}`]
      : []),
    ...(taken.softened.length > 0
      ? [
          sql`insert into outro.site_identities (site, account, provider, provider_uid, softened_at)
            select ${site}::text, ${uid}::text, row.provider, row.uid, clock_timestamp()
            from gate, ${rowsOf(peopleOf(taken.softened), columns)}
            on conflict (site, provider, provider_uid) do update set softened_at = excluded.softened_at,
              sealed_tokens = null, last_login_at = null`,
        ]
      : []),
  ];
};

/** Of a session that has ended before; what ends now is noted above. */
const spendTicket = (site: string, { session }: Account, { spendTicket: id }: Change): Part[] =>
  id === undefined || session?.id !== id || !session.endedAt || session.siteSession === undefined
    ? []
    : [
        sql`update outro.site_sessions set ticket_spent = true
          where session_hash = ${hashKey(session.siteSession)} and site = ${site}`,
      ];

/** What else the site's tables cannot hold, as parts of the statement of a change. */
export const noteParts = (site: string, account: Account, change: Change, taken: Taken): Part[] => [
  ...noteSessions(site, account.id, taken, change),
  ...noteGone(site, account.id, taken),
  ...spendTicket(site, account, change),
];

/**
 * Forgets what was noted and has served its time, a batch.
 *
 * @returns how much it was.
 */
export const purgeNotes = async (db: Runner, limit: number): Promise<number> => {
  const sessions = await db.run(
    sql`delete from outro.site_sessions where (session_hash, site) in (
      select session_hash, site from outro.site_sessions where forget_at < now()
      order by forget_at limit ${limit} for update skip locked) returning 1`,
  );
  const identities = await db.run(
    sql`delete from outro.site_identities where (site, provider, provider_uid) in (
      select site, provider, provider_uid from outro.site_identities
      where last_login_at < now() - interval '400 days'
      order by last_login_at limit ${limit} for update skip locked) returning 1`,
  );
  return sessions.length + identities.length;
};
