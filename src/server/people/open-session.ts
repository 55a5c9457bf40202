import type { Account, Change } from '../rules/account.ts';
import type { Database } from './load.ts';

/**
 * Opens the session that a change asks for, with the sessions at providers that came with it.
 *
 * @param linked row ids of the change's `linkIdentities`, in order.
 */
export const openSession = async (
  db: Database,
  site: string,
  account: Account,
  { openSession: wanted, linkIdentities = [] }: Change,
  linked: string[],
): Promise<void> => {
  if (!wanted) return;
  const { openedBy, tokenHash, ticketHash, expiresAt, providerSessions = [] } = wanted;
  const session = await db
    .insertInto('sessions')
    .values({
      site,
      account_id: account.id,
      identity_id: openedBy === undefined ? null : (linked[openedBy] ?? null),
      token_hash: tokenHash,
      ticket_hash: ticketHash ?? null,
      expires_at: expiresAt,
      ended_at: null,
      end_reason: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const rows = providerSessions.flatMap(({ identity, issuer, sid, sealedIdToken }) => {
    const of = linkIdentities[identity];
    return of
      ? {
          site,
          account_id: account.id,
          session_id: session.id,
          provider: of.provider,
          sub_provider: of.subProvider,
          provider_uid: of.providerUid,
          issuer: issuer ?? null,
          sid: sid ?? null,
          sealed_id_token: sealedIdToken ?? null,
        }
      : [];
  });
  if (rows.length > 0) await db.insertInto('provider_sessions').values(rows).execute();
};
