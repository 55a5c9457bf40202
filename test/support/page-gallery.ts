// Every page of the backend in every state, from the built handler, on loopback: for tests and for eyes.
import { randomBytes, createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHandler, type Handler, type SitesConfiguration, type Store } from 'outro/server';
import { signedBody } from './signed.ts';

/** The pages. */
export interface PageGallery {
  states: string[];
  /** Address of a page in a language. */
  address(state: string, lang?: string): string;
  close(): void;
}

const secret = Buffer.alloc(32, 7).toString('base64');
const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(9).slice(0, 300);
const tower = long.slice(0, 100);

const visit = {
  by: 'visit',
  url: 'https://login.works.example/logout',
  parameters: { client_id: '{clientId}' },
  method: 'POST',
  confidence: 'documented',
} as const;

const providers: SitesConfiguration['sites'][number]['providers'] = {
  'oidc-works': { name: 'Example Works', clientId: 'shop', logout: visit },
  'oidc-tower': { name: tower, clientId: 'shop', logout: visit },
  'oidc-arabic': { name: 'شركة المثال', clientId: 'shop', logout: visit },
};

const siteOf = (
  apiKey: string,
  vhost: string,
  publicUrl: string,
  brand: object,
): SitesConfiguration['sites'][number] => ({
  apiKey,
  secret,
  vhost,
  publicUrl,
  origins: ['https://shop.example'],
  actions: {
    unlinkaccount: [
      'vhost',
      'uid',
      'redirectUrl',
      'external_id_provider_name',
      'sub_provider_name',
    ],
  },
  providers,
  brand,
  rateLimits: false,
});

const brands = {
  shop: { name: 'Example Shop', logo: '/logo.svg', home: 'https://shop.example/account' },
  // A name without a place to break it.
  tower: { name: tower, logo: '/logo.svg' },
  // A mark that does not load.
  colours: {
    name: 'متجر المثال',
    logo: '/missing.svg',
    colors: {
      light: { background: '#fffaf3', text: '#33210f', accent: '#8a3b00' },
      dark: { background: '#1d140c', text: '#f6e9da', accent: '#ffb37a' },
    },
  },
};

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6e4f"/><path d="M9 12h14l-1.5 12h-11zM12 12a4 4 0 0 1 8 0" fill="none" stroke="#fff" stroke-width="2"/></svg>';

const person = (providerUID: string, more: object = {}) => ({ providerUID, ...more });

/** TABLE of people by site and uid: what they are connected to. */
const people: Record<string, object> = {
  'shop 1': {
    facebook: person('1', { nickname: 'Ada L.', authToken: 'T' }),
    github: person('1', { nickname: 'ada' }),
    google: person('1', { email: 'ada.lovelace@analytical-engines.example' }),
  },
  'shop 2': { github: person('2', { nickname: 'ada' }) },
  'tower 3': {
    'oidc-tower': person('3', { nickname: long }),
    'oidc-arabic': person('3', { nickname: '👩🏽‍💻🧮 Ada 👩‍👩‍👧‍👦' }),
    facebook: person('3', { nickname: '<img src=x onerror=alert(1)><b>bold</b>' }),
    github: person('3', { nickname: 'آدا لوفلايس (!)', email: 'x@y.example' }),
  },
  'colours 4': { linkedin: person('4', { nickname: 'Ada' }), github: person('4') },
};

type Note = 'leftAt' | 'returnedAt' | 'confirmedAt' | 'refusedAt';
const gone: Note[] = ['leftAt', 'returnedAt'];
const proved: Note[] = [...gone, 'confirmedAt'];

/** TABLE of trips: at each provider, what has been noted. */
const trips: Record<string, [site: string, stops: Record<string, Note[]>]> = {
  'trip-going': ['shop', { google: gone, 'oidc-works': [], facebook: [] }],
  'trip-left': ['shop', { 'oidc-works': proved, google: gone, facebook: ['leftAt'] }],
  'trip-asked': ['colours', { linkedin: gone, 'oidc-arabic': gone }],
  'trip-done': ['shop', { 'oidc-works': proved }],
  'trip-hostile': ['tower', { 'oidc-tower': ['leftAt'], 'oidc-arabic': ['leftAt', 'refusedAt'] }],
};

const deletion = [
  { step: 'identity', status: 'done', provider: 'facebook' },
  { step: 'data', status: 'done', provider: 'facebook' },
  { step: 'login-id', status: 'kept' },
  { step: 'grant', status: 'already', provider: 'facebook' },
] as const;

const hash = (text: string) => createHash('sha256').update(text).digest();

