import { createHmac, randomUUID } from 'node:crypto';

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** A form body signed as the vendor's server SDKs sign: written apart from the server's own code, on purpose. */
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
  const joined = Object.keys(params)
    .toSorted()
    .map((name) => `${name}=${encode(params[name] ?? '')}`)
    .join('&');
  const sig = createHmac('sha1', Buffer.from(secret, 'base64'))
    .update(['POST', encode(url), encode(joined)].join('&'))
    .digest('base64');
  return new URLSearchParams({ ...params, sig });
};
