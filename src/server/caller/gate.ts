import type { FailureName } from '../../core/codes.ts';
import type { Site } from '../config/sites.ts';

/** Failures of requests that do not prove what they claim; those are counted. */
export const unprovedFailures: readonly FailureName[] = [
  'invalidApiKey',
  'invalidAuthenticationHeader',
  'requestExpired',
  'invalidSignature',
  'duplicateNonce',
  'unauthorizedUser',
  'secretOverHttp',
  'invalidSecret',
  'invalidToken',
  'notSupported',
];

/** What a request claims to come with, proved or not; failing at one kind says nothing of another. */
export type Claim =
  | 'nothing'
  | 'session'
  | 'ticket'
  | 'token'
  | 'secret'
  | 'signature'
  | 'message'
  | 'trip'
  | 'code';

/**
 * Counts one request, within the present minute. A caller that proves a session, a ticket or a signature can always
 * leave: what proves nothing is counted by the network that it comes from and by what it claimed, only after it has failed
 * to prove that, and only others that fail as well are refused for it.
 *
 * @see design.md section 6 "rate limits that never stop a proved caller from leaving"
 */
export interface Gate {
  /**
   * Counts a request that does not leave by its session, if it has one, and by the site's key.
   *
   * @throws apiRateLimitExceeded
   */
  admit(site: Site, session?: Uint8Array): void;
  /**
   * Counts a request that proved nothing, and takes back what `admit` has counted.
   *
   * @param isRefused whether it is refused for that, or answered as whoever has nothing is.
   * @throws apiRateLimitExceeded
   */
  unproved(site: Site | undefined, claim: Claim, isRefused: boolean): Promise<void>;
  /**
   * Counts what anybody may have, before it is given.
   *
   * @param what one of few: each has its own count.
   * @throws apiRateLimitExceeded
   */
  give(what: string): void;
  /** Seconds after which the one that was refused may ask again. */
  retryAfter(): number;
}
