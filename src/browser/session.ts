import { readCookies, writeCookie } from './cookie.ts';
import { attempt, genuine } from './page.ts';

/**
 * The session tokens of this browser, kept where Gigya pages have them: the first-party cookie `glt_<apiKey>`, of which
 * there may be several on different paths and domains.
 *
 * @see gigya-protocol section 13.1
 */
export interface Session {
  /** Every token that this page can see and that has not ended here, the likeliest first. */
  tokens: () => string[];
  /** The first of them; nothing when nobody is signed in as far as this page can see. */
  read: () => string | undefined;
  /** Notes which of several is the live one, once the backend has said so. */
  prefer: (token: string) => void;
  /**
   * Forgets the tokens on every path and domain that a script of this page can reach, and asks the browser to sign nobody
   * in by itself.
   *
   * @returns whether none of them can be read any more.
   */
  clear: () => boolean;
  /** As attributes of a cookie: every domain that this page may set one for. */
  domains: string[];
}

// Cookies in a frame of another site, and partitioned ones, are reached by their own attributes only.
const attributes = ['', '; secure; samesite=none', '; secure; samesite=none; partitioned'];

/** A value that no session has. */
export const probe = '?';

/** Looks after the session cookies of one site key in a page. */
export const createSession = (document: Document | undefined, apiKey: string): Session => {
  const name = `glt_${apiKey}`;
  const ended = new Set<string>();
  let live: string | undefined;

  // The vendor keeps more after a bar; only the part before it is the token.
  const visible = (): string[] =>
    readCookies(document, name).flatMap((value) => {
      const [token] = value.split('|');
      return token && token !== probe ? token : [];
    });
  const tokens = (): string[] => {
    const found = new Set(visible().filter((token) => !ended.has(token)));
    const first = live !== undefined && found.delete(live) ? [live] : [];
    return [...first, ...found];
  };
  // The page that set a cookie chose its domain and path; only the same ones delete it.
  const place = document?.location;
  const labels = place?.hostname.split('.') ?? [];
  const domains = ['', ...labels.map((_, index) => `; domain=${labels.slice(index).join('.')}`)];
  const paths = (): string[] =>
    (place?.pathname.split('/') ?? []).flatMap((_, index, steps) => {
      const path = steps.slice(0, index + 1).join('/');
      return [`${path}/`, path];
    });
  return {
    tokens,
    domains,
    read: () => tokens()[0],
    prefer(token) {
      live = token;
    },
    clear() {
      // Neither a password manager nor a federated sign-in may bring the person back without being asked.
      attempt(() => {
        const view = genuine(document as Document, 'defaultView');
        view?.navigator.credentials?.preventSilentAccess().catch(() => {});
      });
      // A look takes a browser ten times as long as a change, and somebody waits for the request: the likeliest place is
      // looked at first, then after twice as many changes each time.
      let left = [name];
      let count = 0;
      for (const path of paths())
        for (const attribute of attributes)
          for (const domain of domains)
            if (left[0]) {
              writeCookie(document, `${name}=; max-age=-1; path=${path}${domain}${attribute}`);
              if (!(count & (count + 1))) left = visible();
              count += 1;
            }
      if (left[0]) left = visible();
      // One that cannot be deleted signs nobody in on this page again.
      for (const token of left) ended.add(token);
      return !left[0];
    },
  };
};
