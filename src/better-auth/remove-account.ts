import { fail } from '../core/error.ts';
import { requireAccount } from '../server/caller/caller.ts';
import { journalOf, update, type MethodContext } from '../server/methods/context.ts';
import { removeConnection } from '../server/methods/remove-connection.ts';
import type { RemoteParams } from '../server/methods/rows.ts';
import { providerOf } from '../server/people/mapped/spelling.ts';
import { requireWayIn } from '../server/rules/ways-in.ts';
import type { Left } from './leaving.ts';
import { passwordProvider } from './person.ts';
import type { Tables } from './tables.ts';

/** The password, which better-auth keeps as an account like the others. */
const removePassword = async (
  id: string,
  isLastAllowed: boolean,
  context: MethodContext,
): Promise<Left> => {
  const { answer } = await update<Left>(context, context.caller.account(), (found) => {
    const account = requireAccount(found, context.caller);
    if (!account.loginIds.some((one) => one.id === id))
      fail('notConnected', 'accountId: the user has no such account any more');
    const change = { removeLoginIds: [id] };
    if (!isLastAllowed) requireWayIn(account, change, 'accountId');
    const receipt = [{ step: 'login-id', status: 'done' } as const];
    const journal = journalOf('removeConnection', context, {}, receipt);
    return { change: { ...change, journal }, answer: { receipt, callId: context.callId } };
  });
  return answer;
};

/** What `removeConnection` is told of one of better-auth's accounts. */
export const removalOf = (
  { providerId, accountId }: Pick<Tables['account'], 'providerId' | 'accountId'>,
  isLastAllowed: boolean,
): RemoteParams<'removeConnection'> => ({
  provider: providerOf({}, providerId),
  subProvider: undefined,
  providerUID: accountId,
  cid: undefined,
  removeLoginID: false,
  lastIdentityHandling: isLastAllowed ? 'remove' : 'fail',
  forceProvidersLogout: true,
});

/**
 * Removes one of better-auth's accounts, as `removeConnection` does.
 *
 * @param isLastAllowed the site lets people remove their last way in.
 * @throws operationNotAllowed, notConnected, unauthorizedUser, pendingRecentLogin
 */
export const removeAccount = async (
  row: Tables['account'],
  isLastAllowed: boolean,
  context: MethodContext,
): Promise<Left> => {
  if (row.providerId === passwordProvider) return removePassword(row.id, isLastAllowed, context);
  const { receipt, departures } = (await removeConnection(
    removalOf(row, isLastAllowed),
    context,
  )) as Omit<Left, 'callId'>;
  return { receipt, departures, callId: context.callId };
};
