import { fail } from '../../core/error.ts';
import type { WireIdentity, WireUser } from '../../core/user.ts';
import { linkedIdentities, type Account, type Identity } from '../rules/account.ts';
import type { Caller } from '../caller/caller.ts';
import type { ServerMethod } from './context.ts';
import { sign } from '../caller/signature.ts';

const toWireIdentity = (identity: Identity, account: Account): WireIdentity => ({
  provider: identity.provider,
  ...(identity.subProvider && { subProvider: identity.subProvider }),
  providerUID: identity.providerUid,
  isLoginIdentity: identity.id === account.session?.identity,
  allowsLogin: identity.allowsLogin,
  ...identity.profile,
  ...(identity.lastLoginAt && { lastLoginTime: Math.floor(identity.lastLoginAt.getTime() / 1000) }),
});

/** The account as the User object travels; empty fields are left out. */
export const toWireUser = (account: Account): WireUser => {
  const linked = linkedIdentities(account);
  const opener = linked.find(({ id }) => id === account.session?.identity);
  const providers = [...new Set(linked.map(({ provider }) => provider))].join(',');
  return {
    UID: account.uid,
    isSiteUID: account.isSiteUid,
    isSiteUser: true,
    isLoggedIn: account.sessions.length > 0,
    isConnected: linked.length > 0,
    loginProvider: opener?.provider ?? 'site',
    ...(opener && { loginProviderUID: opener.providerUid }),
    ...account.profile,
    ...(providers && { providers }),
    ...(linked.length > 0 && {
      identities: linked.map((identity) => toWireIdentity(identity, account)),
    }),
  };
};

/**
 * The account, or the refusal that every method gives when there is none, or when a session names another's UID.
 *
 * @throws unauthorizedUser
 */
export const requireAccount = (account: Account | undefined, caller: Caller): Account => {
  const { kind, uid } = caller;
  if (!account) {
    caller.isStranger = kind === 'session';
    return fail(
      'unauthorizedUser',
      kind === 'server'
        ? 'UID: no user of this site has it'
        : 'login_token: expected the token of a live session',
    );
  }
  if (kind === 'session' && uid !== undefined && uid !== account.uid)
    fail('unauthorizedUser', "UID: expected the session's own user, or none");
  return account;
};

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
  const UIDSignature = await sign(caller.site.secret, `${signatureTimestamp}_${user.UID}`);
  return { ...user, UIDSignature, signatureTimestamp };
};
