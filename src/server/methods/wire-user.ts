import type { WireIdentity, WireUser } from '../../core/user.ts';
import { linkedIdentities, type Account, type Identity } from '../rules/account.ts';

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
