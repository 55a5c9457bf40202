import type { Client } from './client.ts';
import type { ClientConfig } from './config.ts';

// A later file of the script has its own copy of this one.
const backend = Symbol.for('outro.backend');

/** Notes which backend a client has. */
export const noteBackend = (client: Client, config: ClientConfig): Client =>
  Object.defineProperty(client, backend, { value: config });

/** Origin of a client's backend; nothing of what is no client of this library. */
export const backendOf = (client: Client): string | undefined =>
  (Reflect.get(client, backend) as ClientConfig | undefined)?.origin;
