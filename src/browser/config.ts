import { refusal } from './refusal.ts';

/** Options of a browser client. */
export interface ClientOptions {
  /** The site's key at the backend. */
  apiKey: string;
  /** Host of the backend, such as `outro.shop.example`, or its origin with `https://`. */
  apiDomain: string;
  /** Default context id of every call, at most 100 characters. */
  cid?: string | undefined;
  /** Milliseconds that a call takes at most, whatever it waits for: script, backend, providers. Default 5000. */
  timeout?: number | undefined;
  /** Hear, through the backend's stream, what happens to the person elsewhere. Default true. */
  live?: boolean | undefined;
  /** Load the rest of the client when the page is idle after its load; else with the first call. Default true. */
  preload?: boolean | undefined;
  /**
   * The session is a cookie that scripts cannot read, which the backend recognises: it is asked with credentials and
   * with a header that no form can send, `X-Outro`. Default false: the session is the cookie `glt_<apiKey>`.
   */
  credentials?: boolean | undefined;
  /**
   * What becomes of an open page when its session ends elsewhere: it stays (default), is loaded again, or emptied. A page
   * that has logged out itself is so treated once it is left: the way back does not show what the person saw.
   */
  guard?: 'reload' | 'blank' | undefined;
  /** How requests are sent. Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** The page: its cookie holds the session, its body takes hidden frames. Default: `document`, if there is one. */
  document?: Document | undefined;
}

/** The vendor's own clouds, as a host or an origin and nothing else. */
export const vendorDomain = /^(https:\/\/)?([\w-]+\.)*(gigya\.com|gigya-api\.cn|sapcdm\.cn)$/;

/** Options with every default filled in. */
export interface ClientConfig {
  apiKey: string;
  /** Of the backend; another data centre's, once the vendor's cloud has said that the key lives there. */
  origin: string;
  /** The backend is the vendor's cloud, which lacks what only outro has. */
  isVendors: boolean;
  cid?: string | undefined;
  timeout: number;
  /** Only `false` says no. */
  live?: boolean | undefined;
  preload?: boolean | undefined;
  credentials?: boolean | undefined;
  guard?: 'reload' | 'blank' | undefined;
  fetch: typeof globalThis.fetch;
  document: Document | undefined;
}

/**
 * Milliseconds that a timer of a browser can count.
 *
 * @throws invalidParameter
 */
export const checkTimeout = (timeout: number): number => {
  if (timeout > 0 && timeout < 2 ** 31) return timeout;
  throw refusal(
    'invalidParameter',
    `timeout: expected milliseconds from 1 to ${2 ** 31 - 1}, got ${timeout}`,
  );
};

/**
 * Fills in the defaults; nothing is looked up before a client is made.
 *
 * @throws missingParameter when the key or the domain is missing; invalidParameter
 */
export const configure = (options: ClientOptions): ClientConfig => {
  if (!options?.apiKey) throw refusal('missingParameter', 'apiKey: expected the key of your site');
  const { apiDomain, timeout = 5000 } = options;
  if (!apiDomain)
    throw refusal('missingParameter', 'apiDomain: expected the host of your outro backend');
  const origin = apiDomain.replace(/^(?!https?:)/, 'https://').replace(/\/+$/, '');
  return {
    ...options,
    origin,
    isVendors: vendorDomain.test(origin),
    timeout: checkTimeout(timeout),
    // Called as a function of nothing else, or browsers refuse.
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    document: options.document ?? globalThis.document,
  };
};
