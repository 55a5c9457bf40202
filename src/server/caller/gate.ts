import type { Site } from '../config/sites.ts';
import type { Claim } from './caller.ts';

/** Counts the requests of one client of this instance, within the present minute. */
export interface Gate {
  /**
   * Lets a request in, unless its site or its client has had enough.
   *
   * @throws apiRateLimitExceeded
   */
  enter(site: Site | undefined, claim: Claim): void;
  /**
   * Counts a request by the session that it belongs to, or, without one, by its address.
   *
   * @throws apiRateLimitExceeded
   */
  count(site: Site | undefined, session?: Uint8Array): void;
  /**
   * Counts such a request by its address after all, since its token turned out to open nothing: whoever invents tokens
   * has as many as they like, and none of them is kept.
   *
   * @throws apiRateLimitExceeded
   */
  disown(site: Site | undefined, session: Uint8Array): void;
  /** Counts a request that did not prove what it claimed. */
  refuse(site: Site | undefined, claim: Claim): void;
  /** Seconds until counting begins anew. */
  retryAfter(): number;
}
