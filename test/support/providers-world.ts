import { getRequestListener } from '@hono/node-server';
import { createHandler, readScript, type SitesConfiguration } from 'outro/server';
import type { BrowserContext, Page } from 'puppeteer-core';
import { openStorage } from '../../examples/demo/storage.ts';
import { createCookieProvider } from './cookie-provider.ts';
import { openLoopback, serve, type Listener } from './loopback.ts';
import { createOpenIdProvider } from './openid-provider.ts';
import { createProvidersShop, type Told } from './providers-shop.ts';
import { openOwnDatabase } from './store.ts';

const hosts = {
  shop: 'www.shop.example',
  outro: 'outro.backend.example',
  none: 'login.one.example',
  lax: 'login.two.example',
  subDomain: 'id.shop.example',
  refusing: 'login.three.example',
  openidNone: 'openid.four.example',
  openidLax: 'openid.five.example',
  openidAsking: 'openid.six.example',
};

type Origins = Record<keyof typeof hosts, string>;
type Providers = NonNullable<SitesConfiguration['sites'][number]['providers']>;
type Ways = Providers[string]['logout'];

// What the site is told about each provider: where it is, and the way that this id stands for.
const tableOf = (origins: Origins) => {
  const frame = (url: string): Ways => ({ by: 'frame', url });
  const endSessionFrame = (origin: string): Ways => {
    const back = encodeURIComponent(`${origins.outro}/leave/return`);
    return frame(`${origin}/session/end?client_id={clientId}&post_logout_redirect_uri=${back}`);
  };
  const visit = (origin: string, method: 'GET' | 'POST'): Ways => ({
    by: 'visit',
    url: `${origin}/logout`,
    parameters: { return: '{returnUrl}', state: '{state}' },
    method,
  });
  const endSession = (method: 'GET' | 'POST'): Ways => ({
    by: 'visit',
    url: '{endSessionEndpoint}',
    parameters: {
      id_token_hint: '{idToken}',
      client_id: '{clientId}',
      post_logout_redirect_uri: '{returnUrl}',
      state: '{state}',
    },
    method,
  });
  const rows: Record<string, { at: keyof Origins; logout: Ways }> = {
    'oidc-script': {
      at: 'none',
      logout: {
        by: 'script',
        call: 'Network.logout',
        answers: true,
        ends: 'provider-session',
        reason: 'its script answers when the session is over',
      },
    },
    'oidc-frame-none': { at: 'none', logout: frame(`${origins.none}/logout`) },
    'oidc-frame-lax': { at: 'lax', logout: frame(`${origins.lax}/logout`) },
    'oidc-frame-same-site': { at: 'subDomain', logout: frame(`${origins.subDomain}/logout`) },
    'oidc-frame-refused': { at: 'refusing', logout: frame(`${origins.refusing}/logout`) },
    'oidc-frame-openid-none': { at: 'openidNone', logout: endSessionFrame(origins.openidNone) },
    'oidc-frame-openid-lax': { at: 'openidLax', logout: endSessionFrame(origins.openidLax) },
    'oidc-visit-cookie': { at: 'lax', logout: visit(origins.lax, 'GET') },
    'oidc-visit-cookie-post': { at: 'lax', logout: visit(origins.lax, 'POST') },
    'oidc-visit-openid': { at: 'openidLax', logout: endSession('GET') },
    'oidc-visit-openid-post': { at: 'openidNone', logout: endSession('POST') },
    // By default such a provider takes no form, and answers with an error page of its own.
    'oidc-visit-stuck': { at: 'openidLax', logout: endSession('POST') },
    'oidc-visit-asking': { at: 'openidAsking', logout: endSession('GET') },
    'oidc-link': {
      at: 'lax',
      logout: {
        by: 'link',
        url: 'https://login.two.example/account',
        reason: 'only the person can sign out there',
      },
    },
    'oidc-nothing': { at: 'lax', logout: { by: 'none', reason: 'it offers no way' } },
  };
  return rows;
};

/** Shop, backend and providers of many kinds, each on a host of its own over HTTPS. */
export interface ProvidersWorld {
  shop: string;
  /**
   * Signs a person in at the shop through each of these providers, as the person's browser does.
   *
   * @throws when a provider does not know the person afterwards
   */
  signIn(page: Page, person: string, providers: readonly string[]): Promise<void>;
  /** The next answer that this person's page tells of; listen before you click. */
  hear(person: string, call: 'logout' | 'getDeparture'): Promise<Told>;
  /** Where a cookie provider signs people out. */
  logoutAddress(provider: string): string;
  /** The truth: who a fresh visit to the provider, in a tab of its own, says is signed in; `''` for nobody. */
  signedInAt(context: BrowserContext, provider: string): Promise<string>;
  close(): Promise<void>;
}

