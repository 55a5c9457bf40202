import PostgresAdapter from '@auth/pg-adapter';
import NextAuth from 'next-auth';
import { getToken } from 'next-auth/jwt';
import { pool } from './database.ts';
import { openOutro } from './outro.ts';

const secret = process.env['AUTH_SECRET'] ?? '';

// Where Auth.js notes a sign-in that is under way; over https the name begins with `__Secure-`.
const begun = 'authjs.pkce.code_verifier';
const noted = { secret, cookieName: begun, salt: begun };

export const { handlers, auth, signIn } = NextAuth((request) => ({
  secret,
  trustHost: true,
  adapter: PostgresAdapter(pool),
  providers: [
    {
      id: 'acme',
      name: 'Acme',
      type: 'oidc',
      issuer: process.env['ISSUER'] ?? '',
      clientId: 'shop',
      clientSecret: process.env['CLIENT_SECRET'] ?? '',
      checks: ['pkce', 'state'],
    },
  ],
  events: {
    async signIn({ user, account }) {
      if (!account) return;
      // outro
      const { iat } = (request && (await getToken({ ...noted, req: request }))) ?? {};
      const beganAt = iat === undefined ? undefined : new Date(iat * 1000);
      const tokens = { access: account.access_token, refresh: account.refresh_token };
      const person = { provider: account.provider, subject: account.providerAccountId };
      // It throws where the identity was removed since this sign-in began; then nobody is signed in.
      await (await openOutro()).signedIn({ uid: String(user.id), ...person, tokens, beganAt });
      // /outro
    },
  },
}));
