import type { AuditEntry, RequestKey } from '../rules/account.ts';
import type { Caller } from '../caller/caller.ts';
import type { Discovery } from '../outbound/discovery.ts';
import type { RemoteMethodName, RemoteParams } from './rows.ts';
import type { Revoker } from '../errands/attempt.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Store } from '../people/people.ts';

/** What a method is given besides its parameters. */
export interface MethodContext {
  caller: Caller;
  callId: string;
  store: Store;
  keyring: Keyring;
  revoker: Revoker;
  discovery: Discovery;
  /** Origin of the page that asks, if one does. */
  origin: string | undefined;
  /** The key under which the answer is kept, if the request has one. */
  once?: RequestKey | undefined;
  /** Told of what went wrong where the answer cannot say so. */
  logError: (entry: { callId: string; path: string; error: unknown }) => void;
}

/** The server function of a method: checked parameters in, fields of the answer out. */
export type ServerMethod<Name extends RemoteMethodName> = (
  params: RemoteParams<Name>,
  context: MethodContext,
) => Promise<object>;

const actors = { session: 'user', server: 'app', provider: 'provider', anybody: 'app' } as const;

/** The audit row of a call, its receipt still to come. */
export const auditOf = (
  method: RemoteMethodName,
  { caller, callId, once }: MethodContext,
  params: { provider?: string | undefined; cid?: string | undefined },
): Omit<AuditEntry, 'receipt'> => ({
  ...(once && { once }),
  callId,
  actor: actors[caller.kind],
  method,
  provider: params.provider,
  cid: params.cid,
});
