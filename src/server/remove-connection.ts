import { fail } from '../core/error.ts';
import { isSameProvider, providerId } from '../core/providers.ts';
import { linkedIdentities, type Account, type Identity } from './account.ts';
import type { ServerMethod } from './method.ts';
import type { RemoteParams } from './methods.ts';
import { performRemoval } from './removal.ts';
import { revokeNow } from './revocation.ts';
import { requireAccount } from './user-info.ts';

const select = (account: Account, removal: RemoteParams<'removeConnection'>): Identity[] => {
  const provider = removal.provider && providerId(removal.provider);
  // What an earlier soft removal left is not connected, but it can still be asked to go for good.
  const present =
    removal.lastIdentityHandling === 'remove' ? account.identities : linkedIdentities(account);
  const selected = present.filter(
    (identity) =>
      (!provider || isSameProvider(identity.provider, provider)) &&
      (!removal.providerUID || identity.providerUid === removal.providerUID),
  );
  if (selected.length > 0) return selected;
  return provider
    ? fail(
        'notConnected',
        `provider: the user is not connected to ${provider}${removal.providerUID ? ' with that providerUID' : ''}`,
      )
    : fail('notConnected', 'provider: the user is not connected to any provider');
};

/**
 * `socialize.removeConnection`: looks and removes in one transaction, then names the providers to leave.
 *
 * @throws invalidParameter, unauthorizedUser, notConnected, operationNotAllowed
 * @see gigya-rest-removeConnection
 */
export const removeConnection: ServerMethod<'removeConnection'> = async (params, context) => {
  const removed = await context.store.update(context.caller.account(), (found) => {
    const account = requireAccount(found, context.caller);
    return performRemoval('removeConnection', account, select(account, params), params, context);
  });
  await revokeNow(removed.receipt, context);
  return removed;
};
