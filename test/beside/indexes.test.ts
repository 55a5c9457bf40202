// What the documentation advises a site to index is what outro looks by.
import { readFileSync } from 'node:fs';
import { fromTables } from 'outro/server';
import pg from 'pg';
import { expect, it } from 'vitest';
import { libraries, type Library } from './schemas.ts';
import { openDatabase } from './site.ts';

const advice = readFileSync(new URL('../../src/docs/sign-in.md', import.meta.url), 'utf8');

const advised: [Library, string[]][] = [
  [
    libraries.passport,
    [`"session" ((sess -> 'passport' ->> 'user'))`, 'federated_credentials (user_id)'],
  ],
  [libraries.authjs, ['accounts ("userId")', 'sessions ("userId")']],
];

it.each(advised)('the indexes that are advised serve a read of the person', async (library, on) => {
  const { url, query, close } = await openDatabase(library.schema);
  for (const [index, columns] of on.entries()) {
    expect(advice).toContain(columns);
    await query(`create index advised_${index} on ${columns}`);
  }
  // Tables of a test are so small that reading all of them is cheaper.
  await query(`alter database ${new URL(url).pathname.slice(1)} set enable_seqscan = off`);
  const uid = await library.addUser(query, 'ada@shop.example');
  const store = await fromTables(new pg.Pool({ connectionString: url, max: 2 }), library.mapping);
  await store.people.read({ site: 's', uid });
  // Its connections tell what they have counted when they end.
  await store.close();
  const used = async () =>
    (
      await query(
        `select idx_scan > 0 as "isUsed" from pg_stat_user_indexes where indexrelname like 'advised%'`,
      )
    ).map(({ isUsed }) => isUsed);
  await expect.poll(used).toEqual(on.map(() => true));
  await close();
});
