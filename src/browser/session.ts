/**
 * The session token of this browser, kept where Gigya pages have it: the first-party cookie `glt_<apiKey>`.
 *
 * @see gigya-protocol section 13.1
 */
export interface Session {
  /** The token, or `undefined` when nobody is signed in here. */
  read(): string | undefined;
  /** Forgets the token on this host and on every domain above it. */
  clear(): void;
}

/** Looks after the session cookie of one site key in a page. */
export const createSession = (document: Document | undefined, apiKey: string): Session => {
  const name = `glt_${apiKey}`;
  return {
    read() {
      try {
        const found = document?.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
        // The vendor keeps more after a bar; only the part before it is the token.
        return decodeURIComponent(found?.slice(name.length + 1) ?? '').split('|')[0] || undefined;
      } catch {
        // A sandboxed page has no cookies, and nobody could sign in with a mangled one.
        return undefined;
      }
    },
    clear() {
      if (!document) return;
      // The page that set the cookie chose its domain; only the same domain deletes it.
      const labels = document.location.hostname.split('.');
      const domains = labels.map((_, index) => `; domain=${labels.slice(index).join('.')}`);
      for (const domain of ['', ...domains])
        document.cookie = `${name}=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT${domain}`;
    },
  };
};
