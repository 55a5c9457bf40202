import type { KnownAccount, Newcomer, Writing } from '../rules/newcomer.ts';
import { keyOfName } from '../rules/newcomer-keys.ts';
import { join, rowsOf, sql, type Part } from './statement.ts';

/** What is here of a batch of newcomers, as it is read. */
export interface Found {
  accounts: KnownAccount[];
  people: { provider: string; subProvider: string; providerUid: string; uid: string }[];
  names: { kind: string; name: string; uid: string }[];
}

/** What is here of these newcomers: in one statement, so at one moment. */
export const findNewcomers = (site: string, newcomers: readonly Newcomer[]): Part => {
  const people = newcomers
    .flatMap(({ identities }) => identities)
    .map((one) => ({ p: one.provider, s: one.subProvider, u: one.providerUid }));
  const names = newcomers
    .flatMap(({ loginIds }) => loginIds)
    .map((one) => {
      const [kind, ...name] = keyOfName(one).split('\n');
      return { kind, name: name.join('\n') };
    });
  return sql`select json_build_object(
    'accounts', (select coalesce(json_agg(json_build_object('id', id::text, 'rev', rev::text, 'uid', uid,
        'profile', profile, 'createdAt', created_at,
        'identities', (select coalesce(json_agg(json_build_object('id', id, 'provider', provider,
            'subProvider', sub_provider, 'providerUid', provider_uid, 'state', state, 'allowsLogin', allows_login,
            'profile', profile, 'hasTokens', sealed_tokens is not null, 'cameAlong', linked_at is null, 'lastLoginAt', last_login_at,
            'generation', generation)), '[]') from outro.identities where account_id = accounts.id),
        'loginIds', (select coalesce(json_agg(json_build_object('id', id, 'kind', kind, 'name', value_norm,
            'wayIn', way_in, 'isSites', is_sites, 'isVerified', is_verified, 'identities', came_with)), '[]')
          from outro.login_ids where account_id = accounts.id))), '[]')
      from outro.accounts where site = ${site} and uid = any(${newcomers.map(({ uid }) => uid)}::text[])),
    'people', (select coalesce(json_agg(json_build_object('provider', provider, 'subProvider', sub_provider,
        'providerUid', provider_uid, 'uid', (select uid from outro.accounts where id = account_id))), '[]')
      from ${rowsOf(people, 'p text, s text, u text')} join outro.identities
        on site = ${site} and provider = p and sub_provider = s and provider_uid = u),
    'names', (select coalesce(json_agg(json_build_object('kind', login_ids.kind, 'name', value_norm,
        'uid', (select uid from outro.accounts where id = account_id))), '[]')
      from ${rowsOf(names, 'kind text, name text')} join outro.login_ids
        on site = ${site} and login_ids.kind = row.kind and value_norm = name)) as found`;
};

const accountParts = (site: string, writings: readonly Writing[]): Part[] => {
  const added = writings
    .filter(({ known }) => !known)
    .map(({ uid, isSiteUid, profile, createdAt }) => ({ uid, isSiteUid, profile, createdAt }));
  const moved = writings.flatMap(({ known, profile, createdAt }) =>
    known ? { ...known, profile, createdAt } : [],
  );
  return [
    sql`added as (insert into outro.accounts (site, uid, is_site_uid, profile, created_at)
      select ${site}::text, uid, "isSiteUid", profile, "createdAt"
      from ${rowsOf(added, 'uid text, "isSiteUid" boolean, profile jsonb, "createdAt" timestamptz')} order by uid
      on conflict (site, uid) do nothing returning id, uid)`,
    sql`moved as (update outro.accounts set rev = accounts.rev + 1, profile = row.profile, created_at = row."createdAt"
      from ${rowsOf(moved, 'id bigint, rev bigint, profile jsonb, "createdAt" timestamptz')}
      where accounts.id = row.id and accounts.rev = row.rev returning accounts.id, accounts.uid)`,
    sql`present as (select id, uid from added union all select id, uid from moved)`,
  ];
};

const identityColumns = `id uuid, uid text, provider text, sub_provider text, provider_uid text, allows_login boolean,
  profile jsonb, sealed_tokens text, linked_at timestamptz, last_login_at timestamptz, generation int`;

const identityParts = (site: string, writings: readonly Writing[]): Part[] => {
  const rows = writings.flatMap(({ identities }) => identities);
  return [
    sql`linked as (insert into outro.identities (site, account_id, provider, sub_provider, provider_uid, allows_login,
        profile, sealed_tokens, linked_at, last_login_at, generation)
      select ${site}::text, present.id, provider, sub_provider, provider_uid, allows_login, profile, sealed_tokens,
        linked_at, last_login_at, generation
      from ${rowsOf(
        rows.filter(({ id }) => id === null),
        identityColumns,
      )} join present using (uid)
      order by provider, sub_provider, provider_uid
      on conflict (site, provider, sub_provider, provider_uid) do nothing
      returning id, account_id, concat_ws(E'\n', provider, sub_provider, provider_uid) as person)`,
    sql`relinked as (update outro.identities as there set state = 'linked', allows_login = row.allows_login,
        profile = row.profile, sealed_tokens = coalesce(row.sealed_tokens, there.sealed_tokens),
        last_login_at = row.last_login_at, generation = row.generation
      from ${rowsOf(
        rows.filter(({ id }) => id !== null),
        identityColumns,
      )} join present using (uid)
      where there.id = row.id and there.account_id = present.id returning there.id)`,
  ];
};

const nameColumns = `id uuid, uid text, kind text, value text, value_norm text, way_in text, is_sites boolean,
  is_verified boolean, came_with jsonb, came_with_ids jsonb`;

const cameWith = sql`array(select linked.id from linked where linked.account_id = present.id
    and linked.person in (select jsonb_array_elements_text(row.came_with)))
  || array(select jsonb_array_elements_text(row.came_with_ids)::uuid)`;

const nameParts = (site: string, writings: readonly Writing[]): Part[] => {
  const rows = writings.flatMap(({ loginIds }) => loginIds);
  return [
    sql`named as (insert into outro.login_ids (site, account_id, kind, value, value_norm, way_in, is_sites, is_verified,
        came_with, created_at)
      select ${site}::text, present.id, kind, value, value_norm, way_in, is_sites, is_verified, ${cameWith}, null
      from ${rowsOf(
        rows.filter(({ id }) => id === null),
        nameColumns,
      )} join present using (uid) order by kind, value_norm
      on conflict (site, kind, value_norm) do nothing returning id)`,
    sql`renamed as (update outro.login_ids as there set way_in = row.way_in, is_sites = row.is_sites,
        is_verified = row.is_verified,
        came_with = array(select distinct unnest(there.came_with || ${cameWith}))
      from ${rowsOf(
        rows.filter(({ id }) => id !== null),
        nameColumns,
      )} join present using (uid)
      where there.id = row.id and there.account_id = present.id returning there.id)`,
  ];
};

/** How many rows of each kind a statement has written. */
export type BroughtCount = Record<'accounts' | 'identities' | 'names', number>;

/** Accounts, identities and login ids of newcomers, in one statement that says how many of each it has written. */
export const bringStatement = (site: string, writings: readonly Writing[]): Part => {
  const parts = [
    ...accountParts(site, writings),
    ...identityParts(site, writings),
    ...nameParts(site, writings),
  ];
  return sql`with ${join(parts)}
    select (select count(*) from present)::int as accounts,
      (select count(*) from linked)::int + (select count(*) from relinked)::int as identities,
      (select count(*) from named)::int + (select count(*) from renamed)::int as names`;
};
