import { createHmac, randomUUID } from 'node:crypto';
import { createHandler, type Handler } from 'outro/server';
import { unlinkParameters } from '../../src/server/config/sites.ts';
import type { Input } from './fuzz.ts';
import { ticketOf } from './sessions.ts';
import { signedBody } from './signed.ts';
import { openTestDatabase } from './store.ts';

// What fuzzing needs around it: a backend with every door open, a bystander, strangers with accounts of their own, and
// an honest person behind the strangers' address.

const secret = Buffer.from('the secret that no request knows').toString('base64');
const appSecret = 'an app secret';
const hookSecret = 'a-webhook-secret';

/** Where everybody is: behind one address. */
export const address = '203.0.113.7';

export interface World {
  handler: Handler;
  errors: unknown[];
  /** What the attackers hold: sessions of accounts of their own, since many of their requests end one. */
  own: string[];
  /** Every row that belongs to the bystander. */
  dump(): Promise<string>;
  /** Whatever cannot be a request at all never reaches the handler. */
  requestOf(input: Input): Request | undefined;
  /** Somebody comes in, disconnects, redeems a ticket and logs out; says what was refused. */
  leave(): Promise<string[]>;
}

// What the site's own cookies open: its table of sessions.
const siteSessionOf = ({ headers }: Request) => {
  const token = /\bsid=(key-of-\d+)/.exec(headers.get('cookie') ?? '')?.[1];
  return token === undefined ? undefined : { uid: token.replace('key-of-', ''), session: token };
};

const siteOf = (apiKey: string, vhost: string) => ({
  identify: siteSessionOf,
  apiKey,
  secret,
  publicUrl: 'https://outro.example',
  origins: ['https://shop.example'],
  vhost,
  actions: { unlinkaccount: [...unlinkParameters] },
  redirects: ['https://account.example'],
  userKeys: [{ userKey: 'key', secret, permissions: ['*'] }],
  providers: {
    facebook: { clientId: '1', clientSecret: appSecret },
    google: { clientId: '2' },
    apple: { clientId: '3' },
    github: { clientSecret: 'z', inbound: { secret: hookSecret } },
    kakao: { clientSecret: 'admin', inbound: { appId: '77' } },
    naver: { clientId: 'n1', clientSecret: 'naver' },
    wechat: { clientId: 'w', clientSecret: 'wechat', inbound: { secret: 'a-push-secret' } },
    strava: { inbound: { secret: 'a-secret-address', subscriptionId: '9' } },
    'oidc-a': {
      clientId: '4',
      issuer: 'https://login.example',
      transmitter: { issuer: 'https://signals.example' },
      globalTokenRevocation: {},
    },
  },
  // How much one session and one site may ask is tried elsewhere.
  rateLimits: { session: 10_000_000, key: 10_000_000 },
  allowAccountDeletion: true,
});

// Every provider has documents about itself, and no key that an attacker has.
const network: typeof globalThis.fetch = (input) => {
  const { origin, pathname } = new URL(new Request(input).url);
  const document = { issuer: origin, jwks_uri: `${origin}/keys`, keys: [] };
  const isDocument = /well-known|keys/.test(pathname);
  return Promise.resolve(isDocument ? Response.json(document) : new Response('', { status: 404 }));
};

/** What comes along when a page, a form or somebody else's page asks with the site's own cookies. */
const siteHeaders = ({ atSite }: Input): Record<string, string> => {
  const [kind, uid] = atSite ?? [];
  if (kind === undefined) return {};
  const cookie = { Cookie: `sid=key-of-${uid}` };
  const origin = kind === 'stranger' ? 'https://evil.example' : 'https://shop.example';
  return kind === 'form' ? cookie : { ...cookie, Origin: origin, 'X-Outro': '1' };
};

/** What another network sends with its message: that it is signed. */
const hookHeaders = (body: string) => ({
  'X-GitHub-Event': 'github_app_authorization',
  'X-Hub-Signature-256': `sha256=${createHmac('sha256', hookSecret).update(body).digest('hex')}`,
});

/** What the network itself would send, signed, about one of the strangers. */
const signedRequest = (content: Record<string, unknown>): string => {
  const payload = Buffer.from(
    JSON.stringify({ algorithm: 'HMAC-SHA256', issued_at: Date.now() / 1000, ...content }),
  ).toString('base64url');
  return `${createHmac('sha256', appSecret).update(payload).digest('base64url')}.${payload}`;
};

