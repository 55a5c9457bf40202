import { Kysely, sql, type Dialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { isOutroError } from '../../core/error.ts';
import type { Account } from '../account.ts';
import type { Decision, Store, Who } from '../store.ts';
import { findAccountId, loadAccount, type Database } from './load.ts';
import { migrations } from './migrations.ts';
import { outboxOf } from './outbox.ts';
import { purge } from './purge.ts';
import type { Tables } from './tables.ts';
import { writeChange } from './write.ts';

// In a statement of its own and before anything is read: a lock joined to a read loses the race.
const lock = async (db: Database, id: string): Promise<void> => {
  await db
    .updateTable('accounts')
    .set({ rev: sql`rev + 1` })
    .where('id', '=', id)
    .execute();
};

const createAccount = async (
  db: Database,
  site: string,
  uid: string,
  isSiteUid: boolean,
): Promise<string> => {
  const row = await db
    .insertInto('accounts')
    .values({ site, uid, is_site_uid: isSiteUid })
    .onConflict((conflict) =>
      conflict.columns(['site', 'uid']).doUpdateSet({ rev: sql`accounts.rev + 1` }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return String(row.id);
};

const lockAccount = async (db: Database, who: Who): Promise<Account | undefined> => {
  const found = await findAccountId(db, who);
  if (found !== undefined) {
    await lock(db, found);
    // Looked up again behind the lock: the session or the identity may have gone while this call waited.
    if ((await findAccountId(db, who)) === found) return loadAccount(db, found, who);
  }
  if (!('create' in who) || !who.create) return undefined;
  const created =
    'uid' in who
      ? await createAccount(db, who.site, who.uid, who.create.isSiteUid)
      : await createAccount(db, who.site, who.create.uid, false);
  return loadAccount(db, created, who);
};

/**
 * Makes a store from a kysely dialect and brings its schema up to date, however many instances start at once.
 *
 * @throws Error when a migration fails
 */
export const openSqlStore = async (dialect: Dialect): Promise<Store> => {
  const db = new Kysely<Tables>({ dialect }).withSchema('outro');
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: 'outro',
  });
  const migration = await migrator.migrateToLatest();
  if (migration.error)
    throw new Error('the database schema could not be brought up to date', {
      cause: migration.error,
    });

  const update = <Answer>(
    who: Who,
    decide: (account: Account | undefined) => Decision<Answer>,
  ): Promise<Answer> =>
    db.transaction().execute(async (transaction) => {
      const account = await lockAccount(transaction, who);
      const { change, answer } = decide(account);
      if (account && change) await writeChange(transaction, who.site, account, change);
      return answer;
    });

  return {
    async read(who) {
      const id = await findAccountId(db, who);
      return id === undefined ? undefined : loadAccount(db, id, who);
    },
    // Two first sign-ins of one identity at once both want to create it; the loser finds it on its second try.
    update: (who, decide) =>
      update(who, decide).catch((error: unknown) => {
        if ('identity' in who && isOutroError(error) && error.failure === 'identityExists')
          return update(who, decide);
        throw error;
      }),
    async seeOnce(kind, id, expiresAt) {
      const now = new Date();
      const seen = await db
        .insertInto('seen_once')
        .values({ kind, id, expires_at: expiresAt })
        .onConflict((conflict) =>
          conflict
            .columns(['kind', 'id'])
            .doUpdateSet({ expires_at: expiresAt })
            .where('seen_once.expires_at', '<', now),
        )
        .returning('id')
        .executeTakeFirst();
      return seen !== undefined;
    },
    ...outboxOf(db),
    purge: () => purge(db),
    close: () => db.destroy(),
  };
};
