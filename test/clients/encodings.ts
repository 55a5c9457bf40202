import { createHmac, createSign } from 'node:crypto';

// How languages write and sign, each apart from the server's code, on purpose.

/** Pairs in the order in which a client writes them. */
export type Pairs = readonly (readonly [name: string, value: string])[];

const percent = (mark: string): string =>
  `%${mark.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** RFC 3986: Python, Java, .NET and npm come to the same by ways of their own. */
export const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, percent);

/** PHP's `http_build_query`: a plus for each blank, and the tilde encoded. */
export const php = (text: string): string =>
  strict(text).replaceAll('%20', '+').replaceAll('~', '%7E');

/** Ruby's `CGI.escape`. */
export const ruby = (text: string): string => strict(text).replaceAll('%20', '+');

export const write = (pairs: Pairs, encode: (text: string) => string): string =>
  pairs.map(([name, value]) => `${name}=${encode(value)}`).join('&');

const byName = ([one]: Pairs[number], [other]: Pairs[number]): number => (one < other ? -1 : 1);

/** By name in byte order, as TreeMap, SortedDictionary and Python's `sort` have it. */
export const sorted = (pairs: Pairs): Pairs => pairs.toSorted(byName);

/** The vendor's signature. Ruby encodes with its own function, inside and outside. */
export const signature = (
  httpMethod: string,
  url: string,
  secret: string,
  pairs: Pairs,
  encode = strict,
): string =>
  createHmac('sha1', Buffer.from(secret, 'base64'))
    .update([httpMethod, encode(url), encode(write(sorted(pairs), encode))].join('&'))
    .digest('base64');

/** A JWT, signed RS256; .NET writes plain base64 with padding. */
export const jwt = (
  header: object,
  claims: object,
  privateKey: string,
  spelling: 'base64' | 'base64url' = 'base64url',
): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString(spelling);
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, spelling)}`;
};
