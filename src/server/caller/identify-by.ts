import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Identify, SiteCookie } from '../config/site-functions.ts';

// How libraries name the session of a request. The store says whose it is, and that it is there: with `fromTables` these
// look into nothing themselves.

const readCookies = ({ headers }: Request): Map<string, string> =>
  new Map(
    (headers.get('cookie') ?? '').split(';').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const];
    }),
  );

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** The value of a cookie; of one that was cut into chunks (`name.0`, `name.1`), all of them together. */
const valueOf = (request: Request, name: string): string | undefined => {
  const cookies = readCookies(request);
  const whole = cookies.get(name);
  if (whole !== undefined) return decode(whole);
  const chunks: string[] = [];
  for (let chunk = cookies.get(`${name}.0`); chunk !== undefined;) {
    chunks.push(chunk);
    chunk = cookies.get(`${name}.${chunks.length}`);
  }
  return chunks.length > 0 ? decode(chunks.join('')) : undefined;
};

/** What stands before a signature, if one of the secrets made it. */
const openSigned = (value: string | undefined, secrets: readonly string[]): string | undefined => {
  if (value === undefined) return undefined;
  const at = value.lastIndexOf('.');
  const [text, given] = [value.slice(0, at), Buffer.from(value.slice(at + 1), 'base64')];
  const isRight = secrets.some((secret) => {
    const made = createHmac('sha256', secret).update(text).digest();
    return made.length === given.length && timingSafeEqual(made, given);
  });
  return at > 0 && isRight ? text : undefined;
};

const listOf = (secret: string | readonly string[]): readonly string[] =>
  typeof secret === 'string' ? [secret] : secret;

const sessionIn = (
  cookies: readonly SiteCookie[],
  keyOf: (request: Request) => string | undefined,
): Identify => {
  const identify = (request: Request) => {
    const session = keyOf(request);
    return session === undefined || session === '' ? undefined : { session };
  };
  return Object.assign(identify, { cookies });
};

/** The access token in what supabase's clients keep as a cookie: JSON, mostly as base64url behind `base64-`. */
const accessTokenIn = (value: string | undefined): string | undefined => {
  const coded = value?.startsWith('base64-') ? value.slice('base64-'.length) : undefined;
  const text = coded === undefined ? value : Buffer.from(coded, 'base64url').toString();
  try {
    const found = (JSON.parse(text ?? '{}') as { access_token?: unknown }).access_token;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
};

// What says that a token is not the site's. That it has run out says nothing about its session, nor do keys that cannot
// be had: then nobody knows, and whoever does not know must not say that nobody is there.
const isForeign = (error: unknown): boolean =>
  [
    errors.JWTInvalid,
    errors.JWTClaimValidationFailed,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JWKSNoMatchingKey,
  ].some((kind) => error instanceof kind);

/** What a token claims, if the site issued it. */
const claimsOf = async (
  token: string,
  key: Uint8Array | JWTVerifyGetKey,
): Promise<JWTPayload | undefined> => {
  const options = { audience: 'authenticated' };
  try {
    const { payload } =
      typeof key === 'function'
        ? await jwtVerify(token, key, { ...options, algorithms: ['ES256', 'RS256'] })
        : await jwtVerify(token, key, { ...options, algorithms: ['HS256'] });
    return payload;
  } catch (error) {
    if (isForeign(error)) return undefined;
    throw error;
  }
};

/** A name, and the same as browsers take it over https only. */
const bothOf = (name: string): string[] => [`__Secure-${name}`, `__Host-${name}`, name];

/**
 * Presets of `identify`, to go with those of `tables`: each names the session in the cookies of a request, and the
 * cookies that a logout clears.
 */
export const identifyBy = {
  /**
   * express-session, with passport on it.
   *
   * @param secret all that the session middleware has.
   * @param name of the cookie; default `connect.sid`
   */
  passport: ({
    secret,
    name = 'connect.sid',
  }: {
    secret: string | readonly string[];
    name?: string;
  }) =>
    sessionIn([{ name }], (request) => {
      const value = valueOf(request, name);
      return value?.startsWith('s:') ? openSigned(value.slice(2), listOf(secret)) : undefined;
    }),

  /** Auth.js with sessions in the database. */
  authjs: ({ name }: { name?: string } = {}) => {
    const names = name === undefined ? bothOf('authjs.session-token') : [name];
    return sessionIn(
      names.map((one) => ({ name: one })),
      (request) => names.map((one) => valueOf(request, one)).find((one) => one !== undefined),
    );
  },

  /**
   * A cookie with the session's token in it.
   *
   * @param keyOf makes of the token what the table has, where that is a hash.
   */
  cookie: ({
    name,
    keyOf = (token) => token,
  }: {
    name: string;
    keyOf?: (token: string) => string;
  }) =>
    sessionIn([{ name }], (request) => {
      const token = valueOf(request, name);
      return token === undefined || token === '' ? undefined : keyOf(token);
    }),

  /**
   * better-auth, on its tables.
   *
   * @param secret that it signs cookies with.
   * @param prefix of its cookies; default `better-auth`
   */
  betterAuth: ({ secret, prefix = 'better-auth' }: { secret: string; prefix?: string }) => {
    const names = bothOf(`${prefix}.session_token`);
    const companions = ['session_data', 'account_data', 'dont_remember'].flatMap((one) =>
      bothOf(`${prefix}.${one}`),
    );
    return sessionIn(
      [...names, ...companions].map((name) => ({ name })),
      (request) =>
        names.map((one) => openSigned(valueOf(request, one), [secret])).find((one) => one),
    );
  },

  /**
   * Supabase Auth, where its clients keep the session as a cookie (`@supabase/ssr`). An access token that has run out
   * proves nothing and ends nothing: let the page have a new one (`auth.getSession()`) first.
   *
   * @param url of the project, as `createBrowserClient` has it.
   * @param secret of a project that still signs with one (HS256); left out, its published keys are read.
   * @param name of the cookie, where the client was given one.
   */
  supabase: ({ url, secret, name }: { url: string; secret?: string; name?: string }): Identify => {
    const cookie = name ?? `sb-${new URL(url).hostname.split('.')[0]}-auth-token`;
    const key =
      secret === undefined
        ? createRemoteJWKSet(new URL(`${url.replace(/\/+$/, '')}/auth/v1/.well-known/jwks.json`))
        : Buffer.from(secret);
    const identify = async (request: Request) => {
      const token = accessTokenIn(valueOf(request, cookie));
      const claims = token === undefined ? undefined : await claimsOf(token, key);
      const session = claims?.['session_id'];
      return claims?.sub && typeof session === 'string' ? { uid: claims.sub, session } : undefined;
    };
    return Object.assign(identify, { cookies: [{ name: cookie }] });
  },
};
