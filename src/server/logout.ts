import type { Receipt } from '../core/receipt.ts';
import { linkedIdentities, type Account, type Change } from './account.ts';
import { auditOf, departuresFrom, type ServerMethod } from './method.ts';
import { requireAccount } from './user-info.ts';

/** What a logout does. */
export interface LogoutDecision {
  change: Omit<Change, 'audit'>;
  receipt: Receipt;
}

/**
 * Decides a logout: a session ends itself; a server, which has none, ends all of the account's. Pure.
 *
 * @see gigya-js-logout; gigya-protocol section 4.3
 */
export const decideLogout = (account: Account): LogoutDecision => {
  const ids = account.session ? [account.session.id] : account.sessions.map(({ id }) => id);
  const step = account.session ? 'session' : 'sessions';
  return {
    change: { endSessions: { ids, reason: 'logout' } },
    receipt: [{ step, status: ids.length > 0 ? 'done' : 'already' }],
  };
};

/**
 * `socialize.logout`: ends sessions and names the providers that the browser should leave.
 *
 * @throws unauthorizedUser when a server names an unknown user
 */
export const logout: ServerMethod<'logout'> = (params, context) => {
  const { caller, store } = context;
  return store.update<object>(caller.account(), (account) => {
    if (account || caller.kind === 'server') requireAccount(account, caller);
    // A token that opens nothing is out already, and saying so helps nobody to guess one.
    if (!account) return { answer: { receipt: [{ step: 'session', status: 'already' }] } };
    const { change, receipt } = decideLogout(account);
    const providers = [...new Set(linkedIdentities(account).map(({ provider }) => provider))];
    return {
      change: { ...change, audit: { ...auditOf('logout', context, params), receipt } },
      answer: {
        receipt,
        connectedProviders: providers.join(','),
        departures: departuresFrom(caller.site, providers),
      },
    };
  });
};
