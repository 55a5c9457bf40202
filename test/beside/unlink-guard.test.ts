// A library's own unlink reads first and deletes afterwards, without a lock: two at once take both of the last two ways
// in. With the guard they wait for each other, and for outro.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGuard } from '../../src/server/operate/guard.ts';
import { libraries, type Library, type Query } from './schemas.ts';
import { openSite, type BesideSite } from './site.ts';

// Pairs of each race; 200 and more by the environment.
const runs = Number(process.env['OUTRO_RUNS'] ?? 20);

const { supabase, authjs, betterAuth } = libraries;

interface Unlinking {
  user: string;
  users: string;
  /** What follows the look, up to the end. */
  unlink: (query: Query, uid: string, named: string) => Promise<unknown>;
}

const byProvider =
  (provider: string) =>
  ({ identities }: Library, user: string): Unlinking['unlink'] =>
  (query, uid, named) =>
    query(`delete from ${identities} where ${user} = $1 and ${provider} = $2`, [uid, named]);

/** Supabase's server: the transaction of `DELETE /user/identities/{id}`, in the order of its internal/api/identity.go. */
const ofSupabase: Unlinking['unlink'] = async (query, uid, named) => {
  await query(
    `insert into auth.audit_log_entries (id, payload, created_at) values (gen_random_uuid(), $1, now())`,
    [{ action: 'identity_unlinked', actor_id: uid }],
  );
  await query('delete from auth.identities where user_id = $1 and provider = $2', [uid, named]);
  const left = await query(
    'select provider, email from auth.identities where user_id = $1 order by created_at',
    [uid],
  );
  const providers = left.map(({ provider }) => provider);
  await query('update auth.users set email = $2, updated_at = now() where id = $1', [
    uid,
    `${uid}@shop.example`,
  ]);
  await query(
    'update auth.users set raw_app_meta_data = raw_app_meta_data || $2, updated_at = now() where id = $1',
    [uid, { provider: providers[0], providers }],
  );
};

const kinds = {
  supabase: { user: 'user_id', users: 'auth.users', unlink: ofSupabase },
  authjs: {
    user: '"userId"',
    users: 'users',
    unlink: byProvider('provider')(authjs, '"userId"'),
  },
  betterAuth: {
    user: '"userId"',
    users: '"user"',
    unlink: byProvider('"providerId"')(betterAuth, '"userId"'),
  },
} satisfies Record<string, Unlinking>;

/** As libraries do: look, decide, delete. @returns whether it went through */
const unlink = async (
  site: BesideSite,
  { identities }: Library,
  of: Unlinking,
  uid: string,
  named: string,
): Promise<boolean> => {
  const found = await site.query(`select 1 from ${identities} where ${of.user} = $1`, [uid]);
  if (found.length < 2) return false;
  await new Promise((resolve) => setTimeout(resolve, 5));
  const client = await site.pool.connect();
  const query: Query = async (text, values) => (await client.query(text, values)).rows as never;
  try {
    await query('begin');
    await of.unlink(query, uid, named);
    await query('commit');
    return true;
  } catch (error) {
    await query('rollback');
    expect(String(error)).toContain('outro guard: the last way in');
    return false;
  } finally {
    client.release();
  }
};

describe.each(Object.entries({ supabase, authjs, betterAuth }))('%s', (name, library) => {
  let site: BesideSite;
  const of = kinds[name as keyof typeof kinds];
  beforeAll(async () => {
    site = await openSite(library);
  });
  afterAll(() => site.close());

  let races = 0;
  const race = async (count: number, pair: (uid: string, asks: string) => Promise<unknown>[]) => {
    races += 1;
    const people = await Promise.all(
      Array.from({ length: count }, (_, index) => site.enter(`pair ${index} of ${races}`)),
    );
    await Promise.all(people.flatMap((one) => pair(one.uid, one.key)));
    const left = await site.query(
      `select ${of.user}::text as uid from ${library.identities} group by 1`,
    );
    const there = new Set(left.map(({ uid }) => uid));
    return people.filter(({ uid }) => !there.has(uid)).length;
  };
  const byLibrary = (uid: string) =>
    ['google', 'github'].map((one) => unlink(site, library, of, uid, one));
  const byBoth = (uid: string, asks: string) => [
    unlink(site, library, of, uid, 'google'),
    site.ask('removeConnection', asks, { provider: 'github', lastIdentityHandling: 'fail' }),
  ];

  it('without the guard some are lost', async () => {
    let lost = await race(runs, byLibrary);
    // So few may all be lucky, or most of them, on a machine that is busy.
    for (let round = 1; round < 10 && lost === 0; round += 1) lost = await race(runs, byLibrary);
    expect(lost).toBeGreaterThan(runs < 50 ? 0 : runs / 2);
  });

  it('with it none is, whoever unlinks', async () => {
    expect(await runGuard(site.url, name, { mode: 'refuse' })).not.toEqual([]);
    expect(await race(runs, byLibrary)).toBe(0);
    expect(await race(runs, byBoth)).toBe(0);
  });

  it('a user who is deleted takes everything along, and outro does what was decided', async () => {
    const { uid, key: asks } = await site.enter('ada');
    const answer = await site.ask('removeConnection', asks, { lastIdentityHandling: 'remove' });
    expect(answer.errorCode).toBe(0);
    const { uid: other } = await site.enter('bob');
    await site.query(`delete from ${of.users} where id = $1`, [other]);
    const theirs = `select 1 from ${library.identities} where ${of.user} = $1`;
    if (name === 'authjs')
      await site.query(`delete from ${library.identities} where ${of.user} = $1`, [other]);
    expect([await site.query(theirs, [uid]), await site.query(theirs, [other])]).toEqual([[], []]);
  });
});
