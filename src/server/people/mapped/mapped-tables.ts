import { fail } from '../../../core/error.ts';
import type { Change } from '../../rules/account.ts';
import { breaks, codeOf, isPassing, persist, type Database, type Runner } from '../database.ts';
import { tellSite, type OnChange } from '../on-change.ts';
import type { Decision, ExitsWriter, People, Updated, Who } from '../people.ts';
import { sql } from '../statement.ts';
import { findUser, isUsers } from './find.ts';
import { decides, guardsUnlink } from './guard.ts';
import { loadMapped, type Loaded } from './load.ts';
import { purgeNotes, type Taken } from './notes.ts';
import type { Plan } from './plan.ts';
import { sessionsOf } from './session.ts';
import { providerOf } from './spelling.ts';
import {
  behindLock,
  lockOf,
  mappedStatement,
  onlyNotes,
  refuseForeign,
  takenBy,
  wideStatements,
  type MappedWritten,
} from './write.ts';

/** Somebody was removed meanwhile who is about to be told of. */
const lost = new Error('a removal came in between');

/** The key of the journal row is taken; whether for good is asked outside of the transaction. */
class KeyTaken extends Error {
  constructor(cause: unknown) {
    super('the idempotency key is taken', { cause });
  }
}

const explain = async (error: unknown, change: Change): Promise<never> => {
  if (change.journal?.once && breaks(error, 'journal_key')) throw new KeyTaken(error);
  const { table, constraint } = error as { table?: string; constraint?: string };
  if (codeOf(error) === '23503')
    fail(
      'operationNotAllowed',
      `the site's own table ${table} still refers to what would go (${constraint}); let that follow in its schema, or by after. Nothing was changed`,
    );
  throw error;
};

/** What came of a decision, and the account whose pages are to be told once it has committed. */
interface Outcome<Answer> extends Updated<Answer> {
  told?: string;
}

/**
 * People in the tables of the site. A change locks the user's row in a statement of its own, reads, decides, writes, and
 * commits; what the tables cannot hold is in the schema `outro`, in the same transaction.
 *
 * @see design.md section 7; tables.md
 */
