// Whom the backend benchmark is about: people that any process can name by a number.
import { createHash, randomUUID } from 'node:crypto';

/** Runs one statement. */
export type Query = (sql: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;

export const apiKey = '3_bench';
export const secret = 'YmVuY2gtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE=';
export const origin = 'https://shop.example';

// As the SQL below makes them.
const uuid = (kind: number, person: number): string =>
  `00000000-0000-4000-800${kind}-${String(person).padStart(12, '0')}`;

/** What a request of a person, and the statements that it leads to, are made of. */
export const personOf = (person: number) => ({
  account: String(person),
  token: `token-${person}`,
  facebook: uuid(1, person),
  google: uuid(2, person),
  session: uuid(3, person),
  login: uuid(4, person),
});

/** The hash under which outro stores a text. */
export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Adds people to outro's tables: two connected providers, an e-mail with a password, a live session. None has a token
 * of a provider, so that a removal reaches no network.
 */
export const addPeople = async (query: Query, from: number, count: number): Promise<void> => {
  const to = from + count - 1;
  const id = (kind: number): string =>
    `('00000000-0000-4000-800${kind}-' || lpad(i::text, 12, '0'))::uuid`;
  await query(
    `insert into outro.accounts(id, site, uid, is_site_uid, profile) overriding system value
     select i, '${apiKey}', 'person ' || i, true, '{"firstName": "Ada", "lastName": "Lovelace"}'
     from generate_series($1::int, $2::int) i`,
    [from, to],
  );
  for (const [kind, provider] of [
    [1, 'facebook'],
    [2, 'google'],
  ] as const)
    await query(
      `insert into outro.identities(id, site, account_id, provider, provider_uid, profile, last_login_at)
       select ${id(kind)}, '${apiKey}', i, '${provider}', '${provider} ' || i, '{"nickname": "ada"}', now()
       from generate_series($1::int, $2::int) i`,
      [from, to],
    );
  await query(
    `insert into outro.login_ids(id, site, account_id, kind, value, value_norm, way_in, is_sites)
     select ${id(4)}, '${apiKey}', i, 'email', i || '@example.com', i || '@example.com', 'password', true
     from generate_series($1::int, $2::int) i`,
    [from, to],
  );
  await query(
    `insert into outro.sessions(id, site, account_id, identity_id, token_hash, ticket_hash, expires_at)
     select ${id(3)}, '${apiKey}', i, ${id(2)}, sha256(convert_to('token-' || i, 'UTF8')),
       sha256(convert_to('ticket-' || i, 'UTF8')), now() + interval '1 day'
     from generate_series($1::int, $2::int) i`,
    [from, to],
  );
};

/** The two requests of a person, as the browser SDK sends them. */
export const requestsOf = (person: number): { path: string; body: string }[] => {
  const body = (params: Record<string, string>): string =>
    String(
      new URLSearchParams({
        APIKey: apiKey,
        ...params,
        login_token: personOf(person).token,
        idempotencyKey: randomUUID(),
        authMode: 'cookie',
        sdk: 'js_outro',
        format: 'json',
      }),
    );
  return [
    {
      path: '/socialize.removeConnection',
      body: body({
        provider: 'facebook',
        lastIdentityHandling: 'soft',
        removeLoginID: 'false',
        forceProvidersLogout: 'true',
      }),
    },
    { path: '/socialize.logout', body: body({ forceProvidersLogout: 'true', sessions: 'this' }) },
  ];
};
