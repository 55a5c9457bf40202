import { fail } from '../core/error.ts';
import { hashToken } from './secrets.ts';
import { baseString, verify } from './signature.ts';
import type { Site } from './sites.ts';
import type { Store, Who } from './store.ts';

/** A request as it arrived, before anything in it is believed. */
export interface ApiRequest {
  httpMethod: string;
  /** Path with its leading slash. */
  path: string;
  /** Names and values as sent; each name once. */
  params: Map<string, string>;
  /** Value of a parameter, its name in any case. */
  param(name: string): string | undefined;
}

/** Who asks: the person behind a session, or a server that signed with the site's secret. */
export interface Caller {
  kind: 'session' | 'server';
  site: Site;
  /** The account the caller may act on; a claim in `UID` counts only for servers. */
  account(): Who;
}

// Seconds that clocks may differ.
const clockTolerance = 180;

const verifySignature = async (request: ApiRequest, site: Site, store: Store): Promise<void> => {
  const need = (name: string): string =>
    request.param(name) ?? fail('missingParameter', `${name}: expected with every signed request`);
  const signature = need('sig');
  const timestamp = Number(need('timestamp'));
  const nonce = need('nonce');
  // One public client signs milliseconds.
  const seconds = timestamp >= 1e12 ? timestamp / 1000 : timestamp;
  if (!(Math.abs(Date.now() / 1000 - seconds) <= clockTolerance))
    fail(
      'requestExpired',
      `timestamp: expected Unix seconds within ${clockTolerance} s of this server's clock`,
    );
  const signed = {
    httpMethod: request.httpMethod,
    url: site.publicUrl + request.path,
    params: request.params,
  };
  if (!(await verify(site.secret, baseString(signed), signature)))
    fail(
      'invalidSignature',
      `sig: expected the signature of this request to ${signed.url} with the site's secret`,
    );
  // Only a request that was otherwise right uses up its nonce.
  const expiresAt = new Date((seconds + 2 * clockTolerance) * 1000);
  if (!(await store.seeOnce('nonce', `${site.apiKey} ${nonce}`, expiresAt)))
    fail('duplicateNonce', 'nonce: expected one that was not used before');
};

/**
 * Finds out who asks, from what the request proves.
 *
 * @throws unauthorizedUser, missingParameter, invalidSignature, requestExpired, duplicateNonce
 * @see gigya-protocol section 10
 */
export const identifyCaller = async (
  request: ApiRequest,
  site: Site,
  store: Store,
): Promise<Caller> => {
  if (request.param('sig') !== undefined) {
    await verifySignature(request, site, store);
    const account = (): Who => {
      const uid = request.param('UID');
      return {
        site: site.apiKey,
        uid: uid || fail('missingParameter', 'UID: expected the id of the user'),
      };
    };
    return { kind: 'server', site, account };
  }
  const token = request.param('login_token');
  if (!token)
    return fail(
      'unauthorizedUser',
      'login_token: expected the token of a session, or a signed request',
    );
  const session = await hashToken(token);
  return { kind: 'session', site, account: () => ({ site: site.apiKey, session }) };
};
