import { fail } from '../../core/error.ts';
import type { Departure, Receipt, Step } from '../../core/receipt.ts';
import type { WireUser } from '../../core/user.ts';
import {
  linkedIdentities,
  tellLogout,
  type Account,
  type Change,
  type Identity,
  type LoginId,
} from './account.ts';
import { planDepartures, type Leaving } from '../departure/plan.ts';
import type { Force } from '../departure/force.ts';
import { requireFreshLogin } from './fresh-login.ts';
import { auditOf, type MethodContext } from '../methods/context.ts';
import type { RemoteMethodName, RemoteParams } from '../methods/rows.ts';
import {
  goneGrant,
  planRevocation,
  revocationsOf,
  revokeNow,
  type RevocationPlan,
} from '../errands/revocation.ts';
import type { Site } from '../config/sites.ts';
import type { Decision } from '../people/people.ts';
import { toWireUser } from '../methods/get-user-info.ts';
import { waysIn } from './ways-in.ts';

/** How a removal treats what stands in its way. */
export type RemovalRules = Pick<
  RemoteParams<'removeConnection'>,
  'removeLoginID' | 'lastIdentityHandling'
> & {
  /** The provider itself told of the removal, so there is nothing to take back. */
  grantIsGone?: true;
};

/** What a removal does. */
export interface RemovalDecision {
  change: Omit<Change, 'audit'>;
  receipt: Receipt;
}

const name = ({ provider, subProvider }: Identity): string =>
  subProvider ? `${provider}/${subProvider}` : provider;

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
  const change = { removeIdentities: [...ids], removeLoginIds: loginIds.map(({ id }) => id) };
  if (loginIds.length > 0 && waysIn(account, change).length === 0)
    fail(
      'operationNotAllowed',
      'removeLoginID: no other way to sign in would remain; connect another provider or set a password first. Nothing was removed',
    );
};

/** What happens to one identity: the link, its data, the permission at the provider. */
export const identitySteps = (
  identity: Identity,
  keepsMapping: boolean,
  plan: RevocationPlan,
): Step[] => {
  const about = { provider: name(identity), identity: identity.providerUid };
  const reason = 'last way in: the mapping stays, so that the same sign-in opens the same account';
  return [
    {
      step: 'identity',
      ...about,
      ...(keepsMapping ? { status: 'kept', reason } : { status: 'done' }),
    },
    { step: 'data', ...about, status: identity.state === 'mapping' ? 'already' : 'done' },
    ...plan.steps.map((step) => ({ ...about, ...step })),
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
 * Decides the removal of selected identities: what goes, what stays, which sessions end. Pure; every rule
 * is here, whatever surface asked.
 *
 * @throws operationNotAllowed, pendingRecentLogin: the whole call is refused and nothing changes
 * @see gigya-js-removeConnection "lastIdentityHandling", "removeLoginID"; design.md section 4
 */
export const decideRemoval = (
  account: Account,
  selected: Identity[],
  rules: RemovalRules,
  site: Site,
): RemovalDecision => {
  requireFreshLogin(account, site);
  const loginIds = selectLoginIds(account, selected);
  if (rules.removeLoginID) checkLoginIds(account, selected, loginIds);

  const takesWayIn = selected.some(({ state, allowsLogin }) => state === 'linked' && allowsLogin);
  const ids = new Set(selected.map(({ id }) => id));
  const isLast = takesWayIn && waysIn(account, { removeIdentities: [...ids] }).length === 0;
  if (isLast && rules.lastIdentityHandling === 'fail')
    fail(
      'operationNotAllowed',
      `lastIdentityHandling: ${selected.map(name).join(', ')} is the last way to sign in; connect another provider or set a password first`,
    );

  const keepsMapping = (identity: Identity): boolean =>
    isLast && rules.lastIdentityHandling === 'soft' && identity.allowsLogin;
  const opened = (session: { identity: string | undefined }): boolean =>
    session.identity !== undefined && ids.has(session.identity);
  const ended = account.sessions
    .filter((session) => opened(session) && session.id !== account.session?.id)
    .map(({ id }) => id);

  return {
    change: {
      removeIdentities: selected.filter((identity) => !keepsMapping(identity)).map(({ id }) => id),
      softenIdentities: selected.filter(keepsMapping).map(({ id }) => id),
      removeLoginIds: rules.removeLoginID ? loginIds.map(({ id }) => id) : [],
      endSessions: { ids: ended, reason: 'unlink' },
    },
    receipt: [
      ...selected.flatMap((identity) =>
        identitySteps(
          identity,
          keepsMapping(identity),
          rules.grantIsGone ? goneGrant : planRevocation(site, identity),
        ),
      ),
      ...loginIdSteps(loginIds, rules.removeLoginID),
      ...sessionSteps(account, ended, account.session ? opened(account.session) : false),
    ],
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

/** What the person's other pages are told. */
const tellRemoval = (
  account: Account,
  selected: Identity[],
  { endSessions }: RemovalDecision['change'],
  asked: string | undefined,
  receipt: Receipt,
): NonNullable<Change['tell']> => {
  // Who named an e-mail named no provider; no name means all, so that must be true.
  const isAll = linkedIdentities(account).every((identity) => selected.includes(identity));
  const removed = isAll ? [''] : [...new Set(selected.map(({ provider }) => provider))];
  const names = asked === undefined ? removed : [asked];
  const exceptSession = account.session?.id;
  return [
    ...names.map((provider) => ({
      name: 'connectionRemoved' as const,
      provider,
      exceptSession,
      receipt,
    })),
    ...tellLogout(endSessions?.ids ?? [], receipt),
  ];
};

/** What every surface has after a removal. */
export interface Removed {
  receipt: Receipt;
  /** Absent where nobody was found. */
  leaving?: Leaving;
  user?: WireUser;
}

/**
 * One removal, whatever surface asked: the change with its audit row, and the answer.
 *
 * @throws operationNotAllowed, pendingRecentLogin
 */
export const performRemoval = (
  method: RemoteMethodName,
  account: Account,
  selected: Identity[],
  params: RemovalRules & { provider?: string | undefined; cid?: string | undefined },
  context: MethodContext,
): Decision<Removed> => {
  const { site } = context.caller;
  const { change, receipt } = decideRemoval(account, selected, params, site);
  const audit = { ...auditOf(method, context, params), receipt };
  const sessions = account.session ? [account.session.id] : [];
  const leaving = { account: account.id, identities: selected, sessions, isLogout: false };
  const user = toWireUser(afterRemoval(account, change));
  return {
    change: {
      ...change,
      ...(!params.grantIsGone && { revoke: revocationsOf(selected, context) }),
      tell: tellRemoval(account, selected, change, params.provider, receipt),
      audit,
    },
    answer: { receipt, leaving, ...(context.caller.kind === 'session' && { user }) },
  };
};

/**
 * What follows once a removal has committed: permissions are taken back, as far as the time allows, and it is planned
 * how the browser leaves the providers. Never rejects.
 */
export const finishRemoval = async <Answer extends Removed>(
  { leaving, ...removed }: Answer,
  force: Force,
  context: MethodContext,
): Promise<Omit<Answer, 'leaving'> & { departures?: Departure[] }> => {
  if (!leaving) return removed;
  const [left] = await Promise.all([
    planDepartures(leaving, force, context),
    revokeNow(removed.receipt, context),
  ]);
  const { departures, receipt } = left;
  return { ...removed, receipt: [...removed.receipt, ...receipt], departures };
};
