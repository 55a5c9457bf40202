import { readForce } from '../departure/force.ts';
import { update, type ServerMethod } from './context.ts';
import { decideRemoveConnection, finishRemoval } from './perform-removal.ts';

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
