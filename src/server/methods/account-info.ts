import type { Account } from '../rules/account.ts';
import { isSameEmail, requireLoginId } from '../rules/login-name.ts';
import { fail } from '../../core/error.ts';
import { parseParams } from '../../core/schema.ts';
import { journalOf, update, type ServerMethod } from './context.ts';
import { signIdToken } from './id-token.ts';
import { decodeJson, loginIdsSchema, profileSchema, toLoginIds } from './told-person.ts';
import { requireAccount, uidSecretOf, type Caller } from '../caller/caller.ts';
import type { RemoteParams } from './rows.ts';
import { signUid } from '../caller/signature.ts';
import { toWireUser } from './wire-user.ts';
import { requireWayIn } from '../rules/ways-in.ts';

const listOf = (text = ''): string[] => text.match(/[^\s,]+/g) ?? [];

const loginIDsOf = (account: Account): object => {
  const ofKind = (wanted: string, verified?: boolean): string[] =>
    account.loginIds
      .filter(
        ({ kind, isVerified }) =>
          kind === wanted && (verified === undefined || isVerified === verified),
      )
      .map(({ value }) => value);
  const [username] = ofKind('username');
  return {
    ...(username && { username }),
    emails: ofKind('email', true),
    unverifiedEmails: ofKind('email', false),
  };
};

/**
 * `accounts.getAccountInfo`: the part of an account that outro holds.
 *
 * @throws unauthorizedUser
 * @see design.md section 9
 */
export const getAccountInfo: ServerMethod<'getAccountInfo'> = async (
  { include = '' },
  { caller, store },
) => {
  const account = requireAccount(await store.people.read(caller.account()), caller);
  const { loginProvider, identities } = toWireUser(account);
  const wanted = listOf(include);
  const wants = (part: string): boolean => wanted.some((one) => one.startsWith(part));
  return {
    UID: account.uid,
    ...signUid(uidSecretOf(caller), account.uid),
    isActive: true,
    isRegistered: true,
    ...(account.createdAt && {
      created: account.createdAt.toISOString(),
      createdTimestamp: account.createdAt.getTime(),
    }),
    loginProvider,
    ...(wants('profile') || wanted.length === 0 ? { profile: account.profile } : {}),
    ...(wants('loginIDs') && { loginIDs: loginIDsOf(account) }),
    ...(wants('identities') && identities && { identities }),
    ...(wants('id_token') &&
      caller.site.idTokens &&
      (await signIdToken(caller.site, account, { expiration: 300 }))),
    socialProviders: [...new Set(identities?.map(({ provider }) => provider)), 'site'].join(','),
  };
};

// What somebody says of an address is no proof of it, and login ids open accounts.
const checkCaller = (
  { kind }: Caller,
  profile: { email?: string | undefined },
  { loginIDs, removeLoginEmails }: RemoteParams<'setAccountInfo'>,
): void => {
  if (kind === 'server') return;
  const isMore = [profile.email, loginIDs, removeLoginEmails].some((one) => one !== undefined);
  if (kind !== 'session' || isMore)
    fail(
      'permissionDenied',
      'setAccountInfo: expected a request with the secret of the site, or a session and of the profile no email',
    );
};

/**
 * `accounts.setAccountInfo`: what the site knows of an account, above all which login ids are ways in; and what a person
 * says of themselves.
 *
 * @throws permissionDenied, unauthorizedUser, operationNotAllowed, invalidParameter, loginIdExists
 * @see design.md section 4 "what counts as a way in"
 */
export const setAccountInfo: ServerMethod<'setAccountInfo'> = async (params, context) => {
  const { caller } = context;
  const profile = parseParams(
    profileSchema(),
    decodeJson('profile', params.profile, '{}'),
    'profile',
  );
  checkCaller(caller, profile, params);
  const given = parseParams(
    loginIdsSchema(),
    decodeJson('loginIDs', params.loginIDs, '[]'),
    'loginIDs',
  );
  const addLoginIds = toLoginIds(given, []);
  const forgotten = listOf(params.removeLoginEmails);
  for (const one of forgotten) requireLoginId('email', one, 'removeLoginEmails');
  const { answer } = await update(context, caller.account(), (found) => {
    const account = requireAccount(found, caller);
    const removeLoginIds = account.loginIds
      .filter(
        ({ kind, value }) => kind === 'email' && forgotten.some((one) => isSameEmail(one, value)),
      )
      .map(({ id }) => id);
    const change = { profile, addLoginIds, removeLoginIds };
    const parameter = removeLoginIds.length > 0 ? 'removeLoginEmails' : 'loginIDs';
    if (params.lastIdentityHandling === 'fail') requireWayIn(account, change, parameter);
    const fields = { UID: account.uid };
    const journal = journalOf('setAccountInfo', context, params, [], fields);
    return { change: { ...change, journal }, answer: fields };
  });
  return answer;
};
