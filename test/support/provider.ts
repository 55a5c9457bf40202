import { Provider } from 'oidc-provider';
import * as openid from 'openid-client';
import { openStorage } from '../../examples/demo/storage.ts';
import type { Walker } from './walker.ts';
import { listen } from './revocation.ts';

/** A real, certified OpenID provider on loopback that signs everybody in as Ada, and out without a question. */
export interface TestProvider {
  provider: Provider;
  issuer: string;
  /** Signs in as a browser does, and gives what the site tells of it. */
  signIn(walker: Walker): Promise<{ providerUID: string; idToken: string }>;
  /** Whether the person is signed in there, as a fresh visit shows. */
  isSignedIn(walker: Walker): Promise<boolean>;
}

const callback = 'https://shop.example/callback';

/**
 * Starts one.
 *
 * @param takesForms its logout page can be reached by a form too, as the specification wants; by default it cannot.
 * @param backchannel is given what it tells sites, server to server, when a session has ended.
 * @param answer of the person to its question whether to sign out.
 */
export const startProvider = async (
  takesForms: boolean,
  backchannel?: (request: Request) => Promise<Response>,
  answer: 'yes' | 'no' = 'yes',
): Promise<TestProvider> => {
  const { server, origin: issuer } = await listen();
  const storage = openStorage(':memory:');
  const provider = new Provider(issuer, {
    adapter: storage.adapterOf('op'),
    jwks: { keys: [storage.keyOf('op')] },
    clients: [
      {
        client_id: 'shop',
        client_secret: 'a client secret',
        redirect_uris: [callback, 'https://outro.example/leave/return'],
        post_logout_redirect_uris: ['https://outro.example/leave/return'],
        ...(backchannel && {
          backchannel_logout_uri: 'https://outro.example/backchannel',
          backchannel_logout_session_required: true,
        }),
      },
    ],
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    cookies: {
      keys: ['a cookie key'],
      // A form that another site sends carries no other cookies, so that one goes with the other.
      ...(takesForms && { long: { signed: true, sameSite: 'none', secure: false } }),
    },
    enableHttpPostMethods: takesForms,
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: backchannel !== undefined },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(context, form) {
          const yes = '<input type="hidden" name="logout" value="yes" form="op.logoutForm">';
          context.body = answer === 'yes' ? form + yes : form;
        },
      },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    ...(backchannel && {
      fetch: (input: string | URL | Request, init?: RequestInit) =>
        backchannel(new Request(input, init)),
    }),
  });
  provider.use(async (context, next) => {
    if (!context.path.startsWith('/interaction/')) return next();
    const { prompt, params } = await provider.interactionDetails(context.req, context.res);
    if (prompt.name === 'login') {
      const login = { accountId: 'ada' };
      await provider.interactionFinished(context.req, context.res, { login });
    } else {
      const grant = new provider.Grant({ accountId: 'ada', clientId: String(params['client_id']) });
      grant.addOIDCScope('openid');
      const consent = { grantId: await grant.save() };
      await provider.interactionFinished(context.req, context.res, { consent });
    }
    context.respond = false;
    return undefined;
  });
  const serve = provider.callback();
  server.on('request', (request, response) => void serve(request, response));

  const discover = () =>
    openid.discovery(new URL(issuer), 'shop', 'a client secret', undefined, {
      execute: [openid.allowInsecureRequests],
    });
  const authorize = async (walker: Walker, prompt?: string) => {
    const configuration = await discover();
    const verifier = openid.randomPKCECodeVerifier();
    const address = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: callback,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(prompt && { prompt }),
    });
    const { url } = await walker.go(address.href);
    return { configuration, verifier, url: new URL(url) };
  };
  return {
    provider,
    issuer,
    async signIn(walker) {
      const { configuration, verifier, url } = await authorize(walker);
      const tokens = await openid.authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
      });
      return { providerUID: tokens.claims()?.sub ?? '', idToken: tokens.id_token ?? '' };
    },
    async isSignedIn(walker) {
      const { url } = await authorize(walker, 'none');
      // Somebody who is signed in may be asked for consent; nobody else is.
      return url.searchParams.get('error') !== 'login_required';
    },
  };
};
