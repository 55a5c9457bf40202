import { createKeyring } from '../config/keyring.ts';
import { parseConfiguration, type SitesConfiguration } from '../config/configuration.ts';
import { createRevoker } from '../errands/attempt.ts';
import type { Store } from '../exits/store.ts';
import type { MethodContext } from '../methods/context.ts';
import { createDiscovery } from '../outbound/discovery.ts';
import { createOutbound } from '../outbound/guarded-fetch.ts';

/** What whoever runs the backend works with: the same that `createHandler` is given. */
export interface OperatorOptions extends SitesConfiguration {
  store: Store;
  /** How providers and webhooks are reached. Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** What a function of this room is given, made of the options. */
export type OperatorContext = Omit<MethodContext, 'caller' | 'callId'>;

/**
 * Makes what the functions of this room work with.
 *
 * @throws Error that lists every wrong field of the configuration by its path
 */
export const contextOf = ({ store, fetch, ...given }: OperatorOptions): OperatorContext => {
  const configuration = parseConfiguration(given);
  const outbound = createOutbound(configuration.allowPrivateProviders, fetch);
  const context = {
    sites: new Map(configuration.sites.map((site) => [site.apiKey, site])),
    store,
    keyring: createKeyring(configuration.encryptionKeys),
    outbound,
    discovery: createDiscovery(outbound),
    retention: configuration.retention,
    closing: new AbortController().signal,
    development: configuration.development,
    logError: ({ error }: { error: unknown }) => {
      throw error;
    },
    logMend: () => {},
    note: () => {},
    origin: undefined,
  };
  return { ...context, revoker: createRevoker(context) };
};
