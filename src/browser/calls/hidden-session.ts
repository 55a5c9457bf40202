import type { ClientConfig } from '../config.ts';
import { readCookies, writeCookie } from '../cookie.ts';
import { attempt, genuine } from '../page.ts';
import { probe, type Session } from '../session.ts';

/** Whether the browser takes a cookie of this name from a script of the page; it is gone again afterwards. */
const takes = async (document: Document, name: string, attribute: string): Promise<boolean> => {
  // Firefox shows a script at once what it has written, and refuses it later: only the store knows.
  const store = attempt(() => genuine(document, 'defaultView')?.cookieStore);
  const [, domain = null] = attribute.split('=');
  const one = { name, domain, path: '/' };
  const write = (value: string): void =>
    writeCookie(document, `${name}=${value}; path=/${attribute}`);
  try {
    if (store) await store.set({ ...one, value: probe });
    else write(probe);
    const values = store
      ? (await store.getAll(name)).map(({ value }) => value)
      : readCookies(document, name);
    if (store) await store.delete(one);
    else write('; max-age=-1');
    return values.includes(probe);
  } catch {
    return false;
  }
};

/**
 * Whether a session's cookie may be there that this page cannot see: a script may not replace one that only the server may
 * see; where it cannot write at all, nobody knows.
 *
 * @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html section 5.7, "http-only-flag"
 */
export const mayHideSession = async (
  { apiKey, document }: ClientConfig,
  { domains, tokens }: Session,
): Promise<boolean> => {
  if (!document) return false;
  // Somebody has signed in meanwhile, whose cookie is not to be written over.
  if (tokens().length > 0) return true;
  const control = `outro_${apiKey}`;
  if (!(await takes(document, control, ''))) return true;
  for (const domain of domains)
    if (
      (await takes(document, control, domain)) &&
      !(await takes(document, `glt_${apiKey}`, domain))
    )
      return true;
  return false;
};
