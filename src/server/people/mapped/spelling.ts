import { findProviderId } from '../../../providers/providers.ts';
import type { IdentityRows } from './mapping.ts';

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
