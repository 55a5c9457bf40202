import { fail } from '../core/error.ts';
import { accounts } from './accounts.ts';
import { china } from './china.ts';
import { commerce } from './commerce.ts';
import { communities } from './communities.ts';
import { europe } from './europe.ts';
import { identityPlatforms } from './identity-platforms.ts';
import { japanAndKorea } from './japan-and-korea.ts';
import { networks } from './networks.ts';
import { protocols } from './protocols.ts';
import { workPlatforms } from './work-platforms.ts';
import type { ProviderRow } from './row.ts';

export type { Confidence, Logout, ProviderRow, Revoke, RevokeRequest } from './row.ts';

/** Month of the newest fact in the table; no provider was asked, so try a row with your own application first. */
export const newestFact = '2026-08';

/**
 * TABLE of providers: allowed `provider` values, their other spellings, and how to leave each.
 * A new provider is a row in its family's file and nothing else. A site may override `logout` and `revoke` in its
 * configuration.
 *
 * @see gigya-js-removeConnection "Supporting Providers", gigya-rest-removeConnection, newspark-unlinkaccount
 */
export const providers = {
  ...networks,
  ...accounts,
  ...commerce,
  ...communities,
  ...china,
  ...japanAndKorea,
  ...europe,
  ...workPlatforms,
  ...identityPlatforms,
  ...protocols,
} satisfies Record<string, ProviderRow>;

/** Provider id as the table spells it. */
export type ProviderId = keyof typeof providers;

/** What a page may pass as `provider`: an id of the table, or a connection configured per site. */
export type ProviderName = ProviderId | `saml-${string}` | `oidc-${string}`;

const table: Record<string, ProviderRow> = providers;

// Connections that a site names itself; their row is the protocol's.
const perSite = /^(saml|oidc)-[a-z0-9_.-]{1,45}$/;

/** The row of a provider id; a site's own `saml-…` and `oidc-…` connections share their protocol's row. */
export const providerRow = (id: string): ProviderRow | undefined =>
  Object.hasOwn(table, id) ? table[id] : table[perSite.exec(id)?.[1] ?? ''];

/** Every spelling of the table, in lower case, and the id that it stands for. */
export const spellings: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(table).flatMap(([id, { aliases = [] }]) => aliases.map((one) => [one, id])),
  ...Object.keys(table).map((id) => [id, id]),
]);

/** The id that a spelling stands for, ignoring case and aliases; `undefined` when nobody knows it. */
export const findProviderId = (spelling: string): string | undefined => {
  const name = spelling.toLowerCase();
  if (providerRow(name)) return name;
  return Object.hasOwn(spellings, name) ? spellings[name] : undefined;
};

/**
 * The id that a spelling stands for, ignoring case and aliases.
 *
 * @param parameter name of the parameter it came in, for the refusal.
 * @throws invalidParameter when nobody knows it
 */
export const providerId = (spelling: string, parameter = 'provider'): string =>
  findProviderId(spelling) ??
  fail(
    'invalidParameter',
    `${parameter}: expected a provider id such as ${Object.keys(table).slice(0, 3).join(', ')} or oidc-<name>; leave it out for all providers`,
  );

/** Whether two provider ids mean the same network (Google and what was Google+). */
export const isSameProvider = (one: string, other: string): boolean =>
  (providerRow(one)?.sameAs ?? one) === (providerRow(other)?.sameAs ?? other);

/** Every provider id that means the same network, the given one first: Google's people may have come as Google+. */
export const sameProviders = (provider: string): string[] => [
  provider,
  ...Object.keys(providers).filter((id) => id !== provider && isSameProvider(id, provider)),
];

/** The provider's own page, where the person can do what is not done from here. */
export const pageOf = (provider: string): { url?: string } => {
  const url = providerRow(provider)?.connectedApps?.url;
  return url ? { url } : {};
};
