// Stands in for the provider that a site has: a real OpenID provider. Whoever is named by `login_hint` is signed in at once.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

/** Opens it at its origin, for one client. */
export const startNetwork = async ({ issuer, client }) => {
  const provider = new Provider(issuer, {
    clients: [{ grant_types: ['authorization_code', 'refresh_token'], ...client }],
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, name: accountId, email: `${accountId}@people.example` }),
    }),
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    conformIdTokenClaims: false,
    cookies: { keys: [client.client_secret] },
    pkce: { required: () => false },
    // Seconds.
    ttl: { AccessToken: 3600, IdToken: 3600, Interaction: 3600, Session: 86_400, Grant: 86_400 },
    features: {
      devInteractions: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, { clientId }, token) => token.clientId === clientId,
      },
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      const { accountId } = oidc.session;
      const grant = new provider.Grant({ clientId: client.client_id, accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (context, next) => {
    if (!context.path.startsWith('/interaction/')) return next();
    const { params } = await provider.interactionDetails(context.req, context.res);
    context.respond = false;
    const login = { accountId: params.login_hint ?? 'ada' };
    return provider.interactionFinished(context.req, context.res, { login });
  });
  const answer = provider.callback();
  const server = createServer((request, response) => void answer(request, response));
  // Other machines have nothing to do with an example.
  const { HOST = '127.0.0.1' } = process.env;
  await new Promise((resolve) => server.listen(new URL(issuer).port, HOST, resolve));
  return server;
};
