// Tables as the libraries make them, and rows as they write them.
import { randomUUID } from 'node:crypto';
import { tables, type Mapping } from 'outro/server';

/** Runs a statement on the site's own connection. */
export type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** One library's tables: how they are made, and what it writes into them. */
export interface Library {
  mapping: Mapping;
  schema: string;
  /** @returns the id of the person, as text. */
  addUser: (query: Query, email: string) => Promise<string>;
  /** As its sign-in does with somebody new. */
  link: (query: Query, user: string, provider: string, subject: string) => Promise<unknown>;
  /** As its sign-in does; the key is what `identify` would say. */
  openSession: (query: Query, user: string, key: string) => Promise<unknown>;
  /** Gives the person a password, where its tables know of passwords. */
  setPassword?: (query: Query, user: string) => Promise<unknown>;
  identities: string;
  sessions: string;
  /** Whether its rows have tokens of the provider. */
  hasTokens: boolean;
  /** A key as the library makes it. */
  newKey: () => string;
}

const idOf = ([row]: Record<string, unknown>[]): string => String(row?.['id']);
const inAnHour = "now() + interval '1 hour'";

const passport: Library = {
  mapping: tables.passport,
  // connect-pg-simple/table.sql, and the tables of passport's guides.
  schema: `
    create table users (id integer primary key generated always as identity, username text, name text);
    create table federated_credentials (id integer primary key generated always as identity,
      user_id integer not null, provider text not null, subject text not null, unique (provider, subject));
    create table "session" (sid varchar not null collate "default" primary key, sess json not null,
      expire timestamp(6) not null);
    create index "IDX_session_expire" on "session" (expire);`,
  addUser: async (query, email) =>
    idOf(await query('insert into users (username) values ($1) returning id', [email])),
  link: (query, user, provider, subject) =>
    query('insert into federated_credentials (user_id, provider, subject) values ($1, $2, $3)', [
      user,
      provider,
      subject,
    ]),
  openSession: (query, user, key) =>
    query(
      `insert into session (sess, expire, sid) select $1, ${inAnHour}, $2
        on conflict (sid) do update set sess = $1, expire = ${inAnHour}`,
      [JSON.stringify({ cookie: {}, passport: { user: Number(user) } }), key],
    ),
  identities: 'federated_credentials',
  sessions: 'session',
  hasTokens: false,
  newKey: randomUUID,
};

const authjs: Library = {
  mapping: tables.authjs,
  // As the page of its pg adapter has them.
  schema: `
    create table verification_token (identifier text not null, expires timestamptz not null, token text not null,
      primary key (identifier, token));
    create table accounts (id serial, "userId" integer not null, type varchar(255) not null,
      provider varchar(255) not null, "providerAccountId" varchar(255) not null, refresh_token text,
      access_token text, expires_at bigint, id_token text, scope text, session_state text, token_type text,
      primary key (id));
    create table sessions (id serial, "userId" integer not null, expires timestamptz not null,
      "sessionToken" varchar(255) not null, primary key (id));
    create table users (id serial, name varchar(255), email varchar(255), "emailVerified" timestamptz, image text,
      primary key (id));`,
  addUser: async (query, email) =>
    idOf(await query('insert into users (email) values ($1) returning id', [email])),
  link: (query, user, provider, subject) =>
    query(
      `insert into accounts ("userId", type, provider, "providerAccountId", access_token, refresh_token)
        values ($1, 'oidc', $2, $3, 'access of the first', 'refresh of the first')`,
      [user, provider, subject],
    ),
  openSession: (query, user, key) =>
    query(`insert into sessions ("userId", expires, "sessionToken") values ($1, ${inAnHour}, $2)`, [
      user,
      key,
    ]),
  identities: 'accounts',
  sessions: 'sessions',
  hasTokens: true,
  newKey: randomUUID,
};

const lucia: Library = {
  mapping: tables.lucia,
  schema: `
    create table app_user (id text primary key, email text);
    create table oauth_account (provider_id text not null, provider_user_id text not null,
      user_id text not null references app_user(id), primary key (provider_id, provider_user_id));
    create table user_session (id text primary key, expires_at timestamptz not null,
      user_id text not null references app_user(id));`,
  addUser: async (query, email) =>
    idOf(
      await query('insert into app_user (id, email) values ($1, $2) returning id', [
        `user ${randomUUID()}`,
        email,
      ]),
    ),
  link: (query, user, provider, subject) =>
    query(
      'insert into oauth_account (provider_id, provider_user_id, user_id) values ($1, $2, $3)',
      [provider, subject, user],
    ),
  openSession: (query, user, key) =>
    query(`insert into user_session (id, expires_at, user_id) values ($1, ${inAnHour}, $2)`, [
      key,
      user,
    ]),
  identities: 'oauth_account',
  sessions: 'user_session',
  hasTokens: false,
  newKey: randomUUID,
};

