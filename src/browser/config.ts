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
  /** How requests are sent. Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** The page: its cookie holds the session, its body takes hidden frames. Default: `document`, if there is one. */
  document?: Document | undefined;
}

/** Options with every default filled in. */
export interface ClientConfig {
  apiKey: string;
  origin: string;
  cid: string | undefined;
  timeout: number;
  fetch: typeof globalThis.fetch;
  document: Document | undefined;
}

/** Fills in the defaults; nothing is looked up before a client is made. */
export const configure = (options: ClientOptions): ClientConfig => ({
  apiKey: options.apiKey,
  origin: /^https?:\/\//.test(options.apiDomain)
    ? options.apiDomain.replace(/\/+$/, '')
    : `https://${options.apiDomain}`,
  cid: options.cid,
  timeout: options.timeout ?? 5000,
  fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
  document: options.document ?? globalThis.document,
});
