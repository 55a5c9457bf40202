import * as z from 'zod';

const isLoopback = (url: URL): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$|\.localhost$/.test(url.hostname);

const parseUrl = (text: string): URL | undefined =>
  URL.canParse(text) ? new URL(text) : undefined;

/** Whether an address may be used: https, or http on this machine. */
export const isSecure = (text: string): boolean => {
  const url = parseUrl(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
};

/** An address that may be used. */
export const secureUrl = z
  .string()
  .refine(
    isSecure,
    'expected an address such as https://login.example/logout (http on localhost only)',
  );
