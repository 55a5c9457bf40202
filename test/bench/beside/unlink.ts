import { createHmac } from 'node:crypto';
import { betterAuth } from 'better-auth';
import type pg from 'pg';
import { createHandler, fromTables, identifyBy, tables } from '../../../src/server.ts';
import { runGuard } from '../../../src/server/operate/guard.ts';
import { libraries } from '../../beside/schemas.ts';
import { createDatabase } from '../../support/postgres.ts';
import { secret } from '../backend/people.ts';
import { openPool, settle } from '../backend/pool.ts';
import type { Ratio } from '../statistics.ts';
import { peopleOf, race, type Length, type Work } from './race.ts';

const shop = 'https://shop.example';

const cookieOf = (person: number): string => {
  const token = `token-${person}`;
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  return `better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
};

const addPeople = async (pool: pg.Pool, count: number): Promise<void> => {
  const series = 'from generate_series(0, $1::int - 1) i';
  await pool.query(
    `insert into "user" (id, name, email, "emailVerified", "updatedAt")
      select 'u' || i, 'Ada', i || '@example.com', true, now() ${series}`,
    [count],
  );
  for (const provider of ['facebook', 'google'])
    await pool.query(
      `insert into account (id, "accountId", "providerId", "userId", "updatedAt")
        select '${provider}' || i, '${provider} ' || i, '${provider}', 'u' || i, now() ${series}`,
      [count],
    );
  await pool.query(
    `insert into session (id, token, "userId", "expiresAt", "updatedAt")
      select 's' || i, 'token-' || i, 'u' || i, now() + interval '7 days', now() ${series}`,
    [count],
  );
};

const toBody = async (answering: Promise<Response>): Promise<Record<string, unknown>> => {
  const answer = await answering;
  const body = (await answer.json()) as Record<string, unknown>;
  // Whoever refuses is quick.
  if (answer.status !== 200 || (body['errorCode'] ?? 0) !== 0)
    throw new Error(`answered ${answer.status} ${JSON.stringify(body)}`);
  return body;
};

const openOutro = async (url: string, pool: pg.Pool) => {
  await runGuard(url, 'betterAuth', { mode: 'refuse' });
  const store = await fromTables(pool, tables.betterAuth);
  const handler = createHandler({
    store,
    encryptionKeys: [{ id: 'one', key: secret }],
    sites: [
      {
        apiKey: 'shop',
        secret,
        publicUrl: 'https://outro.example',
        origins: [shop],
        identify: identifyBy.betterAuth({ secret }),
        rateLimits: false,
      },
    ],
  });
  const unlink: Work = (person) =>
    toBody(
      handler(
        new Request('https://outro.example/socialize.removeConnection', {
          method: 'POST',
          headers: { Origin: shop, 'X-Outro': '1', Cookie: cookieOf(person) },
          body: new URLSearchParams({
            apiKey: 'shop',
            provider: 'facebook',
            lastIdentityHandling: 'fail',
            forceProvidersLogout: 'false',
          }),
        }),
      ),
    );
  const close = async (): Promise<void> => {
    await handler.close();
    await store.close();
  };
  return { unlink, close };
};

const openLibrary = (pool: pg.Pool): Work => {
  const { handler } = betterAuth({
    secret,
    baseURL: shop,
    database: pool,
    advanced: { useSecureCookies: false },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  });
  return (person) =>
    toBody(
      handler(
        new Request(`${shop}/api/auth/unlink-account`, {
          method: 'POST',
          headers: {
            Origin: shop,
            'Content-Type': 'application/json',
            Cookie: cookieOf(person),
          },
          body: JSON.stringify({ accountId: `facebook${person}` }),
        }),
      ),
    );
};

/** An unlink on better-auth's tables by outro, with the guard: by better-auth itself. */
export const measureUnlink = async (server: string, length: Length): Promise<Ratio> => {
  const urls = [await createDatabase(server), await createDatabase(server)] as const;
  const pools = urls.map((url) => openPool(url));
  const [ours, theirs] = pools as [pg.Pool, pg.Pool];
  for (const pool of pools) {
    await pool.query(libraries.betterAuth.schema);
    await addPeople(pool, peopleOf(length));
    await settle(async (text) => pool.query(text));
  }
  const outro = await openOutro(urls[0], ours);
  const ratio = await race(length, outro.unlink, openLibrary(theirs));
  for (const pool of pools) {
    const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from account');
    if (rows[0]?.n !== peopleOf(length))
      throw new Error(`expected everybody with one account, found ${rows[0]?.n} accounts`);
  }
  await outro.close();
  await theirs.end();
  return ratio;
};
