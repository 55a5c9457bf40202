// `outro import` as an operator runs it: to its end, killed in its midst, with a million people (OUTRO_PEOPLE=1000000).
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { peakOf, personOf, writeMany } from '../support/many-people.ts';
import { startPostgres } from '../support/postgres.ts';
import { openFolder } from '../support/served.ts';

const people = Number(process.env['OUTRO_PEOPLE'] ?? 3000);
const folder = openFolder();
const file = `${folder.path}/people.ndjson`;
let databaseUrl = '';
let stopPostgres = async (): Promise<void> => {};
let pool: pg.Pool;

const begin = (...args: string[]) =>
  folder.run('import', ...args, '--config', 'outro.json', '--database-url', databaseUrl);

const run = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
  const served = begin(...args);
  return { code: await served.ended, output: served.output() };
};

const count = async (table: string): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int from outro.${table}`);
  return rows[0]!.count;
};

beforeAll(async () => {
  const postgres = await startPostgres({ isOwn: true });
  databaseUrl = postgres.url;
  stopPostgres = postgres.stop;
  pool = new pg.Pool({ connectionString: databaseUrl });
  pool.on('error', () => {});
  const migrated = folder.run('migrate', '--database-url', databaseUrl);
  await migrated.ended;
  await writeMany(file, people);
}, 600_000);

afterAll(async () => {
  folder.close();
  await pool.end();
  await stopPostgres();
});

it('a dry run says what would be, by kind, and writes nothing', async () => {
  writeFileSync(
    `${folder.path}/few.ndjson`,
    `${[personOf(1), personOf(2), { UID: 'twin', loginIDs: [{ value: 'person-1@mail.example' }] }]
      .map((one) => JSON.stringify(one))
      .join('\n')}\n{"UID":"cut`,
  );
  const { code, output } = await run('few.ndjson', '--dry-run');
  expect(code).toBe(1);
  expect(output).toMatch(/^nothing was written; it would be:$/m);
  expect(output).toMatch(/^new +2$/m);
  expect(output).toMatch(/^not brought +2$/m);
  expect(output).toMatch(/^identities written +3$/m);
  expect(output).toMatch(/^troubles +loginIdExists 1, unreadable 1$/m);
  expect(output).toMatch(/^3: twin: not brought: loginIDs.0: belongs to the account person-1/m);
  expect(output).not.toContain('@');
  expect(await count('accounts')).toBe(0);
  const json = await run('few.ndjson', '--dry-run', '--json');
  const lines = json.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    { trouble: { place: 3, uid: 'twin', kind: 'loginIdExists' } },
    { trouble: { place: 4, kind: 'unreadable' } },
    { report: { read: 4, new: 2 } },
  ]);
}, 60_000);

it('killed in its midst, it goes on where it was; the second time it changes nothing; its memory stays flat', async () => {
  const killed = begin('people.ndjson');
  while (
    killed.child.exitCode === null &&
    (await count('accounts')) < Math.min(people / 10, 50_000)
  )
    await wait(5);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const before = await count('accounts');
  expect(before % 500).toBe(0);
  expect(before).toBeLessThan(people);
  expect((await pool.query('select done::int from outro.imports')).rows).toEqual([
    { done: before },
  ]);

  const started = performance.now();
  const served = begin('people.ndjson', '--json');
  let [peak, early] = [0, 0];
  while (served.child.exitCode === null) {
    peak = Math.max(peak, peakOf(served.child.pid));
    if (performance.now() - started < 10_000) early = peak;
    await wait(50);
  }
  expect(await served.ended, served.output()).toBe(0);
  expect(JSON.parse(served.output())).toMatchObject({
    report: { read: people, new: people, tokens: people, refused: 0, withoutWayIn: 0 },
  });
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  if (people > 3000)
    console.log(
      `${people - before} people in ${seconds} s, ${peak} MB at most, ${early} MB after 10 s`,
    );
  expect(peak).toBeLessThan(400);
  const counts = async () => [
    await count('accounts'),
    await count('identities'),
    await count('login_ids'),
    await count('imports'),
    await count('journal'),
    await count('sessions'),
  ];
  const pairs = [people, people + Math.floor(people / 2), people + Math.ceil(people / 3), 0, 1, 0];
  expect(await counts()).toEqual(pairs);
  const revisions = 'select max(rev)::int as rev from outro.accounts';
  expect((await pool.query(revisions)).rows).toEqual([{ rev: 0 }]);
  const again = await run('people.ndjson', '--json');
  expect(JSON.parse(again.output)).toMatchObject({ report: { same: people, new: 0, changed: 0 } });
  expect(await counts()).toEqual(pairs);
  expect((await pool.query(revisions)).rows).toEqual([{ rev: 0 }]);
}, 3_600_000);

it('takes standard input; refuses, by name, what it is not meant to do', async () => {
  const served = begin('-', '--json');
  served.child.stdin?.end(`${JSON.stringify({ UID: 'piped' })}\n`);
  expect(await served.ended).toBe(0);
  expect(served.output()).toContain('"new":1');
  const vendors = [{ UID: 'from-afar', password: { hash: 'x' }, loginIDs: { username: 'afar' } }];
  writeFileSync(`${folder.path}/vendor.json`, JSON.stringify(vendors));
  expect((await run('vendor.json', '--from', 'gigya')).output).toMatch(/^new +1$/m);
  const refused = [
    [['vendor.json', '--from', 'afar'], 'from: expected one of gigya'],
    [['--from', 'gigya'], 'sources.gigya: expected { userKey, secret, domain }'],
    [[], 'FILE: expected behind the command'],
    [['none.ndjson'], 'ENOENT'],
    [['few.ndjson', '--conflicts', 'merge'], '--conflicts: expected one of error, ignore, connect'],
    [['few.ndjson', '--site', '3_other'], 'site: no site of the configuration has the key 3_other'],
  ] as const;
  const answers = refused.map(async ([args, said]) =>
    expect(await run(...args)).toEqual({
      code: 1,
      output: expect.stringContaining(said) as string,
    }),
  );
  await Promise.all(answers);
  expect((await run('--help')).output).toContain('usage: outro import FILE|-');
}, 60_000);
