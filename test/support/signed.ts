import { createHmac, randomUUID } from 'node:crypto';

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The signature of a request: written apart from the server's own code, on purpose. */
export const signText = (
  httpMethod: string,
  url: string,
  secret: string,
  params: Record<string, string>,
): string => {
  const joined = Object.keys(params)
    .toSorted()
    .map((name) => `${name}=${encode(params[name] ?? '')}`)
    .join('&');
  return createHmac('sha1', Buffer.from(secret, 'base64'))
    .update([httpMethod, encode(url), encode(joined)].join('&'))
    .digest('base64');
};

/** A form body signed as the vendor's server SDKs sign. */
export const signedBody = (
  url: string,
  secret: string,
  given: Record<string, string>,
): URLSearchParams => {
  const params: Record<string, string> = {
    format: 'json',
    httpStatusCodes: 'false',
    nonce: randomUUID(),
    timestamp: String(Math.floor(Date.now() / 1000)),
    ...given,
  };
  return new URLSearchParams({ ...params, sig: signText('POST', url, secret, params) });
};