/** Opens it all on the database of the tests. */
export const openWorld = async (): Promise<World> => {
  const database = await openTestDatabase();
  const [apiKey, vhost] = [`fuzz_${randomUUID()}`, String(Math.floor(Math.random() * 1e10))];
  const errors: unknown[] = [];
  const handler = createHandler({
    sites: [siteOf(apiKey, vhost)],
    encryptionKeys: [{ id: 'a', key: secret }],
    store: database.store,
    fetch: network,
    allowPrivateProviders: true,
    trustProxy: 1,
    metrics: true,
    logError: ({ error }) => errors.push(error),
    logMend: () => {},
  });
  const post = async (path: string, fields: Record<string, string>) => {
    const url = `https://outro.example/${path}`;
    const init = { method: 'POST', body: new URLSearchParams({ apiKey, ...fields }) };
    const request = new Request(url, { ...init, headers: { 'X-Forwarded-For': address } });
    return (await (await handler(request, { address: '10.0.0.1' })).json()) as Record<
      string,
      unknown
    >;
  };
  const signIn = async (siteUID: string): Promise<string> => {
    const path = 'socialize.notifyLogin';
    const body = signedBody(`https://outro.example/${path}`, secret, {
      apiKey,
      siteUID,
      // The strangers', whose keys the attackers hold.
      ...(Number(siteUID) > 42 && { siteSession: `key-of-${siteUID}` }),
      providerSessions: JSON.stringify({
        facebook: { providerUID: `f${siteUID}`, authToken: 'T' },
        github: { providerUID: `g${siteUID}` },
      }),
      loginIDs: JSON.stringify([{ value: `${siteUID}@shop.example`, wayIn: 'password' }]),
    });
    return String((await post(path, Object.fromEntries(body)))['cookieValue']);
  };
  await signIn('42');
  const [found] = await database.query(
    "select id from outro.accounts where site = $1 and uid = '42'",
    [apiKey],
  );
  const own: string[] = [];
  for (let uid = 43; uid < 103; uid += 1) own.push(await signIn(String(uid)));

  // Rows of outro's own memory name an account as text, wherever people live.
  const tables = {
    accounts: 'id::text',
    identities: 'account_id::text',
    login_ids: 'account_id::text',
    sessions: 'account_id::text',
    provider_sessions: 'account',
    journal: 'account',
    errands: 'account',
  };
  const dump = async (): Promise<string> => {
    const all = Object.entries(tables).map(([table, whose]) =>
      database.query(
        `select to_jsonb(t) as row from outro.${table} t where site = $1 and ${whose} = $2 order by 1`,
        [apiKey, String(found?.['id'])],
      ),
    );
    return JSON.stringify(await Promise.all(all));
  };

  const leave = async (): Promise<string[]> => {
    const [one, two] = [await signIn('7'), await signIn('7')];
    const removal = { login_token: one, provider: 'facebook', forceProvidersLogout: 'false' };
    const asked = {
      removal: await post('socialize.removeConnection', removal),
      ticket: await post('socialize.redeemLeaveTicket', { ticket: ticketOf(two) }),
      logout: await post('socialize.logout', { login_token: one }),
    };
    return Object.entries(asked).flatMap(([name, answer]) =>
      answer['errorCode'] === 0 && JSON.stringify(answer['receipt']).includes('"done"')
        ? []
        : `${name}: ${JSON.stringify(answer)}`,
    );
  };

  const fieldsOf = ({
    path,
    params,
    proof,
    key,
    signed,
    atSite,
  }: Input): Record<string, string> => {
    if (path.startsWith('action/v2/u')) {
      // The form takes no parameter that is not its own, and would refuse all the rest unread.
      const names: readonly string[] = [...unlinkParameters, 'csrf'];
      const fields = Object.entries(params).filter(([name]) => names.includes(name));
      return {
        vhost,
        uid: String(atSite?.[1] ?? 43),
        redirectUrl: '/back',
        ...Object.fromEntries(fields),
      };
    }
    const site = key === 'shop' ? apiKey : key;
    if (!signed) return { apiKey: site, ...params, ...(atSite ? {} : proof) };
    // The site's own server may do everything, so it is asked about the strangers only.
    const { email: _email, ...rest } = params;
    const about = { apiKey, ...rest, UID: signed, siteUID: signed, x_siteUID: signed };
    return Object.fromEntries(signedBody(`https://outro.example/${path}`, secret, about));
  };

  const bodyOf = (input: Input): string => {
    const { path, told, hooked, raw } = input;
    if (told && path.startsWith('inbound/shop/facebook'))
      return `signed_request=${signedRequest(told)}`;
    if (hooked !== undefined && path.startsWith('inbound/shop/github')) return hooked;
    return raw ?? new URLSearchParams(fieldsOf(input)).toString();
  };

  const requestOf = (input: Input): Request | undefined => {
    const { path, method, type, headers, signed } = input;
    const hasBody = signed !== undefined || !/^(GET|HEAD)$/.test(method);
    try {
      const form = bodyOf(input);
      const at = `https://outro.example/${path.replace(/^\/+/, '').replace('/shop/', `/${apiKey}/`)}`;
      const cookie = headers['Cookie']?.replace('glt_shop', `glt_${apiKey}`);
      return new Request(hasBody ? at : `${at}?${form}`, {
        method: signed === undefined ? method : 'POST',
        headers: {
          'X-Forwarded-For': address,
          ...headers,
          ...(cookie && { Cookie: cookie }),
          ...siteHeaders(input),
          ...(input.hooked === form && hookHeaders(form)),
          ...(hasBody && { 'Content-Type': type ?? 'application/x-www-form-urlencoded' }),
        },
        ...(hasBody && { body: form }),
      });
    } catch {
      return undefined;
    }
  };
  return { handler, errors, own, dump, requestOf, leave };
};
