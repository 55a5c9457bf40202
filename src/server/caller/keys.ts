import { Buffer } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { fail } from '../../core/error.ts';
import type { Site } from '../config/sites.ts';
import type { ApiRequest } from '../wire/request.ts';
import { siteOfToken, readToken } from './access-token.ts';
import { readBearer } from './bearer.ts';
import { mayCall } from './permission.ts';

/** A key with which a request may prove itself: the site's, or a user key. */
export interface Key {
  userKey: string | undefined;
  /** The first signs, each is accepted. */
  secrets: string[];
  publicKeys: KeyObject[];
}

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

/** The secret that a request shows as it is. */
export const readSecret = (request: ApiRequest): string | undefined =>
  request.param('secret') ?? request.param('client_secret') ?? readBasic(request)?.[1];

// A client of OAuth2 has one name for itself, whether that is a site's key or a user key.
const readClientId = (request: ApiRequest): string | undefined =>
  request.param('client_id') ?? readBasic(request)?.[0];

const userKeyNamed = (request: ApiRequest): string | undefined =>
  readBearer(request)?.userKey ?? request.param('userKey');

const withUserKey = (sites: Map<string, Site>, userKey: string): Site | undefined => {
  const found = [...sites.values()].filter((site) =>
    site.userKeys.some((one) => one.userKey === userKey),
  );
  if (found.length > 1)
    fail('invalidApiKey', 'apiKey: expected it too, for the user key belongs to several sites');
  return found[0];
};

/**
 * The site that a request names: by its key, by a user key that belongs to no other site, or by an access token of its.
 *
 * @throws invalidApiKey, invalidAuthenticationHeader
 */
export const findSite = (request: ApiRequest, sites: Map<string, Site>): Site => {
  const apiKey = request.param('apiKey');
  const clientId = readClientId(request);
  const token = readToken(request);
  const name = apiKey || clientId || (token && siteOfToken(token));
  const userKey = apiKey ? undefined : (userKeyNamed(request) ?? clientId);
  if (!name && !userKey)
    return fail('invalidApiKey', 'apiKey: Missing required parameter; expected the key of a site');
  return (
    sites.get(name ?? '') ??
    (userKey === undefined ? undefined : withUserKey(sites, userKey)) ??
    fail(
      'invalidApiKey',
      'apiKey: no site of this service has this key; compare it with apiKey in the configuration of outro',
    )
  );
};

/**
 * A user key of the site, if it may call this method.
 *
 * @throws invalidParameter, permissionDenied
 */
export const findUserKey = (site: Site, userKey: string, path: string): Key => {
  const found =
    site.userKeys.find((one) => one.userKey === userKey) ??
    fail('invalidParameter', 'userKey: expected a user key of this site');
  if (!mayCall(site, userKey, path))
    fail('permissionDenied', `userKey: expected one that is permitted ${path.slice(1)}`);
  return { userKey, secrets: found.secret, publicKeys: found.publicKey };
};

/**
 * The key that a request must prove: a user key when it names one, else the site's.
 *
 * @throws invalidParameter, permissionDenied, invalidAuthenticationHeader
 */
export const findKey = (request: ApiRequest, site: Site, path: string): Key => {
  const clientId = readClientId(request);
  const isUserKey = site.userKeys.some((one) => one.userKey === clientId);
  const userKey = userKeyNamed(request) ?? (isUserKey ? clientId : undefined);
  return userKey === undefined
    ? { userKey, secrets: site.secret, publicKeys: [] }
    : findUserKey(site, userKey, path);
};
