import type { Database } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { Exits } from './exits.ts';

interface ProviderSessionRow {
  id: string;
  provider: string;
  provider_uid: string;
  issuer: string | null;
  sid: string | null;
  sealed_id_token: string | null;
  session: string | null;
  ended_at: Date | null;
}

/** The part of the exits that knows people's sessions at providers. */
export const providerSessionsOf = (
  db: Database,
): Pick<Exits, 'providerSessions' | 'endProviderSessions'> => ({
  async providerSessions({ site, account }) {
    const rows = await db.run<ProviderSessionRow>(
      sql`select id, provider, provider_uid, issuer, sid, sealed_id_token, session, ended_at
        from outro.provider_sessions where site = ${site} and account = ${account}
        order by created_at desc, id`,
    );
    return rows.map((row) => ({
      id: row.id,
      provider: row.provider,
      providerUid: row.provider_uid,
      issuer: row.issuer ?? undefined,
      sid: row.sid ?? undefined,
      sealedIdToken: row.sealed_id_token ?? undefined,
      session: row.session ?? undefined,
      endedAt: row.ended_at ?? undefined,
    }));
  },

  async endProviderSessions({ site, provider, issuer, sid, providerUid, at }) {
    const person = sql`sub_provider = '' and provider_uid = ${providerUid ?? ''}`;
    const isMeant =
      sid === undefined
        ? person
        : providerUid === undefined
          ? sql`sid = ${sid}`
          : // Of whom no sign-in told a session id, it may have been this one.
            sql`(sid = ${sid} or (sid is null and ${person}))`;
    // A sign-in need not have told its issuer: a provider of a site has one.
    const isIssuer = issuer === undefined ? sql`true` : sql`(issuer = ${issuer} or issuer is null)`;
    // The provider's clock may be behind.
    const isBefore =
      at === undefined ? sql`true` : sql`created_at <= ${at}::timestamptz + interval '10 seconds'`;
    const rows = await db.run<{ account: string; session: string | null }>(
      sql`update outro.provider_sessions set ended_at = coalesce(ended_at, now())
        where site = ${site} and provider = ${provider}
          and ${isMeant} and ${isIssuer} and ${isBefore}
        returning account, session`,
    );
    return [...new Set(rows.map(({ account }) => account))].map((account) => {
      const own = rows.filter((row) => row.account === account);
      return { account, sessions: [...new Set(own.flatMap(({ session }) => session ?? []))] };
    });
  },
});
