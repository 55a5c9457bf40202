import { Buffer } from 'node:buffer';
import { fail } from '../../core/error.ts';
import type { Keyring } from '../config/keyring.ts';
import { hashToken } from '../config/token.ts';
import type { ApiRequest } from '../wire/request.ts';
import { mayCall, requireTokenMayCall } from './permission.ts';
import { sign, signedTexts, verify } from './signature.ts';
import type { Site } from '../config/sites.ts';
import type { Store } from '../exits/store.ts';
import type { Who } from '../people/people.ts';
import type { Account } from '../rules/account.ts';

/**
 * Who asks: the person behind a session, a server that proved to hold a secret of the site, a provider that tells
 * what happened there, or anybody.
 */
export interface Caller {
  kind: 'session' | 'server' | 'provider' | 'anybody';
  site: Site;
  /** Whether the proof covers this one request, so that no page could have caused it. */
  isSigned: boolean;
  /** The secret it proved to hold, and the user key it belongs to. */
  key?: { secret: string; userKey: string | undefined };
  /** The `UID` it names: a claim; it counts for servers, and must be the session's own otherwise. */
  uid: string | undefined;
  /** Found out by whoever looked for the account: the session token that was shown opens nothing. */
  isStranger?: boolean;
  /** The account the caller may act on. */
  account(): Who;
}

/** What callers are told apart with. */
export interface CallerParts {
  store: Store;
  keyring: Keyring;
}

// Seconds that clocks may differ.
const clockTolerance = 180;

const isTls = (request: ApiRequest): boolean => request.origin.startsWith('https:');

/** Key and secret of a `Basic` header. */
const readBasic = ({ authorization }: ApiRequest): [apiKey: string, secret: string] | undefined => {
  const text = /^basic +(.*)$/i.exec(authorization ?? '')?.[1];
  if (text === undefined) return undefined;
  const [, apiKey, secret] = /^([^:]+):(.+)$/.exec(Buffer.from(text, 'base64').toString()) ?? [];
  return apiKey && secret
    ? [apiKey, secret]
    : fail(
        'invalidAuthenticationHeader',
        'Authorization: expected Basic and base64 of apiKey:secret',
      );
};

/** The site's key, wherever this request has it. */
export const readApiKey = (request: ApiRequest): string | undefined =>
  request.param('apiKey') ?? request.param('client_id') ?? readBasic(request)?.[0];

const readToken = (request: ApiRequest): string | undefined =>
  /^oauth +(\S+)$/i.exec(request.authorization ?? '')?.[1] ?? request.param('oauth_token');

const readSecret = (request: ApiRequest): string | undefined =>
  request.param('secret') ?? request.param('client_secret') ?? readBasic(request)?.[1];

/** What a request claims to come from, before anything is proved; refusals of one kind do not count against another. */
export type Claim = 'person' | 'server' | 'provider';

/** What a request claims to come from, proved or not. */
export const claimOf = (request: ApiRequest): Claim =>
  request.param('sig') === undefined && readSecret(request) === undefined ? 'person' : 'server';

/** The hash of the session token that a caller has shown, if it is one. */
export const sessionOf = (caller: Caller): Uint8Array | undefined => {
  if (caller.kind !== 'session') return undefined;
  const who = caller.account();
  return 'session' in who ? who.session : undefined;
};

/** The secret that the request must prove: the user key's when it names one, else the site's. */
const findKey = (
  request: ApiRequest,
  site: Site,
  path: string,
): { secret: string; userKey: string | undefined } => {
  const userKey = request.param('userKey');
  if (userKey === undefined) return { secret: site.secret, userKey };
  const found =
    site.userKeys.find((one) => one.userKey === userKey) ??
    fail('invalidParameter', 'userKey: expected a user key of this site');
  if (!mayCall(site, userKey, path))
    fail('permissionDenied', `userKey: expected one that is permitted ${path.slice(1)}`);
  return { secret: found.secret, userKey };
};

