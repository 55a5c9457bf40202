import { fail } from '../../core/error.ts';
import type { Site } from '../config/sites.ts';
import type { Store } from '../exits/store.ts';
import type { ApiRequest } from '../wire/request.ts';
import { readBearer } from './bearer.ts';
import type { Key } from './keys.ts';
import { sign, signedTexts, verify } from './signature.ts';

// Seconds that clocks may differ.
const clockTolerance = 180;

/** Refuses what was made too long ago, or is not yet; gives when it may be forgotten that it was seen. */
const verifyTime = (name: string, seconds: number, age = clockTolerance): Date => {
  const ahead = seconds - Date.now() / 1000;
  if (!(ahead <= clockTolerance && ahead >= -age)) {
    const difference = `${Math.abs(Math.round(ahead))} s ${ahead > 0 ? 'ahead' : 'behind'}`;
    fail(
      'requestExpired',
      `${name}: expected Unix seconds within ${age} s of this server's clock${Number.isFinite(ahead) ? `, and it is ${difference}; set both clocks by NTP` : ''}`,
    );
  }
  return new Date((seconds + clockTolerance + age) * 1000);
};

// Two neighbours `a=1&b=2` and one name `a=1&b` are signed alike, and mean different things.
const refuseOddNames = ({ params }: ApiRequest): void => {
  for (const name of params.keys())
    if (!/^[\w.-]{1,100}$/.test(name))
      fail(
        'invalidParameter',
        `${name.slice(0, 50)}: expected names of letters, digits, "_", "-" and "." in a signed request`,
      );
};

/**
 * Checks the signature of a request, and uses up its nonce.
 *
 * @param age seconds that it may be old, where a person comes between. Default: what clocks may differ.
 * @returns the secret that it was made with
 * @throws missingParameter, invalidParameter, requestExpired, invalidSignature, duplicateNonce
 * @see gigya-protocol section 11
 */
export const verifySignature = async (
  request: ApiRequest,
  site: Site,
  { secrets }: Key,
  { exits }: Store,
  age = clockTolerance,
): Promise<string> => {
  const need = (name: string): string =>
    request.param(name) ?? fail('missingParameter', `${name}: expected with every signed request`);
  const signature = need('sig');
  refuseOddNames(request);
  const timestamp = Number(need('timestamp'));
  const nonce = need('nonce');
  if (nonce.length > 300) fail('invalidParameter', 'nonce: expected at most 300 characters');
  // One public client signs milliseconds.
  const expiresAt = verifyTime('timestamp', timestamp >= 1e12 ? timestamp / 1000 : timestamp, age);
  const texts = [...signedTexts(request, site.publicUrl)];
  const secret =
    secrets.find((one) => texts.some((text) => verify(one, text, signature))) ??
    fail(
      'invalidSignature',
      `sig: expected the signature of this request to ${site.publicUrl}${request.path} with the secret`,
    );
  // Only a request that was otherwise right uses up its nonce.
  if (!(await exits.seeOnce('nonce', `${site.apiKey} ${nonce}`, expiresAt)))
    fail('duplicateNonce', 'nonce: expected one that was not used before');
  return secret;
};

/**
 * Refuses what must not travel over plain http.
 *
 * @throws secretOverHttp, invalidToken
 */
export const verifyTls = (
  { origin, forwarded }: ApiRequest,
  failure: 'secretOverHttp' | 'invalidToken',
  name: string,
): void => {
  if (origin.startsWith('https:')) return;
  const advice = /https/i.test(forwarded)
    ? 'a proxy says that the client used https and is not believed: set trustProxy to the number of proxies before outro'
    : 'if a proxy before outro ends TLS, set trustProxy to the number of proxies; else it went out in clear: change it now';
  fail(failure, `${name}: expected over https only; ${advice}`);
};

/**
 * Checks a secret that was sent as it is.
 *
 * @returns the secret
 * @throws secretOverHttp, invalidRequest, invalidSecret
 */
export const verifySecret = (request: ApiRequest, { secrets }: Key, given: string): string => {
  verifyTls(request, 'secretOverHttp', 'secret');
  // An address ends up in logs and histories.
  if (request.isInAddress('secret') || request.isInAddress('client_secret'))
    fail('invalidRequest', 'secret: expected in the body of a POST');
  // Compared as signatures, which takes the same time whatever differs.
  const isRight = (one: string): boolean => verify(one, given, sign(one, one));
  return (
    secrets.find(isRight) ??
    fail('invalidSecret', 'secret: expected the secret that belongs to the key')
  );
};

/**
 * Checks the JWT of a user key, and uses up its `jti`. It says nothing of the request, so it is as good as a secret that
 * works once: over https only.
 *
 * @throws invalidAuthenticationHeader, invalidToken, invalidParameter, requestExpired, invalidSignature, duplicateNonce
 * @see gigya-protocol section 10, mode 6
 */
export const verifyBearer = async (
  request: ApiRequest,
  site: Site,
  { userKey, publicKeys }: Key,
  { exits }: Store,
): Promise<void> => {
  const bearer = readBearer(request)!;
  verifyTls(request, 'invalidToken', 'Authorization');
  const named = request.param('userKey') ?? userKey;
  if (named !== userKey) fail('invalidParameter', 'userKey: expected the kid of the JWT, or none');
  const expiresAt = verifyTime('Authorization: iat', bearer.issuedAt);
  if (!publicKeys.some((key) => bearer.isSignedFor(key)))
    fail(
      'invalidSignature',
      'Authorization: expected a JWT that the private key of the user key has signed, whose publicKey the configuration has',
    );
  if (!(await exits.seeOnce('nonce', `${site.apiKey} jti ${userKey} ${bearer.id}`, expiresAt)))
    fail('duplicateNonce', 'Authorization: expected a jti that was not used before');
};
