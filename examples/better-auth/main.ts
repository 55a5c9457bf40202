// Hono and better-auth: signing out and disconnecting answer as before, with a receipt.
// Copied out of the repository: npm install outro better-auth hono @hono/node-server, then node main.ts.
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { auth } from './auth.ts';

const page = readFileSync(new URL('page.html', import.meta.url), 'utf8');
const app = new Hono();
app.all('/api/auth/*', ({ req }) => auth.handler(req.raw));
app.get('/', (call) => call.html(page));

const port = Number(process.env['PORT'] ?? 3000);
const hostname = process.env['HOST'] ?? '127.0.0.1';
serve({ fetch: app.fetch, port, hostname }, () => console.log(`open at http://localhost:${port}`));
