import { fail } from '../core/error.ts';
import type { Receipt } from '../core/receipt.ts';
import { linkedIdentities, type Account } from './account.ts';
import { auditOf, departuresFrom, type ServerMethod } from './method.ts';
import { identitySteps } from './removal.ts';
import { planRevocation, revocationsOf, revokeNow } from './revocation.ts';
import type { Site } from './sites.ts';
import { requireAccount } from './user-info.ts';

const receiptOf = (account: Account, site: Site): Receipt => [
  ...account.identities.flatMap((identity) =>
    identitySteps(identity, false, planRevocation(site, identity)),
  ),
  ...account.loginIds.map(() => ({ step: 'login-id', status: 'done' }) as const),
  { step: 'sessions', status: account.sessions.length > 0 ? 'done' : 'already' },
];

/**
 * `socialize.deleteAccount`: the account and everything that hangs on it, in one transaction.
 *
 * @throws permissionDenied, unauthorizedUser, missingParameter
 * @see gigya-protocol section 4.4
 */
export const deleteAccount: ServerMethod<'deleteAccount'> = async (params, context) => {
  const { caller, store } = context;
  if (caller.kind !== 'server')
    fail('permissionDenied', 'deleteAccount: expected a request with the secret of the site');
  const deleted = await store.update(caller.account(), (found) => {
    const account = requireAccount(found, caller);
    const receipt = receiptOf(account, caller.site);
    const providers = [...new Set(linkedIdentities(account).map(({ provider }) => provider))];
    const audit = { ...auditOf('deleteAccount', context, params), receipt };
    return {
      change: { deleteAccount: true, revoke: revocationsOf(account.identities, context), audit },
      answer: { receipt, departures: departuresFrom(caller.site, providers) },
    };
  });
  await revokeNow(deleted.receipt, context);
  return deleted;
};
