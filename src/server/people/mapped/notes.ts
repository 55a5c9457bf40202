import type { Account, Change, Identity } from '../../rules/account.ts';
import { hashKey } from '../session-id.ts';
import { rowsOf, sql, type Part } from '../statement.ts';
import type { MappedIdentity } from './identity.ts';
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

const noteOpened = (site: string, uid: string, change: Change): Part[] => {
  const { openSession, linkIdentities = [] } = change;
  if (openSession?.siteSession === undefined) return [];
  const opener =
    openSession.openedBy === undefined ? undefined : linkIdentities[openSession.openedBy];
  return [
    sql`insert into outro.site_sessions (site, session_hash, account, provider, provider_uid, opened_at, forget_at)
      select ${site}::text, ${hashKey(openSession.siteSession)}::bytea, ${uid}::text, ${opener?.provider ?? ''}::text,
        ${opener?.providerUid ?? ''}::text, clock_timestamp(), now() + interval '400 days' from gate
      on conflict (session_hash, site) do update set account = excluded.account, provider = excluded.provider,
        provider_uid = excluded.provider_uid, opened_at = excluded.opened_at`,
  ];
};

const peopleOf = (some: { identity: Identity }[]) =>
  some.map(({ identity: one }) => ({ provider: one.provider, uid: one.providerUid }));

const noteIdentities = (site: string, uid: string, change: Change, taken: Taken): Part[] => {
  const { linkIdentities = [] } = change;
  const linked = linkIdentities.map((one) => ({
    provider: one.provider,
    uid: one.providerUid,
    tokens: one.sealedTokens ?? null,
  }));
  const columns = 'provider text, uid text';
  const isNamed = (some: { identity: Identity }[]): Part =>
    sql`site = ${site} and (provider, provider_uid) in (select row.provider, row.uid from ${rowsOf(peopleOf(some), columns)})`;
  return [
    ...(linked.length > 0
      ? [
          sql`insert into outro.site_identities (site, account, provider, provider_uid, sealed_tokens, last_login_at)
            select ${site}::text, ${uid}::text, row.provider, row.uid, row.tokens, clock_timestamp()
            from gate, ${rowsOf(linked, 'provider text, uid text, tokens text')} order by row.provider, row.uid
            on conflict (site, provider, provider_uid) do update set account = excluded.account,
              sealed_tokens = excluded.sealed_tokens, last_login_at = excluded.last_login_at, softened_at = null`,
        ]
      : []),
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

/** What the site's tables cannot hold, as parts of the statement of a change. */
export const noteParts = (site: string, account: Account, change: Change, taken: Taken): Part[] => [
  ...noteSessions(site, account.id, taken, change),
  ...noteOpened(site, account.id, change),
  ...noteIdentities(site, account.id, change, taken),
  ...spendTicket(site, account, change),
];
