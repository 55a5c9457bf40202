import { fail } from '../../core/error.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Site } from '../config/sites.ts';
import type { Leaving } from '../departure/draft-ways.ts';
import { planRevocation } from '../errands/plan-revocation.ts';
import { revocationsOf } from '../errands/revocation.ts';
import type { ProviderSession } from '../exits/trip.ts';
import { uidPlace } from '../exits/exits.ts';
import { linkedIdentities, type Account } from '../rules/account.ts';
import { requireFreshLogin } from '../rules/fresh-login.ts';
import { decideLogout } from '../rules/logout.ts';
import { identitySteps } from '../rules/removal.ts';
import { journalOf, update, type MethodContext, type ServerMethod } from './context.ts';
import { requireAccount } from '../caller/caller.ts';
import { finishRemoval } from './perform-removal.ts';

const receiptOf = (account: Account, site: Site): Receipt => [
  ...account.identities.flatMap((identity) =>
    identitySteps(identity, false, planRevocation(site)(identity)),
  ),
  ...account.loginIds.map(() => ({ step: 'login-id', status: 'done' }) as const),
  ...decideLogout(account, 'all', { site }).receipt,
];

const checkCaller = ({ caller }: MethodContext): void => {
  const mayDelete =
    caller.kind === 'server' ||
    caller.kind === 'operator' ||
    // A vendor that has the account has told, and proved, that it is deleted there.
    caller.kind === 'provider' ||
    (caller.kind === 'session' && caller.site.allowAccountDeletion);
  if (!mayDelete)
    fail(
      'permissionDenied',
      'deleteAccount: expected a request with the secret of the site, or a site that lets people delete their own account (allowAccountDeletion)',
    );
};

/** What leaving needs and the deletion takes away. */
const readProviderSessions = async ({
  caller,
  store,
}: MethodContext): Promise<ProviderSession[]> => {
  const account = await store.people.read(caller.account());
  return account
    ? store.exits.providerSessions({ site: caller.site.apiKey, account: account.id })
    : [];
};

/**
 * `socialize.deleteAccount`: the account and everything that hangs on it, in one transaction. Permissions are taken
 * back afterwards, by errands that outlive the account; a trip that is under way and what pages were told last go by
 * themselves within the hour, since browsers that leave still need them.
 *
 * @throws permissionDenied, unauthorizedUser, missingParameter, pendingRecentLogin
 * @see gigya-protocol section 4.4
 */
export const deleteAccount: ServerMethod<'deleteAccount'> = async (params, context) => {
  const { caller } = context;
  checkCaller(context);
  const providerSessions = await readProviderSessions(context);
  const deleted = await update(context, caller.account(), (found) => {
    const account = requireAccount(found, caller);
    requireFreshLogin(account, caller.site);
    const receipt = receiptOf(account, caller.site);
    const place = uidPlace({ site: caller.site.apiKey, callId: context.callId });
    const sealedUid = context.keyring.seal(account.uid, place);
    const leaving: Leaving = {
      account: account.id,
      identities: linkedIdentities(account),
      sessions: (account.session ? [account.session] : account.sessions).map(({ id }) => id),
      isLogout: true,
      providerSessions,
    };
    return {
      change: {
        deleteAccount: true,
        revoke: revocationsOf(account.identities, caller.site, context.callId),
        tell: [{ name: 'logout', exceptSession: account.session?.id }],
        journal: { ...journalOf('deleteAccount', context, params, receipt), sealedUid },
      },
      answer: { receipt, leaving },
    };
  });
  return finishRemoval(deleted, true, context);
};
