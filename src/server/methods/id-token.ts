import type { KeyObject } from 'node:crypto';
import { createPublicKey, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, SignJWT, type JWK } from 'jose';
import { fail } from '../../core/error.ts';
import { requireAccount } from '../caller/caller.ts';
import type { Site } from '../config/sites.ts';
import type { Account } from '../rules/account.ts';
import type { ServerMethod } from './context.ts';

const algorithm = 'RS256';

const shown = new WeakMap<KeyObject, Promise<JWK>>();

/** A key as everybody may see it, under a name that follows from it: no two sites or instances have to agree on one. */
const showKey = (key: KeyObject): Promise<JWK> => {
  const make = async (): Promise<JWK> => {
    const { kty, n, e } = await exportJWK(createPublicKey(key));
    const plain = { kty, n, e } as JWK;
    return { ...plain, kid: await calculateJwkThumbprint(plain), use: 'sig', alg: algorithm };
  };
  const known = shown.get(key) ?? make();
  shown.set(key, known);
  return known;
};

const settingsOf = ({ idTokens }: Site) =>
  idTokens ??
  fail('notSupported', 'idTokens: expected keys to sign with in the configuration of the site');

/** Which claims of the profile are put in, and which fields nobody knows. */
const readFields = ({ profile }: Account, fields = '') => {
  const asked = fields.match(/[^\s,]+/g) ?? [];
  const valueOf = (field: string): unknown =>
    Object.entries(profile).find(([name]) => name === field.replace(/^profile\./, ''))?.[1];
  const known = asked.filter((field) => valueOf(field) !== undefined);
  return {
    claims: Object.fromEntries(known.map((field) => [field, valueOf(field)])),
    ignored: asked.filter((field) => !known.includes(field)),
  };
};

interface Wanted {
  fields?: string | undefined;
  /** Seconds. */
  expiration: number;
  audience?: string | undefined;
}

/**
 * Signs a token that says who an account is.
 *
 * @throws notSupported
 */
export const signIdToken = async (
  site: Site,
  account: Account,
  { fields, expiration, audience = site.apiKey }: Wanted,
): Promise<{ id_token: string; ignoredFields?: string }> => {
  const { keys, issuer = `${site.publicUrl}/jwt/${site.apiKey}/` } = settingsOf(site);
  const [key] = keys as [KeyObject];
  const { kid = '' } = await showKey(key);
  const { claims, ignored } = readFields(account, fields);
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ ...claims, apiKey: site.apiKey })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid })
    .setIssuer(issuer)
    .setSubject(account.uid)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + expiration)
    .setJti(randomUUID())
    .sign(key);
  return { id_token: token, ...(ignored.length > 0 && { ignoredFields: ignored.join(',') }) };
};

/**
 * `accounts.getJWT`: says who is signed in, to servers that know the site's keys.
 *
 * @throws unauthorizedUser, notSupported
 * @see beside.md section 7
 */
export const getJWT: ServerMethod<'getJWT'> = async (params, { caller, store }) => {
  settingsOf(caller.site);
  const account = requireAccount(await store.people.read(caller.account()), caller);
  return signIdToken(caller.site, account, params);
};

/**
 * `accounts.getJWTPublicKey`: the keys to check those tokens with.
 *
 * @throws notSupported
 * @see RFC 7517
 */
export const getJWTPublicKey: ServerMethod<'getJWTPublicKey'> = async ({ V2 }, { caller }) => {
  const keys = await Promise.all(settingsOf(caller.site).keys.map(showKey));
  return V2 ? { keys } : { ...keys[0] };
};
