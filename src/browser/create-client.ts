import type { Client } from './client.ts';
import type { ClientOptions } from './config.ts';
import { openClient } from './open-client.ts';

/**
 * Makes a client for one site key at one backend. What a page needs at its load is small and always there; the rest comes
 * when the page is idle, or with the first call. Nothing is sent before a method is called, but what an earlier logout left
 * to be sent.
 *
 * @throws missingParameter when the key or the domain is missing; invalidParameter when `timeout` is none
 * @see design.md section 9
 */
export const createClient = (options: ClientOptions): Client =>
  openClient(options, () =>
    import('./calls/create-calls.ts').then(({ createCalls }) => createCalls),
  );
