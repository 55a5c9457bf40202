import { providerRow } from '../core/providers.ts';
import type { Departure } from '../core/receipt.ts';
import type { AuditEntry } from './account.ts';
import type { Caller } from './caller.ts';
import type { RemoteMethodName, RemoteParams } from './methods.ts';
import type { Revoker } from './revoke.ts';
import type { Keyring } from './secrets.ts';
import type { Site } from './sites.ts';
import type { Store } from './store.ts';

/** What a method is given besides its parameters. */
export interface MethodContext {
  caller: Caller;
  callId: string;
  store: Store;
  keyring: Keyring;
  revoker: Revoker;
}

/** The server function of a method: checked parameters in, fields of the answer out. */
export type ServerMethod<Name extends RemoteMethodName> = (
  params: RemoteParams<Name>,
  context: MethodContext,
) => Promise<object>;

/** The audit row of a call, its receipt still to come. */
export const auditOf = (
  method: RemoteMethodName,
  { caller, callId }: MethodContext,
  params: { provider?: string | undefined; cid?: string | undefined },
): Omit<AuditEntry, 'receipt'> => ({
  callId,
  actor: caller.kind === 'session' ? 'user' : 'app',
  method,
  provider: params.provider,
  cid: params.cid,
});

/** How the browser is to leave each provider: as the site configured it, else as the provider table says. */
export const departuresFrom = (site: Site, providers: string[]): Departure[] =>
  providers.flatMap((provider) => {
    const logout = site.providers[provider]?.logout ?? providerRow(provider)?.logout;
    return logout ? [{ provider, logout }] : [];
  });
