import type { Kysely } from 'kysely';
import {
  normalizeLoginId,
  type Account,
  type Identity,
  type LoginId,
  type Session,
} from '../rules/account.ts';
import type { Who } from './people.ts';
import { run, sql, type Part } from './statement.ts';
import type { Tables } from '../exits/tables.ts';

/** A database, or a transaction on it. */
export type Database = Kysely<Tables>;

/** The row id of the account that `who` means, if there is one now; as a query, to stand within a statement. */
export const accountOf = (who: Who): Part => {
  const { site } = who;
  if ('uid' in who)
    return sql`(select id from outro.accounts where site = ${site} and uid = ${who.uid})`;
  if ('session' in who)
    return sql`(select account_id from outro.sessions where token_hash = ${who.session}
      and site = ${site} and ended_at is null and expires_at > ${new Date()})`;
  if ('ticket' in who)
    return sql`(select account_id from outro.sessions where ticket_hash = ${who.ticket}
      and site = ${site} and (ended_at is null or ${who.evenEnded}) and expires_at > ${new Date()})`;
  if ('email' in who)
    return sql`(select account_id from outro.login_ids where site = ${site} and kind = 'email'
      and value_norm = ${normalizeLoginId(who.email)})`;
  const { provider, subProvider, providerUid } = who.identity;
  return sql`(select account_id from outro.identities where site = ${site}
    and provider = ${provider} and sub_provider = ${subProvider} and provider_uid = ${providerUid})`;
};

/** What a row of an account is read as; times within JSON are texts. */
interface AccountRow extends Pick<Account, 'uid' | 'profile'> {
  id: string | number;
  is_site_uid: boolean;
  read_at: Date;
  identities: (Omit<Identity, 'profile' | 'sealedTokens' | 'lastLoginAt'> & {
    profile: Identity['profile'] | null;
    sealedTokens: string | null;
    lastLoginAt: string | null;
  })[];
  loginIds: (Omit<LoginId, 'wayIn'> & { wayIn: LoginId['wayIn'] | null })[];
  sessions: {
    id: string;
    identity: string | null;
    createdAt: string;
    asks: boolean;
    live: boolean;
  }[];
}

// Whether a row of `sessions` is the one that asks.
const asks = (who: Who): Part => {
  if ('session' in who) return sql`token_hash = ${who.session}`;
  return 'ticket' in who ? sql`coalesce(ticket_hash = ${who.ticket}, false)` : sql`false`;
};

const toSession = ({ id, identity, createdAt }: AccountRow['sessions'][number]): Session => ({
  id,
  identity: identity ?? undefined,
  createdAt: new Date(createdAt),
});

const toAccount = (row: AccountRow, asking: Session | undefined): Account => ({
  id: String(row.id),
  isNew: false,
  readAt: row.read_at,
  removals: [],
  uid: row.uid,
  isSiteUid: row.is_site_uid,
  profile: row.profile,
  identities: row.identities.map((one) => ({
    ...one,
    profile: one.profile ?? {},
    sealedTokens: one.sealedTokens ?? undefined,
    lastLoginAt: one.lastLoginAt === null ? undefined : new Date(one.lastLoginAt),
  })),
  loginIds: row.loginIds.map((one) => ({ ...one, wayIn: one.wayIn ?? undefined })),
  session: asking,
  sessions: row.sessions.filter(({ live }) => live).map(toSession),
});

/**
 * The account as a decision sees it; `undefined` when nobody is meant, or when the session that asks has gone.
 * One statement, so one moment. A change reads it only after the account row is locked, in a statement of its own:
 * a joined read keeps its old snapshot.
 *
 * @param id of the account, where it is known better than by `who`.
 */
export const loadAccount = async (
  db: Database,
  who: Who,
  id: Part = accountOf(who),
): Promise<Account | undefined> => {
  const isEnded = 'ticket' in who ? sql`true` : sql`ended_at is null`;
  const [row] = await run<AccountRow>(
    db,
    sql`select id, uid, is_site_uid, profile, clock_timestamp() as read_at,
      (select coalesce(json_agg(json_build_object(
          'id', id, 'provider', provider, 'subProvider', sub_provider, 'providerUid', provider_uid,
          'state', state, 'allowsLogin', allows_login, 'profile', profile,
          'sealedTokens', sealed_tokens, 'lastLoginAt', last_login_at
        ) order by linked_at, provider, provider_uid), '[]')
        from outro.identities where account_id = accounts.id) as identities,
      (select coalesce(json_agg(json_build_object(
          'id', id, 'kind', kind, 'value', value, 'wayIn', way_in, 'isSites', is_sites,
          'identities', array(select identity_id from outro.login_id_identities where login_id_id = id)
        ) order by id), '[]')
        from outro.login_ids where account_id = accounts.id) as "loginIds",
      (select coalesce(json_agg(json_build_object(
          'id', id, 'identity', identity_id, 'createdAt', created_at,
          'asks', ${asks(who)}, 'live', ended_at is null)), '[]')
        from outro.sessions
        where account_id = accounts.id and expires_at > ${new Date()} and ${isEnded}) as sessions
    from outro.accounts where id = ${id}`,
  );
  const asking = row?.sessions.find((session) => session.asks);
  if (!row || (('session' in who || 'ticket' in who) && !asking)) return undefined;
  return toAccount(row, asking && toSession(asking));
};
