import { sql, type Kysely } from 'kysely';
import { normalizeLoginId, type Account, type Session } from '../account.ts';
import type { Who } from '../store.ts';
import type { Tables } from './tables.ts';

/** A database, or a transaction on it. */
export type Database = Kysely<Tables>;

/** The row id of the account that `who` means, if there is one now. */
export const findAccountId = async (db: Database, who: Who): Promise<string | undefined> => {
  if ('uid' in who) {
    const found = await db
      .selectFrom('accounts')
      .select('id')
      .where('site', '=', who.site)
      .where('uid', '=', who.uid)
      .executeTakeFirst();
    return found && String(found.id);
  }
  if ('session' in who) {
    const found = await db
      .selectFrom('sessions')
      .select('account_id')
      .where('token_hash', '=', who.session)
      .where('site', '=', who.site)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', new Date())
      .executeTakeFirst();
    return found && String(found.account_id);
  }
  if ('ticket' in who) {
    const found = await db
      .selectFrom('sessions')
      .select('account_id')
      .where('ticket_hash', '=', who.ticket)
      .where('site', '=', who.site)
      .where('expires_at', '>', new Date())
      .$if(!who.evenEnded, (query) => query.where('ended_at', 'is', null))
      .executeTakeFirst();
    return found && String(found.account_id);
  }
  if ('email' in who) {
    const found = await db
      .selectFrom('login_ids')
      .select('account_id')
      .where('site', '=', who.site)
      .where('kind', '=', 'email')
      .where('value_norm', '=', normalizeLoginId(who.email))
      .executeTakeFirst();
    return found && String(found.account_id);
  }
  const found = await db
    .selectFrom('identities')
    .select('account_id')
    .where('site', '=', who.site)
    .where('provider', '=', who.identity.provider)
    .where('sub_provider', '=', who.identity.subProvider)
    .where('provider_uid', '=', who.identity.providerUid)
    .executeTakeFirst();
  return found && String(found.account_id);
};

const loadIdentities = async (db: Database, id: string): Promise<Account['identities']> => {
  const rows = await db
    .selectFrom('identities')
    .selectAll()
    .where('account_id', '=', id)
    .orderBy('linked_at')
    .orderBy('provider')
    .orderBy('provider_uid')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    provider: row.provider,
    subProvider: row.sub_provider,
    providerUid: row.provider_uid,
    state: row.state,
    allowsLogin: row.allows_login,
    profile: row.profile ?? {},
    sealedTokens: row.sealed_tokens ?? undefined,
    lastLoginAt: row.last_login_at ?? undefined,
  }));
};

const loadLoginIds = async (db: Database, id: string): Promise<Account['loginIds']> => {
  const rows = await db
    .selectFrom('login_ids')
    .leftJoin('login_id_identities', 'login_id_identities.login_id_id', 'login_ids.id')
    .select(['id', 'kind', 'value', 'way_in', 'is_sites', 'identity_id'])
    .where('account_id', '=', id)
    .orderBy('login_ids.id')
    .execute();
  const loginIds = new Map<string, Account['loginIds'][number]>();
  for (const { id: loginId, kind, value, way_in, is_sites, identity_id } of rows) {
    const fresh = {
      id: loginId,
      kind,
      value,
      wayIn: way_in ?? undefined,
      isSites: is_sites,
      identities: [],
    };
    const entry = loginIds.get(loginId) ?? fresh;
    if (identity_id !== null) entry.identities.push(identity_id);
    loginIds.set(loginId, entry);
  }
  return [...loginIds.values()];
};

interface SessionRow {
  id: string;
  identity_id: string | null;
  created_at: Date;
}

const toSession = ({ id, identity_id, created_at }: SessionRow): Session => ({
  id,
  identity: identity_id ?? undefined,
  createdAt: created_at,
});

/**
 * The account as a decision sees it; `undefined` when it, or the session that asks, has gone meanwhile.
 * Read only after the account row is locked, in statements of their own: a joined read keeps its old snapshot.
 */
export const loadAccount = async (
  db: Database,
  id: string,
  who: Who,
): Promise<Account | undefined> => {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .select(sql<Date>`clock_timestamp()`.as('read_at'))
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const current = await db
    .selectFrom('sessions')
    .select(['id', 'identity_id', 'created_at', 'token_hash', 'ticket_hash', 'ended_at'])
    .where('account_id', '=', id)
    .where('expires_at', '>', new Date())
    .$if(!('ticket' in who), (query) => query.where('ended_at', 'is', null))
    .execute();
  const live = current.filter(({ ended_at }) => ended_at === null);
  const asking = findAsking(current, who);
  if (('session' in who || 'ticket' in who) && !asking) return undefined;
  return {
    id,
    isNew: false,
    readAt: row.read_at,
    removals: [],
    uid: row.uid,
    isSiteUid: row.is_site_uid,
    profile: row.profile,
    identities: await loadIdentities(db, id),
    loginIds: await loadLoginIds(db, id),
    session: asking && toSession(asking),
    sessions: live.map(toSession),
  };
};

const findAsking = <Row extends { token_hash: Uint8Array; ticket_hash: Uint8Array | null }>(
  rows: Row[],
  who: Who,
): Row | undefined => {
  if ('session' in who) return rows.find(({ token_hash }) => sameBytes(token_hash, who.session));
  return 'ticket' in who
    ? rows.find(({ ticket_hash }) => ticket_hash && sameBytes(ticket_hash, who.ticket))
    : undefined;
};

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);
