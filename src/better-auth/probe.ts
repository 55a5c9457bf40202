import { setTimeout as wait } from 'node:timers/promises';
import type { DBAdapter } from '@better-auth/core/db/adapter';
import { createToken } from '../server/config/token.ts';

// Milliseconds: an adapter whose transaction waits for itself waits for ever.
const limit = 5000;

// What is set where, by the names that adapters give themselves.
const advice: Record<string, string> = {
  drizzle:
    'give drizzleAdapter `transaction: true`; where the driver has no interactive transactions, as better-sqlite3 under Drizzle, give better-auth the database itself',
  prisma: 'give prismaAdapter `transaction: true`',
  kysely: 'this driver has none; use one that has, such as pg, mysql2 or node:sqlite',
  mongodb: 'give mongodbAdapter a client of a replica set',
};

const undone = new Error('undo');

/** Whether a row that is written in a transaction which then fails is gone. */
const rollsBack = async (adapter: DBAdapter): Promise<boolean> => {
  const name = `probe ${createToken()}`;
  const where = [{ field: 'name', value: name }];
  const data = { name, expiresAt: new Date(Date.now() + 60_000) };
  // One that succeeds first: a driver whose transactions cannot wait says so, and drops what comes of the work.
  await adapter.transaction(async () => true);
  await adapter
    .transaction(async (transaction) => {
      await transaction.create({ model: 'outroSeen', data });
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  const left = await adapter.findOne({ model: 'outroSeen', where });
  if (left) await adapter.deleteMany({ model: 'outroSeen', where });
  return !left;
};

const hasTables = (adapter: DBAdapter): Promise<boolean> =>
  adapter.findMany({ model: 'outroSeen', limit: 1 }).then(
    () => true,
    () => false,
  );

/**
 * Refuses an adapter whose transactions are none: there the last way in could be lost between two statements.
 *
 * @returns false while the tables are not there, so that nothing can be tried.
 * @throws Error that says what to set
 * @see tables.md 8
 */
export const probe = async (adapter: DBAdapter): Promise<boolean> => {
  const refuse = (found: string, cause?: unknown): never => {
    const what = advice[adapter.id] ?? 'use an adapter that has them';
    throw new Error(
      `outro needs real transactions, and better-auth's adapter "${adapter.id}" ${found}: ${what}`,
      { cause },
    );
  };
  if (adapter.options?.adapterConfig.transaction === false)
    refuse('runs statements one by one instead');
  const stop = new AbortController();
  const late = wait(limit, 'late' as const, { signal: stop.signal, ref: false });
  // Stopped, it has nothing to say.
  late.catch(() => {});
  try {
    const tried = hasTables(adapter).then((isThere) =>
      isThere
        ? rollsBack(adapter).catch((error: unknown) => refuse('failed at one', error))
        : undefined,
    );
    const found = await Promise.race([tried, late]);
    if (found === 'late') return refuse(`gave no answer within one in ${limit} ms`);
    if (found === false) return refuse('keeps what one that failed has written');
    return found === true;
  } finally {
    stop.abort();
  }
};