export const mappedTables = (
  db: Database,
  exits: ExitsWriter,
  plan: Plan,
  onChange?: OnChange,
): People => {
  /**
   * The one thing that every change waits for, before anything is read: a lock joined to a read loses the race.
   *
   * @returns what else is to be locked; `undefined` when the person is not there.
   */
  const lock = async (
    runner: Runner,
    uid: string,
  ): Promise<'identities' | 'nothing' | undefined> => {
    const { users } = plan;
    const [row] = await runner.run<{ guarded: boolean }>(
      sql`select ${decides}, ${guardsUnlink(plan)} as guarded from ${users.from}
        where ${isUsers(users, uid)} and ${users.counts} for update`,
    );
    return row && (row.guarded ? 'nothing' : 'identities');
  };

  const follow = async (runner: Runner, uid: string, { removed }: Taken): Promise<void> => {
    for (const text of plan.after)
      for (const { spelling, identity } of removed)
        await runner.query(text, [uid, spelling, identity.providerUid]);
  };

  const write = async (
    runner: Runner,
    who: Who,
    loaded: Loaded,
    change: Change,
  ): Promise<MappedWritten> => {
    const { account } = loaded;
    refuseForeign(change);
    const taken = takenBy(loaded, change);
    const there = behindLock(account.id);
    const statement = mappedStatement(who, plan, loaded, change, there, exits);
    const [written] = await runner.run<MappedWritten>(statement);
    if (!written?.isWritten) throw lost;
    if (!change.deleteAccount)
      for (const wide of wideStatements(plan, account.id, taken)) await runner.run(wide);
    await follow(runner, account.id, taken);
    await tellSite(onChange, who.site, account, change, runner);
    return written;
  };

  const carryOut = async <Answer>(
    runner: Runner,
    who: Who,
    decide: (account: Loaded['account'] | undefined) => Decision<Answer>,
  ): Promise<Outcome<Answer>> => {
    const uid = await findUser(runner, plan, who);
    const left = uid === undefined ? undefined : await lock(runner, uid);
    const loaded =
      uid === undefined || left === undefined
        ? undefined
        : await loadMapped(runner, plan, exits, who, uid, {
            locksIdentities: left === 'identities',
          });
    const { change, answer } = decide(loaded?.account);
    if (!change) return { answer, entry: undefined };
    if (!loaded)
      return 'create' in who && who.create
        ? fail(
            'operationNotAllowed',
            "siteUID: nobody of the site's own tables has it; people are made there, and a sign-in is told by signedIn",
          )
        : { answer, entry: undefined };
    const written = await write(runner, who, loaded, change).catch((error: unknown) =>
      explain(error, change),
    );
    return {
      answer,
      entry: written.entry == null ? undefined : String(written.entry),
      ...(change.tell?.length && { told: loaded.account.id }),
    };
  };

  const attempt = <Answer>(
    who: Who,
    decide: (account: Loaded['account'] | undefined) => Decision<Answer>,
  ): Promise<Outcome<Answer>> => {
    let decided: Change | undefined;
    const noting = (account: Loaded['account'] | undefined): Decision<Answer> => {
      const decision = decide(account);
      decided = decision.change;
      return decision;
    };
    return db
      .transaction((runner) => carryOut(runner, who, noting), 'read committed')
      .catch(async (error: unknown) => {
        if (!(error instanceof KeyTaken)) throw error;
        // Only now: the transaction that failed cannot be asked any more.
        if (decided && (await exits.freeKey(decided))) throw lost;
        return fail(
          'invalidParameter',
          'idempotencyKey: was used for another request; expected a new one',
        );
      });
  };

  /**
   * Carries out a sign-in that only notes what the library tells, in two statements each of which commits by itself. A lock
   * joined to a read loses the race; here it is joined to the write, which sees by itself whether what was read still holds.
   *
   * @returns `undefined` where more is to be done, or somebody came in between: then it is decided behind the lock.
   */
  const noteSignIn = async <Answer>(
    who: Who,
    decide: (account: Loaded['account']) => Decision<Answer>,
  ): Promise<Updated<Answer> | undefined> => {
    const uid = await findUser(db, plan, who);
    const loaded =
      uid === undefined ? undefined : await loadMapped(db, plan, exits, who, uid, { notes: true });
    if (!loaded) return undefined;
    const { change = {}, answer } = decide(loaded.account);
    if (!onlyNotes(change)) return undefined;
    if (change.linkIdentities?.length || change.openSession) {
      const there = lockOf(plan, loaded.account.id);
      const statement = mappedStatement(who, plan, loaded, change, there, exits);
      const [written] = await db.run<MappedWritten>(statement);
      if (!written?.isWritten) return undefined;
    }
    return { answer, entry: undefined };
  };

  return {
    async read(who) {
      const uid = await findUser(db, plan, who);
      return uid === undefined ? undefined : (await loadMapped(db, plan, exits, who, uid))?.account;
    },

    async update(who, decide) {
      const noted = who.linking && (await noteSignIn(who, decide));
      if (noted) return noted;
      const { told, ...updated } = await persist(
        () => attempt(who, decide),
        (error) => error === lost || isPassing(error),
      ).catch((error: unknown) => {
        if (error !== lost) throw error;
        return fail('serverError', 'the person keeps being removed and told of; ask again');
      });
      if (told !== undefined) exits.wake(who.site, told);
      return updated;
    },

    nameProvider(spelling) {
      const named = plan.identities.find(({ rows }) => rows.providers?.[spelling] !== undefined);
      return providerOf(named?.rows ?? plan.identities[0]?.rows, spelling);
    },

    ...sessionsOf(db, plan),

    // Nothing in the site's tables is sealed by outro; what is noted beside them is the exits' to seal again.
    countSealed: async () => [],
    listSealed: async () => [],
    reseal: async () => 0,

    purge: (limit) => purgeNotes(db, limit),
  };
};
