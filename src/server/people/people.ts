import type { Account, Change, JournalEntry, ProviderPerson, Removal } from '../rules/account.ts';
import type { Judged, Newcomer, Seen } from '../rules/newcomer.ts';
import type { Runner } from './database.ts';
import type { SealedTexts } from './sealed-texts.ts';
import type { Part } from './statement.ts';

/**
 * How an account is found: by its uid or its row id, by the session that asks, by the leave ticket of a session, by the
 * site's own session and whose it is, by an e-mail login id, or by one of its identities. A ticket counts while its
 * session has not run out; one whose session has ended only with `evenEnded`, for a day. Of the site's own session that
 * is not known here, `uid` finds the account all the same, without a session.
 */
export type Who = (
  | { site: string; uid: string; create?: { isSiteUid: boolean } }
  | { site: string; account: string }
  | { site: string; session: Uint8Array }
  | { site: string; ticket: Uint8Array; evenEnded: boolean }
  | { site: string; siteSession: string; uid?: string; evenEnded?: boolean }
  | { site: string; email: string }
  | {
      site: string;
      identity: ProviderPerson;
      create?: { uid: string };
    }
) & {
  /** People at providers whom the change is about to link: no removal of theirs goes on meanwhile. */
  linking?: ProviderPerson[];
};

/** What a decision gives back: the change to write and the answer for the caller. */
export interface Decision<Answer> {
  /** Absent when there is nothing to write. */
  change?: Change;
  answer: Answer;
}

/** What came of a decision. */
export interface Updated<Answer> {
  answer: Answer;
  /** Id of the journal row that was written with the change, if one was. */
  entry: string | undefined;
}

/** How far an import has come. */
export interface Progress {
  /** Records that are dealt with. */
  done: number;
  /** SHA-256 of their texts, so that nobody goes on with another file. */
  digest: string;
  /** Where the source goes on, where it says so itself. */
  mark: string | undefined;
  /** What has come of them. */
  report: object;
}

/** Taking in people who come along from elsewhere. */
export interface Bringing {
  /** What is here of these newcomers. */
  look(site: string, newcomers: readonly Newcomer[]): Promise<Seen>;
  /** How far an import has come that is not finished. */
  progress(site: string, name: string): Promise<Progress | undefined>;
  /**
   * Writes what `judge` wants of a batch, together with how far the import has come: all or nothing, and only if everything
   * is still as `judge` saw it; else it looks again.
   *
   * @param newcomers each uid once.
   * @param judge pure, but for what it notes in what it is given.
   * @param progress `before`: records that were dealt with before this batch.
   * @throws operationNotAllowed when another import of that name is under way
   */
  bring(
    site: string,
    newcomers: readonly Newcomer[],
    judge: (seen: Seen) => Judged[],
    progress?: { name: string; at(judged: Judged[]): Progress & { before: number } },
  ): Promise<Judged[]>;
  /** Forgets how far an import has come, and notes that it was one change. */
  finish(site: string, name: string, journal: JournalEntry | undefined): Promise<void>;
}

/** The port to people, where they live: accounts, identities, login ids, sessions. */
export interface People extends SealedTexts {
  /** The account as it is now. */
  read(who: Who): Promise<Account | undefined>;

  /**
   * Finds the account, lets `decide` look at it and writes what it wants, with its journal row, all or nothing, and only
   * if the account is still as `decide` saw it: else it looks again. So two calls at once can never both remove the last
   * way in. What `decide` throws undoes everything.
   *
   * Every identity that goes (removed, softened or with its account) is remembered for 400 days, and `Account.removals`
   * tells of it whoever is about to link it again, here or at another account: either the removal is seen, or the
   * removal sees the link.
   *
   * @param decide is given `undefined` when nobody is found; pure: it is asked again when the account has changed.
   * @throws whatever `decide` throws; identityExists, loginIdExists, uniqueIdentifierExists when somebody else has it;
   *   invalidParameter when a change was already written under the key of the journal row
   */
  update<Answer>(
    who: Who,
    decide: (account: Account | undefined) => Decision<Answer>,
  ): Promise<Updated<Answer>>;

  /**
   * The id under which outro knows what the site calls a provider.
   *
   * @throws invalidParameter
   */
  nameProvider(spelling: string): string;

  /** Absent where people are the site's own, who need not be brought. */
  bringing?: Bringing;

  /** Which of these sessions, by row id, still open something. */
  liveSessions(ids: string[]): Promise<string[]>;

  /**
   * Whether a session has ended, where they are tokens without rows, of which the end alone is known. Absent elsewhere:
   * there a session that is not found is over.
   */
  hasEnded?(session: string): Promise<boolean>;

  /**
   * Deletes what has served its time, a batch: sessions a month after they ran out; those that had ended before, three
   * months after that at most.
   *
   * @returns how many it deleted.
   */
  purge(limit: number): Promise<number>;
}

/** Removals of some people, as one value of a statement and what reads that. */
export interface RemovalsOf {
  value: Part;
  read(found: unknown): Removal[];
}

/** What the exits add to the statement of a change, and are told behind it. */
export interface ExitsWriter {
  /**
   * Parts of one statement with the change itself, in front, before and after it, each of which must read the account's id from
   * `gate`: no row there means that nothing is to be written. `written` has the id of the journal row; `noted` one row
   * for each person that was noted as removed, and `marked` for each that is about to be linked and was not removed
   * meanwhile; the change gives `opened`, the row id of the session that it opens, or no row where it opens none after all.
   *
   * @param there what `marked` reads in place of `gate`, which may itself be behind it.
   */
  parts(
    site: string,
    account: Account,
    change: Change,
    linking: ProviderPerson[],
    there?: Part,
  ): { marks: Part[]; before: Part[]; after: Part[] };
  /** Removals of these people, for a statement that asks for more besides. */
  removalsOf(site: string, people: ProviderPerson[]): RemovalsOf;
  /** The same by themselves; within a transaction, as it sees them. */
  removals(site: string, people: ProviderPerson[], within?: Runner): Promise<Removal[]>;
  /** Which of these uids were accounts that were deleted here; within a transaction, as it sees them. */
  deleted(site: string, uids: string[], within: Runner): Promise<Set<string>>;
  /** Notes a change that is about nobody in particular. */
  note(site: string, journal: JournalEntry, within: Runner): Promise<void>;
  /**
   * Frees a key that was used, if its answer has served its time.
   *
   * @returns false when it has not.
   */
  freeKey(change: Change): Promise<boolean>;
  /** Tells open pages, on any instance, that there is something to hear; after the commit. */
  wake(site: string, account: string): void;
}
