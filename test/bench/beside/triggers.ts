import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { runGuard } from '../../../src/server/operate/guard.ts';
import { libraries, type Library, type Query } from '../../beside/schemas.ts';
import { createDatabase } from '../../support/postgres.ts';
import type { Ratio } from '../statistics.ts';
import { peopleOf, race, type Length } from './race.ts';

interface Person {
  uid: string;
  name: string;
}

/** What a library writes, and a trigger of the guard is called by. */
interface Written {
  library: keyof typeof libraries;
  write: (query: Query, person: Person) => Promise<unknown>;
}

const comeBack: Written['write'] = async (query, { uid, name }) => {
  const flow = randomUUID();
  await query(
    `insert into auth.flow_state (id, provider_type, authentication_method, created_at)
      values ($1, 'github', 'oauth', clock_timestamp())`,
    [flow],
  );
  await query('begin');
  await libraries.supabase.link(query, uid, 'github', `${name} back`);
  await query('update auth.flow_state set user_id = $2, auth_code = $1 where id = $1', [flow, uid]);
  await query('commit');
};

/** TABLE: each trigger's statement, by what is quoted of it. */
const kinds = {
  session: {
    library: 'passport',
    write: (query, { uid }) => libraries.passport.openSession(query, uid, randomUUID()),
  },
  link: {
    library: 'passport',
    write: (query, { uid, name }) => libraries.passport.link(query, uid, 'github', `${name} back`),
  },
  unlink: {
    library: 'passport',
    write: (query, { uid }) =>
      query(`delete from federated_credentials where user_id = $1 and provider = 'google'`, [uid]),
  },
  supabase: { library: 'supabase', write: comeBack },
} satisfies Record<string, Written>;

/** Of each trigger: what the library writes, with it: without. */
export type TriggerRatios = Record<keyof typeof kinds, Ratio>;

const openOne = async (server: string, library: Library, name: string, isGuarded: boolean) => {
  const url = await createDatabase(server);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const query: Query = async (text, values) => (await client.query(text, values)).rows as never;
  await query(library.schema);
  if (isGuarded) await runGuard(url, name, { mode: 'refuse' });
  return { query, close: () => client.end() };
};

const addPeople = async (query: Query, library: Library, count: number): Promise<Person[]> => {
  const people: Person[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `person ${index}`;
    const uid = await library.addUser(query, `${index}@shop.example`);
    for (const provider of ['google', 'facebook']) await library.link(query, uid, provider, name);
    people.push({ uid, name });
  }
  return people;
};

const measure = async (server: string, of: Written, length: Length): Promise<Ratio> => {
  const library = libraries[of.library];
  const [ours, theirs] = [
    await openOne(server, library, of.library, true),
    await openOne(server, library, of.library, false),
  ];
  // Whoever is added is no part of it, and need not wait for the disk.
  for (const { query } of [ours, theirs]) await query('set synchronous_commit = off');
  const [here, there] = [
    await addPeople(ours.query, library, peopleOf(length)),
    await addPeople(theirs.query, library, peopleOf(length)),
  ];
  for (const { query } of [ours, theirs]) await query('set synchronous_commit = on');
  const ratio = await race(
    length,
    (index) => of.write(ours.query, here[index]!),
    (index) => of.write(theirs.query, there[index]!),
  );
  for (const one of [ours, theirs]) await one.close();
  return ratio;
};

/** What each trigger of the guard costs the library's own statement. */
export const measureTriggers = async (server: string, length: Length): Promise<TriggerRatios> => {
  const found: Partial<TriggerRatios> = {};
  for (const [name, of] of Object.entries(kinds))
    found[name as keyof TriggerRatios] = await measure(server, of, length);
  return found as TriggerRatios;
};
