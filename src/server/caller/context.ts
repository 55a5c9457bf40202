import type { Retention } from '../config/retention.ts';
import type { Site } from '../config/sites.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Store } from '../exits/store.ts';
import type { Discovery } from '../outbound/discovery.ts';
import type { Outbound } from '../outbound/guarded-fetch.ts';
import type { KeySets } from '../outbound/token.ts';

/** One answered request, as logs and metrics have it: nothing of the person, no address, no token. */
export interface LogEntry {
  /** Method by its name, or the first part of the path: `/action`, `/inbound`, `/leave`. */
  route: string;
  /** `errorCode` of a method, HTTP status of a page. */
  code: number;
  milliseconds: number;
  callId?: string;
  site?: string | undefined;
}

/** An exception that nobody expected. */
export interface ErrorEntry {
  callId: string;
  path: string;
  error: unknown;
}

/** What a site has to put right: before something that it owes can be done, or that it can be told of something. */
export interface MendEntry {
  site: string;
  provider: string;
  /** Absent of what it owes. */
  about?: 'security events';
  reason: string;
}

/** What every room of the server from here on is given. */
export interface ServerContext {
  sites: Map<string, Site>;
  store: Store;
  keyring: Keyring;
  outbound: Outbound;
  discovery: Discovery;
  /** The keys of whoever signs what comes in. */
  keySets: KeySets;
  /** For how many days what is remembered. */
  retention: Retention;
  /** Aborted when this instance shuts down: whoever waits for nothing in particular stops. */
  closing: AbortSignal;
  /** Say in refusals of signatures what was expected to be signed. */
  development: boolean;
  /** Told of every exception nobody expected, with the `callId` that the client was given. */
  logError: (entry: ErrorEntry) => void;
  /** Told of what a site has to put right, once an hour for each provider. */
  logMend: (entry: MendEntry) => void;
  /** Told of every answer. */
  note: (entry: LogEntry) => void;
}
