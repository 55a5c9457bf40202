import { failure } from '../../core/envelope.ts';
import type { OutroError } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { FailureName } from '../../core/codes.ts';
import { methods } from '../../core/methods.ts';
import { knownProviderName } from '../config/provider-name.ts';
import type { Site } from '../config/sites.ts';
import { foretellDepartures } from '../departure/foretell.ts';
import { linkedIdentities, type Account, type Identity, type WayIn } from '../rules/account.ts';
import { readForce } from '../departure/force.ts';
import { read, type MethodContext, type ServerMethod } from './context.ts';
import type { RemoteParams } from './rows.ts';
import { decideRemoveConnection, selectIdentities, type Removed } from './perform-removal.ts';
import type { Decision } from '../people/people.ts';
import { requireAccount } from '../caller/caller.ts';
import { waysIn } from '../rules/ways-in.ts';

type Removal = RemoteParams<'removeConnection'>;

// What the account is like is told as data; what is wrong with the request is refused, as the real call does.
const told: readonly FailureName[] = methods.removeConnection.fails;

const judge = (
  account: Account,
  params: Removal,
  context: MethodContext,
): Decision<Removed> | OutroError => {
  try {
    return decideRemoveConnection(account, params, context);
  } catch (error) {
    if (isOutroError(error) && told.includes(error.failure)) return error;
    throw error;
  }
};

const withWayIn =
  (wayIn: WayIn) =>
  (account: Account): Account => ({
    ...account,
    loginIds: [
      ...account.loginIds,
      { id: '', kind: 'email', value: '', wayIn, isSites: true, isVerified: true, identities: [] },
    ],
  });

const anotherIdentity: Identity = {
  id: '',
  provider: '',
  subProvider: '',
  providerUid: '',
  state: 'linked',
  allowsLogin: true,
  profile: {},
  sealedTokens: undefined,
  lastLoginAt: undefined,
  generation: 1,
};

// What a person could add, tried on the account as it is: whatever lifts the refusal is worth adding.
const additions: Record<string, (account: Account) => Account> = {
  password: withWayIn('password'),
  passkey: withWayIn('passkey'),
  code: withWayIn('code'),
  'another-identity': (account) => ({
    ...account,
    identities: [...account.identities, anotherIdentity],
  }),
  'recent-login': (account) => ({
    ...account,
    session: account.session && { ...account.session, createdAt: account.readAt },
  }),
};

const addFirst = (
  account: Account,
  refusal: OutroError,
  params: Removal,
  context: MethodContext,
): string[] => {
  // Nothing that is added makes a connection that is not there.
  if (refusal.failure === 'notConnected') return [];
  return Object.keys(additions).filter((name) => {
    const again = judge(additions[name]?.(account) ?? account, params, context);
    return !isOutroError(again) || again.failure !== refusal.failure;
  });
};

type Looks = Record<'names' | 'marks', Record<string, string>>;

// Under the ids that receipts and ways in have. What the site says of a provider counts more than the table; one of the
// site's own that it says nothing of has no name that people know.
const looksOf = (account: Account, site: Site): Looks => {
  const ids = linkedIdentities(account).flatMap(({ provider, subProvider }) => [
    [provider, provider],
    ...(subProvider ? [[`${provider}/${subProvider}`, subProvider]] : []),
  ]) as [id: string, of: string][];
  const gather = (find: (provider: string) => string | undefined): Record<string, string> =>
    Object.fromEntries(
      ids.map(([id, of]) => [id, find(of)] as const).filter(([, found]) => found),
    ) as Record<string, string>;
  return {
    names: gather((id) => knownProviderName(site, id)),
    marks: gather((id) =>
      Object.hasOwn(site.providers, id) ? site.providers[id]?.mark : undefined,
    ),
  };
};

/**
 * `socialize.explainRemoval`: runs the decision of `removeConnection` on the account as it is, and writes nothing.
 *
 * @throws unauthorizedUser, invalidParameter
 * @see design.md section 4
 */
export const explainRemoval: ServerMethod<'explainRemoval'> = async (params, context) => {
  const { caller } = context;
  const force = readForce(params.forceProvidersLogout);
  const account = requireAccount(await read(context, caller.account()), caller);
  const judged = judge(account, params, context);
  const looks = looksOf(account, caller.site);
  if (isOutroError(judged)) {
    const { errorCode, errorMessage, errorDetails } = failure(judged);
    return {
      allowed: false,
      wouldFail: { errorCode, errorMessage, errorDetails },
      addFirst: addFirst(account, judged, params, context),
      receipt: [],
      waysInLeft: waysIn(account),
      keepsMapping: false,
      ...looks,
      providerSessions: [],
    };
  }
  const { change, answer } = judged;
  // What the browser does at providers has no end yet that could be told.
  const receipt = answer.receipt.filter(({ step }) => step !== 'provider-session');
  const identities = selectIdentities(account, params);
  const sessions = account.session ? [account.session.id] : [];
  const leaving = { account: account.id, identities, sessions, isLogout: false };
  return {
    allowed: true,
    receipt,
    waysInLeft: waysIn(account, change),
    keepsMapping: Boolean(change?.softenIdentities?.length),
    ...looks,
    providerSessions: await foretellDepartures(leaving, force, context),
  };
};
