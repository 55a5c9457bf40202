// A site's sign-in, as better-auth's guide has it; what is there for outro ends in "outro".
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { outro } from 'outro/better-auth';

const port = Number(process.env['PORT'] ?? 3000);
const { GOOGLE_CLIENT_ID: clientId = '', GOOGLE_CLIENT_SECRET: clientSecret = '' } = process.env;

const leaving = outro(); // outro

export const auth = betterAuth({
  baseURL: `http://localhost:${port}`,
  secret: process.env['BETTER_AUTH_SECRET'] ?? 'a secret that is for trying things out only',
  database: new DatabaseSync(process.env['DATABASE'] ?? ':memory:'),
  emailAndPassword: { enabled: true },
  ...(clientId && { socialProviders: { google: { clientId, clientSecret } } }),
  plugins: [leaving], // outro
});

await (await getMigrations(auth.options)).runMigrations();
await leaving.start(); // outro
