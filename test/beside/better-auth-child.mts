// A process of a site on better-auth, which unlinks an account at a provider that never answers, and says when it asks.
import { betterAuth } from 'better-auth';
import pg from 'pg';
import { outro } from '../../src/better-auth.ts';

const [url = '', cookie = '', accountId = ''] = process.argv.slice(2);
const origin = 'http://localhost:3000';
const auth = betterAuth({
  baseURL: origin,
  secret: 'the secret of a site that is only a test',
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  database: new pg.Pool({ connectionString: url }),
  socialProviders: { google: { clientId: 'id', clientSecret: 'secret' } },
  plugins: [
    outro({
      allowPrivateProviders: true,
      fetch: () => {
        process.stdout.write('asking\n');
        return new Promise(() => {});
      },
    }),
  ],
});
await auth.handler(
  new Request(`${origin}/api/auth/unlink-account`, {
    method: 'POST',
    headers: { Origin: origin, Cookie: cookie, 'Content-Type': 'application/json' },
    body: JSON.stringify({ accountId }),
  }),
);
