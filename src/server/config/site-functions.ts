// What a site's own code tells outro, and does for it.

/** Who is signed in, in the site's own words: at least one of the two. */
export interface SiteSession {
  /** The site's own id of the person; numbers count as their digits. */
  uid?: string | number | bigint | undefined;
  /** The session as the site stores it: its key, not what stands in the cookie. */
  session?: string | undefined;
}

/** A cookie of the site, and its chunks: those that begin with its name and a dot. */
export interface SiteCookie {
  name: string;
  /** Default `/`. */
  path?: string | undefined;
  domain?: string | undefined;
}

/**
 * Says who is signed in, from the headers of a request; asks the site's database, never a cache. A preset also says
 * which cookies a logout clears.
 */
export interface Identify {
  (request: Request): Promise<SiteSession | undefined> | SiteSession | undefined;
  cookies?: readonly SiteCookie[];
}

/** Sessions of the site's own that are to end, as `notifyLogin` named them, and whose they are. */
export interface SiteSessionsToEnd {
  uid: string;
  siteSessions: readonly string[];
}

/**
 * Ends sessions of the site's own. It is called until it has succeeded, so perhaps for sessions that are over already:
 * that is a success.
 */
export type EndSession = (ended: SiteSessionsToEnd) => Promise<void> | void;
