import type { Mapping } from './mapping.ts';

/**
 * Mappings of the tables that libraries bring along; a site whose tables differ spreads one and says what differs.
 *
 * @see tables.md; beside.md
 */
export const tables = {
  /** passport with express-session and connect-pg-simple, and the tables of its guides. */
  passport: {
    users: { table: 'users', id: 'id' },
    identities: {
      table: 'federated_credentials',
      user: 'user_id',
      provider: 'provider',
      subject: 'subject',
      newest: 'handed',
    },
    sessions: {
      table: 'session',
      user: { json: ['sess', 'passport', 'user'] },
      key: 'sid',
      expires: 'expire',
      returns: true,
    },
  },

  /** Auth.js with its pg adapter. */
  authjs: {
    users: { table: 'users', id: 'id', email: 'email' },
    identities: {
      table: 'accounts',
      user: 'userId',
      provider: 'provider',
      subject: 'providerAccountId',
      tokens: { access: 'access_token', refresh: 'refresh_token', id: 'id_token' },
      newest: 'handed',
    },
    sessions: { table: 'sessions', user: 'userId', key: 'sessionToken', expires: 'expires' },
  },

  /** Tables as the guides of Lucia make them. */
  lucia: {
    users: { table: 'app_user', id: 'id' },
    identities: {
      table: 'oauth_account',
      user: 'user_id',
      provider: 'provider_id',
      subject: 'provider_user_id',
      newest: 'handed',
    },
    sessions: { table: 'user_session', user: 'user_id', key: 'id', expires: 'expires_at' },
  },

  /** better-auth on Postgres, where its plugin is not wanted; with passkeys, add them to `waysIn`. */
  betterAuth: {
    users: { table: 'user', id: 'id', email: 'email' },
    identities: {
      table: 'account',
      user: 'userId',
      provider: 'providerId',
      subject: 'accountId',
      where: { providerId: { not: 'credential' } },
      tokens: { access: 'accessToken', refresh: 'refreshToken', id: 'idToken' },
    },
    sessions: {
      table: 'session',
      user: 'userId',
      key: 'token',
      expires: 'expiresAt',
      since: 'createdAt',
    },
    waysIn: [
      {
        table: 'account',
        user: 'userId',
        kind: 'password',
        where: { providerId: 'credential', password: { not: null } },
      },
    ],
  },

  /** Supabase Auth. */
  supabase: {
    schema: 'auth',
    users: { table: 'users', id: 'id', email: 'email' },
    identities: {
      table: 'identities',
      user: 'user_id',
      provider: 'provider',
      subject: 'provider_id',
      // What the site itself knows people by; their password is a way in below.
      where: { provider: { not: 'email' } },
      newest: 'handed',
      soft: { identity_data: '{}' },
      began: { table: 'flow_state', column: 'created_at' },
    },
    sessions: {
      table: 'sessions',
      user: 'user_id',
      key: 'id',
      expires: 'not_after',
      since: 'created_at',
      outlives: 'access tokens that were handed out open until they expire, an hour at most',
    },
    waysIn: [
      {
        table: 'users',
        user: 'id',
        kind: 'password',
        // Whoever never had one has an empty text.
        where: { encrypted_password: { not: '' } },
      },
    ],
    // Else the next token still names the provider.
    after: [
      `update auth.users set raw_app_meta_data = coalesce(raw_app_meta_data, '{}'::jsonb) || jsonb_build_object(
        'providers', coalesce((select jsonb_agg(distinct provider) from auth.identities where user_id = $1::uuid), '[]'::jsonb))
        || coalesce((select jsonb_build_object('provider', min(provider)) from auth.identities
          where user_id = $1::uuid having count(*) > 0), '{}'::jsonb)
      where id = $1::uuid and $2::text is not null and $3::text is not null`,
    ],
  },
} satisfies Record<string, Mapping>;
