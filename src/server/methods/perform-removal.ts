import type { Departure, Receipt } from '../../core/receipt.ts';
import type { WireUser } from '../../core/user.ts';
import { fail } from '../../core/error.ts';
import { isSameProvider, providerId } from '../../providers/providers.ts';
import { requireAccount } from '../caller/caller.ts';
import { readForce, type Force } from '../departure/force.ts';
import type { Leaving } from '../departure/draft-ways.ts';
import { planAtOnce, planDepartures } from '../departure/plan.ts';
import { planRevocation } from '../errands/plan-revocation.ts';
import { isWaiting, revocationsOf, revokeNow } from '../errands/revocation.ts';
import { endAtSiteNow } from '../errands/site-sessions.ts';
import type { Decision } from '../people/people.ts';
import { linkedIdentities, type Account, type Identity } from '../rules/account.ts';
import { afterRemoval, decideRemoval, tellRemoval, type RemovalRules } from '../rules/removal.ts';
import { journalOf, type MethodContext } from './context.ts';
import { toWireUser } from './wire-user.ts';
import type { RemoteMethodName, RemoteParams } from './rows.ts';

/** What every surface has after a removal. */
export interface Removed {
  receipt: Receipt;
  /** Providers to leave that are not planned yet; absent where nobody was found, or everything is known. */
  leaving?: Leaving;
  departures?: Departure[];
  user?: WireUser;
}

/** How a removal was asked for. */
export interface RemovalRequest {
  method: RemoteMethodName;
  rules: RemovalRules;
  /** The provider, as the call named it. */
  provider?: string | undefined;
  cid?: string | undefined;
  force: Force;
}

/** What a decision answers, as far as it knows: what the browser should leave, where nobody has to be asked for that. */
export const plannedAnswer = <Answer extends Removed>(
  answer: Answer,
  leaving: Leaving,
  force: Force,
  context: MethodContext,
): { answer: Answer; isWhole: boolean } => {
  const plan = answer.receipt.some(isWaiting) ? undefined : planAtOnce(leaving, force, context);
  if (!plan) return { answer: { ...answer, leaving }, isWhole: false };
  const receipt = [...answer.receipt, ...plan.receipt];
  return { answer: { ...answer, receipt, departures: plan.departures }, isWhole: true };
};

/**
 * One removal, whatever surface asked: the change with its journal row, and the answer.
 *
 * @param more fields that the answer of this surface has besides.
 * @throws operationNotAllowed, pendingRecentLogin
 */
export const performRemoval = <More extends object>(
  account: Account,
  selected: Identity[],
  { method, rules, provider, cid, force }: RemovalRequest,
  context: MethodContext,
  more: (receipt: Receipt) => More,
): Decision<Removed & More> => {
  const { site } = context.caller;
  const plan = planRevocation(site);
  const { change, receipt } = decideRemoval(account, selected, rules, site, plan);
  const sessions = account.session ? [account.session.id] : [];
  const leaving = { account: account.id, identities: selected, sessions, isLogout: false };
  const user = toWireUser(afterRemoval(account, change));
  const { answer, isWhole } = plannedAnswer<Removed & More>(
    { ...more(receipt), receipt, ...(context.caller.kind === 'session' && { user }) },
    leaving,
    force,
    context,
  );
  return {
    change: {
      ...change,
      ...(!rules.grantIsGone && { revoke: revocationsOf(selected, site, context.callId) }),
      tell: tellRemoval(account, selected, change, provider),
      journal: journalOf(method, context, { provider, cid }, receipt, isWhole ? answer : undefined),
    },
    answer,
  };
};

/**
 * The identities that a `removeConnection` means.
 *
 * @throws notConnected, invalidParameter
 */
export const selectIdentities = (
  account: Account,
  removal: RemoteParams<'removeConnection'>,
): Identity[] => {
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
  return performRemoval(account, selectIdentities(account, params), request, context, () => ({}));
};

/**
 * What follows once a removal has committed: permissions are taken back, as far as the time allows, and it is planned
 * how the browser leaves the providers. Never rejects.
 */
export const finishRemoval = async <Answer extends Removed>(
  { answer }: { answer: Answer },
  force: Force,
  context: MethodContext,
): Promise<Omit<Answer, 'leaving'>> => {
  const { leaving, ...removed } = answer;
  if (!leaving) return removed;
  const { callId, revoker } = context;
  const [left] = await Promise.all([
    planDepartures(leaving, force, context),
    revokeNow(removed.receipt, callId, context, revoker),
    endAtSiteNow(removed.receipt, leaving.account, context),
  ]);
  const { departures, receipt } = left;
  return { ...removed, receipt: [...removed.receipt, ...receipt], departures };
};
