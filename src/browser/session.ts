import { readCookie } from './cookie.ts';

/**
 * The session token of this browser, kept where Gigya pages have it: the first-party cookie `glt_<apiKey>`.
 *
 * @see gigya-protocol section 13.1
 */
export interface Session {
  /** The token, or `undefined` when nobody is signed in here. */
  read(): string | undefined;
  /** Forgets the token on this host and on every domain above it, and asks the browser to sign nobody in by itself. */
  clear(): void;
}

/** Looks after the session cookie of one site key in a page. */
export const createSession = (document: Document | undefined, apiKey: string): Session => {
  const name = `glt_${apiKey}`;
  return {
    // The vendor keeps more after a bar; only the part before it is the token.
    read: () => readCookie(document, name).split('|')[0] || undefined,
    clear() {
      if (!document) return;
      // Neither a password manager nor a federated sign-in may bring the person back without being asked.
      document.defaultView?.navigator.credentials?.preventSilentAccess?.().catch(() => {});
      // The page that set the cookie chose its domain; only the same domain deletes it.
      const labels = document.location.hostname.split('.');
      const domains = labels.map((_, index) => `; domain=${labels.slice(index).join('.')}`);
      for (const domain of ['', ...domains])
        document.cookie = `${name}=; path=/; max-age=-1${domain}`;
    },
  };
};
