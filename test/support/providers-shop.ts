import { EventEmitter, once } from 'node:events';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import * as openid from 'openid-client';
import { signForm } from 'outro/server';

/** A provider as the shop knows it. */
export interface ShopProvider {
  origin: string;
  /** An OpenID provider, asked by its protocol; else one that knows people by a cookie alone. */
  isOpenId: boolean;
}

/** What the shop is told about its surroundings. */
export interface ProvidersShopOptions {
  origin: string;
  outroOrigin: string;
  apiKey: string;
  secret: string;
  providers: Record<string, ShopProvider>;
  /** Address of a provider's script that its page loads. */
  sdk: string;
  fetch: typeof globalThis.fetch;
}

/** What the page tells its server: the response of a call, by the person and the name of the call. */
export interface Told {
  errorCode: number;
  isComplete?: boolean;
  receipt: {
    step: string;
    provider?: string;
    status: string;
    reason?: string;
    url?: string;
  }[];
}

// The page tells its server what it was answered. Asking the page would lend it the rights of a click.
const pageOf = ({ outroOrigin, apiKey, sdk }: ProvidersShopOptions): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A shop with many providers</title>
<script src="${outroOrigin}/js/outro.js?apiKey=${apiKey}"></script>
<script src="${sdk}"></script>
<button id="logout">Log out</button>
<button id="leave">Log out, this page may be left</button>
<script>
  const options = new URLSearchParams(location.search);
  const person = /person=(\\w+)/.exec(document.cookie)?.[1];
  const client = outro.createClient({
    apiKey: '${apiKey}',
    apiDomain: '${outroOrigin}',
    timeout: Number(options.get('limit') ?? 5000),
  });
  const tell = (call, answer) => navigator.sendBeacon('/told', JSON.stringify({ person, call, answer }));
  const logout = (fullPage) => client.logout({ fullPage, callback: (answer) => tell('logout', answer) });
  document.getElementById('logout').addEventListener('click', () => logout(false));
  document.getElementById('leave').addEventListener('click', () => logout(true));
  if (options.has('onload')) logout(false);
  const departure = options.get('outro_departure');
  if (departure) client.getDeparture({ departure, callback: (answer) => tell('getDeparture', answer) });
</script>
</html>`;

/** A shop whose people sign in through many providers, and whose page tells what logging out came to. */
export const createProvidersShop = (shop: ProvidersShopOptions) => {
  const told = new EventEmitter();
  const site = new Hono();
  const flows = new Map<string, string>();
  const cookie = { secure: true, sameSite: 'Lax', path: '/' } as const;

  const discover = (id: string, issuer: string): Promise<openid.Configuration> =>
    openid.discovery(new URL(issuer), id, shop.secret, undefined, {
      [openid.customFetch]: shop.fetch as openid.CustomFetch,
    });

  const notifyLogin = async (siteUID: string, session: object): Promise<string> => {
    const url = `${shop.outroOrigin}/socialize.notifyLogin`;
    const providerSessions = JSON.stringify(session);
    const body = await signForm(url, shop.secret, {
      apiKey: shop.apiKey,
      siteUID,
      providerSessions,
    });
    const answer = (await (await shop.fetch(url, { method: 'POST', body })).json()) as Record<
      string,
      string
    >;
    if (!answer['cookieValue']) throw new Error(JSON.stringify(answer));
    return answer['cookieValue'];
  };

  site.get('/', (context) => context.html(pageOf(shop)));
  site.post('/told', async (context) => {
    const { person, call, answer } = (await context.req.json()) as Record<string, string>;
    told.emit(`${person} ${call}`, answer);
    return context.body(null, 204);
  });

  site.get('/connect/:provider/:person', async (context) => {
    const { provider: id, person } = context.req.param();
    const provider = shop.providers[id];
    if (!provider) return context.notFound();
    setCookie(context, 'person', person, cookie);
    const callback = `${shop.origin}/callback/${id}`;
    if (!provider.isOpenId)
      return context.redirect(
        `${provider.origin}/login?${new URLSearchParams({ as: person, return: callback }).toString()}`,
      );
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    flows.set(state, verifier);
    const address = openid.buildAuthorizationUrl(await discover(id, provider.origin), {
      redirect_uri: callback,
      scope: 'openid',
      login_hint: person,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    });
    return context.redirect(address.href);
  });

  site.get('/callback/:provider', async (context) => {
    const id = context.req.param('provider');
    const person = getCookie(context, 'person') ?? '';
    const { pathname, search, searchParams } = new URL(context.req.url);
    const state = searchParams.get('state') ?? '';
    const pkceCodeVerifier = flows.get(state);
    let idToken: string | undefined;
    if (pkceCodeVerifier !== undefined) {
      const configuration = await discover(id, shop.providers[id]?.origin ?? '');
      const here = new URL(pathname + search, shop.origin);
      const checks = { expectedState: state, pkceCodeVerifier };
      idToken = (await openid.authorizationCodeGrant(configuration, here, checks)).id_token;
    }
    const session = { [id]: { providerUID: person, ...(idToken && { idToken }) } };
    setCookie(context, `glt_${shop.apiKey}`, await notifyLogin(person, session), cookie);
    return context.redirect('/');
  });

  return {
    site,
    /** The next answer to a call that this person's page tells of; listen before you click. */
    hear: async (person: string, call: 'logout' | 'getDeparture'): Promise<Told> => {
      const limit = AbortSignal.timeout(45_000);
      const [answer] = (await once(told, `${person} ${call}`, { signal: limit })) as [Told];
      return answer;
    },
  };
};
