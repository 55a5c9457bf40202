// npm install && DATABASE_URL=postgres://… npm start: a site on Express, Passport and Postgres, and outro on its tables.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { startNetwork } from './network.js';
import { createOutro } from './outro.js';
import { clientID, createSite } from './site.js';

// The example has nobody to keep secrets from; a real site makes its own with `openssl rand -base64 32`.
const secretFor = (purpose) => createHmac('sha256', 'example').update(purpose).digest('base64');

const { DATABASE_URL, PORT = '3000', HOST = '127.0.0.1' } = process.env;
if (!DATABASE_URL)
  throw new Error('DATABASE_URL: expected the address of an empty Postgres database');
const pool = new pg.Pool({ connectionString: DATABASE_URL });
await pool.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'));

const origin = `http://localhost:${PORT}`;
const issuer = `http://localhost:${Number(PORT) + 1}`;
const clientSecret = secretFor('provider');
const client = {
  client_id: clientID,
  client_secret: clientSecret,
  redirect_uris: [`${origin}/login/return`],
};
await startNetwork({ issuer, client });

const keys = { site: secretFor('site'), sealing: secretFor('sealing') };
const place = { pool, issuer, clientSecret, origin, secret: secretFor('sessions') };
const { handler: outro } = await createOutro({ ...place, publicUrl: `${origin}/outro`, keys });
createServer(createSite({ ...place, outro })).listen(PORT, HOST, () => {
  console.log(`The page is open at ${origin}; stop with Ctrl+C`);
});
