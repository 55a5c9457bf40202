import { type Account, type Identity, type LoginId, type Session } from '../rules/account.ts';
import { normalLoginId } from '../rules/login-name.ts';
import type { Runner } from './database.ts';
import type { Who } from './people.ts';
import { sql, type Part } from './statement.ts';

// What stands for a session that has ended counts for a day: so long a browser may have been away.
const sessionCounts = (evenEnded: boolean): Part =>
  evenEnded
    ? sql`(ended_at is null or ended_at > now() - interval '1 day')`
    : sql`ended_at is null`;

/** The row id of the account that `who` means, if there is one now; as a query, to stand within a statement. */
export const accountOf = (who: Who): Part => {
  const { site } = who;
  if ('siteSession' in who && who.uid !== undefined) return accountOf({ site, uid: who.uid });
  if ('siteSession' in who)
    return sql`(select account_id from outro.sessions where site_session = ${who.siteSession}
      and site = ${site} and ${sessionCounts(who.evenEnded ?? false)} and expires_at > now()
      order by created_at desc limit 1)`;
  if ('uid' in who)
    return sql`(select id from outro.accounts where site = ${site} and uid = ${who.uid})`;
  if ('account' in who)
    return sql`(select id from outro.accounts where site = ${site} and id = ${who.account})`;
  if ('session' in who)
    return sql`(select account_id from outro.sessions where token_hash = ${who.session}
      and site = ${site} and ended_at is null and expires_at > now())`;
  if ('ticket' in who)
    return sql`(select account_id from outro.sessions where ticket_hash = ${who.ticket}
      and site = ${site} and ${sessionCounts(who.evenEnded)} and expires_at > now())`;
  if ('email' in who)
    return sql`(select account_id from outro.login_ids where site = ${site} and kind = 'email'
      and value_norm = ${normalLoginId('email', who.email) ?? null})`;
  const { provider, subProvider, providerUid } = who.identity;
  return sql`(select account_id from outro.identities where site = ${site}
    and provider = ${provider} and sub_provider = ${subProvider} and provider_uid = ${providerUid})`;
};

/** What an account is read as: one value of JSON, which is quicker to read than columns; times are texts. */
interface AccountRow extends Pick<Account, 'uid' | 'isSiteUid' | 'profile'> {
  id: string;
  rev: string;
  readAt: string;
  createdAt: string | null;
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
    endedAt: string | null;
    siteSession: string | null;
    asks: boolean;
  }[];
}

// Whether a row of `sessions` is the one that asks.
const asks = (who: Who): Part => {
  if ('session' in who) return sql`token_hash = ${who.session}`;
  if ('siteSession' in who)
    return sql`coalesce(site_session = ${who.siteSession} and ${sessionCounts(who.evenEnded ?? false)}, false)`;
  return 'ticket' in who ? sql`coalesce(ticket_hash = ${who.ticket}, false)` : sql`false`;
};

const toSession = ({
  id,
  identity,
  createdAt,
  endedAt,
  siteSession,
}: AccountRow['sessions'][number]): Session => ({
  id,
  identity: identity ?? undefined,
  createdAt: new Date(createdAt),
  ...(siteSession !== null && { siteSession }),
  ...(endedAt !== null && { endedAt: new Date(endedAt) }),
});

const toAccount = (row: AccountRow, asking: Session | undefined): Account => {
  const linked = new Set(
    row.identities.filter(({ state }) => state === 'linked').map(({ id }) => id),
  );
  return {
    id: row.id,
    rev: row.rev,
    isNew: false,
    readAt: new Date(row.readAt),
    removals: [],
    uid: row.uid,
    isSiteUid: row.isSiteUid,
    ...(row.createdAt !== null && { createdAt: new Date(row.createdAt) }),
    profile: row.profile,
    identities: row.identities.map((one) => ({
      ...one,
      profile: one.profile ?? {},
      sealedTokens: one.sealedTokens ?? undefined,
      lastLoginAt: one.lastLoginAt === null ? undefined : new Date(one.lastLoginAt),
    })),
    loginIds: row.loginIds.map((one) => ({
      ...one,
      wayIn: one.wayIn ?? undefined,
      identities: one.identities.filter((id) => linked.has(id)),
    })),
    session: asking,
    sessions: row.sessions.filter(({ endedAt }) => endedAt === null).map(toSession),
  };
};

/** What was found, and when, by the clock of the database. */
interface Found {
  account: Account | undefined;
  readAt: Date;
}

/**
 * The account as a decision sees it; `undefined` when nobody is meant, or when the session that asks has gone.
 * One statement, so one moment.
 */
export const loadAccount = async (db: Runner, who: Who): Promise<Found> => {
  const [found] = await db.run<{ account: AccountRow | Pick<AccountRow, 'readAt'> }>(
    sql`select coalesce((select json_build_object(
        'id', id::text, 'rev', rev::text, 'uid', uid, 'isSiteUid', is_site_uid, 'profile', profile,
        'readAt', clock_timestamp(), 'createdAt', created_at,
        'identities', array(select json_build_object(
            'id', id, 'provider', provider, 'subProvider', sub_provider, 'providerUid', provider_uid,
            'state', state, 'allowsLogin', allows_login, 'profile', profile,
            'sealedTokens', sealed_tokens, 'lastLoginAt', last_login_at, 'generation', generation)
          from outro.identities where account_id = accounts.id
          order by linked_at nulls first, provider, provider_uid),
        'loginIds', array(select json_build_object(
            'id', id, 'kind', kind, 'value', value, 'wayIn', way_in, 'isSites', is_sites,
            'isVerified', is_verified, 'identities', came_with)
          from outro.login_ids where account_id = accounts.id order by id),
        'sessions', array(select json_build_object(
            'id', id, 'identity', identity_id, 'createdAt', created_at, 'endedAt', ended_at,
            'siteSession', site_session, 'asks', ${asks(who)})
          from outro.sessions
          where account_id = accounts.id and expires_at > now() and (ended_at is null or ${asks(who)})
          order by created_at, id)
      )
      from outro.accounts where id = ${accountOf(who)}
    ), json_build_object('readAt', clock_timestamp())) as account`,
  );
  const row = found?.account;
  const readAt = new Date(row?.readAt ?? Number.NaN);
  if (!row || !('id' in row)) return { account: undefined, readAt };
  // The latest: one session of the site may have been told of twice.
  const asking = row.sessions.findLast((session) => session.asks);
  const isOver = ('session' in who || 'ticket' in who) && !asking;
  return { account: isOver ? undefined : toAccount(row, asking && toSession(asking)), readAt };
};
