import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** What sets one cookie provider apart from another. */
export interface CookieProviderOptions {
  sameSite: 'None' | 'Lax' | 'Strict';
  /** Refuses to be shown in frames. */
  refusesFraming?: boolean;
  /** The only site that its script may serve. */
  siteOrigin: string;
}

/**
 * A small provider that knows people by a cookie alone: `/login` signs in and comes back, `/logout` ends the session
 * and comes back if it is told where to, `/whoami` says who is signed in, `/sdk.js` is its script for other sites.
 */
export const createCookieProvider = (options: CookieProviderOptions): Hono => {
  const { sameSite, refusesFraming, siteOrigin } = options;
  const people = new Map<string, string>();
  const provider = new Hono();

  provider.get('/login', (context) => {
    const id = randomUUID();
    people.set(id, context.req.query('as') ?? '');
    setCookie(context, 'session', id, { sameSite, secure: true, httpOnly: true, path: '/' });
    return context.redirect(context.req.query('return') ?? '/whoami');
  });

  provider.get('/whoami', (context) =>
    context.text(people.get(getCookie(context, 'session') ?? '') ?? ''),
  );

  provider.on(['GET', 'POST'], '/logout', async (context) => {
    const hasEnded = people.delete(getCookie(context, 'session') ?? '');
    if (hasEnded) deleteCookie(context, 'session', { path: '/', secure: true, sameSite });
    if (refusesFraming) context.header('X-Frame-Options', 'DENY');
    context.header('Access-Control-Allow-Origin', siteOrigin);
    context.header('Access-Control-Allow-Credentials', 'true');
    const form = new URLSearchParams(await context.req.text());
    const read = (name: string): string | null => context.req.query(name) ?? form.get(name);
    const address = read('return');
    if (!address) return context.json({ hasEnded });
    const url = new URL(address);
    url.searchParams.set('state', read('state') ?? '');
    return context.redirect(url.href);
  });

  // Like the large networks' scripts, it calls back only when the network has answered that the session is over.
  provider.get('/sdk.js', (context) =>
    context.body(
      `const logoutAddress = new URL('/logout', document.currentScript.src);
       window.Network = {
         async logout(callback) {
           const answer = await fetch(logoutAddress, { credentials: 'include' });
           const { hasEnded } = await answer.json();
           if (hasEnded) callback({ status: 'unknown' });
         },
       };`,
      200,
      { 'Content-Type': 'text/javascript' },
    ),
  );
  return provider;
};
