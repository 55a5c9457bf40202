// A library's own unlink reads first and deletes afterwards, without a lock: two at once take both of the last two ways
// in. With the guard they wait for each other, and for outro.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGuard } from '../../src/server/operate/guard.ts';
import { libraries, type Library } from './schemas.ts';
import { openSite, type BesideSite } from './site.ts';

const { supabase, authjs, betterAuth } = libraries;

const key: Record<string, { user: string; provider: string; users: string }> = {
  supabase: { user: 'user_id', provider: 'provider', users: 'auth.users' },
  authjs: { user: '"userId"', provider: 'provider', users: 'users' },
  betterAuth: { user: '"userId"', provider: '"providerId"', users: '"user"' },
};

/** As libraries do: look, decide, delete. @returns whether it went through */
const unlink = async (
  site: BesideSite,
  { identities }: Library,
  { user = '', provider = '' }: Partial<(typeof key)[string]>,
  uid: string,
  named: string,
): Promise<boolean> => {
  const found = await site.query(`select 1 from ${identities} where ${user} = $1`, [uid]);
  if (found.length < 2) return false;
  await new Promise((resolve) => setTimeout(resolve, 5));
  return site
    .query(`delete from ${identities} where ${user} = $1 and ${provider} = $2`, [uid, named])
    .then(
      () => true,
      (error: unknown) => {
        expect(String(error)).toContain('outro guard: the last way in');
        return false;
      },
    );
};

describe.each(Object.entries({ supabase, authjs, betterAuth }))('%s', (name, library) => {
  let site: BesideSite;
  const columns = key[name] ?? { user: '', provider: '', users: '' };
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
      `select ${columns.user}::text as uid from ${library.identities} group by 1`,
    );
    const there = new Set(left.map(({ uid }) => uid));
    return people.filter(({ uid }) => !there.has(uid)).length;
  };
  const byLibrary = (uid: string) =>
    ['google', 'github'].map((one) => unlink(site, library, columns, uid, one));
  const byBoth = (uid: string, asks: string) => [
    unlink(site, library, columns, uid, 'google'),
    site.ask('removeConnection', asks, { provider: 'github', lastIdentityHandling: 'fail' }),
  ];

  it('without the guard most are lost', async () => {
    expect(await race(40, byLibrary)).toBeGreaterThan(20);
  });

  it('with it none is, whoever unlinks', async () => {
    expect(await runGuard(site.url, name, { mode: 'refuse' })).not.toEqual([]);
    expect(await race(100, byLibrary)).toBe(0);
    expect(await race(100, byBoth)).toBe(0);
  });

  it('a user who is deleted takes everything along, and outro does what was decided', async () => {
    const { uid, key: asks } = await site.enter('ada');
    const answer = await site.ask('removeConnection', asks, { lastIdentityHandling: 'remove' });
    expect(answer.errorCode).toBe(0);
    const { uid: other } = await site.enter('bob');
    await site.query(`delete from ${columns.users} where id = $1`, [other]);
    const theirs = `select 1 from ${library.identities} where ${columns.user} = $1`;
    if (name === 'authjs')
      await site.query(`delete from ${library.identities} where ${columns.user} = $1`, [other]);
    expect([await site.query(theirs, [uid]), await site.query(theirs, [other])]).toEqual([[], []]);
  });
});
