import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { genericOAuth } from 'better-auth/plugins';
import { Hono } from 'hono';
import { outro, type OutroOptions } from 'outro/better-auth';
import { addPages } from './pages.ts';

/** What the shop on better-auth knows of its surroundings. */
export interface AuthShopOptions {
  origin: string;
  secret: string;
  /** Its client id at the networks. */
  clientId: string;
  networks: Record<string, { name: string; origin: string; clientSecret: string }>;
  /** How the networks are left, and how they take a permission back. */
  providers: NonNullable<OutroOptions['providers']>;
  /** SQLite file of its people; `:memory:` forgets. */
  file: string;
  /** The shop that has no sign-in of its own. */
  other: string;
}

const rowsOf = {
  account:
    'select providerId as provider, accountId as person from account order by createdAt desc limit 4',
  session: 'select expiresAt as expires from session order by createdAt desc limit 4',
  outroEntry: 'select number, actor, method, provider from outroEntry order by number desc limit 4',
  outroErrand: 'select kind, destination, state, attempts from outroErrand limit 4',
};

/** The same shop on better-auth: its own people, its own sessions, which no script can read, and outro as a plugin. */
export const createAuthShop = async (shop: AuthShopOptions) => {
  const { origin, clientId, networks, file } = shop;
  const database = new DatabaseSync(file);
  const leaving = outro({
    providers: shop.providers,
    leaves: 'connected',
    allowPrivateProviders: true,
  });
  const auth = betterAuth({
    baseURL: origin,
    secret: shop.secret,
    telemetry: { enabled: false },
    database,
    account: {
      accountLinking: { trustedProviders: Object.keys(networks), allowDifferentEmails: true },
    },
    plugins: [
      genericOAuth({
        config: Object.entries(networks).map(([providerId, network]) => ({
          providerId,
          clientId,
          clientSecret: network.clientSecret,
          discoveryUrl: `${network.origin}/.well-known/openid-configuration`,
          scopes: ['openid', 'profile', 'email', 'offline_access'],
          prompt: 'consent',
          pkce: true,
        })),
      }),
      leaving,
    ],
  });
  await (await getMigrations(auth.options)).runMigrations();
  await leaving.start();

  const site = new Hono();
  addPages(site, {
    origin,
    outroOrigin: `${origin}/api/auth/outro`,
    apiKey: 'better-auth',
    // The session is a cookie that scripts cannot read.
    configuration: '{ credentials: true }',
    networks,
    other: { name: 'outro alone', url: `${shop.other}/account` },
    readRows: async () =>
      Object.fromEntries(
        Object.entries(rowsOf).map(([table, sql]) => [table, database.prepare(sql).all()]),
      ),
  });
  site.all('/api/auth/*', ({ req }) => auth.handler(req.raw));
  site.get('/', (context) => context.redirect('/account'));
  site.get('/signed-out', (context) => context.text('Signed out.'));
  site.get('/connect/:network', async (context) => {
    const provider = context.req.param('network');
    if (!Object.hasOwn(networks, provider)) return context.notFound();
    const { headers } = context.req.raw;
    const isIn = await auth.api.getSession({ headers });
    const given = {
      body: { provider, callbackURL: '/account' },
      headers,
      returnHeaders: true,
    } as const;
    const begun = await (isIn ? auth.api.linkSocialAccount(given) : auth.api.signInSocial(given));
    for (const cookie of begun.headers.getSetCookie())
      context.header('Set-Cookie', cookie, { append: true });
    return context.redirect(begun.response.url ?? '/account');
  });
  return {
    site,
    async close(): Promise<void> {
      await leaving.stop();
      database.close();
    },
  };
};
