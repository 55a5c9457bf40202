import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import * as openid from 'openid-client';
import { signForm } from 'outro/server';
import { addPages, type ShopPages } from './pages.ts';

/** What the shop knows of its surroundings. */
export interface ShopOptions extends ShopPages {
  secret: string;
  networks: Record<string, { name: string; origin: string; clientSecret: string }>;
  /** How the shop's server reaches the others. */
  fetch: typeof globalThis.fetch;
}

/** Calls the backend as Gigya's server SDKs do: a form, signed with the site's secret. */
const callSigned = async (shop: ShopOptions, method: string, given: Record<string, string>) => {
  const url = `${shop.outroOrigin}/${method}`;
  const body = await signForm(url, shop.secret, { apiKey: shop.apiKey, ...given });
  const response = await shop.fetch(url, { method: 'POST', body });
  return (await response.json()) as Record<string, unknown>;
};

/** The user that a session token stands for, asked as the browser would ask. */
const uidOf = async (shop: ShopOptions, token: string): Promise<string | undefined> => {
  const response = await shop.fetch(`${shop.outroOrigin}/socialize.getUserInfo`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ apiKey: shop.apiKey, login_token: token }).toString(),
  });
  const answer = (await response.json()) as { UID?: string };
  return answer.UID;
};

/** The demo shop: it signs people in through the networks and tells outro; leaving is the page's business. */
export const createShop = (shop: ShopOptions): Hono => {
  const site = new Hono();
  const isSecure = shop.origin.startsWith('https:');
  const sessionCookie = `glt_${shop.apiKey}`;
  const configurations = new Map<string, Promise<openid.Configuration>>();
  const configurationOf = (id: string): Promise<openid.Configuration> | undefined => {
    const network = shop.networks[id];
    if (!network) return undefined;
    const found =
      configurations.get(id) ??
      openid.discovery(new URL(network.origin), 'shop', network.clientSecret, undefined, {
        execute: isSecure ? [] : [openid.allowInsecureRequests],
        [openid.customFetch]: shop.fetch as openid.CustomFetch,
      });
    configurations.set(id, found);
    return found;
  };

  const { render, policy } = addPages(site, shop);
  site.get('/', async (context) => {
    const isFrameless = context.req.query('frames') === 'none';
    const header = isFrameless ? policy.replace(/frame-src [^;]+/, "frame-src 'none'") : policy;
    return context.html(await render('index.html'), 200, { 'Content-Security-Policy': header });
  });
  // Where the networks send a browser, or a hidden frame, after they signed it out.
  site.get('/signed-out', (context) => context.text('Signed out.'));

  site.get('/connect/:network', async (context) => {
    const id = context.req.param('network');
    const configuration = await configurationOf(id);
    if (!configuration) return context.notFound();
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const address = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: `${shop.origin}/callback/${id}`,
      scope: 'openid profile email offline_access',
      prompt: 'consent',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    });
    const flow = {
      httpOnly: true,
      secure: isSecure,
      sameSite: 'Lax',
      path: '/callback',
      maxAge: 600,
    } as const;
    setCookie(context, 'flow', `${state}.${verifier}`, flow);
    return context.redirect(address.href);
  });

  site.get('/callback/:network', async (context) => {
    const id = context.req.param('network');
    const configuration = await configurationOf(id);
    const [expectedState, pkceCodeVerifier] = getCookie(context, 'flow')?.split('.') ?? [];
    if (!configuration || !expectedState || !pkceCodeVerifier) return context.redirect('/');
    const url = new URL(context.req.url);
    const tokens = await openid.authorizationCodeGrant(
      configuration,
      new URL(url.pathname + url.search, shop.origin),
      { expectedState, pkceCodeVerifier },
    );
    const claims = tokens.claims();
    const profile = await openid.fetchUserInfo(
      configuration,
      tokens.access_token,
      claims?.sub ?? '',
    );
    const session = {
      providerUID: profile.sub,
      authToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      idToken: tokens.id_token,
      nickname: profile.name,
      email: profile.email,
    };
    const current = getCookie(context, sessionCookie);
    const siteUID = current && (await uidOf(shop, current));
    const answer = await callSigned(shop, 'socialize.notifyLogin', {
      ...(siteUID && { siteUID }),
      providerSessions: JSON.stringify({ [id]: session }),
      userInfo: JSON.stringify({ nickname: profile.name }),
      loginIDs: JSON.stringify([{ value: profile.email, provider: id }]),
    });
    if (answer['errorCode'] !== 0)
      return context.text(`Sign-in failed: ${JSON.stringify(answer)}`, 502);
    // Readable by the page's script, because that is where Gigya pages keep it.
    const options = { secure: isSecure, sameSite: 'Lax', path: '/', maxAge: 2_592_000 } as const;
    setCookie(context, String(answer['cookieName']), String(answer['cookieValue']), options);
    return context.redirect('/');
  });
  return site;
};
