import type { Account, Change, NewLoginId } from '../rules/account.ts';
import { isSameLoginId, requireLoginId } from '../rules/login-name.ts';
import { hashPerson } from '../rules/stays-gone.ts';
import type { Who } from './people.ts';
import { rowsOf, sql, type Part } from './statement.ts';

// One text for one identity; nothing that stands in it has a line break.
const identityText = sql`concat_ws(E'\n', linked.provider, linked.sub_provider, linked.provider_uid)`;

type Person = { provider: string; subProvider: string; providerUid: string };

const textOfPerson = ({ provider, subProvider, providerUid }: Person): string =>
  [provider, subProvider, providerUid].join('\n');

// What other applications call the person comes with no sign-in, so none takes it away.
const keepsMapped = sql`excluded.profile || jsonb_strip_nulls(jsonb_build_object('mappedProviderUIDs',
  identities.profile -> 'mappedProviderUIDs'))`;

const linkIdentities = (
  { site, linking = [] }: Who,
  { linkIdentities: linked = [] }: Change,
): Part[] => {
  if (linked.length === 0) return [];
  const rows = linked.map((one) => ({
    provider: one.provider,
    sub_provider: one.subProvider,
    provider_uid: one.providerUid,
    allows_login: one.allowsLogin,
    profile: one.profile,
    sealed_tokens: one.sealedTokens ?? null,
    hash: Buffer.from(hashPerson(site, one)).toString('hex'),
  }));
  const before =
    linking.length > 0
      ? sql`coalesce((select marked.generation from marked where marked.provider = row.provider
          and marked.sub_provider = row.sub_provider and marked.person_hash = decode(row.hash, 'hex')), 0)`
      : sql`0`;
  return [
    sql`linked as (insert into outro.identities as identities (site, account_id, provider, sub_provider,
        provider_uid, state, allows_login, profile, sealed_tokens, last_login_at, generation)
      select ${site}::text, gate.id, row.provider, row.sub_provider, row.provider_uid, 'linked',
        row.allows_login, row.profile, row.sealed_tokens, clock_timestamp(), 1 + ${before}
      from gate, ${rowsOf(
        rows,
        `provider text, sub_provider text, provider_uid text, allows_login boolean, profile jsonb,
          sealed_tokens text, hash text`,
      )}
      order by row.provider, row.sub_provider, row.provider_uid
      on conflict (site, provider, sub_provider, provider_uid) do update set state = 'linked',
        allows_login = excluded.allows_login, profile = ${keepsMapped},
        sealed_tokens = excluded.sealed_tokens, last_login_at = excluded.last_login_at,
        generation = identities.generation + 1
      where identities.account_id = excluded.account_id
      returning id, provider, sub_provider, provider_uid)`,
  ];
};

const toRow = (
  { loginIds }: Account,
  { linkIdentities: linked = [] }: Change,
  { kind, value, wayIn, isSites, isVerified, from }: NewLoginId,
) => {
  const value_norm = requireLoginId(kind, value, 'loginIDs');
  const before = loginIds.find((one) => isSameLoginId(one, { kind, value }));
  return {
    kind,
    value,
    value_norm,
    // Said once, a way in and the site's own use stay until they are taken back.
    way_in: wayIn === 'none' ? null : (wayIn ?? before?.wayIn ?? null),
    is_sites: isSites || (before?.isSites ?? false),
    is_verified: isVerified || (before?.isVerified ?? false),
    came_with: from.flatMap((index) => (linked[index] ? [textOfPerson(linked[index])] : [])),
  };
};

const addLoginIds = ({ site }: Who, account: Account, change: Change): Part[] => {
  const rows = (change.addLoginIds ?? []).map((one) => toRow(account, change, one));
  if (rows.length === 0) return [];
  const cameWith = change.linkIdentities?.length
    ? sql`array(select linked.id from linked where ${identityText} in
        (select jsonb_array_elements_text(row.came_with)))`
    : sql`'{}'::uuid[]`;
  return [
    sql`named as (insert into outro.login_ids as login_ids (site, account_id, kind, value, value_norm,
        way_in, is_sites, is_verified, came_with)
      select ${site}::text, gate.id, row.kind, row.value, row.value_norm, row.way_in, row.is_sites,
        row.is_verified, ${cameWith}
      from gate, ${rowsOf(
        rows,
        `kind text, value text, value_norm text, way_in text, is_sites boolean, is_verified boolean,
          came_with jsonb`,
      )}
      order by row.kind, row.value_norm
      on conflict (site, kind, value_norm) do update set way_in = excluded.way_in,
        is_sites = excluded.is_sites, is_verified = excluded.is_verified,
        came_with = array(select distinct unnest(login_ids.came_with || excluded.came_with))
      where login_ids.account_id = excluded.account_id
      returning id)`,
  ];
};

const openSession = (
  { site }: Who,
  { openSession: wanted, linkIdentities: linked = [] }: Change,
): Part[] => {
  if (!wanted) return [];
  const opener = wanted.openedBy === undefined ? undefined : linked[wanted.openedBy];
  const identity = opener
    ? sql`(select linked.id from linked where ${identityText} = ${textOfPerson(opener)})`
    : sql`null::uuid`;
  return [
    sql`opened as (insert into outro.sessions (site, account_id, identity_id, token_hash, ticket_hash, site_session,
        expires_at)
      select ${site}::text, gate.id, ${identity}, ${wanted.tokenHash}::bytea, ${wanted.ticketHash ?? null}::bytea,
        ${wanted.siteSession ?? null}::text,
        now() + ${wanted.expiresIn}::float8 * interval '1 second'
      from gate returning id)`,
  ];
};

/** The parts of a change that bring somebody in: identities, login ids, a session; each in one order everywhere. */
export const signInParts = (who: Who, account: Account, change: Change): Part[] => [
  ...linkIdentities(who, change),
  ...addLoginIds(who, account, change),
  ...openSession(who, change),
];
