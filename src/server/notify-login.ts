import { fail } from '../core/error.ts';
import { parseParams } from '../core/schema.ts';
import type { NewIdentity, NewSession } from './account.ts';
import { auditOf, type ServerMethod } from './method.ts';
import {
  decodeJson,
  loginIdsSchema,
  profileSchema,
  providerSessionsSchema,
  toIdentities,
  toLoginIds,
} from './person.ts';
import { createToken, hashToken } from './secrets.ts';
import { checkSiteUid } from './set-uid.ts';
import type { Site } from './sites.ts';
import type { Who } from './store.ts';

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
  return { token, session: { tokenHash, expiresAt, openedBy: undefined }, expiresIn };
};

/**
 * `socialize.notifyLogin`: learns of a person the site signed in; creates account, identities, login ids and
 * a session, whose token the site puts into the cookie that the answer names.
 *
 * @throws permissionDenied, missingParameter, invalidParameter, invalidParameterFormat, identityExists, loginIdExists
 * @see gigya-protocol section 13.2
 */
export const notifyLogin: ServerMethod<'notifyLogin'> = async (params, context) => {
  const { caller, store, keyring } = context;
  const { site } = caller;
  if (caller.kind !== 'server')
    fail('permissionDenied', 'notifyLogin: expected a request with the secret of the site');
  const read = (name: 'userInfo' | 'providerSessions' | 'loginIDs', absent: string): unknown =>
    decodeJson(name, params[name], absent);
  const profile = parseParams(profileSchema(), read('userInfo', '{}'), 'userInfo');
  const sessions = read('providerSessions', '{}');
  const identities = await toIdentities(
    parseParams(providerSessionsSchema(), sessions, 'providerSessions'),
    site,
    keyring,
  );
  const loginIDs = parseParams(loginIdsSchema(), read('loginIDs', '[]'), 'loginIDs');
  const addLoginIds = toLoginIds(loginIDs, identities);
  const who = findAccount(site, params.siteUID, identities);
  const { token, session } = await openSession(params.sessionExpiration, site);

  return store.update(who, (account) => {
    const cookie = { cookieName: `glt_${site.apiKey}`, cookieValue: token, cookiePath: '/' };
    return {
      change: {
        profile,
        linkIdentities: identities,
        addLoginIds,
        openSession: { ...session, openedBy: identities.length > 0 ? 0 : undefined },
        audit: { ...auditOf('notifyLogin', context, params), receipt: [] },
      },
      answer: { UID: account?.uid, ...cookie, sessionInfo: cookie },
    };
  });
};
