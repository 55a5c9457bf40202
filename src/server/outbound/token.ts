import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { fail } from '../../core/error.ts';
import type { Discovery } from './discovery.ts';
import type { Outbound } from './guarded-fetch.ts';

/** The keys at an address, fetched when needed and kept for 10 minutes. */
export type KeySets = (jwksUri: string) => JWTVerifyGetKey;

// Milliseconds: how long keys may take to come, how often a key that nobody knows may cause them to be read again, and
// how long a provider is left alone whose keys did not come.
const limit = 5000;
const cooldownDuration = 30_000;
const badTime = 5000;

// Addresses of keys at most; then the oldest is forgotten, and read again when it is needed.
const setsKept = 1000;

const fetchThrough = (outbound: Outbound) => {
  let blockedUntil = 0;
  return async (url: string, { headers }: { headers: Headers }): Promise<Response> => {
    if (Date.now() < blockedUntil) throw new Error('the keys did not come a moment ago');
    try {
      const { status, body } = await outbound(url, { headers }, limit);
      if (status !== 200) throw new Error(`expected status 200, got ${status}`);
      // Where somebody has one key only, it may stand alone.
      const found = JSON.parse(body) as { keys?: unknown };
      return Response.json(found.keys ? found : { keys: [found] });
    } catch (error) {
      blockedUntil = Date.now() + badTime;
      throw error;
    }
  };
};

/**
 * Makes the function that knows providers' keys: read through the guarded way out, again when a token names a key
 * that is not among them, but then at most every 30 seconds.
 *
 * @returns functions that throw networkError when the keys cannot be read, or may have changed since they were
 */
export const createKeySets = (outbound: Outbound): KeySets => {
  const kept = new Map<string, JWTVerifyGetKey>();
  return (jwksUri) => {
    const known = kept.get(jwksUri);
    if (known) return known;
    const find = createRemoteJWKSet(new URL(jwksUri), {
      [customFetch]: fetchThrough(outbound),
      cooldownDuration,
      timeoutDuration: limit,
    });
    const keys: JWTVerifyGetKey = async (header, token) => {
      // Then they are not read again for this token.
      const wereReadBefore = find.coolingDown;
      try {
        return await find(header, token);
      } catch (cause) {
        if (cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
        // The provider may have changed them since then.
        if (cause instanceof errors.JWKSNoMatchingKey && !wereReadBefore) throw cause;
        return fail('networkError', 'keys: those of the provider could not be read; try again', {
          cause,
        });
      }
    };
    // The document of a provider says where its keys are, and may say something else each time.
    if (kept.size >= setsKept) kept.delete(kept.keys().next().value ?? '');
    kept.set(jwksUri, keys);
    return keys;
  };
};

/**
 * The keys of an OpenID provider, where its discovery document says that they are.
 *
 * @throws networkError when that cannot be read, or names none
 */
export const keysOfIssuer = async (
  { discovery, keySets }: { discovery: Discovery; keySets: KeySets },
  issuer: string,
): Promise<JWTVerifyGetKey> => {
  const { jwksUri } = await discovery(issuer).catch((cause: unknown) =>
    fail('networkError', "issuer: the provider's discovery document could not be read", { cause }),
  );
  return jwksUri
    ? keySets(jwksUri)
    : fail('networkError', "jwks_uri: expected in the provider's discovery document");
};

const expectations: Record<string, string> = {
  iss: 'expected the issuer of this provider',
  aud: 'expected a client id of this site',
  iat: 'expected a time of issue, not long ago and not to come',
  exp: 'expected a time to come: the token has expired',
  nbf: 'expected a time that has come',
  typ: 'expected secevent+jwt in the header',
  jti: 'expected the id of the token',
};

const describe = (error: errors.JOSEError): string => {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return `${error.claim}: ${expectations[error.claim] ?? 'expected it'}`;
  if (error instanceof errors.JOSEAlgNotAllowed)
    return 'alg: expected a signature algorithm that this provider is known to use';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return "kid: expected the id of one of the provider's keys";
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return "signature: expected one by the provider's key";
  return 'token: expected a signed JWT in compact form';
};

/**
 * A token whose signature and claims hold.
 *
 * @throws invalidToken, which names the claim at fault; networkError when the keys cannot be read
 */
export const verifyToken = async (
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<{ payload: JWTPayload; type: string | undefined }> => {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, options);
    return { payload, type: protectedHeader.typ };
  } catch (error) {
    if (error instanceof errors.JOSEError) return fail('invalidToken', describe(error));
    // What the provider has published is no key for this, or one of too few bits.
    if (error instanceof TypeError)
      return fail('invalidToken', 'kid: expected a key that is fit for it');
    throw error;
  }
};
