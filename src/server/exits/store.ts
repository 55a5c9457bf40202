import { Kysely, sql as raw, type Dialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { isOutroError } from '../../core/error.ts';
import type { Account } from '../rules/account.ts';
import type { Decision, Store, Who } from '../people/people.ts';
import { answersOf } from './answers.ts';
import { accountOf, loadAccount, type Database } from '../people/load.ts';
import { migrations } from './migrations.ts';
import { outboxOf } from './errands.ts';
import { pageEventsOf, type Subscribe } from './journal.ts';
import { providerSessionsOf } from './provider-sessions.ts';
import { purge } from './purge.ts';
import { isMixedUp } from '../people/prepare.ts';
import { readRemovals } from './removed-identities.ts';
import { run, sql } from '../people/statement.ts';
import type { Tables } from './tables.ts';
import { tripsOf } from './trips.ts';
import { writeChange } from '../people/write.ts';

// In a statement of its own and before anything is read: a lock joined to a read loses the race.
const lock = async (db: Database, who: Who): Promise<string | undefined> => {
  const [row] = await run<{ id: string | number }>(
    db,
    sql`update outro.accounts set rev = rev + 1 where id = ${accountOf(who)} returning id`,
  );
  return row && String(row.id);
};

// Made once: an error of one's own for each request spends more time on its stack than on anything else.
const nothing = new Error('nothing is to be written');

const createAccount = async (
  db: Database,
  site: string,
  uid: string,
  isSiteUid: boolean,
): Promise<{ id: string; isNew: boolean }> => {
  const row = await db
    .insertInto('accounts')
    .values({ site, uid, is_site_uid: isSiteUid })
    .onConflict((conflict) =>
      conflict.columns(['site', 'uid']).doUpdateSet({ rev: raw`accounts.rev + 1` }),
    )
    .returning(['id', 'rev'])
    .executeTakeFirstOrThrow();
  return { id: String(row.id), isNew: Number(row.rev) === 0 };
};

const lockAccount = async (db: Database, who: Who): Promise<Account | undefined> => {
  const locked = await lock(db, who);
  // Looked for again behind the lock: the session or the identity may have gone while this call waited.
  const found = locked === undefined ? undefined : await loadAccount(db, who);
  if (found && found.id === locked) return found;
  if (!('create' in who) || !who.create) return undefined;
  const { id, isNew } =
    'uid' in who
      ? await createAccount(db, who.site, who.uid, who.create.isSiteUid)
      : await createAccount(db, who.site, who.create.uid, false);
  const account = await loadAccount(db, who, sql`${id}::bigint`);
  return account && { ...account, isNew };
};

/**
 * Makes a store from a kysely dialect and brings its schema up to date, however many instances start at once.
 *
 * @param subscribe hears notifications, which no dialect can.
 * @throws Error when a migration fails
 */
export const openSqlStore = async (dialect: Dialect, subscribe: Subscribe): Promise<Store> => {
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

  const pageEvents = pageEventsOf(db, subscribe);
  const update = async <Answer>(
    who: Who,
    decide: (account: Account | undefined) => Decision<Answer>,
  ): Promise<Answer> => {
    let decision: Decision<Answer> | undefined;
    await db
      .transaction()
      .execute(async (transaction) => {
        const found = await lockAccount(transaction, who);
        const account = found && { ...found, removals: await readRemovals(transaction, who) };
        decision = decide(account);
        const { change } = decision;
        if (account && change) await writeChange(transaction, who.site, account, change);
        // Rolled back, so that who only looked has not even moved the lock.
        else if (!account?.isNew) throw nothing;
      })
      .catch((error: unknown) => {
        if (error !== nothing) throw error;
      });
    return (decision as unknown as Decision<Answer>).answer;
  };

  return {
    read: (who) => loadAccount(db, who),
    // Two first sign-ins of one identity at once both want to create it; the loser finds it on its second try.
    update: (who, decide) =>
      update(who, decide).catch((error: unknown) => {
        const isTaken = isOutroError(error) && error.failure === 'identityExists';
        if (('identity' in who && isTaken) || isMixedUp(error)) return update(who, decide);
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
    ...answersOf(db),
    ...outboxOf(db),
    ...providerSessionsOf(db),
    ...tripsOf(db),
    ...pageEvents.port,
    purge: () => purge(db),
    async close() {
      await pageEvents.stopListening();
      await db.destroy();
    },
  };
};