const verifySignature = async (
  request: ApiRequest,
  site: Site,
  secret: string,
  { store }: CallerParts,
): Promise<void> => {
  const need = (name: string): string =>
    request.param(name) ?? fail('missingParameter', `${name}: expected with every signed request`);
  const signature = need('sig');
  // Two neighbours `a=1&b=2` and one name `a=1&b` are signed alike, and mean different things.
  for (const name of request.params.keys())
    if (!/^[\w.-]{1,100}$/.test(name))
      fail(
        'invalidParameter',
        `${name.slice(0, 50)}: expected names of letters, digits, "_", "-" and "." in a signed request`,
      );
  const timestamp = Number(need('timestamp'));
  const nonce = need('nonce');
  if (nonce.length > 300) fail('invalidParameter', 'nonce: expected at most 300 characters');
  // One public client signs milliseconds.
  const seconds = timestamp >= 1e12 ? timestamp / 1000 : timestamp;
  const ahead = seconds - Date.now() / 1000;
  if (!(Math.abs(ahead) <= clockTolerance)) {
    const difference = `${Math.abs(Math.round(ahead))} s ${ahead > 0 ? 'ahead' : 'behind'}`;
    fail(
      'requestExpired',
      `timestamp: expected Unix seconds within ${clockTolerance} s of this server's clock${Number.isFinite(ahead) ? `, and it is ${difference}; set both clocks by NTP` : ''}`,
    );
  }
  const texts = signedTexts(request, [site.publicUrl, request.origin]);
  if (![...texts].some((text) => verify(secret, text, signature)))
    fail(
      'invalidSignature',
      `sig: expected the signature of this request to ${site.publicUrl}${request.path} with the secret`,
    );
  // Only a request that was otherwise right uses up its nonce.
  const expiresAt = new Date((seconds + 2 * clockTolerance) * 1000);
  if (!(await store.exits.seeOnce('nonce', `${site.apiKey} ${nonce}`, expiresAt)))
    fail('duplicateNonce', 'nonce: expected one that was not used before');
};

const verifySecret = (request: ApiRequest, secret: string, given: string): void => {
  if (!isTls(request))
    fail('secretOverHttp', 'secret: expected over https only; change this secret now');
  // An address ends up in logs and histories.
  if (request.isInAddress('secret') || request.isInAddress('client_secret'))
    fail('invalidRequest', 'secret: expected in the body of a POST');
  // Compared as signatures, which takes the same time whatever differs.
  const isRight = verify(secret, given, sign(secret, secret));
  if (!isRight) fail('invalidSecret', 'secret: expected the secret that belongs to the key');
};

const appTokenPlace = (site: Site): string => `oauth_token:${site.apiKey}`;

/** Makes a token that stands for the site itself until it expires. */
export const createAppToken = (site: Site, keyring: Keyring, expiresAt: Date): string =>
  keyring.seal(String(expiresAt.getTime()), appTokenPlace(site));

const isAppToken = (token: string, site: Site, keyring: Keyring): boolean =>
  Number(keyring.open(token, appTokenPlace(site)) ?? 0) > Date.now();

/** Who asks for what nobody has to prove anything for. */
export const anybody = (site: Site): Caller => ({
  kind: 'anybody',
  site,
  isSigned: false,
  uid: undefined,
  account: () => fail('unauthorizedUser', 'session: expected one for what belongs to an account'),
});

/**
 * Finds out who asks, from what the request proves: signature, secret, OAuth2 token or session.
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
    await verifySignature(request, site, key.secret, parts);
    return server(true, key);
  }
  const secret = readSecret(request);
  if (secret !== undefined) {
    const key = findKey(request, site, path);
    verifySecret(request, key.secret, secret);
    return server(false, key);
  }
  const token = readToken(request);
  if (token !== undefined) {
    if (!isTls(request)) fail('invalidToken', 'oauth_token: expected over https only');
    return isAppToken(token, site, parts.keyring) ? server(false) : person(token);
  }
  const login = request.param('login_token');
  return login
    ? person(login)
    : fail('unauthorizedUser', 'login_token: expected the token of a session, or a signed request');
};

/**
 * The account, or the refusal that every method gives when there is none, or when a session names another's UID.
 *
 * @throws unauthorizedUser
 */
export const requireAccount = (account: Account | undefined, caller: Caller): Account => {
  const { kind, uid } = caller;
  if (!account) {
    caller.isStranger = kind === 'session';
    return fail(
      'unauthorizedUser',
      kind === 'server'
        ? 'UID: no user of this site has it'
        : 'login_token: expected the token of a live session',
    );
  }
  if (kind === 'session' && uid !== undefined && uid !== account.uid)
    fail('unauthorizedUser', "UID: expected the session's own user, or none");
  return account;
};
