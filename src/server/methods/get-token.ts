import { fail } from '../../core/error.ts';
import { createAppToken } from '../caller/access-token.ts';
import { journalOf, update, type MethodContext, type ServerMethod } from './context.ts';
import type { RemoteParams } from './rows.ts';
import { endOldest, openSession } from './open-session.ts';
import { requireAccount } from '../caller/caller.ts';

const userToken = async (
  uid: string,
  params: RemoteParams<'getToken'>,
  context: MethodContext,
): Promise<object> => {
  const { caller } = context;
  const { token, session, expiresIn } = openSession(params.x_sessionExpiration, caller.site, {
    maker: caller.key?.userKey,
  });
  const { answer } = await update(context, { site: caller.site.apiKey, uid }, (found) => {
    const account = requireAccount(found, caller);
    const fields = { access_token: token, expires_in: expiresIn };
    const { change, receipt } = endOldest(account, caller.site);
    // One session more is no change of the person; only the answer may be wanted again.
    const isNoted = context.once !== undefined || receipt.length > 0;
    return {
      change: {
        openSession: session,
        ...change,
        ...(isNoted && { journal: journalOf('getToken', context, {}, receipt, fields) }),
      },
      answer: fields,
    };
  });
  return answer;
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
  // Left out by a slip, the id would make a user's token the site's.
  if (uid === '') fail('missingParameter', 'x_siteUID: expected the id of a user, and it is empty');
  if (uid !== undefined) return userToken(uid, params, context);
  const { userKey } = caller.key ?? {};
  if (grantType === 'none') {
    // As one public client asks for its own token: by the name it has in OAuth2.
    if (params.client_id === undefined)
      fail('missingParameter', 'x_siteUID: expected with grant_type=none');
  } else if (userKey !== undefined)
    fail('permissionDenied', "grant_type: client_credentials expects the site's own secret");
  const expiresIn = 3600;
  const expiresAt = Date.now() + expiresIn * 1000;
  const token = createAppToken(caller.site, keyring, { expiresAt, userKey });
  return { access_token: token, expires_in: expiresIn };
};
