import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createHandler, type Store } from 'outro/server';
import { escapeHtml } from '../demo/page.ts';

const apiKey = 'newspark';
const vhost = '1';
const uid = '42';
const links = ['facebook', 'sheridan', 'janrain/gigya', 'janrain/yahoo'];

// The example has nobody to keep secrets from; a real site makes its own with `openssl rand -base64 32`.
const secret = createHmac('sha256', 'outro example').update('newspark').digest('base64');

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sign = (url: string, given: Record<string, string>): URLSearchParams => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const params: Record<string, string> = { ...given, apiKey, nonce: randomUUID(), timestamp };
  const names = Object.keys(params).toSorted();
  const joined = names.map((name) => `${name}=${encode(params[name] ?? '')}`).join('&');
  const text = ['POST', encode(url), encode(joined)].join('&');
  const sig = createHmac('sha1', Buffer.from(secret, 'base64')).update(text).digest('base64');
  return new URLSearchParams({ ...params, sig });
};

/**
 * A site made of templates, without script: outro answers `/action/v2/unlinkaccount` on the site's own host,
 * where the browser sends the session cookie.
 */
export const createSite = (origin: string, store: Store): Hono => {
  const outro = createHandler({
    sites: [
      {
        apiKey,
        secret,
        publicUrl: origin,
        vhost,
        // Where the action may lead besides paths of this site.
        redirects: [origin.replace('localhost', '127.0.0.1')],
        actions: {
          unlinkaccount: [
            'vhost',
            'uid',
            'redirectUrl',
            'external_id_provider_name',
            'sub_provider_name',
          ],
        },
      },
    ],
    encryptionKeys: [{ id: 'example', key: secret }],
    store,
  });
  const call = async (method: string, body: (url: string) => URLSearchParams) => {
    const url = `${origin}/${method}`;
    const response = await outro(new Request(url, { method: 'POST', body: body(url) }));
    return (await response.json()) as Record<string, string>;
  };

  const site = new Hono();
  site.get('/', (context) => context.redirect('/sign-in'));

  site.get('/sign-in', async (context) => {
    for (const link of links) {
      const [provider = '', subProvider = ''] = link.split('/');
      const providerSessions = JSON.stringify({
        [provider]: { providerUID: `${uid} ${link}`, subProvider },
      });
      const loginIDs = JSON.stringify([{ value: 'reader@example.org', wayIn: 'password' }]);
      const answer = await call('socialize.notifyLogin', (url) =>
        sign(url, { siteUID: uid, providerSessions, loginIDs }),
      );
      setCookie(context, answer['cookieName'] ?? '', answer['cookieValue'] ?? '');
    }
    return context.redirect('/userprofile');
  });

  site.get('/userprofile', async (context) => {
    const login_token = getCookie(context, `glt_${apiKey}`) ?? '';
    const user = await call(
      'socialize.getUserInfo',
      () => new URLSearchParams({ apiKey, login_token }),
    );
    const result = context.req.query('unlinkaccount');
    const values: Record<string, string> = {
      selectedVHost: vhost,
      $user_id: uid,
      '$loggedinuser.id': uid,
      links: user['providers'] ?? 'nothing',
      message: result === 'error' ? `Error: ${context.req.query('reason') ?? ''}` : (result ?? ''),
    };
    const template = await readFile(new URL('userprofile.tpl', import.meta.url), 'utf8');
    // What the template engine of such a site does: its form tag, and values made safe.
    const page = template
      .replace(/(<\/?)fm:Form/g, '$1form')
      .replace(/\{\$([$\w.]+)\}/g, (_all, name: string) => escapeHtml(values[name] ?? ''));
    return context.html(page);
  });

  site.all('/action/*', (context) => outro(context.req.raw));
  return site;
};
