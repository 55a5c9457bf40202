/** Options of a browser client. */
export interface ClientOptions {
  /** The site's key at the backend. */
  apiKey: string;
  /** Host of the backend, such as `outro.shop.example`, or its origin with `https://`. */
  apiDomain: string;
  /** Default context id of every call, at most 100 characters. */
  cid?: string | undefined;
  /** Milliseconds that a call waits for the backend, and again for the providers. Default 5000. */
  timeout?: number | undefined;
  /** Hear, through the backend's stream, what happens to the person elsewhere. Default true. */
  live?: boolean | undefined;
  /** What becomes of an open page when its session ends elsewhere: it stays (default), is loaded again, or emptied. */
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
  live: boolean;
  guard?: 'reload' | 'blank' | undefined;
  fetch: typeof globalThis.fetch;
  document: Document | undefined;
}

/** Fills in the defaults; nothing is looked up before a client is made. */
export const configure = (options: ClientOptions): ClientConfig => {
  const { apiDomain, timeout = 5000, live = true, document = globalThis.document } = options;
  const origin = /^https?:\/\//.test(apiDomain)
    ? apiDomain.replace(/\/+$/, '')
    : `https://${apiDomain}`;
  return {
    ...options,
    origin,
    isVendors: vendorDomain.test(origin),
    timeout,
    live,
    // Called as a function of nothing else, or browsers refuse.
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    document,
  };
};
