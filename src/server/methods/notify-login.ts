import { fail } from '../../core/error.ts';
import { parseParams } from '../../core/schema.ts';
import type { NewIdentity, NewSession } from '../rules/account.ts';
import { auditOf, type MethodContext, type ServerMethod } from './context.ts';
import type { RemoteParams } from './rows.ts';
import {
  decodeJson,
  loginIdsSchema,
  profileSchema,
  providerSessionsSchema,
  toBeginnings,
  toIdentities,
  toLoginIds,
  toProviderSessions,
} from './sign-in.ts';
import { createToken, hashToken, leaveTicketOf } from '../config/keyring.ts';
import { checkSiteUid } from './set-uid.ts';
import type { Site } from '../config/sites.ts';
import { peopleOf, refuseGone, type RefusedSignIn } from '../rules/stays-gone.ts';
import type { Who } from '../people/people.ts';
import { requireWayIn } from '../rules/ways-in.ts';

const findAccount = (site: Site, siteUID: string | undefined, identities: NewIdentity[]): Who => {
  if (siteUID !== undefined)
    return { site: site.apiKey, uid: checkSiteUid(siteUID), create: { isSiteUid: true } };
  const [identity] = identities;
  if (!identity)
    return fail('missingParameter', 'siteUID: expected it, or providerSessions, or both');
  return { site: site.apiKey, identity, create: { uid: `_guid_${createToken()}` } };
};

// Ten years, which is what "never" comes to.
const never = 315_360_000;

/**
 * Makes a session to open: its token, for the one who asked, and its row.
 *
 * @param sessionExpiration whole seconds; -2 means ten years, all else the site's default.
 */
export const openSession = async (
  sessionExpiration: string | undefined,
  site: Site,
): Promise<{ token: string; session: NewSession; expiresIn: number }> => {
  const seconds = Number(sessionExpiration ?? 0);
  const expiresIn = seconds === -2 ? never : seconds > 0 ? seconds : site.sessionLifetime;
  const token = createToken();
  const expiresAt = new Date(Date.now() + expiresIn * 1000);
  const tokenHash = await hashToken(token);
  const ticketHash = await hashToken(await leaveTicketOf(token));
  return { token, session: { tokenHash, ticketHash, expiresAt, openedBy: undefined }, expiresIn };
};

/** What a sign-in tells, checked. */
const readSignIn = async (
  params: RemoteParams<'notifyLogin'>,
  { caller, keyring }: MethodContext,
) => {
  const { site } = caller;
  const read = (name: 'userInfo' | 'providerSessions' | 'loginIDs', absent: string): unknown =>
    decodeJson(name, params[name], absent);
  const profile = parseParams(profileSchema(), read('userInfo', '{}'), 'userInfo');
  const sessions = parseParams(
    providerSessionsSchema(),
    read('providerSessions', '{}'),
    'providerSessions',
  );
  const identities = await toIdentities(sessions, site, keyring);
  const loginIDs = parseParams(loginIdsSchema(), read('loginIDs', '[]'), 'loginIDs');
  return {
    profile,
    identities,
    beginnings: toBeginnings(sessions, identities),
    providerSessions: await toProviderSessions(sessions, identities, site, keyring),
    addLoginIds: toLoginIds(loginIDs, identities),
    who: { ...findAccount(site, params.siteUID, identities), linking: peopleOf(identities) },
  };
};

interface Cookie {
  cookieName: string;
  cookieValue: string;
  cookiePath: string;
}

interface SignedIn extends Cookie {
  UID: string | undefined;
  sessionInfo: Cookie;
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
  const { who, profile, identities, beginnings, providerSessions, addLoginIds } = await readSignIn(
    params,
    context,
  );
  const { token, session } = await openSession(params.sessionExpiration, site);
  const audit = { ...auditOf('notifyLogin', context, params), receipt: [] };

  const answer = await context.store.update<SignedIn | RefusedSignIn>(who, (account) => {
    const refused = account && refuseGone(account, beginnings, site);
    if (refused) {
      const { change, receipt } = refused;
      // Only what has succeeded is answered again; this may be tried again.
      return {
        change: { ...change, audit: { ...audit, once: undefined, receipt } },
        answer: refused,
      };
    }
    const ways = { linkIdentities: identities, addLoginIds };
    if (account) requireWayIn(account, ways, 'loginIDs or providerSessions');
    const openedBy = identities.length > 0 ? 0 : undefined;
    const cookie = { cookieName: `glt_${site.apiKey}`, cookieValue: token, cookiePath: '/' };
    return {
      change: { profile, ...ways, openSession: { ...session, openedBy, providerSessions }, audit },
      answer: { UID: account?.uid, ...cookie, sessionInfo: cookie },
    };
  });
  if ('refusal' in answer) throw answer.refusal;
  return answer;
};
