import { readCookies, writeCookie } from '../browser/cookie.ts';

/**
 * `gigya.utils.cookie`, which plugins of content systems use for themselves.
 *
 * @see gigya-protocol section 1.5
 */
export const cookie = {
  get: (name: string): string => readCookies(document, name)[0] ?? '',
  /** @param expires date at which the browser forgets it; absent: when it closes. */
  set(name: string, value: string, expires?: Date, domain?: string): void {
    const until = expires ? `; expires=${expires.toUTCString()}` : '';
    const on = domain ? `; domain=${domain}` : '';
    writeCookie(document, `${name}=${encodeURIComponent(value)}; path=/${until}${on}`);
  },
  remove(name: string, domain?: string): void {
    cookie.set(name, '', new Date(0), domain);
  },
};
