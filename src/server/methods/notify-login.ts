import { fail } from '../../core/error.ts';
import { parseParams } from '../../core/schema.ts';
import { uidSecretOf } from '../caller/caller.ts';
import { signUid, type UidSignature } from '../caller/signature.ts';
import type { Site } from '../config/sites.ts';
import { createToken } from '../config/token.ts';
import { planRevocation, takesBackTokens } from '../errands/plan-revocation.ts';
import type { Who } from '../people/people.ts';
import {
  type Account,
  type Change,
  type Identity,
  type NewIdentity,
  type Permission,
} from '../rules/account.ts';
import { isSameLoginId } from '../rules/login-name.ts';
import { peopleOf, refuseGone, type RefusedSignIn } from '../rules/stays-gone.ts';
import { requireWayIn } from '../rules/ways-in.ts';
import { journalOf, update, type MethodContext, type ServerMethod } from './context.ts';
import { endOldest, openSession, sessionCookie, type SessionCookie } from './open-session.ts';
import type { RemoteParams } from './rows.ts';
import { checkSiteUid } from './set-uid.ts';
import {
  findOpener,
  mergeTokens,
  toBeginnings,
  toIdentities,
  toProviderSessions,
  type ToldIdentity,
} from './sign-in.ts';
import {
  decodeJson,
  loginIdsSchema,
  profileSchema,
  providerSessionsSchema,
  toLoginIds,
} from './told-person.ts';

const findAccount = (site: Site, siteUID: string | undefined, identities: NewIdentity[]): Who => {
  if (siteUID !== undefined)
    return { site: site.apiKey, uid: checkSiteUid(siteUID), create: { isSiteUid: true } };
  const [identity] = identities;
  if (!identity)
    return fail('missingParameter', 'siteUID: expected it, or providerSessions, or both');
  return { site: site.apiKey, identity, create: { uid: `_guid_${createToken()}` } };
};

/** What a sign-in tells, checked. */
const readSignIn = (params: RemoteParams<'notifyLogin'>, { caller, keyring }: MethodContext) => {
  const { site } = caller;
  const read = (name: 'userInfo' | 'providerSessions' | 'loginIDs', absent: string): unknown =>
    decodeJson(name, params[name], absent);
  const profile = parseParams(profileSchema(), read('userInfo', '{}'), 'userInfo');
  const sessions = parseParams(
    providerSessionsSchema(),
    read('providerSessions', '{}'),
    'providerSessions',
  );
  const told = toIdentities(sessions);
  const identities = told.map(({ identity }) => identity);
  const loginIDs = parseParams(loginIdsSchema(), read('loginIDs', '[]'), 'loginIDs');
  return {
    profile,
    told,
    openedBy: findOpener(params.openedBy, told),
    beginnings: toBeginnings(told),
    providerSessions: toProviderSessions(told, site, keyring),
    addLoginIds: toLoginIds(loginIDs, identities),
    who: { ...findAccount(site, params.siteUID, identities), linking: peopleOf(identities) },
  };
};

// Whether somebody new is linked or named, so that the sign-in is more than one more session.
const isNews = (account: Account | undefined, { linkIdentities = [], addLoginIds = [] }: Change) =>
  !account ||
  account.isNew ||
  linkIdentities.some((one) => !findLinked(account, one)) ||
  addLoginIds.some((one) => !account.loginIds.some((known) => isSameLoginId(known, one)));

const findLinked = (account: Account, wanted: NewIdentity): Identity | undefined =>
  account.identities.find(
    (one) =>
      one.state === 'linked' &&
      one.provider === wanted.provider &&
      one.subProvider === wanted.subProvider &&
      one.providerUid === wanted.providerUid,
  );

/** Identities with their tokens sealed, and what the new tokens have put out of use. */
const sealIdentities = (
  told: ToldIdentity[],
  account: Account | undefined,
  { caller: { site }, keyring }: MethodContext,
): { identities: NewIdentity[]; replaced: Permission[] } => {
  const merged = told.map((one) => ({
    one,
    ...mergeTokens(one, account && findLinked(account, one.identity), site, keyring),
  }));
  return {
    identities: merged.map(({ one, sealedTokens }) => ({ ...one.identity, sealedTokens })),
    replaced: merged.flatMap(({ replaced }) =>
      // Where the permission itself goes with any of its tokens, the new one would go with the old.
      replaced && takesBackTokens(site, replaced) ? replaced : [],
    ),
  };
};

interface SignedIn extends SessionCookie, Partial<UidSignature> {
  UID: string | undefined;
  sessionInfo: SessionCookie;
}

/**
 * `socialize.notifyLogin`: learns of a person the site signed in; creates account, identities, login ids and
 * a session, whose token the site puts into the cookie that the answer names.
 *
 * @throws permissionDenied, missingParameter, invalidParameter, invalidParameterFormat, identityExists, loginIdExists,
 *   operationNotAllowed; requestExpired when the sign-in began before one of its identities was removed
 * @see gigya-protocol section 13.2; design.md section 2 "Gone stays gone"
 */
export const notifyLogin: ServerMethod<'notifyLogin'> = async (params, context) => {
  const { site, kind } = context.caller;
  if (kind !== 'server')
    fail('permissionDenied', 'notifyLogin: expected a request with the secret of the site');
  const { who, profile, told, beginnings, providerSessions, addLoginIds, openedBy } = readSignIn(
    params,
    context,
  );
  const { token, session } = openSession(params.sessionExpiration, site);

  const { answer } = await update<SignedIn | RefusedSignIn>(context, who, (account) => {
    const { identities, replaced } = sealIdentities(told, account, context);
    const sealed = beginnings.map((beginning) => ({
      ...beginning,
      identity: identities[told.findIndex(({ identity }) => identity === beginning.identity)]!,
    }));
    const refused = account && refuseGone(account, sealed, planRevocation(site));
    if (refused) {
      // Only what has succeeded is answered again; this may be tried again.
      const journal = journalOf(
        'notifyLogin',
        { ...context, once: undefined },
        params,
        refused.receipt,
      );
      return { change: { ...refused.change, journal }, answer: refused };
    }
    const ways = { linkIdentities: identities, addLoginIds };
    if (account) requireWayIn(account, ways, 'loginIDs or providerSessions');
    const cookie = sessionCookie(site, token);
    const signed = account && signUid(uidSecretOf(context.caller), account.uid);
    const fields = { UID: account?.uid, ...signed, ...cookie, sessionInfo: cookie };
    const ended = account ? endOldest(account, site) : { change: {}, receipt: [] };
    const change: Change = {
      profile,
      ...ways,
      ...ended.change,
      openSession: { ...session, openedBy, providerSessions, siteSession: params.siteSession },
      ...(replaced.length > 0 && { revoke: { permissions: replaced } }),
    };
    const isNoted =
      context.once !== undefined || ended.receipt.length > 0 || isNews(account, change);
    const journal = isNoted && journalOf('notifyLogin', context, params, ended.receipt, fields);
    return { change: { ...change, ...(journal && { journal }) }, answer: fields };
  });
  if ('refusal' in answer) throw answer.refusal;
  return answer;
};
