import { createBrowserClient } from '@supabase/ssr';
import { createClient, isOutroError, type Response, type User } from 'outro';

// Keeps the session in a cookie, by which outro's backend recognises it.
const supabase = createBrowserClient(location.origin, 'anon');
const outro = createClient({
  apiKey: 'shop',
  apiDomain: `${location.origin}/outro`,
  credentials: true,
});
const find = (selector: string): HTMLElement => document.querySelector(selector) as HTMLElement;

const show = ({ receipt }: Response): void => {
  find('output').textContent = JSON.stringify(receipt);
};
const explain = (error: unknown): void => {
  find('output').textContent = isOutroError(error) ? error.message : String(error);
};

const showConnections = ({ user }: { user: User }): void => {
  const buttons = Object.keys(user.identities).map((provider) => {
    const button = document.createElement('button');
    button.textContent = `Disconnect ${provider}`;
    button.addEventListener(
      'click',
      () => void outro.removeConnection({ provider }).then(show, explain),
    );
    return button;
  });
  find('#connections').replaceChildren(...buttons);
};

/** Who Supabase itself says is there: a request, not what the page remembers. */
const look = async (): Promise<void> => {
  const { data } = await supabase.auth.getUser();
  find('#me').textContent = data.user ? `${data.user.email} is signed in.` : 'Nobody is signed in.';
  if (data.user) await outro.getUserInfo().then(showConnections, explain);
  else find('#connections').replaceChildren();
};

// The provider's tokens come to the page once; the site's server hands them to outro.
supabase.auth.onAuthStateChange((event, session) => {
  if (event !== 'SIGNED_IN' || !session?.provider_token) return;
  const body = JSON.stringify({
    provider: session.user.app_metadata.provider,
    tokens: { access: session.provider_token, refresh: session.provider_refresh_token },
    beganAt: Number(sessionStorage.getItem('beganAt')),
  });
  void fetch('/signed-in', { method: 'POST', body }).then(look);
});

find('#enter').addEventListener('click', () => {
  sessionStorage.setItem('beganAt', String(Date.now()));
  const queryParams = { login_hint: 'ada' };
  const options = { redirectTo: location.origin, queryParams };
  void supabase.auth.signInWithOAuth({ provider: 'google', options });
});
const logOut = async (): Promise<void> => {
  show(await outro.logout());
  // Its own memory of the session, in this page.
  await supabase.auth.signOut({ scope: 'local' });
  await look();
};
find('#logout').addEventListener('click', () => void logOut().catch(explain));
outro.on('connectionRemoved', showConnections);
await look();
