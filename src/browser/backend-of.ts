import type { Client } from './client.ts';
import type { ClientConfig } from './config.ts';

const backends = new WeakMap<Client, ClientConfig>();

/** Notes which backend a client has. */
export const noteBackend = (client: Client, config: ClientConfig): Client => {
  backends.set(client, config);
  return client;
};

/** Origin of a client's backend; nothing of one that another copy of this library has made. */
export const backendOf = (client: Client): string | undefined => backends.get(client)?.origin;
