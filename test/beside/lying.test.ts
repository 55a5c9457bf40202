// A mapping that is not true of the database is refused when the store opens, by its path, with what was found.
import { randomUUID } from 'node:crypto';
import { fromTables, tables, type Mapping } from 'outro/server';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { libraries } from './schemas.ts';
import { openDatabase } from './site.ts';

// Roles are of the whole server.
const role = `reader_${randomUUID().slice(0, 8)}`;
let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(
    `${libraries.authjs.schema}
    create view people as select * from users;
    create view grouped as select "userId", count(*) from accounts group by 1;
    create table numbered (id numeric primary key, email text);
    create table twice (id integer not null, email text);
    create table uuids (id serial primary key, "userId" uuid, provider text, subject text, data bytea, needed text not null);
    create table secured (id serial primary key, "userId" integer);
    alter table secured enable row level security;
    create policy see on secured for select using (true);
    create role ${role} login;
    grant usage on schema public to ${role}`,
  );
  await database.query(`grant select on all tables in schema public to ${role};
    grant update (name) on users to ${role}; grant delete on sessions to ${role};
    grant update (id) on sessions to ${role}`);
});
afterAll(async () => {
  await database.close();
  const admin = new pg.Client({ connectionString: database.url.replace(/\/[^/]*$/, '/postgres') });
  await admin.connect();
  await admin.query(`drop role ${role}`);
  await admin.end();
});

const { users, identities, sessions } = tables.authjs;
const base: Mapping = tables.authjs;

const lies: [string, Mapping, RegExp][] = [
  [
    'a table that is not there',
    { ...base, users: { ...users, table: 'user' } },
    /users\.table: .*found accounts, numbered/,
  ],
  [
    'a schema that is not there',
    { ...base, schema: 'app' },
    /users\.table: .*schema app.*found no table/,
  ],
  [
    'another case',
    { ...base, users: { ...users, table: 'Users' } },
    /users\.table: .*Users is none/,
  ],
  ['a view', { ...base, users: { ...users, table: 'people' } }, /users\.table: .*a view/],
  [
    'a grouped view',
    { ...base, identities: { ...identities, table: 'grouped' } },
    /identities\.table: .*a view/,
  ],
  [
    'a key of another type',
    { ...base, users: { table: 'numbered', id: 'id' } },
    /users\.id: |users\.user: .*numeric/,
  ],
  [
    'a key that is none',
    { ...base, users: { table: 'twice', id: 'id' } },
    /users\.id: expected a unique column/,
  ],
  [
    'a column that is not there',
    { ...base, users: { ...users, id: 'uid' } },
    /users\.user: .*uid is none; found id, name/,
  ],
  [
    'an e-mail that is none',
    { ...base, users: { ...users, email: 'emailVerified' } },
    /users\.email: .*timestamp/,
  ],
  [
    'a user of another kind',
    { ...base, identities: { ...identities, table: 'uuids', subject: 'subject', tokens: {} } },
    /identities\.user: .*integer.*uuid/,
  ],
  [
    'a provider that is not there',
    { ...base, identities: { ...identities, provider: 'providerId' } },
    /identities\.provider: .*providerId is none/,
  ],
  [
    'a subject that is bytes',
    {
      ...base,
      identities: { ...identities, table: 'uuids', user: 'needed', subject: 'data', tokens: {} },
    },
    /identities\.subject: .*bytea/,
  ],
  [
    'a token that is not there',
    { ...base, identities: { ...identities, tokens: { access: 'accessToken' } } },
    /identities\.tokens\.access: .*accessToken is none/,
  ],
  [
    'a soft removal that cannot be written',
    { ...base, identities: { ...identities, soft: { provider: null } } },
    /identities\.soft\.provider: .*takes null/,
  ],
  [
    'a soft removal of nothing known',
    { ...base, identities: { ...identities, soft: { tokens: null } } },
    /identities\.soft\.tokens: .*is none/,
  ],
  [
    'a condition on nothing known',
    { ...base, identities: { ...identities, where: { deleted: null } } },
    /identities\.where\.deleted: /,
  ],
  [
    'an end that sets nothing',
    { ...base, identities: { ...identities, ends: { set: {} } } },
    /identities\.ends\.set: expected a column/,
  ],
  [
    'one table twice',
    { ...base, identities: [identities, identities] },
    /identities\[1\]\.table: expected each table once/,
  ],
  [
    'identities in the row of the user that would be deleted',
    {
      ...base,
      identities: { table: 'users', user: 'id', provider: { value: 'google' }, subject: 'image' },
    },
    /identities\.ends: .*the user itself/,
  ],
  [
    'a session’s user in a column that is no JSON',
    { ...base, sessions: { ...sessions, user: { json: ['sessionToken', 'user'] } } },
    /sessions\.user\.json: .*json/,
  ],
  [
    'a path of JSON that has no path',
    { ...base, sessions: { ...sessions, user: { json: ['sessionToken'] } } },
    /sessions\.user\.json: /,
  ],
  [
    'a time that is a number',
    { ...base, sessions: { ...sessions, expires: 'userId' } },
    /sessions\.expires: .*timestamp.*integer/,
  ],
  [
    'a number that is a time',
    { ...base, sessions: { ...sessions, expires: { column: 'expires', as: 'seconds' } } },
    /sessions\.expires\.column: .*numbers/,
  ],
  [
    'a way in that is not there',
    { ...base, waysIn: [{ table: 'passkey', user: 'userId', kind: 'passkey' }] },
    /waysIn\[0\]\.table: .*passkey is none/,
  ],
];

it.each(lies)('%s', async (_title, mapping, said) => {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const refusal: unknown = await fromTables(pool, mapping).catch((error: unknown) => error);
  expect(String(refusal)).toMatch(said);
  expect(await database.query("select to_regnamespace('outro') as found")).toEqual([
    { found: null },
  ]);
  await pool.end();
});

it('every lie is told at once', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const mapping = {
    ...base,
    users: { ...users, email: 'mail' },
    sessions: { ...sessions, key: 'token' },
  };
  await expect(fromTables(pool, mapping)).rejects.toThrow(/users\.email: [^]*sessions\.key: /);
  await pool.end();
});

it('rights that are missing are named, and so is row level security', async () => {
  const url = new URL(database.url);
  url.username = role;
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  await expect(fromTables(pool, base)).rejects.toThrow(
    /identities\.table: expected the right to delete [^]*identities\.table: expected the right to update/,
  );
  const secured = {
    ...base,
    waysIn: [{ table: 'secured', user: 'userId', kind: 'code' as const }],
  };
  await expect(fromTables(pool, secured)).rejects.toThrow(
    /waysIn\[0\]\.table: .*row level security/,
  );
  await pool.end();
});

it('a mapping that is true adds no column', async () => {
  const columns = () =>
    database.query(
      `select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'public' order by 1, 2`,
    );
  const before = await columns();
  const store = await fromTables(new pg.Pool({ connectionString: database.url, max: 2 }), base);
  await store.close();
  expect(await columns()).toEqual(before);
});
