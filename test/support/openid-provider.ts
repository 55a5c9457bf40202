import { Provider, type ClientMetadata } from 'oidc-provider';
import { page } from '../../examples/demo/page.ts';
import type { Storage } from '../../examples/demo/storage.ts';

/** What sets one OpenID provider apart from another. */
export interface OpenIdProviderOptions {
  origin: string;
  sameSite: 'none' | 'lax';
  /** Asks "Do you want to sign out?" and takes a No; else it signs out without a question. */
  asks: boolean;
  clients: ClientMetadata[];
  storage: Storage;
  /** How it reaches the backends that it tells of a logout. */
  fetch: typeof globalThis.fetch;
}

/**
 * A real, certified OpenID provider, told apart by its cookie and by its logout page. Whoever is named by
 * `login_hint` is signed in without a page in between; `/whoami` says who is.
 */
export const createOpenIdProvider = (options: OpenIdProviderOptions): Provider => {
  const { origin, sameSite, asks, storage } = options;
  const cookie = { signed: true, secure: true, sameSite };
  const provider = new Provider(origin, {
    adapter: storage.adapterOf(origin),
    jwks: { keys: [storage.keyOf(origin)] },
    clients: options.clients,
    fetch: options.fetch,
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    cookies: { keys: [origin], long: cookie, short: cookie },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(context, form) {
          const yes = 'name="logout" value="yes" form="op.logoutForm"';
          context.body = asks
            ? page(
                'Do you want to sign out?',
                `${form}<button ${yes}>Yes</button><button form="op.logoutForm">No</button>`,
              )
            : page(
                'Signing out',
                `${form}<input type="hidden" ${yes}><script>document.forms[0].submit()</script>`,
              );
        },
      },
    },
    // Only a cookie that a form on another site carries makes this of use, so it allows it for no other.
    enableHttpPostMethods: sameSite === 'none',
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    // Seconds.
    ttl: { AccessToken: 3600, IdToken: 3600, Interaction: 3600, Session: 86_400, Grant: 86_400 },
  });
  provider.on('server_error', (_context, error) => console.error(error));

  provider.use(async (context, next) => {
    if (context.path === '/whoami') {
      const session = await provider.Session.get(context);
      context.body = session.accountId ?? '';
      return undefined;
    }
    if (!context.path.startsWith('/interaction/')) return next();
    const { params } = await provider.interactionDetails(context.req, context.res);
    const login = { accountId: String(params['login_hint']) };
    context.respond = false;
    return provider.interactionFinished(context.req, context.res, { login });
  });
  return provider;
};
