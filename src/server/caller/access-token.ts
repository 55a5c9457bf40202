import * as z from 'zod/mini';
import { lazy } from '../../core/schema.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';

// The vendor's SDKs send a token and nothing else, so it begins with the key of its site. Neither half has this sign.
const sign = ':';

/** A token that names its site. */
export const nameSite = ({ apiKey }: Site, token: string): string => `${apiKey}${sign}${token}`;

/** The key of the site that a token names; session tokens of cookies name none. */
export const siteOfToken = (token: string): string | undefined =>
  token.includes(sign) ? token.slice(0, token.indexOf(sign)) : undefined;

/** What of a request may show one. */
interface Asking {
  authorization: string | undefined;
  param(name: string): string | undefined;
}

/** The OAuth2 token of a request: `oauth_token`, or a header `OAuth`. */
export const readToken = (request: Asking): string | undefined =>
  /^oauth +(\S+)$/i.exec(request.authorization ?? '')?.[1] ?? request.param('oauth_token');

/** Whom a site's token stands for until it expires. */
export interface AppToken {
  /** Unix milliseconds. */
  expiresAt: number;
  /** The user key that asked for it, whose permissions it has. */
  userKey?: string | undefined;
}

const appTokenSchema = lazy(() =>
  z.object({ expiresAt: z.number(), userKey: z.optional(z.string()) }),
);

const placeOf = (site: Site): string => `oauth_token:${site.apiKey}`;

/** Makes a token that stands for the site itself, or for one of its user keys, until it expires. */
export const createAppToken = (site: Site, keyring: Keyring, token: AppToken): string =>
  nameSite(site, keyring.seal(JSON.stringify(token), placeOf(site)));

/** What a token of the site says; `undefined` where it is none, or has expired. */
export const openAppToken = (token: string, site: Site, keyring: Keyring): AppToken | undefined => {
  const opened = keyring.open(token.slice(token.indexOf(sign) + 1), placeOf(site));
  const { data } = z.safeParse(appTokenSchema(), JSON.parse(opened ?? 'null'));
  return data && data.expiresAt > Date.now() ? data : undefined;
};
