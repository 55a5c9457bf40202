import type { Step } from '../people/steps.ts';

/**
 * The schema of what outro must remember, wherever people live: no foreign key leads to them, and account ids are text.
 * A landed step is never edited: the next change is the next step.
 *
 * @see design.md section 7
 */
export const exitsSteps: readonly Step[] = [
  {
    name: 'exits 0001',
    isCompatible: false,
    statements: [
      `create table outro.seen_once(
        kind       text not null,
        id         text not null,
        expires_at timestamptz not null,
        primary key (kind, id)
      )`,
      'create index seen_once_expiry on outro.seen_once(expires_at)',
      // One row a change; its id is the order. The clock and not now(): a transaction may have waited for its account.
      `create table outro.journal(
        id            bigint generated always as identity primary key,
        at            timestamptz not null default clock_timestamp(),
        site          text not null,
        account       text,
        uid           text,
        sealed_uid    text,
        call_id       text not null,
        actor         text not null check (actor in ('user', 'app', 'provider', 'operator')),
        method        text not null,
        provider      text,
        cid           text check (length(cid) <= 100),
        receipt       jsonb not null,
        told          jsonb,
        announced     jsonb,
        caller        bytea check (octet_length(caller) = 32),
        key           text check (length(key) between 8 and 100),
        request       bytea check (octet_length(request) = 32),
        sealed_answer text,
        finishes      bigint,
        check ((key is null) = (caller is null) and (key is null) = (request is null))
      )`,
      'create index journal_by_account on outro.journal(account, id) where account is not null',
      'create index journal_by_call on outro.journal(call_id)',
      'create index journal_sealed on outro.journal(id) where sealed_uid is not null',
      'create unique index journal_key on outro.journal(site, caller, key) where key is not null',
      'create index journal_keyed on outro.journal(id) where key is not null',
      `create table outro.removed_identities(
        site         text not null,
        provider     text not null,
        sub_provider text not null,
        person_hash  bytea not null check (octet_length(person_hash) = 32),
        removed_at   timestamptz,
        generation   int not null default 0,
        rev          int not null default 0,
        marked_at    timestamptz not null default clock_timestamp(),
        primary key (site, provider, sub_provider, person_hash)
      )`,
      'create index removed_identities_by_time on outro.removed_identities(marked_at)',
      // An errand outlives the identity and the account that it is about.
      `create table outro.errands(
        id             uuid primary key default gen_random_uuid(),
        kind           text not null check (kind in ('revocation', 'webhook')),
        site           text not null,
        destination    text not null,
        account        text,
        journal        bigint,
        place          bigint,
        provider       text,
        sub_provider   text,
        provider_uid   text,
        generation     int,
        forgets        boolean not null default false,
        sealed_payload text,
        state          text not null default 'pending' check (state in ('pending', 'done', 'already', 'unsupported', 'failed', 'skipped')),
        attempts       int not null default 0,
        next_at        timestamptz not null default now(),
        lease          uuid,
        lease_until    timestamptz,
        reason         text check (length(reason) <= 500),
        created_at     timestamptz not null default now(),
        ended_at       timestamptz,
        check ((kind = 'webhook') = (place is not null)),
        check (kind <> 'revocation' or (provider is not null and sub_provider is not null
          and provider_uid is not null and generation is not null)),
        check ((lease is null) = (lease_until is null)),
        check ((state = 'pending') = (ended_at is null)),
        check (state = 'pending' or sealed_payload is null)
      )`,
      "create index errands_due on outro.errands(site, destination, next_at) where state = 'pending'",
      // What a person's changes are told in.
      "create index errands_in_order on outro.errands(site, destination, account, place) where state = 'pending' and place is not null",
      'create index errands_by_lease on outro.errands(lease) where lease is not null',
      'create index errands_by_end on outro.errands(ended_at) where ended_at is not null',
      // Where errands go; one that does not answer is left alone until then, whatever waits for it.
      `create table outro.destinations(
        site         text not null,
        destination  text not null,
        failures     int not null default 0,
        paused_until timestamptz,
        primary key (site, destination)
      )`,
      `create table outro.provider_sessions(
        id               uuid primary key default gen_random_uuid(),
        site             text not null,
        account          text not null,
        session          text,
        provider         text not null,
        sub_provider     text not null,
        provider_uid     text not null,
        issuer           text,
        sid              text,
        sealed_id_token  text,
        created_at       timestamptz not null default now(),
        ended_at         timestamptz,
        session_ends_at  timestamptz not null
      )`,
      'create index provider_sessions_by_sid on outro.provider_sessions(site, provider, sid) where sid is not null',
      'create index provider_sessions_by_person on outro.provider_sessions(site, provider, provider_uid)',
      'create index provider_sessions_by_account on outro.provider_sessions(account)',
      'create index provider_sessions_by_end on outro.provider_sessions(session_ends_at)',
      'create index provider_sessions_with_token on outro.provider_sessions(session_ends_at) where sealed_id_token is not null',
      // Where people are in the site's own tables, what those cannot hold: nothing here opens anything.
      `create table outro.site_identities(
        site          text not null,
        account       text not null,
        provider      text not null,
        provider_uid  text not null,
        sealed_tokens text,
        last_login_at timestamptz,
        softened_at   timestamptz,
        primary key (site, provider, provider_uid)
      )`,
      'create index site_identities_by_account on outro.site_identities(account)',
      'create index site_identities_by_time on outro.site_identities(last_login_at)',
      `create table outro.site_sessions(
        site         text not null,
        session_hash bytea not null check (octet_length(session_hash) = 32),
        account      text not null,
        provider     text,
        provider_uid text,
        opened_at    timestamptz,
        noted_at     timestamptz not null default clock_timestamp(),
        ended_at     timestamptz,
        ticket_spent boolean not null default false,
        forget_at    timestamptz not null,
        primary key (session_hash, site)
      )`,
      'create index site_sessions_by_account on outro.site_sessions(account)',
      'create index site_sessions_by_end on outro.site_sessions(forget_at)',
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
      `create table outro.deletions(
        code     text primary key,
        site     text not null,
        provider text not null,
        receipt  jsonb not null,
        at       timestamptz not null default now()
      )`,
      'create index deletions_by_time on outro.deletions(at)',
    ],
  },
  {
    name: 'exits 0002',
    isCompatible: true,
    isConcurrent: true,
    statements: [
      // Whoever brings people along asks who was deleted here.
      'drop index concurrently if exists outro.journal_of_deleted',
      "create index concurrently journal_of_deleted on outro.journal(site, uid) where method = 'deleteAccount'",
    ],
  },
  {
    name: 'exits 0003',
    isCompatible: true,
    statements: [
      // As those of sessions: every change writes this row, and what these check is a hash, a word of the code, or read
      // at the door.
      `alter table outro.journal
        drop constraint if exists journal_actor_check,
        drop constraint if exists journal_cid_check,
        drop constraint if exists journal_caller_check,
        drop constraint if exists journal_key_check,
        drop constraint if exists journal_request_check,
        drop constraint if exists journal_check`,
      'alter table outro.removed_identities drop constraint if exists removed_identities_person_hash_check',
      // A row with its sealed answer has about two kilobytes, from which on Postgres tries to shrink it, in vain, and puts
      // parts elsewhere. Up to a whole page it stays in one piece.
      'alter table outro.journal set (toast_tuple_target = 8160)',
    ],
  },
];
