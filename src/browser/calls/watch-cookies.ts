import { attempt } from '../page.ts';
import type { Presence } from '../presence.ts';

/**
 * Lets a page look again when the browser says that a cookie has changed, where it can.
 *
 * @see https://cookiestore.spec.whatwg.org
 */
export const watchCookies = ({ window, life, listen, look }: Presence): void => {
  const cookies = attempt(() => (window as { cookieStore?: EventTarget } | undefined)?.cookieStore);
  // A site's own way out is a page whose answer takes the cookie away while this page is still there: a guard that acted
  // at once would keep the person from it.
  let change: ReturnType<typeof setTimeout> | undefined;
  const lookSoon = (): void => {
    clearTimeout(change);
    change = setTimeout(() => life.aborted || look(), 999);
  };
  const start = (): void => listen(cookies, 'change', lookSoon);
  start();
  listen(window, 'pageshow', start);
  // Chromium drops a page from the back/forward cache that would be told of a cookie there.
  listen(window, 'pagehide', () => {
    clearTimeout(change);
    attempt(() => cookies?.removeEventListener('change', lookSoon));
  });
};
