import { fail } from '../../core/error.ts';
import type { Receipt, Step } from '../../core/receipt.ts';
import type { Site } from '../config/sites.ts';
import {
  tellLogout,
  linkedIdentities,
  type Account,
  type Change,
  type Identity,
  type LoginId,
  type Session,
  type Told,
} from './account.ts';
import { requireFreshLogin } from './fresh-login.ts';
import { goneGrant, type PlanRevocation, type RevocationPlan } from './what-is-left.ts';
import { isSameEmail } from './login-name.ts';
import { siteSessionSteps } from './site-session.ts';
import { waysIn } from './ways-in.ts';

/** How a removal treats what stands in its way. */
export interface RemovalRules {
  removeLoginID: boolean;
  lastIdentityHandling: 'soft' | 'fail' | 'remove';
  /** The provider itself told of the removal, so there is nothing to take back. */
  grantIsGone?: true;
}

/** What a removal does. */
export interface RemovalDecision {
  change: Omit<Change, 'journal' | 'revoke' | 'tell'>;
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

const anyOpener = 'which of them it had opened nobody has told, so all but this one ended';

const sessionSteps = (account: Account, ended: Session[], opened: boolean): Step[] => [
  ...(ended.length > 0
    ? [
        {
          step: 'sessions',
          status: 'done',
          ...(ended.some((one) => one.isOpenerUnknown) && { reason: anyOpener }),
        } as const,
      ]
    : []),
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

const valueOf = ({ value }: LoginId): string => value;

/**
 * The address that the profile has, where it came with an identity that goes: another one that was seen to be the
 * person's takes its place, or none does. One that the site itself or another identity knows stays.
 */
const promoteEmail = (
  account: Account,
  selected: Identity[],
  removedLoginIds: LoginId[],
): Change['profile'] => {
  const { email } = account.profile;
  const cameWith = selectLoginIds(account, selected).filter(({ kind }) => kind === 'email');
  const theirs = [...selected.map(({ profile }) => profile.email), ...cameWith.map(valueOf)];
  if (email === undefined || !theirs.some((one) => isSameEmail(email, one))) return undefined;
  const left = account.loginIds.filter((one) => !removedLoginIds.includes(one));
  const gone = new Set(selected.map(({ id }) => id));
  const isKept = ({ isSites, identities }: LoginId): boolean =>
    isSites || identities.some((id) => !gone.has(id));
  const emails = left.filter((one) => one.kind === 'email' && isKept(one));
  const others = linkedIdentities(account).filter(({ id }) => !gone.has(id));
  if (
    emails.some(({ value }) => isSameEmail(email, value)) ||
    others.some(({ profile }) => isSameEmail(email, profile.email))
  )
    return undefined;
  return { email: emails.find(({ isVerified }) => isVerified)?.value ?? null };
};

/**
 * Decides the removal of selected identities: what goes, what stays, which sessions end. Pure; every rule
 * is here, whatever surface asked and wherever people live.
 *
 * @throws operationNotAllowed, pendingRecentLogin: the whole call is refused and nothing changes
 * @see gigya-js-removeConnection "lastIdentityHandling", "removeLoginID"; design.md section 4
 */
export const decideRemoval = (
  account: Account,
  selected: Identity[],
  rules: RemovalRules,
  site: Site,
  plan: PlanRevocation,
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
  const opened = ({ identity, isOpenerUnknown }: Session): boolean =>
    isOpenerUnknown === true || (identity !== undefined && ids.has(identity));
  const ended = account.sessions.filter(
    (session) => opened(session) && session.id !== account.session?.id,
  );
  const profile = promoteEmail(account, selected, rules.removeLoginID ? loginIds : []);

  return {
    change: {
      ...(profile && { profile }),
      removeIdentities: selected.filter((identity) => !keepsMapping(identity)).map(({ id }) => id),
      softenIdentities: selected.filter(keepsMapping).map(({ id }) => id),
      removeLoginIds: rules.removeLoginID ? loginIds.map(({ id }) => id) : [],
      endSessions: { ids: ended.map(({ id }) => id), reason: 'unlink' },
    },
    receipt: [
      ...selected.flatMap((identity) =>
        identitySteps(
          identity,
          keepsMapping(identity),
          rules.grantIsGone ? goneGrant : plan(identity),
        ),
      ),
      ...loginIdSteps(loginIds, rules.removeLoginID),
      ...sessionSteps(account, ended, account.session ? opened(account.session) : false),
      ...(ended.length > 0 ? siteSessionSteps(account, ended, site, false) : []),
    ],
  };
};

/** The account as a removal leaves it. */
export const afterRemoval = (account: Account, change: RemovalDecision['change']): Account => {
  const { removeIdentities, softenIdentities, profile } = change;
  const { email = account.profile.email } = profile ?? {};
  const { email: _before, ...rest } = account.profile;
  return {
    ...account,
    profile: { ...rest, ...(email != null && { email }) },
    identities: account.identities.filter(
      ({ id }) => !removeIdentities?.includes(id) && !softenIdentities?.includes(id),
    ),
  };
};

/**
 * What the person's other pages are told of a removal.
 *
 * @param asked the provider, as the call named it.
 */
export const tellRemoval = (
  account: Account,
  selected: Identity[],
  { endSessions }: RemovalDecision['change'],
  asked: string | undefined,
): Told[] => {
  // Who named an e-mail named no provider; no name means all, so that must be true.
  const isAll = linkedIdentities(account).every((identity) => selected.includes(identity));
  const removed = isAll ? [''] : [...new Set(selected.map(({ provider }) => provider))];
  const names = asked === undefined ? removed : [asked];
  const exceptSession = account.session?.id;
  return [
    ...names.map((provider) => ({ name: 'connectionRemoved' as const, provider, exceptSession })),
    ...tellLogout(endSessions?.ids ?? []),
  ];
};
