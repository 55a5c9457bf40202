/** One step of a schema: statements that run in order, once. */
export interface Step {
  name: string;
  statements: readonly string[];
  /** Instances of the version before may go on working with it, so that they can be replaced one by one. */
  isCompatible: boolean;
  /**
   * Each statement commits by itself, as building an index beside the traffic must. What fails on the way is all run again,
   * so an index is dropped, where it exists, before it is created.
   */
  isConcurrent?: true;
}

/**
 * The schema of outro's own tables of people, as ordered steps; the same SQL on PGlite and Postgres. A landed step is
 * never edited: the next change is the next step.
 *
 * @see stack.md "Schema"; design.md section 7 "Rolling upgrades"
 */
export const peopleSteps: readonly Step[] = [
  {
    name: 'people 0001',
    isCompatible: false,
    statements: [
      // Room within a page lets the count of changes go up without touching an index.
      `create table outro.accounts(
        id          bigint generated always as identity primary key,
        site        text not null,
        uid         text not null check (uid <> '' and length(uid) <= 300),
        is_site_uid boolean not null,
        profile     jsonb not null default '{}'::jsonb,
        rev         bigint not null default 0,
        created_at  timestamptz not null default now(),
        constraint accounts_site_uid_key unique (site, uid),
        unique (site, id),
        check (id between 1 and 99999999999)
      ) with (fillfactor = 80)`,
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
        generation    int not null default 1,
        foreign key (site, account_id) references outro.accounts(site, id) on delete cascade,
        constraint identities_provider_uid_key unique (site, provider, sub_provider, provider_uid),
        constraint identities_mapping_is_empty check (state = 'linked' or (sealed_tokens is null and profile is null))
      )`,
      'create index identities_by_account on outro.identities(account_id)',
      // No foreign keys to identities: what a login id came with, and what opened a session, may be gone.
      `create table outro.login_ids(
        id          uuid primary key default gen_random_uuid(),
        site        text not null,
        account_id  bigint not null,
        kind        text not null check (kind in ('email', 'username', 'phone')),
        value       text not null,
        value_norm  text not null,
        way_in      text check (way_in in ('password', 'passkey', 'code')),
        is_sites    boolean not null default false,
        is_verified boolean not null default true,
        came_with   uuid[] not null default '{}',
        created_at  timestamptz not null default now(),
        foreign key (site, account_id) references outro.accounts(site, id) on delete cascade,
        constraint login_ids_value_key unique (site, kind, value_norm),
        constraint login_ids_domain_is_ascii check (kind <> 'email' or value_norm ~ '^.+@[a-z0-9_.-]+$')
      )`,
      'create index login_ids_by_account on outro.login_ids(account_id)',
      // No index has the columns that ending a session changes, so that it touches none.
      `create table outro.sessions(
        id          uuid primary key default gen_random_uuid(),
        site        text not null,
        account_id  bigint not null,
        identity_id uuid,
        token_hash  bytea not null unique check (octet_length(token_hash) = 32),
        ticket_hash bytea unique check (octet_length(ticket_hash) = 32),
        site_session text check (length(site_session) between 1 and 2000),
        created_at  timestamptz not null default now(),
        expires_at  timestamptz not null,
        ended_at    timestamptz,
        end_reason  text check (end_reason in ('logout', 'unlink', 'limit')),
        foreign key (site, account_id) references outro.accounts(site, id) on delete cascade,
        check ((ended_at is null) = (end_reason is null))
      ) with (fillfactor = 80)`,
      'create index sessions_by_account on outro.sessions(account_id)',
      'create index sessions_by_expiry on outro.sessions(expires_at)',
      'create index sessions_by_site_session on outro.sessions(site_session) where site_session is not null',
    ],
  },
  {
    name: 'people 0002',
    isCompatible: true,
    statements: [
      // Of people who came from elsewhere nobody may know since when.
      'alter table outro.accounts alter column created_at drop not null',
      'alter table outro.identities alter column linked_at drop not null',
      'alter table outro.login_ids alter column created_at drop not null',
      `create table outro.imports(
        site   text not null,
        name   text not null check (length(name) between 1 and 300),
        done   bigint not null,
        digest text not null,
        mark   text check (length(mark) <= 4000),
        report jsonb not null,
        at     timestamptz not null default now(),
        primary key (site, name)
      )`,
    ],
  },
  {
    name: 'people 0003',
    isCompatible: true,
    statements: [
      // A statement that writes a row reads and compiles each check of its table anew: a tenth of a request's time in the
      // database. These repeat what the code cannot get wrong: it hashes both itself, knows three reasons, and has read
      // the site's session at the door.
      `alter table outro.sessions
        drop constraint if exists sessions_token_hash_check,
        drop constraint if exists sessions_ticket_hash_check,
        drop constraint if exists sessions_site_session_check,
        drop constraint if exists sessions_end_reason_check`,
    ],
  },
];
