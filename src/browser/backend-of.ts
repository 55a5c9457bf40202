import type { Client } from './client.ts';
import type { EventBus, Happened } from './events.ts';

/** What parts of ours may know of a client, and pages need not. */
interface Note {
  origin: string;
  emit: EventBus['emit'];
}

// A later file of the script has its own copy of this one.
const backend = Symbol.for('outro.backend');

const noteOf = (client: Client): Note | undefined =>
  Reflect.get(client, backend) as Note | undefined;

/** Notes which backend a client has, and how its page is told. */
export const noteBackend = (client: Client, value: Note): Client =>
  Object.defineProperty(client, backend, { value });

/** Origin of a client's backend; nothing of what is no client of this library. */
export const backendOf = (client: Client): string | undefined => noteOf(client)?.origin;

/** Tells the page's handlers of an event that the client knows nothing of: the vendor's global `error`. */
export const tellPage = (client: Client, event: object): void =>
  noteOf(client)?.emit(event as Happened);
