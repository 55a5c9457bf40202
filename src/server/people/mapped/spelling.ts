import { findProviderId, spellings } from '../../../providers/providers.ts';
import type { IdentityRows } from './mapping.ts';

const textInSql = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The same for an expression of SQL. */
export const providerInSql = (
  { providers = {} }: Pick<IdentityRows, 'providers'>,
  spelling: string,
): string => {
  const own = Object.keys(providers).map((one) => [one, providerOf({ providers }, one)]);
  const exact = `'${JSON.stringify(Object.fromEntries(own)).replaceAll("'", "''")}'::jsonb`;
  const known = `'${JSON.stringify(spellings)}'::jsonb`;
  const plain = `pg_catalog.regexp_replace(pg_catalog.regexp_replace(pg_catalog.lower(${spelling}), '^https?://', ''), '[^a-z0-9_-]+', '-', 'g')`;
  return `coalesce(${exact} ->> ${spelling}, ${known} ->> pg_catalog.lower(${spelling}),
    case when pg_catalog.lower(${spelling}) ~ '^(saml|oidc)-[a-z0-9_.-]{1,45}$' then pg_catalog.lower(${spelling})
      else ${textInSql('oidc-')} || pg_catalog.substr(pg_catalog.btrim(${plain}, '-'), 1, 40) end)`;
};

/** The id under which outro knows what the site calls a provider; one that nobody knows is a provider of the site's own. */
export const providerOf = (
  { providers = {} }: Pick<IdentityRows, 'providers'> = {},
  spelling: string,
): string => {
  const named = Object.hasOwn(providers, spelling) ? providers[spelling] : undefined;
  const known = findProviderId(named ?? spelling);
  if (known !== undefined) return known;
  const plain = spelling
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replaceAll(/[^a-z0-9_-]+/g, '-');
  return `oidc-${plain.replaceAll(/^-+|-+$/g, '').slice(0, 40)}`;
};
