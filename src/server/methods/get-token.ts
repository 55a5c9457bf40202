import { fail } from '../../core/error.ts';
import { createAppToken } from '../caller/caller.ts';
import { auditOf, type MethodContext, type ServerMethod } from './context.ts';
import type { RemoteParams } from './rows.ts';
import { openSession } from './notify-login.ts';
import { requireAccount } from './get-user-info.ts';

const userToken = async (
  uid: string,
  params: RemoteParams<'getToken'>,
  context: MethodContext,
): Promise<object> => {
  const { caller, store } = context;
  const { token, session, expiresIn } = await openSession(params.x_sessionExpiration, caller.site);
  return store.update({ site: caller.site.apiKey, uid }, (found) => {
    requireAccount(found, caller);
    const audit = { ...auditOf('getToken', context, {}), receipt: [] };
    return {
      change: { openSession: session, audit },
      answer: { access_token: token, expires_in: expiresIn },
    };
  });
};

/**
 * `socialize.getToken`: OAuth2, for a user or for the site itself.
 *
 * @throws permissionDenied, unauthorizedUser, unsupportedGrantType, invalidGrant, missingParameter
 * @see gigya-protocol section 10; RFC 6749 section 4.4
 */
export const getToken: ServerMethod<'getToken'> = async (params, context) => {
  const { caller, keyring } = context;
  if (caller.kind !== 'server')
    fail(
      'permissionDenied',
      'getToken: expected client_id and client_secret, or Basic authentication',
    );
  const { grant_type: grantType, x_siteUID: uid } = params;
  if (grantType === 'authorization_code')
    fail('invalidGrant', 'code: outro issues no codes; use grant_type=none with x_siteUID');
  if (grantType !== 'none' && grantType !== 'client_credentials')
    fail('unsupportedGrantType', 'grant_type: expected none or client_credentials');
  if (uid !== undefined) return userToken(uid, params, context);
  if (grantType === 'none') fail('missingParameter', 'x_siteUID: expected with grant_type=none');
  // A user key's permissions end at its own requests; a token would carry them on unchecked.
  if (caller.key?.userKey !== undefined)
    fail('permissionDenied', "grant_type: client_credentials expects the site's own secret");
  const expiresIn = 3600;
  const token = await createAppToken(caller.site, keyring, new Date(Date.now() + expiresIn * 1000));
  return { access_token: token, expires_in: expiresIn };
};
