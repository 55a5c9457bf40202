// What a page needs to make a client and to log out by it: outro's ways, and its peers'.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Scripts that are served as they were built. */
const scripts: Record<string, string> = {
  'outro/global': `${dist}outro.js`,
};

/** Modules that are bundled, all alike. */
const modules: Record<string, string> = {
  outro: `import { createClient } from '${dist}index.js';
    const client = createClient({ apiKey: '3_key', apiDomain: 'outro.example' });
    window.logOut = () => client.logout();`,
  'auth0-spa-js': `import { Auth0Client } from '@auth0/auth0-spa-js';
    const client = new Auth0Client({ domain: 'auth.example', clientId: 'id' });
    window.logOut = () => client.logout();`,
  'supabase auth-js': `import { GoTrueClient } from '@supabase/auth-js';
    const client = new GoTrueClient({ url: 'https://auth.example/auth/v1', autoRefreshToken: false });
    window.logOut = () => client.signOut();`,
  'firebase/auth': `import { initializeApp } from '@firebase/app';
    import { getAuth, signOut } from '@firebase/auth';
    const auth = getAuth(initializeApp({ apiKey: 'key', authDomain: 'auth.example' }));
    window.logOut = () => signOut(auth);`,
  'better-auth/client': `import { createAuthClient } from 'better-auth/client';
    const client = createAuthClient({ baseURL: 'https://auth.example' });
    window.logOut = () => client.signOut();`,
  'hello.js': `import hello from 'hellojs';
    hello.init({ facebook: 'id' });
    window.logOut = () => hello('facebook').logout();`,
  'oidc-client-ts': `import { UserManager } from 'oidc-client-ts';
    const client = new UserManager({ authority: 'https://auth.example', client_id: 'id',
      redirect_uri: 'https://shop.example/' });
    window.logOut = () => client.signoutRedirect();`,
  'keycloak-js': `import Keycloak from 'keycloak-js';
    const client = new Keycloak({ url: 'https://auth.example', realm: 'shop', clientId: 'id' });
    window.logOut = () => client.logout();`,
  'msal-browser': `import { PublicClientApplication } from '@azure/msal-browser';
    const client = new PublicClientApplication({ auth: { clientId: 'id' } });
    window.logOut = () => client.logoutRedirect();`,
};

const bundle = async (contents: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    plugins: [
      {
        // What is imported later is not paid for at the start, whoever does so.
        name: 'later',
        setup({ onResolve }) {
          onResolve({ filter: /.*/ }, ({ kind, path }) =>
            kind === 'dynamic-import' ? { path, external: true } : undefined,
          );
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
};

/** The script that a page loads at its start, by library; outro's ways first. */
export const readEntries = async (): Promise<Record<string, string>> => {
  const texts: Record<string, string> = {};
  for (const [name, file] of Object.entries(scripts)) texts[name] = readFileSync(file, 'utf8');
  for (const [name, code] of Object.entries(modules)) texts[name] = await bundle(code);
  return texts;
};
