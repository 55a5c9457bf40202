import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

// Statements, not one text: PGlite's extended protocol takes one at a time.
const steps = (...statements: string[]): Migration => ({
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
});

/**
 * The schema, as ordered steps that run when a store opens; the same SQL on PGlite and Postgres.
 * A landed step is never edited; the next change is the next step.
 *
 * @see stack.md "Schema"
 */
export const migrations: Record<string, Migration> = {
  '0001_accounts': steps(
    `create table outro.accounts(
      id          bigint generated always as identity primary key,
      site        text not null,
      uid         text not null check (uid <> '' and length(uid) <= 300),
      is_site_uid boolean not null,
      profile     jsonb not null default '{}'::jsonb,
      rev         bigint not null default 0,
      created_at  timestamptz not null default now(),
      unique (site, uid),
      unique (site, id),
      check (id between 1 and 99999999999)
    )`,
    `create table outro.identities(
      id            uuid primary key default gen_random_uuid(),
      site          text not null,
      account_id    bigint not null,
      provider      text not null check (provider = lower(provider) and length(provider) between 1 and 50),
      sub_provider  text not null default '' check (sub_provider = lower(sub_provider) and sub_provider not in ('all', 'none')),
      provider_uid  text not null,
      state         text not null default 'linked' check (state in ('linked', 'mapping')),
      allows_login  boolean not null default true,
      profile       jsonb,
      sealed_tokens text,
      linked_at     timestamptz not null default now(),
      last_login_at timestamptz,
      foreign key (site, account_id) references outro.accounts(site, id) on delete cascade,
      constraint identities_provider_uid_key unique (site, provider, sub_provider, provider_uid),
      constraint identities_mapping_is_empty check (state = 'linked' or (sealed_tokens is null and profile is null))
    )`,
    'create index identities_by_account on outro.identities(account_id, provider)',
    `create table outro.login_ids(
      id         uuid primary key default gen_random_uuid(),
      site       text not null,
      account_id bigint not null,
      kind       text not null check (kind in ('email', 'username', 'phone')),
      value      text not null,
      value_norm text not null,
      way_in     text check (way_in in ('password', 'passkey', 'code')),
      is_sites   boolean not null default false,
      created_at timestamptz not null default now(),
      foreign key (site, account_id) references outro.accounts(site, id) on delete cascade,
      constraint login_ids_value_key unique (site, kind, value_norm)
    )`,
    'create index login_ids_by_account on outro.login_ids(account_id)',
    `create table outro.login_id_identities(
      login_id_id uuid not null references outro.login_ids on delete cascade,
      identity_id uuid not null references outro.identities on delete cascade,
      primary key (login_id_id, identity_id)
    )`,
    'create index login_id_identities_by_identity on outro.login_id_identities(identity_id)',
    `create table outro.sessions(
      id          uuid primary key default gen_random_uuid(),
      site        text not null,
      account_id  bigint not null,
      identity_id uuid references outro.identities on delete set null,
      token_hash  bytea not null unique check (octet_length(token_hash) = 32),
      created_at  timestamptz not null default now(),
      expires_at  timestamptz not null,
      ended_at    timestamptz,
      end_reason  text check (end_reason in ('logout', 'unlink')),
      foreign key (site, account_id) references outro.accounts(site, id) on delete cascade,
      check ((ended_at is null) = (end_reason is null))
    )`,
    'create index sessions_live_by_account on outro.sessions(account_id) where ended_at is null',
    'create index sessions_by_identity on outro.sessions(identity_id) where identity_id is not null',
    `create table outro.seen_once(
      kind       text not null,
      id         text not null,
      expires_at timestamptz not null,
      primary key (kind, id)
    )`,
    'create index seen_once_expiry on outro.seen_once(expires_at)',
    `create table outro.audit(
      id         bigint generated always as identity primary key,
      at         timestamptz not null default now(),
      site       text not null,
      account_id bigint,
      call_id    text not null,
      actor      text not null check (actor in ('user', 'app')),
      method     text not null,
      provider   text,
      cid        text check (length(cid) <= 100),
      receipt    jsonb not null
    )`,
    'create index audit_by_account on outro.audit(account_id, id desc)',
    'create index audit_by_cid on outro.audit(site, cid, at) where cid is not null',
  ),
  '0002_revocations': steps(
    // No foreign key: a job outlives the identity and the account that it is about.
    `create table outro.revocations(
      id            uuid primary key default gen_random_uuid(),
      site          text not null,
      account_id    bigint not null,
      provider      text not null,
      sub_provider  text not null,
      provider_uid  text not null,
      sealed_tokens text,
      state         text not null default 'pending' check (state in ('pending', 'done', 'already', 'unsupported', 'failed', 'skipped')),
      attempts      int not null default 0,
      next_at       timestamptz not null default now(),
      lease         uuid,
      lease_until   timestamptz,
      reason        text check (length(reason) <= 500),
      created_at    timestamptz not null default now(),
      ended_at      timestamptz,
      check ((lease is null) = (lease_until is null)),
      check ((state = 'pending') = (ended_at is null)),
      check (state = 'pending' or sealed_tokens is null)
    )`,
    "create index revocations_due on outro.revocations(next_at) where state = 'pending'",
    'create index revocations_by_lease on outro.revocations(lease) where lease is not null',
  ),
  '0003_departures': steps(
    `create table outro.provider_sessions(
      id              uuid primary key default gen_random_uuid(),
      site            text not null,
      account_id      bigint not null,
      session_id      uuid references outro.sessions on delete set null,
      provider        text not null,
      sub_provider    text not null,
      provider_uid    text not null,
      issuer          text,
      sid             text,
      sealed_id_token text,
      created_at      timestamptz not null default now(),
      ended_at        timestamptz,
      foreign key (site, account_id) references outro.accounts(site, id) on delete cascade
    )`,
    'create index provider_sessions_by_sid on outro.provider_sessions(site, provider, sid) where sid is not null',
    'create index provider_sessions_by_person on outro.provider_sessions(site, provider, provider_uid)',
    'create index provider_sessions_by_account on outro.provider_sessions(account_id)',
    'create index provider_sessions_by_session on outro.provider_sessions(session_id)',
    // No foreign keys from here on: a trip, an event and an answer survive the deletion of the account.
    `create table outro.trips(
      token_hash bytea primary key check (octet_length(token_hash) = 32),
      site       text not null,
      call_id    text not null,
      origin     text,
      stops      jsonb not null check (jsonb_typeof(stops) = 'array'),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`,
    'create index trips_expiry on outro.trips(expires_at)',
    // The clock and not now(): a transaction may have waited long for its account before it tells anybody.
    `create table outro.page_events(
      id             bigint generated always as identity primary key,
      site           text not null,
      account_id     bigint not null,
      sessions       jsonb,
      except_session uuid,
      name           text not null check (name in ('logout', 'connectionRemoved')),
      provider       text,
      receipt        jsonb not null,
      at             timestamptz not null default clock_timestamp()
    )`,
    'create index page_events_by_time on outro.page_events(at)',
    'create index page_events_by_account on outro.page_events(account_id, id)',
    `create table outro.deletions(
      code     text primary key,
      site     text not null,
      provider text not null,
      receipt  jsonb not null,
      at       timestamptz not null default now()
    )`,
    'alter table outro.audit drop constraint audit_actor_check',
    "alter table outro.audit add constraint audit_actor_check check (actor in ('user', 'app', 'provider'))",
  ),
  '0004_leave_tickets': steps(
    // Sessions from before have none, and no ticket ends them.
    'alter table outro.sessions add column ticket_hash bytea unique check (octet_length(ticket_hash) = 32)',
  ),
  '0005_stays_gone': steps(
    // No foreign keys: what was removed outlives the account, and so does an answer.
    `create table outro.removed_identities(
      site              text not null,
      provider          text not null,
      sub_provider      text not null,
      provider_uid_hash bytea not null check (octet_length(provider_uid_hash) = 32),
      removed_at        timestamptz not null,
      generation        int not null,
      primary key (site, provider, sub_provider, provider_uid_hash)
    )`,
    'create index removed_identities_by_time on outro.removed_identities(removed_at)',
    'alter table outro.identities add column generation int not null default 1',
    // Jobs from before are about none: every identity that is linked now drops them, as it did.
    'alter table outro.revocations add column generation int not null default 0',
    `create table outro.idempotency_keys(
      site          text not null,
      caller        bytea not null check (octet_length(caller) = 32),
      key           text not null check (length(key) between 8 and 100),
      request       bytea not null check (octet_length(request) = 32),
      call_id       text not null,
      method        text not null,
      receipt       jsonb not null,
      sealed_answer text,
      at            timestamptz not null default clock_timestamp(),
      primary key (site, caller, key)
    )`,
    'create index idempotency_keys_by_time on outro.idempotency_keys(at)',
  ),
};
