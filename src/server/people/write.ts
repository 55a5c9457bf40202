import { sql as raw } from 'kysely';
import { fail } from '../../core/error.ts';
import { normalizeLoginId, type Account, type Change } from '../rules/account.ts';
import { keepReceipt } from '../exits/answers.ts';
import type { Database } from './load.ts';
import { openSession } from './open-session.ts';
import { tellPages } from '../exits/journal.ts';
import { nextGeneration, noteRemovals } from '../exits/removed-identities.ts';
import { join, run, sql, type Part } from './statement.ts';
import { json } from '../exits/tables.ts';

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
          .doUpdateSet({ ...values, generation: raw`identities.generation + 1` })
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
            way_in: wayIn === 'none' ? null : raw`coalesce(excluded.way_in, login_ids.way_in)`,
            is_sites: raw<boolean>`excluded.is_sites or login_ids.is_sites`,
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
const writeRevocations = ({ revoke }: Change): Part[] =>
  revoke?.identities.length
    ? [
        sql`revoked as (insert into outro.revocations (site, account_id, provider, sub_provider,
            provider_uid, sealed_tokens, generation, attempts, lease, lease_until)
          select site, account_id, provider, sub_provider, provider_uid, sealed_tokens, generation,
            1, ${revoke.lease}::uuid, ${revoke.until}::timestamptz
          from outro.identities where id = any(${revoke.identities}::uuid[]))`,
      ]
    : [];

/** Tokens that belong to no identity; nobody has the lease. */
const writeLooseRevocations = async (
  db: Database,
  site: string,
  account: Account,
  { revokeTokens = [] }: Change,
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
};

const endSessions = ({ endSessions: ended }: Change): Part[] =>
  ended?.ids.length
    ? [
        sql`ended as (update outro.sessions set ended_at = ${new Date()}, end_reason = ${ended.reason}
          where id = any(${ended.ids}::uuid[]))`,
      ]
    : [];

const removeIdentities = ({
  removeIdentities: removed,
  softenIdentities: softened,
  removeLoginIds,
}: Change): Part[] => [
  ...(removeLoginIds?.length
    ? [sql`unnamed as (delete from outro.login_ids where id = any(${removeLoginIds}::uuid[]))`]
    : []),
  ...(removed?.length
    ? [
        sql`removed as (delete from outro.identities where id = any(${removed}::uuid[])
          and id in (select id from waited_for))`,
      ]
    : []),
  // Everything stored about the connection goes; only who maps to whom is left.
  ...(softened?.length
    ? [
        sql`loosened as (delete from outro.login_id_identities where identity_id = any(${softened}::uuid[]))`,
        sql`softened as (update outro.identities
          set state = 'mapping', profile = null, sealed_tokens = null, last_login_at = null
          where id = any(${softened}::uuid[]) and id in (select id from waited_for))`,
      ]
    : []),
];

/**
 * What most changes are, in one statement: its parts see the account as it was before, and take effect together.
 *
 * @throws invalidParameter when the key of the request was used before
 */
const writeTogether = async (
  db: Database,
  site: string,
  account: Account,
  change: Change,
): Promise<void> => {
  const { audit } = change;
  const { parts: told, wake } = tellPages(site, account, change);
  const kept = keepReceipt(audit);
  const parts = [
    ...endSessions(change),
    ...noteRemovals(account, change),
    ...writeRevocations(change),
    ...removeIdentities(change),
    ...told,
    ...kept,
    sql`audited as (insert into outro.audit
      (site, account_id, call_id, actor, method, provider, cid, receipt)
      values (${site}, ${account.id}::bigint, ${audit.callId}, ${audit.actor}, ${audit.method},
        ${audit.provider ?? null}, ${audit.cid ?? null}, ${JSON.stringify(audit.receipt)}::jsonb))`,
  ];
  const isKept = kept.length > 0 ? sql`exists(select from kept)` : sql`true`;
  const [row] = await run<{ is_kept: boolean }>(
    db,
    sql`with ${join(parts)} select ${isKept} as is_kept, ${wake} as woken`,
  );
  if (!row?.is_kept)
    fail('invalidParameter', 'idempotencyKey: was used for another request; expected a new one');
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
 * @throws identityExists, loginIdExists, uniqueIdentifierExists; invalidParameter when the key was used before
 */
export const writeChange = async (
  db: Database,
  site: string,
  account: Account,
  change: Change,
): Promise<void> => {
  const { uid, profile } = change;
  if (uid !== undefined) await setUid(db, account, uid);
  await writeTogether(db, site, account, change);
  await writeLooseRevocations(db, site, account, change);
  const linked = await linkIdentities(db, site, account, change);
  await addLoginIds(db, site, account, change, linked);
  if (profile && Object.keys(profile).length > 0)
    await db
      .updateTable('accounts')
      .set({ profile: raw`profile || ${json(profile)}` })
      .where('id', '=', account.id)
      .execute();
  await openSession(db, site, account, change, linked);
  if (change.deleteAccount) await db.deleteFrom('accounts').where('id', '=', account.id).execute();
};
