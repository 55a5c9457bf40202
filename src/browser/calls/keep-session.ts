import type { ClientConfig } from '../config.ts';
import { writeCookie } from '../cookie.ts';

/** A session as the backend opens one for a page. */
interface GivenSession {
  cookieValue: string;
  /** Empty: this host, and no other. */
  cookieDomain: string;
  /** Seconds. */
  expires_in: number;
}

/**
 * Keeps a session where pages have theirs.
 *
 * @param given `sessionInfo` of the answer that opened it.
 * @returns that it was opened, wherever it is kept.
 * @see gigya-protocol section 13.1
 */
export const keepSession = ({ document, apiKey }: ClientConfig, given: unknown): true => {
  const { cookieValue, cookieDomain, expires_in } = given as GivenSession;
  const domain = cookieDomain ? `; domain=${cookieDomain}` : '';
  const secure = document?.location.protocol === 'https:' ? '; secure' : '';
  const cookie = `glt_${apiKey}=${encodeURIComponent(cookieValue)}; path=/; max-age=${expires_in}; samesite=lax${domain}${secure}`;
  if (document) writeCookie(document, cookie);
  return true;
};
