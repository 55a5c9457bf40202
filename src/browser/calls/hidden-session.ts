import type { ClientConfig } from '../config.ts';
import { readCookies, writeCookie } from '../cookie.ts';
import { probe, type Session } from '../session.ts';

/**
 * Whether a session's cookie may be there that this page cannot see: a script may not replace one that only the server may
 * see; where it cannot write at all, nobody knows.
 *
 * @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html section 5.7, "http-only-flag"
 */
export const mayHideSession = (
  { apiKey, document }: ClientConfig,
  { domains, tokens }: Session,
): boolean => {
  if (!document) return false;
  // Somebody has signed in meanwhile, whose cookie is not to be written over.
  if (tokens().length > 0) return true;
  const takes = (cookie: string, where: string): boolean => {
    const write = (value: string): void => writeCookie(document, `${cookie}=${value}${where}`);
    write(probe);
    const isTaken = readCookies(document, cookie).includes(probe);
    write('; max-age=-1');
    return isTaken;
  };
  const control = `outro_${apiKey}`;
  return (
    !takes(control, '; path=/') ||
    domains.some((domain) => {
      const where = `; path=/${domain}`;
      return takes(control, where) && !takes(`glt_${apiKey}`, where);
    })
  );
};
