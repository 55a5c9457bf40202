import { createHmac } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { createHandler, type SitesConfiguration, type Store } from 'outro/server';
import { createNetwork } from './network.ts';
import { createShop } from './site.ts';
import { openStorage } from './storage.ts';

/** Where the parts of the demo are, and on what they stand. */
export interface DemoOptions {
  origins: { shop: string; outro: string; facebook: string; linkedin: string };
  store: Store;
  /** SQLite file of the stand-in networks; `:memory:` forgets. */
  networkFile: string;
  /** Key and certificate, when the origins are https. */
  tls?: { key: string; cert: string };
  /** How the shop's server reaches the others. Default: the platform's. */
  fetch?: typeof globalThis.fetch;
  /** Asks the database itself, for the drawer "under the hood"; a real shop shows nobody its rows. */
  query?: (sql: string) => Promise<unknown[]>;
}

/** A running demo. */
export interface Demo {
  apiKey: string;
  secret: string;
  close(): Promise<void>;
}

const names = { facebook: 'Facebook', linkedin: 'LinkedIn' };

// The demo has nobody to keep secrets from; a real site makes its own with `openssl rand -base64 32`.
const demoSecret = (purpose: string): string =>
  createHmac('sha256', 'outro demo').update(purpose).digest('base64');

const rowsOf = {
  identities: `select provider, provider_uid as person, state, sealed_tokens is not null as tokens
    from outro.identities order by last_login_at desc nulls last limit 4`,
  sessions: `select ended_at is null as open, end_reason as ended
    from outro.sessions order by coalesce(ended_at, created_at) desc limit 4`,
  journal: 'select id, actor, method, provider from outro.journal order by id desc limit 4',
  errands:
    'select kind, destination, state, attempts from outro.errands order by created_at desc limit 4',
};

const readRows = async (
  query: NonNullable<DemoOptions['query']>,
): Promise<Record<string, unknown[]>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(rowsOf).map(async ([table, sql]) => [table, await query(sql)] as const),
    ),
  );

/** What the backend is told about the shop: the same as `outro serve --config` reads. */
const configurationOf = ({ origins }: DemoOptions): SitesConfiguration => {
  const network = (id: keyof typeof names) => {
    const url = new URL('/session/end', origins[id]);
    url.searchParams.set('client_id', 'shop');
    url.searchParams.set('post_logout_redirect_uri', `${origins.shop}/signed-out`);
    return {
      clientId: 'shop',
      clientSecret: demoSecret(id),
      logout: { by: 'frame' as const, url: url.href },
      // RFC 7009; these providers forget the consent together with a refresh token.
      revoke: {
        by: 'request' as const,
        method: 'POST' as const,
        url: `${origins[id]}/token/revocation`,
        authorization: 'basic',
        form: { token: '{token}' },
        removes: 'grant' as const,
      },
    };
  };
  return {
    sites: [
      {
        apiKey: 'demo-shop',
        secret: demoSecret('site'),
        publicUrl: origins.outro,
        origins: [origins.shop],
        providers: { facebook: network('facebook'), linkedin: network('linkedin') },
      },
    ],
    encryptionKeys: [{ id: 'demo', key: demoSecret('encryption') }],
    // The stand-ins are on this machine.
    allowPrivateProviders: true,
  };
};

/** Starts the shop, the outro backend and two OpenID providers, each on its own origin. */
export const startDemo = async (options: DemoOptions): Promise<Demo> => {
  const { origins, tls, store, query } = options;
  const storage = openStorage(options.networkFile);
  const configuration = configurationOf(options);
  const fetch = options.fetch ?? globalThis.fetch;
  const handler = createHandler({ ...configuration, store, fetch });
  // Whatever a network could not be told at once is told later.
  handler.start();

  const networks = Object.entries(names).map(([id, name]) => ({
    id,
    name,
    origin: origins[id as keyof typeof names],
    clientSecret: demoSecret(id),
  }));
  const secret = demoSecret('site');
  const shop = createShop({
    origin: origins.shop,
    outroOrigin: origins.outro,
    apiKey: 'demo-shop',
    secret,
    networks: Object.fromEntries(networks.map((network) => [network.id, network])),
    fetch,
    ...(query && { readRows: () => readRows(query) }),
  });

  const listeners: [string, RequestListener][] = [
    [origins.shop, getRequestListener((request) => shop.fetch(request))],
    [origins.outro, getRequestListener(handler)],
    ...networks.map((network): [string, RequestListener] => [
      network.origin,
      createNetwork({ ...network, siteOrigin: origins.shop, storage }).callback(),
    ]),
  ];
  const servers = await Promise.all(
    listeners.map(async ([origin, listener]) => {
      const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(Number(new URL(origin).port), resolve);
      });
      return server;
    }),
  );
  return {
    apiKey: 'demo-shop',
    secret,
    async close() {
      await handler.close();
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
      storage.close();
    },
  };
};