/** Starts them on loopback. */
export const startPageGallery = async (store: Store): Promise<PageGallery> => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const keys: Record<string, string> = {};
  const vhosts: Record<string, string> = {};
  for (const [index, name] of Object.keys(brands).entries())
    [keys[name], vhosts[name]] = [`${name}-${randomUUID()}`, String(index + 1)];
  const sites = Object.entries(brands).map(([name, brand]) =>
    siteOf(keys[name] ?? '', vhosts[name] ?? '', origin, brand),
  );
  const given = { sites, encryptionKeys: [{ id: 'a', key: secret }], logError: () => {} };
  const handler = createHandler({ ...given, store });
  const failing = new Proxy({} as Store, { get: () => () => Promise.reject(new Error('down')) });
  const broken = createHandler({ ...given, store: failing });

  const get = (path: string, cookie = '', from: Handler = handler): Promise<Response> =>
    from(new Request(`${origin}${path}`, { headers: { Cookie: cookie } }));

  const signIn = async (who: string): Promise<{ cookie: string; query: URLSearchParams }> => {
    const [name = '', uid = ''] = who.split(' ');
    const url = `${origin}/socialize.notifyLogin`;
    const body = signedBody(url, secret, {
      apiKey: keys[name] ?? '',
      siteUID: uid,
      providerSessions: JSON.stringify(people[who]),
      ...(who === 'shop 1' && {
        loginIDs: JSON.stringify([{ value: 'ada@shop.example', wayIn: 'password' }]),
      }),
    });
    const answer = await handler(new Request(url, { method: 'POST', body }));
    const { cookieName, cookieValue } = (await answer.json()) as Record<string, string>;
    const query = new URLSearchParams({ vhost: vhosts[name] ?? '', uid, redirectUrl: '/account' });
    return { cookie: `${cookieName}=${cookieValue}`, query };
  };

  const confirm = async (who: string, lang: string, more: Record<string, string> = {}) => {
    const { cookie, query } = await signIn(who);
    for (const [name, value] of Object.entries({ ...more, lang })) query.set(name, value);
    return get(`/action/v2/unlinkaccount?${query.toString()}`, cookie);
  };
  const again = async (who: string, lang: string) => {
    const { cookie, query } = await signIn(who);
    for (const [name, value] of [
      ['lang', lang],
      ['csrf', 'old'],
    ] as const)
      query.set(name, value);
    const headers = { Cookie: cookie };
    const url = `${origin}/action/v2/unlinkaccount`;
    return handler(new Request(url, { method: 'POST', body: query, headers }));
  };

  const walk = async (state: string, lang: string): Promise<Response> => {
    const [site = '', stops = {}] = trips[state] ?? [];
    const token = randomBytes(32).toString('base64url');
    const outcome = hash(`outro outcome ${token}`).toString('base64url');
    const tokenHash = new Uint8Array(hash(outcome));
    const stop = { providerSession: undefined, sealedIdToken: undefined, account: '0' };
    await store.exits.openTrip(
      {
        tokenHash,
        site: keys[site] ?? '',
        callId: 'c',
        origin: 'https://shop.example',
        stops: Object.keys(stops).map((provider) => ({ ...stop, provider, providerUid: 'u' })),
      },
      600,
    );
    for (const [index, notes] of Object.values(stops).entries())
      for (const note of notes) await store.exits.noteStop(tokenHash, index, note);
    return get(`/leave/${token}?lang=${lang}`, `outro_leave=${token}.`);
  };

  const one = { external_id_provider_name: 'facebook', sub_provider_name: 'none' };
  const states: Record<string, (lang: string) => Promise<Response>> = {
    confirm: (lang) => confirm('shop 1', lang, one),
    'confirm-all': (lang) => confirm('shop 1', lang),
    'confirm-last': (lang) => confirm('shop 2', lang),
    'confirm-again': (lang) => again('colours 4', lang),
    'confirm-hostile': (lang) => confirm('tower 3', lang),
    ...Object.fromEntries(
      Object.keys(trips).map((state) => [state, (lang: string) => walk(state, lang)]),
    ),
    'trip-none': (lang) => get(`/leave/unknown?lang=${lang}`),
    'trip-paused': (lang) => get(`/leave/next?lang=${lang}`),
    async deletion(lang) {
      const code = randomUUID().replaceAll('-', '');
      const site = keys['shop'] ?? '';
      const receipt = deletion.map((step) => ({ ...step }));
      await store.exits.keepDeletion({ code, site, provider: 'facebook', receipt });
      return get(`/inbound/deletion/${code}?lang=${lang}`);
    },
    'deletion-unknown': (lang) => get(`/inbound/deletion/x?lang=${lang}`),
    refused: (lang) => get(`/action/v2/unlinkaccount?vhost=1&redirectUrl=${long}&lang=${lang}`),
    fault: (lang) => get(`/leave/unknown?lang=${lang}`, '', broken),
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', origin);
    const page = await states[pathname.slice(1)]?.(searchParams.get('lang') ?? 'en');
    const isLogo = pathname === '/logo.svg';
    if (!page)
      return void response
        .writeHead(isLogo ? 200 : 404, { 'content-type': 'image/svg+xml' })
        .end(isLogo ? logo : '');
    const headers = Object.fromEntries(page.headers);
    // A page that goes on by itself stays, to be looked at.
    const policy = headers['content-security-policy']?.replace(/script-src [^;]+; /, '') ?? '';
    response.writeHead(page.status, { ...headers, 'content-security-policy': policy });
    return void response.end(await page.text());
  };
  server.on('request', (request, response) => void answer(request, response));
  return {
    states: Object.keys(states),
    address: (state, lang = 'en') => `${origin}/${state}?lang=${lang}`,
    close: () => server.close(),
  };
};
