// npm install && DATABASE_URL=postgres://… npm start: a site on Next.js, Auth.js and Postgres, and outro on its tables.
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import next from 'next';
import pg from 'pg';
import { startNetwork } from './network.js';

const { env } = process;
const port = Number(env.PORT ?? 3000);
if (!env.DATABASE_URL)
  throw new Error('DATABASE_URL: expected the address of an empty Postgres database');
const client = new pg.Client({ connectionString: env.DATABASE_URL });
await client.connect();
await client.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'));
await client.end();

// The example has nobody to keep secrets from; a real site makes its own with `openssl rand -base64 32`.
const secretFor = (purpose) => createHmac('sha256', 'example').update(purpose).digest('base64');
Object.assign(env, {
  NEXT_TELEMETRY_DISABLED: '1',
  ORIGIN: `http://localhost:${port}`,
  ISSUER: `http://localhost:${port + 1}`,
  CLIENT_SECRET: secretFor('provider'),
  AUTH_SECRET: secretFor('sessions'),
  OUTRO_SECRET: secretFor('site'),
  OUTRO_KEY: secretFor('sealing'),
});
await startNetwork({
  issuer: env.ISSUER,
  client: {
    client_id: 'shop',
    client_secret: env.CLIENT_SECRET,
    redirect_uris: [`${env.ORIGIN}/api/auth/callback/acme`],
  },
});

// `next dev` and `next start` do the same, where there is a provider already.
const app = next({ dev: true, dir: fileURLToPath(new URL('.', import.meta.url)), port });
await app.prepare();
const answer = app.getRequestHandler();
const server = createServer((request, response) => void answer(request, response));
server.listen(port, env.HOST ?? '127.0.0.1', () => {
  console.log(`The page is open at ${env.ORIGIN}; stop with Ctrl+C`);
});
