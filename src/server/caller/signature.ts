import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Site } from '../config/sites.ts';
import type { ApiRequest } from '../wire/request.ts';

// RFC 3986: everything but the unreserved characters; encodeURIComponent leaves five too many.
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** A request as its client signed it: names and values as sent. */
export interface SignedRequest {
  httpMethod: string;
  /** Absolute address without query. */
  url: string;
  params: Iterable<readonly [string, string]>;
}

const byName = ([one]: readonly [string, string], [other]: readonly [string, string]): number =>
  one < other ? -1 : 1;

const encodePairs = (
  params: Iterable<readonly [string, string]>,
  write: (value: string) => string = encode,
): string =>
  encode(
    [...params]
      .filter(([name]) => name !== 'sig')
      .toSorted(byName)
      .map(([name, value]) => `${name}=${write(value)}`)
      .join('&'),
  );

const encodeAddress = (url: string): string => {
  const { protocol, host, pathname } = new URL(url);
  return encode(`${protocol}//${host}${pathname}`);
};

/**
 * The text that is signed: method, address and every parameter but `sig`, sorted by name in byte order.
 *
 * @see gigya-protocol section 11.1
 */
export const baseString = ({ httpMethod, url, params }: SignedRequest): string =>
  [httpMethod.toUpperCase(), encodeAddress(url), encodePairs(params)].join('&');

/** What a client's own log can be held against: what it should have signed. Nothing in it is a secret of ours. */
export const explainSignature = (
  request: ApiRequest | undefined,
  site: Pick<Site, 'publicUrl'> | undefined,
): { baseString?: string } =>
  request && site
    ? { baseString: baseString({ ...request, url: site.publicUrl + request.path }) }
    : {};

const isFalsy = (value: string): boolean => value === 'false' || value === '0';

// Ruby's `to_query` has a plus for each blank.
const encodeForm = (value: string): string => encode(value).replaceAll('%20', '+');

// Base addresses as a client may have them: the host application may have taken the path of `publicUrl` away.
const basesOf = (origin: string, publicUrl: string): Set<string> => {
  const { pathname } = new URL(publicUrl);
  return new Set([publicUrl, origin, origin + pathname.replace(/\/$/, '')]);
};

/**
 * Every text that a known client may have signed for one request, the plain one first: with the port or
 * without (.NET), https or http (behind a proxy), with `false` and `0` signed as empty (npm `gigya`), and with blanks as
 * plus (Ruby). What is long, the parameters, is written once for each of the last.
 *
 * @see gigya-protocol section 11.2
 */
export const signedTexts = (
  {
    httpMethod,
    origin,
    path,
    params,
  }: Pick<ApiRequest, 'httpMethod' | 'origin' | 'path' | 'params'>,
  publicUrl: string,
): Set<string> => {
  const addresses = new Set<string>();
  for (const base of basesOf(origin, publicUrl))
    for (const scheme of ['https:', 'http:'])
      for (const keepsPort of [true, false]) {
        const url = new URL(base + path);
        const host = keepsPort ? url.host : url.hostname;
        addresses.add(encodeAddress(`${scheme}//${host}${url.pathname}`));
      }
  const values = [...params.values()];
  const variants = [encodePairs(params)];
  if (values.some(isFalsy))
    variants.push(encodePairs([...params].map(([name, one]) => [name, isFalsy(one) ? '' : one])));
  if (values.some((value) => value.includes(' '))) variants.push(encodePairs(params, encodeForm));
  const method = httpMethod.toUpperCase();
  const texts = new Set<string>();
  for (const pairs of variants)
    for (const address of addresses) texts.add(`${method}&${address}&${pairs}`);
  return texts;
};

// 20 bytes in base64.
const signatureLength = 28;

const hmacOf = (secret: string, text: string): Buffer =>
  createHmac('sha1', Buffer.from(secret, 'base64')).update(text, 'utf8').digest();

/**
 * Signs a text with HMAC-SHA1, as Gigya's server SDKs do.
 *
 * @param secret base64, as it was issued.
 * @returns the signature in base64
 */
export const sign = (secret: string, text: string): string =>
  hmacOf(secret, text).toString('base64');

/**
 * Whether a signature is right; compared in constant time. Both base64 alphabets are accepted, but only
 * the one canonical spelling of the bytes: a decoder that skips stray characters would let variants pass.
 */
export const verify = (secret: string, text: string, signature: string): boolean => {
  // Whoever sends much makes no more work: it would be decoded once for each text that may have been signed.
  if (signature.length > signatureLength) return false;
  const spelling = signature.replaceAll('-', '+').replaceAll('_', '/');
  const given = Buffer.from(spelling, 'base64');
  if (given.toString('base64') !== spelling) return false;
  const expected = hmacOf(secret, text);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** Signature of a UID, as its fields travel. */
export interface UidSignature {
  UIDSignature: string;
  /** Unix seconds, as text. */
  signatureTimestamp: string;
}

/**
 * Signs a UID, so that the site's own server can believe whoever hands it over.
 *
 * @see gigya-protocol section 12
 */
export const signUid = (secret: string, uid: string): UidSignature => {
  const signatureTimestamp = String(Math.floor(Date.now() / 1000));
  return { UIDSignature: sign(secret, `${signatureTimestamp}_${uid}`), signatureTimestamp };
};

/**
 * An address that does what the application's own page has asked the person, signed for one use within ten minutes.
 *
 * @param url of the action, as the backend's `publicUrl` has it: `https://…/action/v2/unlinkaccount`.
 * @param secret the site's secret, base64.
 * @param given its parameters.
 * @see newspark-unlinkaccount; `actions.asks` of the configuration
 */
export const signLink = (url: string, secret: string, given: Record<string, string>): string => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const params = new URLSearchParams({ ...given, nonce: crypto.randomUUID(), timestamp });
  params.set('sig', sign(secret, baseString({ httpMethod: 'GET', url, params })));
  return `${url}?${params.toString()}`;
};

/**
 * A form that calls a method of an outro backend, or of Gigya's, signed as their server SDKs sign.
 *
 * @param url address of the method, as the backend's `publicUrl` has it.
 * @param secret the site's secret, base64.
 * @param given parameters, `apiKey` among them.
 * @see gigya-protocol section 11
 */
export const signForm = async (
  url: string,
  secret: string,
  given: Record<string, string>,
): Promise<URLSearchParams> => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const form = new URLSearchParams({
    ...given,
    format: 'json',
    nonce: crypto.randomUUID(),
    timestamp,
  });
  form.set('sig', sign(secret, baseString({ httpMethod: 'POST', url, params: form })));
  return form;
};
