import type { Caller } from '../caller/caller.ts';
import { sealTicket } from '../caller/site-session.ts';
import type { Keyring } from '../config/keyring.ts';
import type { SiteCookie } from '../config/site-functions.ts';
import type { Site } from '../config/sites.ts';
import type { Receipt } from '../../core/receipt.ts';

// Cookies that one answer clears at most; a library cuts a long one into a handful.
const clearedAtMost = 50;

const namesIn = (header: string | null): string[] => [
  ...new Set((header ?? '').split(';').map((pair) => pair.split('=')[0]?.trim() ?? '')),
];

// A browser takes a name with such a beginning only with what it promises.
const clear = (name: string, { path = '/', domain }: SiteCookie, isSecure: boolean): string[] => {
  const isHost = name.startsWith('__Host-');
  const isOver = `${name}=; Path=${isHost ? '/' : path}; Max-Age=0; HttpOnly; SameSite=Lax${isSecure || name.startsWith('__') ? '; Secure' : ''}`;
  // One without a domain may stand beside it.
  return domain === undefined || isHost ? [isOver] : [isOver, `${isOver}; Domain=${domain}`];
};

/** What clears the site's cookies that a request carried, chunks included: each as a `Set-Cookie` header. */
export const clearedCookies = (site: Site, header: string | null): string[] => {
  const known = [...site.cookies, ...(site.identify?.cookies ?? [])];
  const isSecure = site.publicUrl.startsWith('https:');
  return namesIn(header)
    .flatMap((name) => {
      const of = known.find((one) => name === one.name || name.startsWith(`${one.name}.`));
      return of ? clear(name, of, isSecure) : [];
    })
    .slice(0, clearedAtMost);
};

const isOver = (receipt: Receipt): boolean =>
  receipt.some(
    ({ step, status }) =>
      (step === 'session' && (status === 'done' || status === 'already')) ||
      (step === 'site-session' && status !== 'kept'),
  );

/** What an answer to a page with the site's own session has besides: cookies to clear, else a ticket to leave by. */
export const siteAnswer = (
  { site, sitePerson }: Caller,
  fields: object,
  header: string | null,
  keyring: Keyring,
): { fields: object; cookies: string[] } => {
  if (sitePerson === undefined) return { fields, cookies: [] };
  const { receipt = [] } = fields as { receipt?: Receipt };
  if (isOver(receipt)) return { fields, cookies: clearedCookies(site, header) };
  // Where nobody knows which session it is, a ticket would end none.
  if (sitePerson === 'nobody' || sitePerson.session === undefined) return { fields, cookies: [] };
  return { fields: { ...fields, leaveTicket: sealTicket(site, sitePerson, keyring) }, cookies: [] };
};

/** The answer with these cookies. */
export const withCookies = (response: Response, cookies: string[]): Response => {
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie);
  return response;
};
