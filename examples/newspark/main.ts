// node examples/newspark/main.ts: pages without script, on a database that lives as long as this process.
import { PGlite } from '@electric-sql/pglite';
import { serve } from '@hono/node-server';
import { fromPglite } from 'outro/server';
import { createSite } from './site.ts';

const port = Number(process.env['PORT'] ?? 3010);
const origin = `http://localhost:${port}`;
const site = createSite(origin, await fromPglite(await PGlite.create()));
const hostname = process.env['HOST'] ?? '127.0.0.1';
serve({ fetch: site.fetch, port, hostname }, () => console.log(`The pages are open at ${origin}`));
