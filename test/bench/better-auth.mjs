// A process of its own: better-auth over Postgres, as its documentation sets it up; told what to do by messages.
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { obeyOrders, readUsage } from './backend/orders.ts';
import { origin, secret } from './backend/people.ts';
import { openPool, settle } from './backend/pool.ts';

let pool;

const start = async (url) => {
  pool = openPool(url);
  const options = {
    secret,
    baseURL: 'http://127.0.0.1',
    database: pool,
    trustedOrigins: [origin],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true },
    socialProviders: {
      facebook: { clientId: 'facebook', clientSecret: 'facebook' },
      google: { clientId: 'google', clientSecret: 'google' },
    },
  };
  const { runMigrations } = await getMigrations(options);
  await runMigrations();
  const handle = toNodeHandler(betterAuth(options));
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
};

const addPeople = async (from, count) => {
  const values = [from, from + count - 1];
  const series = 'from generate_series($1::int, $2::int) i';
  await pool.query(
    `insert into "user"(id, name, email, "emailVerified", "createdAt", "updatedAt")
     select 'u' || i, 'Ada Lovelace', i || '@example.com', true, now(), now() ${series}`,
    values,
  );
  for (const provider of ['facebook', 'google', 'credential'])
    await pool.query(
      `insert into account(id, "accountId", "providerId", "userId", "createdAt", "updatedAt")
       select '${provider}' || i, '${provider} ' || i, '${provider}', 'u' || i, now(), now() ${series}`,
      values,
    );
  await pool.query(
    `insert into session(id, token, "userId", "expiresAt", "createdAt", "updatedAt")
     select 's' || i, 'token-' || i, 'u' || i, now() + interval '7 days', now(), now() ${series}`,
    values,
  );
};

obeyOrders(async (order) => {
  if (order.do === 'start') return start(order.url);
  if (order.do === 'people') return addPeople(order.from, order.count);
  if (order.do === 'usage') return readUsage();
  if (order.do === 'settle') return settle((sql) => pool.query(sql));
  if (order.do === 'count') {
    const { rows } = await pool.query(
      `select (select count(*) from session)::int as sessions,
        (select count(*) from account where "providerId" = 'facebook')::int as accounts,
        (select count(*) from "user")::int as people`,
    );
    const [{ sessions, accounts, people }] = rows;
    return 2 * people - sessions - accounts;
  }
  throw new Error(`${order.do}: expected what better-auth can do`);
});
