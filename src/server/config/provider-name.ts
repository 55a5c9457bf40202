import { providers } from '../../providers/providers.ts';
import { nameOfId } from '../../words/names.ts';
import type { Site } from './sites.ts';

const tableNames = new Map<string, string>(
  Object.entries(providers).map(([id, { name }]) => [id, name]),
);

/** What people know a provider as: the name that its site gives it, else that of the table. */
export const knownProviderName = (site: Site | undefined, provider: string): string | undefined =>
  (site && Object.hasOwn(site.providers, provider) && site.providers[provider]?.name) ||
  // A connection of the site's own shares the row of its protocol, whose name tells people nothing.
  tableNames.get(provider);

/** What people are told that a provider is called, with the network behind an aggregator, as receipts have it. */
export const providerName = (site: Site | undefined, provider: string): string => {
  const [id = '', network] = provider.split('/');
  const name = (one: string): string => knownProviderName(site, one) ?? nameOfId(one);
  return network ? `${name(id)} (${name(network)})` : name(id);
};
