// The schema of one version newer, one older, of both at once: instances are replaced one by one, and back.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, inject, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/server/exits/migrate.ts';
import { exitsSteps } from '../../src/server/exits/steps.ts';
import { adviceOf } from '../../src/server/people/advice.ts';
import { postgresDatabase } from '../../src/server/people/postgres.ts';
import { peopleSteps, type Step } from '../../src/server/people/steps.ts';
import { createDatabase } from '../support/postgres.ts';
import { openShop, startTraffic } from '../support/shop.ts';

const present = [...peopleSteps, ...exitsSteps];

// What a version to come might bring.
const next: Step[] = [
  {
    name: 'people next',
    isCompatible: true,
    statements: ['alter table outro.sessions add column device text'],
  },
  {
    name: 'exits next',
    isCompatible: true,
    isConcurrent: true,
    statements: [
      'drop index concurrently if exists outro.journal_by_actor',
      'create index concurrently journal_by_actor on outro.journal(actor)',
    ],
  },
];

/** A database of its own, its address, and how its schema is brought to a version. */
const openDatabase = async () => {
  const url = await createDatabase(inject('databaseUrl'));
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  onTestFinished(() => pool.end());
  return {
    url,
    pool,
    bring: (...steps: Step[]) => migrate(postgresDatabase(pool), steps),
    steps: async (): Promise<string[]> => {
      const { rows } = await pool.query<{ name: string }>(
        'select name from outro.schema_steps order by at, name',
      );
      return rows.map((row) => row.name);
    },
  };
};

it('3.9 one version newer that says it is compatible: an instance starts on it and works', async () => {
  const { url, bring } = await openDatabase();
  await bring(...present, ...next);
  const shop = await openShop(url);
  const token = await shop.signIn('ada');
  expect(await shop.asPage('logout', token)).toMatchObject({ errorCode: 0 });
});

it('3.9 one version newer that is not compatible: refused by its name, with what to do', async () => {
  const { url, bring, steps } = await openDatabase();
  await bring(...present, { name: 'exits other', isCompatible: false, statements: ['select 1'] });
  const before = await steps();
  await expect(openShop(url)).rejects.toThrow(
    /newer than this version of outro: exits other needs a later one; update outro, or restore/,
  );
  expect(await steps()).toEqual(before);
});

it('3.9 one version older is brought up to date, with what is in it; one of many at once does it', async () => {
  const { url, bring, pool, steps } = await openDatabase();
  await bring(...peopleSteps);
  const apiKey = `3_${randomUUID()}`;
  await pool.query("insert into outro.accounts (site, uid, is_site_uid) values ($1, 'ada', true)", [
    apiKey,
  ]);
  const shops = await Promise.all([1, 2, 3].map(() => openShop(url, { apiKey })));
  expect((await steps()).toSorted()).toEqual(present.map(({ name }) => name).toSorted());
  const answers = await Promise.all(shops.map((shop) => shop.signIn('ada')));
  expect(new Set(answers).size).toBe(3);
  const { rows } = await pool.query('select uid from outro.accounts');
  expect(rows).toEqual([{ uid: 'ada' }]);
});

it('3.9 instances of both versions on one database, while the schema becomes the next one, and back', async () => {
  const { url, bring, pool } = await openDatabase();
  // As an earlier attempt may have left it.
  await bring(...present);
  await pool.query('create index journal_by_actor on outro.journal(actor)');
  const shop = await openShop(url);
  const traffic = startTraffic(shop, 6);
  // Three of the next version, at once.
  await Promise.all([1, 2, 3].map(() => bring(...present, ...next)));
  await bring(...present, ...next);
  await pool.query("update outro.sessions set device = 'phone'");
  const { rows } = await pool.query(
    "select indisvalid from pg_index where indexrelid = 'outro.journal_by_actor'::regclass",
  );
  expect(rows).toEqual([{ indisvalid: true }]);
  // The version before is put back, while the other one still runs.
  const back = await openShop(url, { apiKey: shop.apiKey });
  const token = await back.signIn('ada');
  expect(await shop.asPage('getUserInfo', token)).toMatchObject({ errorCode: 0 });
  await traffic.stop();
  expect(traffic.failures).toEqual([]);
});

it('3.9 a step that a table is never free for lets everybody else go on, and says what to do', async () => {
  const { url, bring, pool } = await openDatabase();
  const shop = await openShop(url);
  const holder = await pool.connect();
  await holder.query('begin');
  await holder.query('select from outro.sessions');
  const traffic = startTraffic(shop, 3);
  const refused = await bring(...present, ...next).catch((error: unknown) => error);
  await traffic.stop();
  expect(traffic.failures).toEqual([]);
  expect(String(refused)).toMatch(/schema could not be brought up to date/);
  expect(adviceOf(refused)).toMatch(/a table was in use for too long: end long transactions/);
  await holder.query('commit');
  holder.release();
  await bring(...present, ...next);
});
