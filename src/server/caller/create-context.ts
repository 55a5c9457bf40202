import type { parseConfiguration } from '../config/configuration.ts';
import { createKeyring } from '../config/keyring.ts';
import type { Store } from '../exits/store.ts';
import { createDiscovery } from '../outbound/discovery.ts';
import { createOutbound } from '../outbound/guarded-fetch.ts';
import { createKeySets } from '../outbound/token.ts';
import type { ServerContext } from './context.ts';

/**
 * Makes what every room of the server is given, of a configuration that was checked.
 *
 * @param fetch how providers are reached. Default: the platform's.
 * @param told who hears of what happens, and what ends it all.
 */
export const createContext = (
  configuration: ReturnType<typeof parseConfiguration>,
  { store, fetch }: { store: Store; fetch?: typeof globalThis.fetch | undefined },
  told: Pick<ServerContext, 'closing' | 'logError' | 'logMend' | 'note'>,
): ServerContext => {
  const outbound = createOutbound(configuration.allowPrivateProviders, fetch);
  return {
    sites: new Map(configuration.sites.map((site) => [site.apiKey, site])),
    store,
    keyring: createKeyring(configuration.encryptionKeys),
    outbound,
    discovery: createDiscovery(outbound),
    keySets: createKeySets(outbound),
    retention: configuration.retention,
    development: configuration.development,
    ...told,
  };
};
