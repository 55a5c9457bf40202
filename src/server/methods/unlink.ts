import { fail } from '../../core/error.ts';
import { isSameProvider, providerId, providerRow } from '../../providers/providers.ts';
import type { Receipt } from '../../core/receipt.ts';
import { linkedIdentities, type Account, type Identity } from '../rules/account.ts';
import { isSameEmail, requireLoginId } from '../rules/login-name.ts';
import { readForce } from '../departure/force.ts';
import type { Decision, Who } from '../people/people.ts';
import { update, type MethodContext, type ServerMethod } from './context.ts';
import {
  finishRemoval,
  performRemoval,
  type Removed,
  type RemovalRequest,
} from './perform-removal.ts';
import { requireAccount } from '../caller/caller.ts';

/** Which login reference is meant, in the words of the unlink action. */
export interface ExternalName {
  externalIdProviderName?: string | undefined;
  subProviderName?: string | undefined;
}

/**
 * The linked identities that an external name means; no name means all of them.
 *
 * @throws missingParameter, invalidParameter, notConnected: which of the two names, and what was expected
 * @see newspark-unlinkaccount "Supported Parameters"
 */
export const selectExternal = (account: Account, name: ExternalName): Identity[] => {
  const { externalIdProviderName: provider, subProviderName: network } = name;
  const linked = linkedIdentities(account);
  // A network alone must not mean every login, which is what no provider means.
  if (provider === undefined && network !== undefined && network !== 'none')
    fail(
      'invalidParameter',
      'sub_provider_name: expected none, or external_id_provider_name beside it',
    );
  const selected = provider === undefined ? linked : selectNamed(linked, provider, network);
  if (selected.length > 0) return selected;
  return fail(
    'notConnected',
    `external_id_provider_name: the user is not linked to ${provider ?? 'any provider'}${network && network !== 'none' ? ` (${network})` : ''}`,
  );
};

const selectNamed = (linked: Identity[], name: string, network: string | undefined): Identity[] => {
  const provider = providerId(name, 'external_id_provider_name');
  if (network === undefined)
    fail(
      'missingParameter',
      "sub_provider_name: expected with external_id_provider_name; none, unless it is an aggregator's",
    );
  const isAggregated = providerRow(provider)?.isAggregator === true;
  if (isAggregated && network === 'none')
    fail('invalidParameter', `sub_provider_name: expected all, or a network behind ${provider}`);
  if (!isAggregated && network !== 'none')
    fail(
      'invalidParameter',
      `sub_provider_name: expected none, since ${provider} has no networks behind it`,
    );
  return linked.filter(
    (identity) =>
      isSameProvider(identity.provider, provider) &&
      (!isAggregated || network === 'all' || identity.subProvider === network),
  );
};

const emailsOf = (account: Account): string[] => [
  ...account.loginIds.filter(({ kind }) => kind === 'email').map(({ value }) => value),
  ...linkedIdentities(account).map(({ profile }) => profile.email ?? ''),
  account.profile.email ?? '',
];

const hasEmail = (account: Account, email: string): boolean =>
  emailsOf(account).some((one) => isSameEmail(one, email));

/** The network the person is signed in with; else those the e-mail came with; else all. */
const selectSignedIn = (account: Account, email: string): Identity[] => {
  const linked = linkedIdentities(account);
  const current = linked.filter(({ id }) => id === account.session?.identity);
  if (current.length > 0) return current;
  const came = linked.filter(
    ({ id, profile }) =>
      isSameEmail(profile.email, email) ||
      account.loginIds.some(
        ({ value, identities }) => identities.includes(id) && isSameEmail(value, email),
      ),
  );
  return came.length > 0 ? came : linked;
};

// Every grant gone, and at least one seen to go: nothing to revoke is not a revocation.
const isRevoked = (receipt: Receipt): boolean => {
  const grants = receipt.filter(({ step }) => step === 'grant');
  return (
    grants.length > 0 && grants.every(({ status }) => status === 'done' || status === 'already')
  );
};

interface Unlinked extends Removed {
  /** Only where an e-mail was given. */
  is_unlinked?: boolean;
  is_permissions_revoked?: boolean;
}

// The same for an e-mail nobody has and for somebody else's: the answer tells nobody who has an account.
const unknown = (): Unlinked => ({
  is_unlinked: false,
  receipt: [],
  is_permissions_revoked: false,
});

const soft = { removeLoginID: false, lastIdentityHandling: 'soft' } as const;

const unlinkByEmail = (
  account: Account | undefined,
  email: string,
  request: RemovalRequest,
  context: MethodContext,
): Decision<Unlinked> => {
  if (!account || !hasEmail(account, email)) return { answer: unknown() };
  const selected = selectSignedIn(account, email);
  if (selected.length === 0) return { answer: unknown() };
  return performRemoval(account, selected, request, context, (receipt) => ({
    is_unlinked: true,
    is_permissions_revoked: isRevoked(receipt),
  }));
};

/**
 * `socialize.unlink`: the same removal, found by e-mail or by an external name.
 *
 * @throws unauthorizedUser, missingParameter, invalidParameter, notConnected, pendingRecentLogin
 * @see shopsocially-unlink; newspark-unlinkaccount
 */
export const unlink: ServerMethod<'unlink'> = async (params, context) => {
  const { caller } = context;
  const { email, cid } = params;
  const force = readForce(params.forceProvidersLogout);
  if (email !== undefined && email.trim() === '')
    fail('missingParameter', 'email: expected an address');
  if (email !== undefined) requireLoginId('email', email, 'email');
  const who: Who =
    email !== undefined && caller.kind === 'server'
      ? { site: caller.site.apiKey, email }
      : caller.account();
  const removed = await update<Unlinked>(context, who, (found) => {
    const request = { method: 'unlink', rules: soft, cid, force } as const;
    if (email !== undefined && (found || caller.kind === 'server'))
      return unlinkByEmail(found, email, request, context);
    const account = requireAccount(found, caller);
    const named = { ...request, provider: params.externalIdProviderName };
    return performRemoval(account, selectExternal(account, params), named, context, () => ({}));
  });
  const unlinked = await finishRemoval(removed, force, context);
  return email === undefined
    ? unlinked
    : { ...unlinked, is_permissions_revoked: isRevoked(unlinked.receipt) };
};
