import { sql } from 'kysely';
import { fail } from '../../core/error.ts';
import { normalizeLoginId, type Account, type Change } from '../account.ts';
import { keepReceipt } from './answers.ts';
import type { Database } from './load.ts';
import { openSession } from './open-session.ts';
import { tellPages } from './page-events.ts';
import { nextGeneration, noteRemovals } from './removed-identities.ts';
import { json } from './tables.ts';

const linkIdentities = async (
  db: Database,
  site: string,
  account: Account,
  change: Change,
): Promise<string[]> => {
  const ids: string[] = [];
  for (const identity of change.linkIdentities ?? []) {
    const values = {
      state: 'linked' as const,
      allows_login: identity.allowsLogin,
      profile: json(identity.profile),
      sealed_tokens: identity.sealedTokens ?? null,
      last_login_at: new Date(),
    };
    const saved = await db
      .insertInto('identities')
      .values({
        site,
        account_id: account.id,
        provider: identity.provider,
        sub_provider: identity.subProvider,
        provider_uid: identity.providerUid,
        ...values,
        generation: nextGeneration(db, site, identity),
      })
      .onConflict((conflict) =>
        conflict
          .columns(['site', 'provider', 'sub_provider', 'provider_uid'])
          .doUpdateSet({ ...values, generation: sql`identities.generation + 1` })
          .where('identities.account_id', '=', account.id),
      )
      .returning('id')
      .executeTakeFirst();
    ids.push(
      saved?.id ??
        fail(
          'identityExists',
          `providerSessions.${identity.provider}: this identity belongs to another account`,
        ),
    );
  }
  return ids;
};

const addLoginIds = async (
  db: Database,
  site: string,
  account: Account,
  change: Change,
  linked: string[],
): Promise<void> => {
  for (const { kind, value, wayIn, isSites, from } of change.addLoginIds ?? []) {
    const row = {
      site,
      account_id: account.id,
      kind,
      value,
      value_norm: normalizeLoginId(value),
      way_in: wayIn === 'none' ? null : (wayIn ?? null),
      is_sites: isSites,
    };
    const saved = await db
      .insertInto('login_ids')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['site', 'kind', 'value_norm'])
          .doUpdateSet({
            // Said once, a way in and the site's own use stay until they are taken back.
            way_in: wayIn === 'none' ? null : sql`coalesce(excluded.way_in, login_ids.way_in)`,
            is_sites: sql<boolean>`excluded.is_sites or login_ids.is_sites`,
          })
          .where('login_ids.account_id', '=', account.id),
      )
      .returning('id')
      .executeTakeFirst();
    const loginId =
      saved?.id ?? fail('loginIdExists', `loginIDs: the ${kind} belongs to another account`);
    for (const position of from) {
      const link = { login_id_id: loginId, identity_id: linked[position] ?? '' };
      await db
        .insertInto('login_id_identities')
        .values(link)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }
};

// In the removal's own transaction: either both happen or neither, whatever dies afterwards.
const writeRevocations = async (
  db: Database,
  site: string,
  account: Account,
  { revoke, revokeTokens = [] }: Change,
): Promise<void> => {
  const loose = revokeTokens.map(({ provider, subProvider, providerUid, ...rest }) => ({
    site,
    account_id: account.id,
    provider,
    sub_provider: subProvider,
    provider_uid: providerUid,
    sealed_tokens: rest.sealedTokens ?? null,
    generation: rest.generation,
    lease: null,
    lease_until: null,
  }));
  if (loose.length > 0) await db.insertInto('revocations').values(loose).execute();
  if (!revoke?.identities.length) return;
  await db
    .insertInto('revocations')
    .columns([
      'site',
      'account_id',
      'provider',
      'sub_provider',
      'provider_uid',
      'sealed_tokens',
      'generation',
      'attempts',
      'lease',
      'lease_until',
    ])
    .expression((build) =>
      build
        .selectFrom('identities')
        .select([
          'site',
          'account_id',
          'provider',
          'sub_provider',
          'provider_uid',
          'sealed_tokens',
          'generation',
          sql<number>`1`.as('attempts'),
          sql<string>`${revoke.lease}::uuid`.as('lease'),
          sql<Date>`${revoke.until}::timestamptz`.as('lease_until'),
        ])
        .where('id', 'in', revoke.identities),
    )
    .execute();
};

const removeIdentities = async (
  db: Database,
  { removeIdentities: removed, softenIdentities: softened, removeLoginIds }: Change,
): Promise<void> => {
  if (removeLoginIds?.length)
    await db.deleteFrom('login_ids').where('id', 'in', removeLoginIds).execute();
  if (removed?.length) await db.deleteFrom('identities').where('id', 'in', removed).execute();
  if (!softened?.length) return;
  // Everything stored about the connection goes; only who maps to whom is left.
  await db.deleteFrom('login_id_identities').where('identity_id', 'in', softened).execute();
  await db
    .updateTable('identities')
    .set({ state: 'mapping', profile: null, sealed_tokens: null, last_login_at: null })
    .where('id', 'in', softened)
    .execute();
};

const setUid = (db: Database, account: Account, uid: string): Promise<unknown> =>
  db
    .updateTable('accounts')
    .set({ uid, is_site_uid: true })
    .where('id', '=', account.id)
    .execute()
    .catch((error: { constraint?: string }) => {
      if (error.constraint === 'accounts_site_uid_key')
        fail(
          'uniqueIdentifierExists',
          'siteUID: expected an id that no other user of this site has',
        );
      throw error;
    });

/**
 * Writes a change inside the transaction that locked the account.
 *
 * @throws identityExists, loginIdExists, uniqueIdentifierExists
 */
export const writeChange = async (
  db: Database,
  site: string,
  account: Account,
  change: Change,
): Promise<void> => {
  const { uid, profile, endSessions, audit } = change;
  if (uid !== undefined) await setUid(db, account, uid);
  // Before identities go: their removal clears what the sessions remember of them.
  if (endSessions?.ids.length)
    await db
      .updateTable('sessions')
      .set({ ended_at: new Date(), end_reason: endSessions.reason })
      .where('id', 'in', endSessions.ids)
      .execute();
  await noteRemovals(db, account, change);
  await writeRevocations(db, site, account, change);
  await removeIdentities(db, change);
  const linked = await linkIdentities(db, site, account, change);
  await addLoginIds(db, site, account, change, linked);
  if (profile && Object.keys(profile).length > 0)
    await db
      .updateTable('accounts')
      .set({ profile: sql`profile || ${json(profile)}` })
      .where('id', '=', account.id)
      .execute();
  await openSession(db, site, account, change, linked);
  if (change.deleteAccount) await db.deleteFrom('accounts').where('id', '=', account.id).execute();
  await tellPages(db, site, account, change);
  await keepReceipt(db, audit);
  await db
    .insertInto('audit')
    .values({
      site,
      account_id: account.id,
      call_id: audit.callId,
      actor: audit.actor,
      method: audit.method,
      provider: audit.provider ?? null,
      cid: audit.cid ?? null,
      receipt: json(audit.receipt),
    })
    .execute();
};
