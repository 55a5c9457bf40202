// Whom the backend benchmark is about: people that any process can name by a number.
import { randomUUID } from 'node:crypto';

/** Runs one statement. */
export type Query = (sql: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;

/** People of consecutive numbers, each with so many live sessions. */
export interface People {
  from: number;
  count: number;
  /** Default: one. */
  sessions?: number;
}

export const apiKey = '3_bench';
export const secret = 'YmVuY2gtbWFkZS11cC1zZWNyZXQta2V5LTAwMDAwMSE=';
export const origin = 'https://shop.example';

/** The session token of a person; other sessions of theirs are never used. */
export const tokenOf = (person: number): string => `token-${person}`;

// Row ids, in the order of people, of one kind of row each.
const kinds = { facebook: '01', google: '02', email: '04', session: '10' };
const rowId = (kind: string, person: string): string =>
  `('00000000-0000-4000-80${kind}-' || lpad(${person}, 12, '0'))::uuid`;

// The first session goes by the person's number, the others have one more.
const numbered = (text: string, session: number): string =>
  `sha256(convert_to('${text}-' || i${session > 0 ? ` || '-${session}'` : ''}, 'UTF8'))`;

/**
 * Adds people to outro's tables, in columns that they have had since commit c365a3b: two connected providers, an e-mail
 * with a password, live sessions. None has a token of a provider, so that a removal reaches no network.
 */
export const addPeople = async (
  query: Query,
  { from, count, sessions = 1 }: People,
): Promise<void> => {
  const values = [from, from + count - 1];
  const series = 'from generate_series($1::int, $2::int) i';
  const id = (kind: string): string => rowId(kind, 'i::text');
  await query(
    `insert into outro.accounts(id, site, uid, is_site_uid, profile) overriding system value
     select i, '${apiKey}', 'person ' || i, true, '{"firstName": "Ada", "lastName": "Lovelace"}' ${series}`,
    values,
  );
  for (const provider of ['facebook', 'google'] as const)
    await query(
      `insert into outro.identities(id, site, account_id, provider, provider_uid, profile, last_login_at)
       select ${id(kinds[provider])}, '${apiKey}', i, '${provider}', '${provider} ' || i, '{"nickname": "ada"}', now()
       ${series}`,
      values,
    );
  await query(
    `insert into outro.login_ids(id, site, account_id, kind, value, value_norm, way_in, is_sites)
     select ${id(kinds.email)}, '${apiKey}', i, 'email', i || '@example.com', i || '@example.com', 'password', true
     ${series}`,
    values,
  );
  for (let session = 0; session < sessions; session += 1)
    await query(
      `insert into outro.sessions(id, site, account_id, identity_id, token_hash, ticket_hash, expires_at)
       select ${id(String(Number(kinds.session) + session))}, '${apiKey}', i, ${id(kinds.google)},
         ${numbered('token', session)}, ${numbered('ticket', session)}, now() + interval '1 day' ${series}`,
      values,
    );
};

/** Takes people out of outro's tables again, as far as they are still there; what others remember of them stays. */
export const dismissPeople = async (
  query: Query,
  { from, count, sessions = 1 }: People,
): Promise<void> => {
  const values = [from, from + count - 1];
  const remove = (table: string, kind: string): Promise<unknown> =>
    query(
      `delete from outro.${table}
       where id between ${rowId(kind, '$1::int::text')} and ${rowId(kind, '$2::int::text')}`,
      values,
    );
  for (let session = 0; session < sessions; session += 1)
    await remove('sessions', String(Number(kinds.session) + session));
  await remove('login_ids', kinds.email);
  await remove('identities', kinds.facebook);
  await remove('identities', kinds.google);
  await query('delete from outro.accounts where id between $1 and $2', values);
};

/** A form that is sent to one of outro's methods. */
export interface Sent {
  path: string;
  body: string;
}

/** The two requests of a person, as the browser SDK sends them. */
export const requestsOf = (person: number): Sent[] => {
  const body = (params: Record<string, string>): string =>
    String(
      new URLSearchParams({
        APIKey: apiKey,
        ...params,
        login_token: tokenOf(person),
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

/** The request that finishes a person's logout which no backend had heard of. */
export const redemptionOf = (person: number): Sent[] => [
  {
    path: '/socialize.redeemLeaveTicket',
    body: String(new URLSearchParams({ apiKey, ticket: `ticket-${person}`, sessions: 'this' })),
  },
];
