import { fail } from '../core/error.ts';
import type { CheckedParams } from '../core/methods.ts';
import { isSameProvider, providerId } from '../core/providers.ts';
import type { Receipt, Step } from '../core/receipt.ts';
import {
  linkedIdentities,
  waysIn,
  type Account,
  type Change,
  type Identity,
  type LoginId,
} from './account.ts';
import { auditOf, departuresFrom, type ServerMethod } from './method.ts';
import { requireAccount, toWireUser } from './user-info.ts';

/** What a removal asks for. */
export type Removal = Pick<
  CheckedParams<'removeConnection'>,
  'provider' | 'providerUID' | 'removeLoginID' | 'lastIdentityHandling'
>;

/** What a removal does. */
export interface RemovalDecision {
  change: Omit<Change, 'audit'>;
  receipt: Receipt;
  /** Providers that the browser should leave as well. */
  providers: string[];
}

const name = ({ provider, subProvider }: Identity): string =>
  subProvider ? `${provider}/${subProvider}` : provider;

const select = (account: Account, removal: Removal): Identity[] => {
  const provider = removal.provider && providerId(removal.provider);
  // What an earlier soft removal left is not connected, but it can still be asked to go for good.
  const present =
    removal.lastIdentityHandling === 'remove' ? account.identities : linkedIdentities(account);
  const selected = present.filter(
    (identity) =>
      (!provider || isSameProvider(identity.provider, provider)) &&
      (!removal.providerUID || identity.providerUid === removal.providerUID),
  );
  if (selected.length > 0) return selected;
  return provider
    ? fail(
        'notConnected',
        `provider: the user is not connected to ${provider}${removal.providerUID ? ' with that providerUID' : ''}`,
      )
    : fail('notConnected', 'provider: the user is not connected to any provider');
};

const selectLoginIds = (account: Account, selected: Identity[]): LoginId[] => {
  const ids = new Set(selected.map(({ id }) => id));
  return account.loginIds.filter(({ identities }) => identities.some((id) => ids.has(id)));
};

const checkLoginIds = (account: Account, selected: Identity[], loginIds: LoginId[]): void => {
  const ids = new Set(selected.map(({ id }) => id));
  for (const loginId of loginIds)
    if (loginId.isSites || loginId.identities.some((id) => !ids.has(id)))
      fail(
        'operationNotAllowed',
        `removeLoginID: the ${loginId.kind} login id is also used by ${loginId.isSites ? 'the site' : 'another identity'}; nothing was removed`,
      );
  if (loginIds.length > 0 && waysIn(account, { identities: selected, loginIds }).length === 0)
    fail(
      'operationNotAllowed',
      'removeLoginID: no other way to sign in would remain; connect another provider or set a password first. Nothing was removed',
    );
};

const identitySteps = (identity: Identity, keepsMapping: boolean): Step[] => {
  const about = { provider: name(identity), identity: identity.providerUid };
  return [
    keepsMapping
      ? {
          step: 'identity',
          ...about,
          status: 'kept',
          reason: 'last way in: the mapping stays, so that the same sign-in opens the same account',
        }
      : { step: 'identity', ...about, status: 'done' },
    { step: 'data', ...about, status: identity.state === 'mapping' ? 'already' : 'done' },
    {
      step: 'grant',
      ...about,
      status: 'unsupported',
      reason: 'no way to take this permission back is known to outro',
    },
  ];
};

const loginIdSteps = (loginIds: LoginId[], removed: boolean): Step[] =>
  loginIds.map(() =>
    removed
      ? { step: 'login-id', status: 'done' }
      : { step: 'login-id', status: 'kept', reason: 'removeLoginID is false' },
  );

const sessionSteps = (account: Account, ended: string[], opened: boolean): Step[] => [
  ...(ended.length > 0 ? [{ step: 'sessions', status: 'done' } as const] : []),
  ...(account.session && opened
    ? [
        {
          step: 'session',
          status: 'kept',
          reason: 'the session that asked goes on; log out to end it',
        } as const,
      ]
    : []),
];

/**
 * Decides a removal: which identities go, what stays, which sessions end. Pure; every rule is here.
 *
 * @throws invalidParameter, notConnected, operationNotAllowed: the whole call is refused and nothing changes
 * @see gigya-js-removeConnection "lastIdentityHandling", "removeLoginID"; design.md section 4
 */
export const decideRemoval = (account: Account, removal: Removal): RemovalDecision => {
  const selected = select(account, removal);
  const loginIds = selectLoginIds(account, selected);
  if (removal.removeLoginID) checkLoginIds(account, selected, loginIds);

  const takesWayIn = selected.some(({ state, allowsLogin }) => state === 'linked' && allowsLogin);
  const isLast = takesWayIn && waysIn(account, { identities: selected }).length === 0;
  if (isLast && removal.lastIdentityHandling === 'fail')
    fail(
      'operationNotAllowed',
      `lastIdentityHandling: ${selected.map(name).join(', ')} is the last way to sign in; connect another provider or set a password first`,
    );

  const keepsMapping = (identity: Identity): boolean =>
    isLast && removal.lastIdentityHandling === 'soft' && identity.allowsLogin;
  const ids = new Set(selected.map(({ id }) => id));
  const opened = (session: { identity: string | undefined }): boolean =>
    session.identity !== undefined && ids.has(session.identity);
  const ended = account.sessions
    .filter((session) => opened(session) && session.id !== account.session?.id)
    .map(({ id }) => id);

  return {
    change: {
      removeIdentities: selected.filter((identity) => !keepsMapping(identity)).map(({ id }) => id),
      softenIdentities: selected.filter(keepsMapping).map(({ id }) => id),
      removeLoginIds: removal.removeLoginID ? loginIds.map(({ id }) => id) : [],
      endSessions: { ids: ended, reason: 'unlink' },
    },
    receipt: [
      ...selected.flatMap((identity) => identitySteps(identity, keepsMapping(identity))),
      ...loginIdSteps(loginIds, removal.removeLoginID),
      ...sessionSteps(account, ended, account.session ? opened(account.session) : false),
    ],
    providers: [...new Set(selected.map(({ provider }) => provider))],
  };
};

const afterRemoval = (
  account: Account,
  { removeIdentities, softenIdentities }: RemovalDecision['change'],
): Account => ({
  ...account,
  identities: account.identities.filter(
    ({ id }) => !removeIdentities?.includes(id) && !softenIdentities?.includes(id),
  ),
});

/**
 * `socialize.removeConnection`: looks and removes in one transaction, then names the providers to leave.
 *
 * @throws unauthorizedUser, notConnected, operationNotAllowed
 * @see gigya-rest-removeConnection
 */
export const removeConnection: ServerMethod<'removeConnection'> = (params, context) => {
  const { caller, store } = context;
  return store.update(caller.account(), (found) => {
    const account = requireAccount(found);
    const { change, receipt, providers } = decideRemoval(account, params);
    const audit = { ...auditOf('removeConnection', context, params), receipt };
    const departures = departuresFrom(caller.site, providers);
    const user = toWireUser(afterRemoval(account, change));
    return {
      change: { ...change, audit },
      answer: { receipt, departures, ...(caller.kind === 'session' && { user }) },
    };
  });
};
