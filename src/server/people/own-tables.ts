import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { providerId } from '../../providers/providers.ts';
import type { Account, Change, NewIdentity } from '../rules/account.ts';
import { bringingOf } from './bring.ts';
import { breaks, isPassing, persist, type Database, type Runner } from './database.ts';
import { accountOf, loadAccount } from './load.ts';
import { tellSite, type OnChange } from './on-change.ts';
import type { Decision, ExitsWriter, People, Updated, Who } from './people.ts';
import { sealedPeople } from './sealed.ts';
import { sql } from './statement.ts';
import { changeStatement, type Written } from './write.ts';

// Looks at an account that keeps changing, before it is locked.
const looks = 4;

/** The account has changed since it was read. */
const lost = new Error('the account has changed since it was read');

const isWorthIt = (error: unknown): boolean => error === lost || isPassing(error);

/** Somebody to be, where nobody is found and the call may make one. */
const newAccount = (who: Who, readAt: Date): Account | undefined => {
  if (!('create' in who) || !who.create) return undefined;
  const [uid, isSiteUid] = 'uid' in who ? [who.uid, who.create.isSiteUid] : [who.create.uid, false];
  return {
    id: '',
    rev: '0',
    isNew: true,
    readAt,
    removals: [],
    uid,
    isSiteUid,
    profile: {},
    identities: [],
    loginIds: [],
    session: undefined,
    sessions: [],
  };
};

/** What came of a decision, and the account whose pages are to be told once it has committed. */
interface Outcome<Answer> extends Updated<Answer> {
  told?: string;
}

// What a statement could not write although the account was as expected: somebody else has it.
const checkWritten = (
  written: Written,
  { linkIdentities = [], addLoginIds = [] }: Change,
): void => {
  if (Number(written.linked ?? 0) < linkIdentities.length)
    fail('identityExists', 'providerSessions: one of these identities belongs to another account');
  if (Number(written.named ?? 0) < addLoginIds.length)
    fail('loginIdExists', 'loginIDs: one of them belongs to another account');
};

const isLinked = ({ identities }: Account, wanted: NewIdentity): boolean =>
  identities.some(
    (one) =>
      one.state === 'linked' &&
      one.provider === wanted.provider &&
      one.subProvider === wanted.subProvider &&
      one.providerUid === wanted.providerUid,
  );

const isSignIn = ({ linkIdentities, addLoginIds }: Change): boolean =>
  Boolean(linkIdentities?.length || addLoginIds?.length);

/**
 * People in outro's own tables. A change is two statements, each of which commits by itself: one reads the account,
 * one writes if the account is as it was read; a sign-in checks what it wrote before it commits.
 *
 * @see design.md section 7 "Two round trips"
 */
export const ownTables = (db: Database, exits: ExitsWriter, onChange?: OnChange): People => {
  const look = async (runner: Runner, who: Who): Promise<Account | undefined> => {
    const [found, removals] = await Promise.all([
      loadAccount(runner, who),
      who.linking?.length ? exits.removals(who.site, who.linking) : [],
    ]);
    const account = found.account ?? newAccount(who, found.readAt);
    return account && { ...account, removals };
  };

  const write = async (
    runner: Runner,
    who: Who,
    account: Account,
    change: Change,
  ): Promise<Written> => {
    // Whoever is linked here already was not removed: that would have changed the account.
    const isNews = change.linkIdentities?.some((one) => !isLinked(account, one)) ?? false;
    const linking = isNews ? (who.linking ?? []) : [];
    const exitParts = exits.parts(who.site, account, change, linking);
    const statement = changeStatement({ ...who, linking }, account, change, exitParts);
    const [written] = await runner.run<Written>(statement);
    // A person that was removed meanwhile is not marked.
    if (!written?.won || Number(written.marked ?? 0) < linking.length) throw lost;
    checkWritten(written, change);
    await tellSite(onChange, who.site, account, change, runner);
    return written;
  };

  const carryOut = async <Answer>(
    who: Who,
    account: Account,
    { change, answer }: Decision<Answer>,
    runner: Runner | undefined,
  ): Promise<Outcome<Answer>> => {
    if (!change) return { answer, entry: undefined };
    const work = (one: Runner): Promise<Written> => write(one, who, account, change);
    const written = await (runner
      ? work(runner)
      : isSignIn(change) || onChange
        ? db.transaction(work)
        : work(db));
    return {
      answer,
      entry: written.entry == null ? undefined : String(written.entry),
      ...(change.tell?.length && { told: account.id }),
    };
  };

  /** Looks and writes; where others keep coming in between, behind a lock. */
  const attempt = async <Answer>(
    who: Who,
    decide: (account: Account | undefined) => Decision<Answer>,
    isLocked: boolean,
  ): Promise<Outcome<Answer>> => {
    const decideAndWrite = async (runner: Runner | undefined): Promise<Outcome<Answer>> => {
      const account = await look(runner ?? db, who);
      const decision = decide(account);
      if (!account) return { answer: decision.answer, entry: undefined };
      return carryOut(who, account, decision, runner).catch((error: unknown) =>
        explain(error, decision.change),
      );
    };
    if (!isLocked) return decideAndWrite(undefined);
    return db.transaction(async (transaction) => {
      // In a statement of its own and before anything is read: a lock joined to a read loses the race.
      await transaction.run(
        sql`update outro.accounts set rev = rev + 1 where id = ${accountOf(who)} returning id`,
      );
      return decideAndWrite(transaction);
    });
  };

  const explain = async (error: unknown, change: Change | undefined): Promise<never> => {
    if (breaks(error, 'accounts_site_uid_key') && change?.uid !== undefined)
      fail('uniqueIdentifierExists', 'siteUID: expected an id that no other user of this site has');
    if (change?.journal?.once && breaks(error, 'journal_key')) {
      if (await exits.freeKey(change)) throw lost;
      fail('invalidParameter', 'idempotencyKey: was used for another request; expected a new one');
    }
    throw error;
  };

  return {
    ...sealedPeople(db),
    bringing: bringingOf(db, exits),

    read: async (who) => (await loadAccount(db, who)).account,

    async update(who, decide) {
      // Two first sign-ins of one identity at once both want to create it; the loser finds it when it looks again.
      const meets = (error: unknown): boolean =>
        'identity' in who && isOutroError(error) && error.failure === 'identityExists';
      let meetings = 0;
      const { told, ...updated } = await persist(
        (count) => attempt(who, decide, count > looks),
        (error) => isWorthIt(error) || (meets(error) && (meetings += 1) <= 2),
      ).catch((error: unknown) => {
        if (error !== lost) throw error;
        return fail('serverError', 'the account keeps changing; ask again');
      });
      if (told !== undefined) exits.wake(who.site, told);
      return updated;
    },

    nameProvider: (spelling) => providerId(spelling),

    async liveSessions(ids) {
      if (ids.length === 0) return [];
      const rows = await db.run<{ id: string }>(
        sql`select id from outro.sessions
          where id = any(${ids}::uuid[]) and ended_at is null and expires_at > now()`,
      );
      return rows.map(({ id }) => id);
    },

    async purge(limit) {
      const rows = await db.run(
        sql`delete from outro.sessions where id in (
          select id from outro.sessions where expires_at < now() - interval '30 days'
          order by expires_at limit ${limit} for update skip locked) returning id`,
      );
      const imports = await db.run(
        sql`delete from outro.imports where at < now() - interval '90 days' returning 1`,
      );
      return rows.length + imports.length;
    },
  };
};
