import { fail } from '../../core/error.ts';
import { isSameProvider, providerId } from '../../providers/providers.ts';
import { readForce } from '../departure/force.ts';
import type { Decision } from '../people/people.ts';
import { linkedIdentities, type Account, type Identity } from '../rules/account.ts';
import { update, type MethodContext, type ServerMethod } from './context.ts';
import type { RemoteParams } from './rows.ts';
import { finishRemoval, performRemoval, type Removed } from './perform-removal.ts';
import { requireAccount } from './get-user-info.ts';

const select = (account: Account, removal: RemoteParams<'removeConnection'>): Identity[] => {
  const provider = removal.provider && providerId(removal.provider);
  // What an earlier soft removal left is not connected, but it can still be asked to go for good.
  const present =
    removal.lastIdentityHandling === 'remove' ? account.identities : linkedIdentities(account);
  const selected = present.filter(
    (identity) =>
      (!provider || isSameProvider(identity.provider, provider)) &&
      (!removal.subProvider || identity.subProvider === removal.subProvider) &&
      (!removal.providerUID || identity.providerUid === removal.providerUID),
  );
  if (selected.length > 0) return selected;
  const given = (['subProvider', 'providerUID'] as const).filter((name) => removal[name]);
  const narrower = given.length > 0 ? ` with that ${given.join(' and ')}` : '';
  return provider
    ? fail('notConnected', `provider: the user is not connected to ${provider}${narrower}`)
    : fail('notConnected', `provider: the user is not connected to any provider${narrower}`);
};

/**
 * Decides a `removeConnection`: the one rule, for those who do it and those who ask what it would do. Pure.
 *
 * @throws invalidParameter, unauthorizedUser, notConnected, operationNotAllowed, pendingRecentLogin
 */
export const decideRemoveConnection = (
  found: Account | undefined,
  params: RemoteParams<'removeConnection'>,
  context: MethodContext,
): Decision<Removed> => {
  const account = requireAccount(found, context.caller);
  const { provider, cid, forceProvidersLogout, ...rules } = params;
  const force = readForce(forceProvidersLogout);
  const request = { method: 'removeConnection', rules, provider, cid, force } as const;
  return performRemoval(account, select(account, params), request, context, () => ({}));
};

/**
 * `socialize.removeConnection`: looks and removes, and names the providers to leave.
 *
 * @throws invalidParameter, unauthorizedUser, notConnected, operationNotAllowed, pendingRecentLogin
 * @see gigya-rest-removeConnection
 */
export const removeConnection: ServerMethod<'removeConnection'> = async (params, context) => {
  const force = readForce(params.forceProvidersLogout);
  const removed = await update(context, context.caller.account(), (found) =>
    decideRemoveConnection(found, params, context),
  );
  return finishRemoval(removed, force, context);
};
