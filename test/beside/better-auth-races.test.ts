// Two unlinks at once, on every database on which better-auth has real transactions; and what is refused.
import { setImmediate } from 'node:timers/promises';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { outro } from 'outro/better-auth';
import { openAuth, origin, type AuthSite, type Engine } from './better-auth-site.ts';

// Pairs on each engine; 200 and more by the environment.
const pairs = Number(process.env['OUTRO_RUNS'] ?? 6);

const secret = 'the secret of a site that is only a test';

// An adapter whose transaction waits for itself; tried while the others race, since it has seconds to answer.
const waiting = betterAuth({
  baseURL: origin,
  secret,
  database: (options: BetterAuthOptions) => ({
    ...memoryAdapter({ outroSeen: [] })(options),
    transaction: () => new Promise(() => {}),
  }),
  plugins: [outro()],
}).$context.then(
  () => 'not refused',
  (error: unknown) => error,
);

let site: AuthSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** Unlinks both accounts of a person at once, and says how many are left. */
const race = async ({ enter, ask, context }: AuthSite): Promise<number> => {
  const { uid, accounts, cookie } = await enter();
  await Promise.all(
    accounts.map((accountId) => ask('/unlink-account', { cookie, body: { accountId } })),
  );
  return context.adapter.count({ model: 'account', where: [{ field: 'userId', value: uid }] });
};

const raceAll = async (raced: AuthSite): Promise<number[]> => {
  const left: number[] = [];
  for (let done = 0; done < pairs; done += 5)
    left.push(...(await Promise.all(Array.from({ length: 5 }, () => race(raced)))));
  return left;
};

it.each<Engine>(['pg', 'drizzle', 'sqlite', 'libsql'])(
  'of two unlinks at once one is refused, however often, on %s',
  async (engine) => {
    site = await openAuth(engine);
    expect([...new Set(await raceAll(site))]).toEqual([1]);
  },
  30_000 + pairs * 1000,
);

// On SQLite one process has one connection, which happens to keep the library's two statements together.
it.each<Engine>(['pg', 'drizzle'])(
  'without the plugin people are left with nothing, on %s',
  async (engine) => {
    site = await openAuth(engine, { outro: 'without' });
    const lost = async (): Promise<number> => {
      const left = await raceAll(site!);
      return left.filter((one) => one === 0).length;
    };
    // Most of many; a few pairs may all be lucky on a busy machine.
    let found = await lost();
    for (let round = 1; round < 10 && found === 0; round += 1) found = await lost();
    expect(found).toBeGreaterThan(pairs < 50 ? 0 : pairs / 2);
  },
  30_000 + pairs * 1000,
);

describe('an adapter without real transactions', () => {
  it('is refused: Drizzle without transaction: true', async () => {
    await expect(openAuth('drizzle', { drizzle: { transaction: false } })).rejects.toThrow(
      'outro needs real transactions, and better-auth\'s adapter "drizzle" runs statements one by one instead: give drizzleAdapter `transaction: true`',
    );
  });

  it('is refused: Drizzle on better-sqlite3, with transaction: true and without', async () => {
    const crashed: unknown[] = [];
    const note = (error: unknown) => void crashed.push(error);
    process.on('unhandledRejection', note);
    for (const transaction of [true, false])
      await expect(openAuth('better-sqlite3', { drizzle: { transaction } })).rejects.toThrow(
        /real transactions.* as better-sqlite3 under Drizzle, give better-auth the database itself/,
      );
    await setImmediate();
    process.off('unhandledRejection', note);
    expect(crashed).toEqual([]);
  });

  it.each([
    ['keeps what one that failed has written', 'keeps'],
    ['failed at one', 'fails'],
  ])('is refused where it %s', async (found, kind) => {
    site = await openAuth('pg');
    const { adapter } = site.context;
    const auth = betterAuth({
      baseURL: origin,
      secret,
      database: () => ({
        ...adapter,
        transaction: <Result>(work: (within: typeof adapter) => Promise<Result>) =>
          kind === 'keeps' ? work(adapter) : Promise.reject(new Error('no such thing')),
      }),
      plugins: [outro()],
    });
    await expect(auth.$context).rejects.toThrow(found);
  });

  it('is refused where it gives no answer within a time', async () => {
    const { message } = (await waiting) as Error;
    expect(message).toContain('gave no answer within one in 5000 ms: use an adapter that has them');
  });
});
