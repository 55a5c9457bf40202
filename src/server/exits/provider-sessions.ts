import { sql } from 'kysely';
import type { Store } from '../people/people.ts';
import type { Database } from '../people/load.ts';

type Ended = Parameters<Store['endProviderSessions']>[0];

/** Marks the rows that a provider's message means; says whose they are and which sessions they had opened. */
const endRows = async (db: Database, of: Ended) => {
  const { site, provider, issuer, sid, providerUid } = of;
  return db
    .updateTable('provider_sessions')
    .set({ ended_at: sql<Date>`coalesce(ended_at, now())` })
    .where('site', '=', site)
    .where('provider', '=', provider)
    .where((build) =>
      sid === undefined
        ? build.and({ sub_provider: '', provider_uid: providerUid ?? '' })
        : // A session id says it all.
          build('sid', '=', sid),
    )
    .$if(issuer !== undefined, (query) =>
      // A sign-in need not have told its issuer: a provider of a site has one.
      query.where((build) =>
        build.or([build('issuer', '=', issuer ?? ''), build('issuer', 'is', null)]),
      ),
    )
    .returning(['account_id', 'session_id'])
    .execute();
};

/** Live sessions that a person at a provider had opened without any word of a session there. */
const sessionsOfIdentity = async (db: Database, { site, provider, sid, providerUid }: Ended) =>
  sid !== undefined || providerUid === undefined
    ? []
    : db
        .selectFrom('identities')
        .leftJoin('sessions', 'sessions.identity_id', 'identities.id')
        .select(['identities.account_id', 'sessions.id as session_id'])
        .where('identities.site', '=', site)
        .where('identities.provider', '=', provider)
        .where('identities.sub_provider', '=', '')
        .where('identities.provider_uid', '=', providerUid)
        .execute();

const toDate = (value: Date | null): Date | undefined => value ?? undefined;

/** The part of a store that knows people's sessions at providers. */
export const providerSessionsOf = (
  db: Database,
): Pick<Store, 'providerSessions' | 'endProviderSessions' | 'liveSessions'> => {
  const liveSessions: Store['liveSessions'] = async (ids) => {
    if (ids.length === 0) return [];
    const rows = await db
      .selectFrom('sessions')
      .select('id')
      .where('id', 'in', ids)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', new Date())
      .execute();
    return rows.map(({ id }) => id);
  };
  return {
    liveSessions,

    async providerSessions({ site, account }) {
      const rows = await db
        .selectFrom('provider_sessions')
        .selectAll()
        .where('site', '=', site)
        .where('account_id', '=', account)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        provider: row.provider,
        providerUid: row.provider_uid,
        issuer: row.issuer ?? undefined,
        sid: row.sid ?? undefined,
        sealedIdToken: row.sealed_id_token ?? undefined,
        session: row.session_id ?? undefined,
        endedAt: toDate(row.ended_at),
      }));
    },

    async endProviderSessions(of) {
      const found = [...(await endRows(db, of)), ...(await sessionsOfIdentity(db, of))];
      const accounts = [...new Set(found.map(({ account_id }) => String(account_id)))];
      if (accounts.length === 0) return [];
      const live = new Set(
        await liveSessions([...new Set(found.flatMap((row) => row.session_id ?? []))]),
      );
      const rows = await db
        .selectFrom('accounts')
        .select(['id', 'uid'])
        .where('id', 'in', accounts)
        .orderBy('id')
        .execute();
      return rows.map(({ id, uid }) => {
        const own = found.filter(({ account_id }) => String(account_id) === String(id));
        const sessions = new Set(own.flatMap(({ session_id }) => session_id ?? []));
        return { account: String(id), uid, sessions: [...sessions].filter((one) => live.has(one)) };
      });
    },
  };
};
