import { failure } from '../../core/envelope.ts';
import type { OutroError } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { FailureName } from '../../core/codes.ts';
import { methods } from '../../core/methods.ts';
import { providers } from '../../providers/providers.ts';
import { linkedIdentities, type Account, type Identity, type WayIn } from '../rules/account.ts';
import { readForce } from '../departure/force.ts';
import { read, type MethodContext, type ServerMethod } from './context.ts';
import type { RemoteParams } from './rows.ts';
import { decideRemoveConnection, type Removed } from './perform-removal.ts';
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

const tableNames = new Map<string, string>(
  Object.entries(providers).map(([id, { name }]) => [id, name]),
);

// Under the ids that receipts and ways in have. A provider of the site's own has no name that people know.
const namesOf = (account: Account): Record<string, string> =>
  Object.fromEntries(
    linkedIdentities(account)
      .flatMap(({ provider, subProvider }) => [
        [provider, tableNames.get(provider)],
        [`${provider}/${subProvider}`, tableNames.get(subProvider)],
      ])
      .filter(([, name]) => name) as [string, string][],
  );

/**
 * `socialize.explainRemoval`: runs the decision of `removeConnection` on the account as it is, and writes nothing.
 *
 * @throws unauthorizedUser, invalidParameter
 * @see design.md section 4
 */
export const explainRemoval: ServerMethod<'explainRemoval'> = async (params, context) => {
  const { caller } = context;
  readForce(params.forceProvidersLogout);
  const account = requireAccount(await read(context, caller.account()), caller);
  const judged = judge(account, params, context);
  const names = namesOf(account);
  if (isOutroError(judged)) {
    const { errorCode, errorMessage, errorDetails } = failure(judged);
    return {
      allowed: false,
      wouldFail: { errorCode, errorMessage, errorDetails },
      addFirst: addFirst(account, judged, params, context),
      receipt: [],
      waysInLeft: waysIn(account),
      keepsMapping: false,
      names,
    };
  }
  const { change, answer } = judged;
  // What the browser is to do at providers is planned, not foretold.
  const receipt = answer.receipt.filter(({ step }) => step !== 'provider-session');
  return {
    allowed: true,
    receipt,
    waysInLeft: waysIn(account, change),
    keepsMapping: Boolean(change?.softenIdentities?.length),
    names,
  };
};
