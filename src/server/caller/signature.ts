import { Buffer } from 'node:buffer';

// RFC 3986: everything but the unreserved characters; encodeURIComponent leaves five too many.
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
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

/**
 * The text that is signed: method, address and every parameter but `sig`, sorted by name in byte order.
 *
 * @see gigya-protocol section 11.1
 */
export const baseString = ({ httpMethod, url, params }: SignedRequest): string => {
  const { protocol, host, pathname } = new URL(url);
  const pairs = [...params]
    .filter(([name]) => name !== 'sig')
    .toSorted(byName)
    .map(([name, value]) => `${name}=${encode(value)}`);
  return [
    httpMethod.toUpperCase(),
    encode(`${protocol}//${host}${pathname}`),
    encode(pairs.join('&')),
  ].join('&');
};

/**
 * Every text that a known client may have signed for one request, the plain one first: with the port or
 * without (.NET), https or http (behind a proxy), and with `false` and `0` signed as empty (npm `gigya`).
 *
 * @param origins public base URL and the origin as the client addressed it.
 * @see gigya-protocol section 11.2
 */
export const signedTexts = (
  { httpMethod, path, params }: { httpMethod: string; path: string; params: Map<string, string> },
  origins: string[],
): Set<string> => {
  const emptied = [...params].map(
    ([name, value]) => [name, /^(false|0)$/.test(value) ? '' : value] as const,
  );
  const texts = new Set<string>();
  for (const values of [[...params], emptied])
    for (const origin of origins)
      for (const scheme of ['https:', 'http:'])
        for (const keepsPort of [true, false]) {
          const url = new URL(origin + path);
          const host = keepsPort ? url.host : url.hostname;
          const address = `${scheme}//${host}${url.pathname}`;
          texts.add(baseString({ httpMethod, url: address, params: values }));
        }
  return texts;
};

const importSecret = (secret: string, use: 'sign' | 'verify') =>
  crypto.subtle.importKey(
    'raw',
    new Uint8Array(Buffer.from(secret, 'base64')),
    { name: 'HMAC', hash: 'SHA-1' },
    false,
    [use],
  );

const bytes = (text: string, encoding: 'utf8' | 'base64') =>
  new Uint8Array(Buffer.from(text, encoding));

/**
 * Signs a text with HMAC-SHA1, as Gigya's server SDKs do.
 *
 * @param secret base64, as it was issued.
 * @returns the signature in base64
 */
export const sign = async (secret: string, text: string): Promise<string> =>
  Buffer.from(
    await crypto.subtle.sign('HMAC', await importSecret(secret, 'sign'), bytes(text, 'utf8')),
  ).toString('base64');

/**
 * Whether a signature is right; compared in constant time. Both base64 alphabets are accepted, but only
 * the one canonical spelling of the bytes: a decoder that skips stray characters would let variants pass.
 */
export const verify = async (secret: string, text: string, signature: string): Promise<boolean> => {
  const spelling = signature.replaceAll('-', '+').replaceAll('_', '/');
  if (Buffer.from(spelling, 'base64').toString('base64') !== spelling) return false;
  const key = await importSecret(secret, 'verify');
  return crypto.subtle.verify('HMAC', key, bytes(spelling, 'base64'), bytes(text, 'utf8'));
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
  form.set('sig', await sign(secret, baseString({ httpMethod: 'POST', url, params: form })));
  return form;
};
