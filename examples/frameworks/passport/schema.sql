-- As passport's guides and connect-pg-simple/table.sql make them.
create table if not exists users (
  id integer primary key generated always as identity,
  username text,
  name text
);
create table if not exists federated_credentials (
  id integer primary key generated always as identity,
  user_id integer not null,
  provider text not null,
  subject text not null,
  unique (provider, subject)
);
create table if not exists "session" (
  sid varchar not null collate "default" primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index if not exists "IDX_session_expire" on "session" (expire);
-- By whom: else whoever signs in, or leaves, has every session of the site read.
create index if not exists session_user_index on "session" ((sess -> 'passport' ->> 'user'));