const isOpenId = (at: keyof Origins): boolean => at.startsWith('openid');

const apiKey = 'providers-shop';
const secret = Buffer.from('the shop with many providers').toString('base64');

const configurationOf = (origins: Origins): SitesConfiguration => {
  const providers = Object.entries(tableOf(origins)).map(([id, { at, logout }]) => [
    id,
    {
      clientId: id,
      clientSecret: secret,
      logout,
      // Asked again afterwards, the provider knows whether the person is still signed in there.
      ...(isOpenId(at) && { issuer: origins[at], probe: true }),
    },
  ]);
  const site = { apiKey, secret, publicUrl: origins.outro, origins: [origins.shop] };
  return {
    sites: [{ ...site, providers: Object.fromEntries(providers) as Providers }],
    encryptionKeys: [{ id: 'test', key: Buffer.alloc(32, secret).toString('base64') }],
    allowPrivateProviders: true,
  };
};

const clientOf = (id: string, origins: Origins) => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [`${origins.shop}/callback/${id}`, `${origins.outro}/leave/return`],
  post_logout_redirect_uris: [`${origins.outro}/leave/return`],
  backchannel_logout_uri: `${origins.outro}/inbound/${apiKey}/${id}/logout-token`,
  backchannel_logout_session_required: true,
});

/** Starts the whole world. */
export const startProvidersWorld = async (): Promise<ProvidersWorld> => {
  const { origins, tls, fetch } = await openLoopback(hosts);
  const table = tableOf(origins);
  const storage = openStorage(':memory:');
  const { store } = await openOwnDatabase();
  const script = await readScript(new URL('../../dist/', import.meta.url));
  const handler = createHandler({ ...configurationOf(origins), store, script, fetch });
  const { site, hear } = createProvidersShop({
    origin: origins.shop,
    outroOrigin: origins.outro,
    apiKey,
    secret,
    providers: Object.fromEntries(
      Object.entries(table).map(([id, { at }]) => [
        id,
        { origin: origins[at], isOpenId: isOpenId(at) },
      ]),
    ),
    sdk: `${origins.none}/sdk.js`,
    fetch,
  });

  const openid = (at: keyof Origins, sameSite: 'none' | 'lax', asks = false): Listener => {
    const ids = Object.keys(table).filter((id) => table[id]?.at === at);
    const clients = ids.map((id) => clientOf(id, origins));
    const options = { origin: origins[at], sameSite, asks, clients, storage, fetch };
    return createOpenIdProvider(options).callback();
  };
  const byCookie = (sameSite: 'None' | 'Lax', refusesFraming = false): Listener => {
    const options = { sameSite, refusesFraming, siteOrigin: origins.shop };
    const provider = createCookieProvider(options);
    return getRequestListener((request) => provider.fetch(request));
  };
  const listeners: Record<keyof Origins, Listener> = {
    shop: getRequestListener((request) => site.fetch(request)),
    outro: getRequestListener(handler),
    none: byCookie('None'),
    lax: byCookie('Lax'),
    subDomain: byCookie('Lax'),
    refusing: byCookie('None', true),
    openidNone: openid('openidNone', 'none'),
    openidLax: openid('openidLax', 'lax'),
    openidAsking: openid('openidAsking', 'lax', true),
  };
  const stops = await Promise.all(
    Object.entries(listeners).map(([part, listener]) =>
      serve(origins[part as keyof Origins], tls, listener),
    ),
  );

  const originOf = (provider: string): string => origins[table[provider]?.at ?? 'shop'];
  return {
    shop: origins.shop,
    hear,
    logoutAddress: (provider) => `${originOf(provider)}/logout`,
    async signIn(page, person, providers) {
      for (const provider of providers) {
        await page.goto(`${origins.shop}/connect/${provider}/${person}`);
        await page.goto(`${originOf(provider)}/whoami`);
        const known = await page.evaluate(() => document.body.textContent);
        if (known !== person) throw new Error(`${provider} knows ${known}, expected ${person}`);
      }
    },
    async signedInAt(context, provider) {
      const visit = await context.newPage();
      await visit.goto(`${originOf(provider)}/whoami`);
      const person = await visit.evaluate(() => document.body.textContent);
      await visit.close();
      return person ?? '';
    },
    async close() {
      await Promise.all(stops.map((stop) => stop()));
      storage.close();
    },
  };
};
