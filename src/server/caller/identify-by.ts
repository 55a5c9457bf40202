import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Identify, SiteCookie } from '../config/sites.ts';

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
};
