import { createHmac } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { createHandler, type SitesConfiguration, type Store } from 'outro/server';
import { createAuthShop } from './auth-shop.ts';
import { createNetwork } from './network.ts';
import { createShop } from './site.ts';
import { openStorage } from './storage.ts';

/** Where the parts of the demo are, and on what they stand. */
export interface DemoOptions {
  origins: Record<'shop' | 'outro' | 'facebook' | 'linkedin', string>;
  /** The same shop on better-auth, where it is wanted: its origin, and the SQLite file of its people. */
  second?: { origin: string; file: string };
  /** Address of the interface that all of it listens on. Default: this machine alone. */
  host?: string;
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

// How a network is left, and takes a permission back: RFC 7009; these forget the consent together with a refresh token.
const networkOf = (id: keyof typeof names, network: string, clientId: string, shop: string) => {
  const url = new URL('/session/end', network);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('post_logout_redirect_uri', `${shop}/signed-out`);
  return {
    clientId,
    clientSecret: demoSecret(id),
    logout: { by: 'frame' as const, url: url.href },
    revoke: {
      by: 'request' as const,
      method: 'POST' as const,
      url: `${network}/token/revocation`,
      authorization: 'basic',
      form: { token: '{token}' },
      removes: 'grant' as const,
    },
  };
};

const networksOf = ({ origins }: DemoOptions, clientId: string, shop: string) => ({
  facebook: networkOf('facebook', origins.facebook, clientId, shop),
  linkedin: networkOf('linkedin', origins.linkedin, clientId, shop),
});

/** What the backend is told about the shop: the same as `outro serve --config` reads. */
const configurationOf = (options: DemoOptions): SitesConfiguration => ({
  sites: [
    {
      apiKey: 'demo-shop',
      secret: demoSecret('site'),
      publicUrl: options.origins.outro,
      origins: [options.origins.shop],
      providers: networksOf(options, 'shop', options.origins.shop),
    },
  ],
  encryptionKeys: [{ id: 'demo', key: demoSecret('encryption') }],
  // The stand-ins are on this machine.
  allowPrivateProviders: true,
});

const secondClient = 'auth-shop';

const openSecond = (
  { origin, file }: NonNullable<DemoOptions['second']>,
  networks: Parameters<typeof createAuthShop>[0]['networks'],
  options: DemoOptions,
) =>
  createAuthShop({
    origin,
    file,
    secret: demoSecret('better-auth'),
    clientId: secondClient,
    networks,
    providers: networksOf(options, secondClient, origin),
    other: options.origins.shop,
  });

// Serves an origin on its port.
const createListen =
  ({ tls, host = '127.0.0.1' }: DemoOptions) =>
  async (
    origin: string,
    answer: (...given: Parameters<RequestListener>) => unknown,
  ): Promise<Server> => {
    const listener: RequestListener = (...given) => void answer(...given);
    const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(Number(new URL(origin).port), host, resolve);
    });
    return server;
  };

/** Starts the shop, the outro backend and two OpenID providers, each on its own origin. */
export const startDemo = async (options: DemoOptions): Promise<Demo> => {
  const { origins, store, query, second } = options;
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
  const byId = Object.fromEntries(networks.map((network) => [network.id, network]));
  const secret = demoSecret('site');
  const shop = createShop({
    origin: origins.shop,
    outroOrigin: origins.outro,
    apiKey: 'demo-shop',
    secret,
    networks: byId,
    ...(second && { other: { name: 'better-auth', url: `${second.origin}/account` } }),
    fetch,
    ...(query && { readRows: () => readRows(query) }),
  });

  const listen = createListen(options);
  const provided = networks.map(async (network) => {
    const { id } = network;
    const from = second && { clientId: secondClient, origin: second.origin };
    const answer = createNetwork({
      ...network,
      siteOrigin: origins.shop,
      ...(from && { second: { ...from, callback: `${from.origin}/api/auth/callback/${id}` } }),
      storage,
    }).callback();
    return listen(network.origin, answer);
  });
  const servers = await Promise.all([
    listen(
      origins.shop,
      getRequestListener((request) => shop.fetch(request)),
    ),
    listen(origins.outro, getRequestListener(handler)),
    ...provided,
  ]);
  // It reads what the networks say of themselves at its start.
  const opened = second && (await openSecond(second, byId, options));
  if (opened)
    servers.push(
      await listen(
        second.origin,
        getRequestListener((request) => opened.site.fetch(request)),
      ),
    );
  return {
    apiKey: 'demo-shop',
    secret,
    async close() {
      await handler.close();
      await opened?.close();
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
