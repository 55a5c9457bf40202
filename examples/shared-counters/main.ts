// DATABASE_URL=postgres://… node examples/shared-counters/main.ts: two instances of outro that count as one.
import { randomUUID } from 'node:crypto';
import { createHandler, fromPg } from 'outro/server';
import pg from 'pg';
import { createCounters } from './counters.ts';

const connectionString = process.env['DATABASE_URL'];
if (!connectionString) throw new Error('DATABASE_URL: expected the address of a Postgres');
const pool = new pg.Pool({ connectionString });
const store = await fromPg(pool);
const counters = await createCounters(pool);

const made = (purpose: string): string => Buffer.from(purpose.padEnd(32, '.')).toString('base64');
const site = {
  apiKey: 'shared-counters',
  secret: made('the secret of an example'),
  publicUrl: 'https://outro.example',
  rateLimits: { refusals: 6 },
};
const open = () =>
  createHandler({
    sites: [site],
    encryptionKeys: [{ id: 'example', key: made('the key of an example') }],
    store,
    rateLimits: { store: counters },
  });

// Somebody guesses session tokens, at one instance and at the other in turn.
const [first, second] = [open(), open()];
const address = `2001:db8:${Math.floor(Math.random() * 65_536).toString(16)}::1`;
for (let guess = 0; guess < 8; guess += 1) {
  const body = new URLSearchParams({ apiKey: site.apiKey, login_token: randomUUID() });
  const request = new Request(`${site.publicUrl}/socialize.getUserInfo`, { method: 'POST', body });
  const handler = guess % 2 === 0 ? first : second;
  const response = await handler(request, { address });
  const { errorCode } = (await response.json()) as { errorCode: number };
  console.log(`guess ${guess + 1}, instance ${(guess % 2) + 1}: ${errorCode}`);
}
await store.close();
// The package looks for old counters every hour, as long as the process lives.
process.exit(0);
