import { requireAccount, uidSecretOf } from '../caller/caller.ts';
import { sign, signUid } from '../caller/signature.ts';
import type { ServerMethod } from './context.ts';
import { toWireUser } from './wire-user.ts';

/**
 * `socialize.getUserInfo`: the User fields at top level. Servers get the signatures unasked: so their SDKs check them.
 *
 * @throws unauthorizedUser
 * @see gigya-protocol sections 12 and 13.3
 */
export const getUserInfo: ServerMethod<'getUserInfo'> = async ({ signIDs }, { caller, store }) => {
  const user = toWireUser(requireAccount(await store.people.read(caller.account()), caller));
  if (!signIDs && caller.kind !== 'server') return user;
  const secret = uidSecretOf(caller);
  const signed = signUid(secret, user.UID);
  const identities = user.identities?.map((identity) => {
    const { provider, providerUID } = identity;
    const text = `${signed.signatureTimestamp}_${provider}_${providerUID}`;
    return { ...identity, providerUIDSig: sign(secret, text) };
  });
  return { ...user, ...signed, ...(identities && { identities }) };
};
