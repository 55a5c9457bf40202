// npm install && DATABASE_URL=postgres://… npm start: a Vite app on Supabase Auth, and outro on its tables.
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import pg from 'pg';
import { createServer as createVite } from 'vite';
import { createAuth } from './auth.ts';
import { createOutro } from './outro.ts';

const { DATABASE_URL, PORT = '3000', HOST = '127.0.0.1' } = process.env;
if (!DATABASE_URL)
  throw new Error('DATABASE_URL: expected the address of an empty Postgres database');
const pool = new pg.Pool({ connectionString: DATABASE_URL });
await pool.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'));

// The example has nobody to keep secrets from; a real site makes its own with `openssl rand -base64 32`.
const secretFor = (purpose: string): string =>
  createHmac('sha256', 'example').update(purpose).digest('base64');
const origin = `http://localhost:${PORT}`;
const jwtSecret = secretFor('tokens');
const keys = { site: secretFor('site'), sealing: secretFor('sealing') };

const auth = createAuth(pool, jwtSecret);
const { outro, signedIn } = await createOutro({ pool, origin, jwtSecret, keys });
const vite = await createVite({
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  cacheDir: '../node_modules/.vite-supabase',
  // In the repository the package is a link to its root; where it is installed, `fs` goes.
  server: { middlewareMode: true, hmr: false, ws: false, fs: { allow: ['../../..'] } },
  logLevel: 'warn',
});
const places: [string, (request: Request) => Promise<Response>][] = [
  ['/auth/v1/', auth],
  ['/outro/', outro],
  ['/signed-in', signedIn],
];
const listeners = places.map(([path, answer]) => ({
  path,
  answer: getRequestListener((request) => answer(request)),
}));
const server = createServer((request, response) => {
  const found = listeners.find(({ path }) => request.url?.startsWith(path));
  if (found) void found.answer(request, response);
  else vite.middlewares(request, response);
});
server.listen(Number(PORT), HOST, () => {
  console.log(`The page is open at ${origin}; stop with Ctrl+C`);
});
