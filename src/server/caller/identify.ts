import { fail } from '../../core/error.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';
import { hashToken } from '../config/token.ts';
import type { Store } from '../exits/store.ts';
import type { ApiRequest } from '../wire/request.ts';
import { openAppToken, readToken } from './access-token.ts';
import { hasBearer } from './bearer.ts';
import type { Caller } from './caller.ts';
import { requireTokenMayCall } from './permission.ts';
import { findKey, findUserKey, readSecret, type Key } from './keys.ts';
import { askSite } from './site-session.ts';
import { verifyBearer, verifySecret, verifySignature, verifyTls } from './proof.ts';

/** What callers are told apart with. */
export interface CallerParts {
  store: Store;
  keyring: Keyring;
}

const holder = ({ userKey }: Key, secret: string | undefined) => ({ secret, userKey });

/**
 * Finds out who asks, from what the request proves: signature, secret, JWT of a user key, OAuth2 token or session.
 *
 * @throws unauthorizedUser, missingParameter, invalidParameter, invalidSignature, requestExpired,
 *   duplicateNonce, secretOverHttp, invalidSecret, invalidToken, permissionDenied, invalidAuthenticationHeader
 * @see gigya-protocol section 10
 */
export const identifyCaller = async (
  request: ApiRequest,
  site: Site,
  path: string,
  parts: CallerParts,
): Promise<Caller> => {
  const uid = request.param('UID');
  const server = (isSigned: boolean, key?: Caller['key']): Caller => ({
    kind: 'server',
    site,
    isSigned,
    ...(key && { key }),
    uid,
    account: () => ({
      site: site.apiKey,
      uid: uid || fail('missingParameter', 'UID: expected the id of the user'),
    }),
  });
  const person = (token: string): Caller => {
    requireTokenMayCall(site, token, path);
    const session = hashToken(token);
    return {
      kind: 'session',
      site,
      isSigned: false,
      uid,
      account: () => ({ site: site.apiKey, session }),
    };
  };

  if (request.param('sig') !== undefined) {
    const key = findKey(request, site, path);
    return server(true, holder(key, await verifySignature(request, site, key, parts.store)));
  }
  const secret = readSecret(request);
  if (secret !== undefined) {
    const key = findKey(request, site, path);
    return server(false, holder(key, verifySecret(request, key, secret)));
  }
  if (hasBearer(request)) {
    const key = findKey(request, site, path);
    await verifyBearer(request, site, key, parts.store);
    return server(false, holder(key, key.secrets[0]));
  }
  const token = readToken(request);
  if (token !== undefined) {
    verifyTls(request, 'invalidToken', 'oauth_token');
    const app = openAppToken(token, site, parts.keyring);
    if (!app) return person(token);
    if (app.userKey === undefined) return server(false);
    const key = findUserKey(site, app.userKey, path);
    return server(false, holder(key, key.secrets[0]));
  }
  const login = request.param('login_token');
  if (login) return person(login);
  return { kind: 'session', site, isSigned: false, uid, ...(await askSite(request, site)) };
};