const betterAuth: Library = {
  mapping: tables.betterAuth,
  // As its own `getMigrations` writes them for Postgres.
  schema: `
    create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique,
      "emailVerified" boolean not null, "image" text, "createdAt" timestamptz default current_timestamp not null,
      "updatedAt" timestamptz default current_timestamp not null);
    create table "session" ("id" text not null primary key, "expiresAt" timestamptz not null,
      "token" text not null unique, "createdAt" timestamptz default current_timestamp not null,
      "updatedAt" timestamptz not null, "ipAddress" text, "userAgent" text,
      "userId" text not null references "user" ("id") on delete cascade);
    create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null,
      "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text,
      "idToken" text, "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz, "scope" text,
      "password" text, "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz not null);
    create table "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null,
      "expiresAt" timestamptz not null, "createdAt" timestamptz default current_timestamp not null,
      "updatedAt" timestamptz default current_timestamp not null);
    create index "session_userId_idx" on "session" ("userId");
    create index "account_userId_idx" on "account" ("userId");`,
  addUser: async (query, email) =>
    idOf(
      await query(
        `insert into "user" (id, name, email, "emailVerified") values ($1, 'Ada', $2, true) returning id`,
        [randomUUID().replaceAll('-', ''), email],
      ),
    ),
  link: (query, user, provider, subject) =>
    query(
      `insert into account (id, "accountId", "providerId", "userId", "accessToken", "refreshToken", "updatedAt")
        values ($1, $2, $3, $4, 'access of the first', 'refresh of the first', now())`,
      [randomUUID(), subject, provider, user],
    ),
  openSession: (query, user, key) =>
    query(
      `insert into session (id, "expiresAt", token, "updatedAt", "userId")
        values ($1, ${inAnHour}, $2, now(), $3)`,
      [randomUUID(), key, user],
    ),
  setPassword: (query, user) =>
    query(
      `insert into account (id, "accountId", "providerId", "userId", password, "updatedAt")
        values ($1, $2, 'credential', $2, 'hashed', now())`,
      [randomUUID(), user],
    ),
  identities: '"account"',
  sessions: '"session"',
  hasTokens: true,
  newKey: () => randomUUID().replaceAll('-', ''),
};

const supabase: Library = {
  mapping: tables.supabase,
  // What its migrations come to, as far as it concerns people: names, types, keys, what is generated.
  schema: `
    create schema auth;
    create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
    create table auth.users (instance_id uuid, id uuid not null primary key, aud varchar(255), role varchar(255),
      email varchar(255), encrypted_password varchar(255), email_confirmed_at timestamptz,
      raw_app_meta_data jsonb, raw_user_meta_data jsonb, created_at timestamptz, updated_at timestamptz,
      phone text unique default null, is_sso_user boolean not null default false, deleted_at timestamptz,
      is_anonymous boolean not null default false);
    create table auth.identities (provider_id text not null, user_id uuid not null references auth.users(id) on delete cascade,
      identity_data jsonb not null, provider text not null, last_sign_in_at timestamptz, created_at timestamptz,
      updated_at timestamptz, email text generated always as (lower(identity_data ->> 'email')) stored,
      id uuid not null default gen_random_uuid() primary key, unique (provider_id, provider));
    create index identities_user_id_idx on auth.identities (user_id);
    create table auth.sessions (id uuid not null primary key,
      user_id uuid not null references auth.users(id) on delete cascade, created_at timestamptz, updated_at timestamptz,
      factor_id uuid, aal auth.aal_level, not_after timestamptz, refreshed_at timestamp, user_agent text, ip inet, tag text);
    create index sessions_user_id_idx on auth.sessions (user_id);
    create table auth.refresh_tokens (instance_id uuid, id bigserial primary key, token varchar(255) unique,
      user_id varchar(255), revoked boolean, created_at timestamptz, updated_at timestamptz, parent varchar(255),
      session_id uuid references auth.sessions(id) on delete cascade);
    create table auth.audit_log_entries (instance_id uuid, id uuid not null primary key, payload json,
      created_at timestamptz, ip_address varchar(64) not null default '');
    create table auth.flow_state (id uuid not null primary key, user_id uuid, auth_code text, code_challenge_method text,
      code_challenge text, provider_type text not null, provider_access_token text, provider_refresh_token text,
      created_at timestamptz, updated_at timestamptz, authentication_method text not null, auth_code_issued_at timestamptz);`,
  addUser: async (query, email) =>
    idOf(
      await query(
        `insert into auth.users (id, email, encrypted_password, raw_app_meta_data, created_at)
          values (gen_random_uuid(), $1, '', '{"provider": "google", "providers": ["google", "github"]}', now()) returning id`,
        [email],
      ),
    ),
  link: (query, user, provider, subject) =>
    query(
      `insert into auth.identities (provider_id, user_id, identity_data, provider, created_at)
        values ($1, $2, $3, $4, now())`,
      [subject, user, JSON.stringify({ sub: subject, email: 'Ada@Shop.example' }), provider],
    ),
  openSession: async (query, user, key) => {
    await query(
      `insert into auth.sessions (id, user_id, created_at, aal) values ($1, $2, now(), 'aal1')`,
      [key, user],
    );
    await query(
      'insert into auth.refresh_tokens (token, user_id, session_id) values ($1, $2, $3)',
      [randomUUID(), user, key],
    );
  },
  setPassword: (query, user) =>
    query(`update auth.users set encrypted_password = '$2a$10$hashed' where id = $1`, [user]),
  identities: 'auth.identities',
  sessions: 'auth.sessions',
  hasTokens: false,
  newKey: randomUUID,
};

/** Every preset, with the tables it is for. */
export const libraries = { passport, authjs, lucia, betterAuth, supabase };
