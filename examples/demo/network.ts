import { Provider } from 'oidc-provider';
import { page } from './page.ts';
import type { Storage } from './storage.ts';

/** How a stand-in network is set up. */
export interface NetworkOptions {
  id: string;
  name: string;
  origin: string;
  siteOrigin: string;
  clientSecret: string;
  /** Another site with its own client, and where it is called back. */
  second?: { clientId: string; origin: string; callback: string };
  storage: Storage;
}

type Context = Parameters<Parameters<Provider['use']>[0]>[0];

const readForm = async (context: Context): Promise<URLSearchParams> => {
  const chunks: Buffer[] = [];
  for await (const chunk of context.req) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
};

/**
 * A social network for the demo and the tests: a real, certified OpenID provider with its own sign-in and
 * consent page. Any name signs in; the name is the user id.
 */
export const createNetwork = (options: NetworkOptions): Provider => {
  const { id, name, origin, siteOrigin, second, storage } = options;
  const sites = [
    { clientId: 'shop', origin: siteOrigin, callback: `${siteOrigin}/callback/${id}` },
    ...(second ? [second] : []),
  ];
  const isSecure = origin.startsWith('https:');
  // As the large networks do: a cookie that frames on other sites can carry.
  const cookie = isSecure
    ? { sameSite: 'none' as const, secure: true }
    : { sameSite: 'lax' as const };
  const provider = new Provider(origin, {
    adapter: storage.adapterOf(id),
    jwks: { keys: [storage.keyOf(id)] },
    clients: sites.map((site) => ({
      client_id: site.clientId,
      client_secret: options.clientSecret,
      redirect_uris: [site.callback],
      post_logout_redirect_uris: [`${site.origin}/signed-out`],
      grant_types: ['authorization_code', 'refresh_token'],
    })),
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, name: accountId, email: `${accountId}@${id}.example` }),
    }),
    cookies: {
      keys: [options.clientSecret],
      names: { session: `${id}_session`, interaction: `${id}_interaction`, resume: `${id}_resume` },
      long: { signed: true, ...cookie },
      short: { signed: true, ...cookie },
    },
    features: {
      devInteractions: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(context, form) {
          // Signs out without a question, as a network does that trusts the sites it lists.
          context.body = page(
            `Signing out of ${name}`,
            `${form}<input type="hidden" name="logout" value="yes" form="op.logoutForm">
             <script>document.forms[0].submit()</script>`,
          );
        },
      },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    // Seconds.
    ttl: {
      AccessToken: 3600,
      IdToken: 3600,
      Interaction: 3600,
      Session: 1_209_600,
      Grant: 1_209_600,
      RefreshToken: 1_209_600,
    },
  });
  provider.on('server_error', (_context, error) => console.error(error));

  provider.use(async (context, next) => {
    if (context.path.startsWith('/interaction/')) return interact(provider, name, context);
    if (context.path === '/whoami') {
      // For the demo pages alone: who is signed in to this network in this browser?
      const session = await provider.Session.get(context);
      const asking = sites.find((site) => site.origin === context.get('Origin'));
      context.set('Access-Control-Allow-Origin', asking?.origin ?? siteOrigin);
      context.set('Access-Control-Allow-Credentials', 'true');
      context.body = { signedIn: session.accountId ?? null };
      return undefined;
    }
    return next();
  });
  return provider;
};

const interact = async (provider: Provider, name: string, context: Context): Promise<void> => {
  const { prompt, params, session } = await provider.interactionDetails(context.req, context.res);
  if (context.method !== 'POST') {
    context.body =
      prompt.name === 'login'
        ? page(
            `Sign in to ${name}`,
            `<form method="post"><label>Your name <input name="name" required pattern="[A-Za-z0-9]{1,20}" autofocus></label>
             <button>Sign in</button></form>`,
          )
        : page(
            'Allow access?',
            `<p>The shop wants to see your name and e-mail address at ${name}.</p>
             <form method="post"><button>Allow</button></form>`,
          );
    return;
  }
  if (prompt.name === 'login') {
    const accountId = (await readForm(context)).get('name') ?? '';
    await provider.interactionFinished(context.req, context.res, { login: { accountId } });
  } else {
    const grant = new provider.Grant({
      accountId: session?.accountId ?? '',
      clientId: String(params['client_id']),
    });
    grant.addOIDCScope(String(params['scope']));
    const grantId = await grant.save();
    const result = { consent: { grantId } };
    await provider.interactionFinished(context.req, context.res, result, {
      mergeWithLastSubmission: true,
    });
  }
  context.respond = false;
};
