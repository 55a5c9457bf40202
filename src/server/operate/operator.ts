import { createContext } from '../caller/create-context.ts';
import { parseConfiguration, type SitesConfiguration } from '../config/configuration.ts';
import { createRevoker } from '../errands/attempt.ts';
import type { Store } from '../exits/store.ts';
import type { MethodContext } from '../methods/context.ts';

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
  const context = createContext(
    parseConfiguration(given),
    { store, fetch },
    {
      closing: new AbortController().signal,
      logError: ({ error }) => {
        throw error;
      },
      logMend: () => {},
      note: () => {},
    },
  );
  return { ...context, origin: undefined, revoker: createRevoker(context) };
};
