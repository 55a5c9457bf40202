import { requireAccount } from '../caller/caller.ts';
import { sign } from '../caller/signature.ts';
import type { ServerMethod } from './context.ts';
import { toWireUser } from './wire-user.ts';

/**
 * `socialize.getUserInfo`: the User fields at top level.
 *
 * @throws unauthorizedUser
 * @see gigya-protocol sections 12 and 13.3
 */
export const getUserInfo: ServerMethod<'getUserInfo'> = async ({ signIDs }, { caller, store }) => {
  const user = toWireUser(requireAccount(await store.people.read(caller.account()), caller));
  if (!signIDs) return user;
  const signatureTimestamp = String(Math.floor(Date.now() / 1000));
  const UIDSignature = sign(caller.site.secret, `${signatureTimestamp}_${user.UID}`);
  return { ...user, UIDSignature, signatureTimestamp };
};
