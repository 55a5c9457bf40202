import type { Receipt } from '../../core/receipt.ts';
import type { Account, Change, PageEvent, ProviderPerson, RequestKey } from '../rules/account.ts';

/**
 * How an account is found: by its uid, by the session that asks, by the leave ticket of a session that has not run
 * out (one that has ended counts only with `evenEnded`), by an e-mail login id, or by one of its identities.
 */
export type Who = (
  | { site: string; uid: string; create?: { isSiteUid: boolean } }
  | { site: string; session: Uint8Array }
  | { site: string; ticket: Uint8Array; evenEnded: boolean }
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

/** One permission to take back at a provider. */
export interface RevocationJob {
  id: string;
  lease: string;
  site: string;
  provider: string;
  subProvider: string;
  providerUid: string;
  sealedTokens: string | undefined;
  /** This attempt included. */
  attempts: number;
}

/** Whether an attempt may be made: not when the person was linked again, nor when somebody else has the job by now. */
export type RevocationCheck = 'go' | 'linked-again' | 'lost';

/** How an attempt ended: `pending` is tried again, everything else is final. */
export interface RevocationOutcome {
  state: 'pending' | 'done' | 'already' | 'unsupported' | 'failed' | 'skipped';
  reason?: string;
  /** Seconds the provider asked us to wait. */
  retryAfter?: number;
  retryAt?: Date;
}

/** What is kept of a request that was carried out. */
export interface KeptAnswer {
  /** The request that the key was used for. */
  request: Uint8Array;
  callId: string;
  receipt: Receipt;
  /** The whole answer; absent until it was kept, for good when its process died before that. */
  sealedAnswer: string | undefined;
  at: Date;
}

/** A person's session at a provider, as the sign-in that used it told of it. */
export interface ProviderSession {
  id: string;
  provider: string;
  providerUid: string;
  /** Issuer of the ID token that came with the sign-in. */
  issuer: string | undefined;
  /** The provider's own id of the session, from the ID token. */
  sid: string | undefined;
  /** Opens with `idTokenPlace`. */
  sealedIdToken: string | undefined;
  /** Our session that it opened. */
  session: string | undefined;
  /** When the provider told us, server to server, that it has ended. */
  endedAt: Date | undefined;
}

/** What an ID token is sealed to, so that it opens for no other row. */
export const idTokenPlace = (of: { site: string; provider: string; providerUid: string }): string =>
  `provider_sessions.id_token:${of.site} ${of.provider} ${of.providerUid}`;

/** One provider to visit on the way out. */
export interface DepartureStop {
  provider: string;
  providerUid: string;
  /** Row of `provider_sessions` that this visit is to end, if one is known. */
  providerSession: string | undefined;
  sealedIdToken: string | undefined;
  /** Row id of the account; its provider sessions may show that the provider told us of the end. */
  account: string;
  /** When the browser was sent there, and when it came back; ISO 8601. */
  leftAt?: string;
  returnedAt?: string;
  /** When the provider's own answer came: that the session has ended, or has not. */
  confirmedAt?: string;
  refusedAt?: string;
  /** When the browser was sent to ask whether the person is still signed in there, and when that came to an end. */
  probedAt?: string;
  probeEndedAt?: string;
}

/** What is noted on a stop of a trip. */
export type StopNote =
  | 'leftAt'
  | 'returnedAt'
  | 'confirmedAt'
  | 'refusedAt'
  | 'probedAt'
  | 'probeEndedAt';

/** A chain of visits to providers' logout pages, one after the other, that goes on where it stopped. */
export interface DepartureTrip {
  tokenHash: Uint8Array;
  site: string;
  callId: string;
  /** Origin of the page that left, where it has one: the only place the end of the trip may lead to. */
  origin: string | undefined;
  stops: DepartureStop[];
  expiresAt: Date;
}

/** A provider's request to delete a person's data, answered: what its status page shows. */
export interface DeletionRequest {
  /** What the person was given to ask with; says nothing about anybody. */
  code: string;
  site: string;
  provider: string;
  receipt: Receipt;
  at: Date;
}

/** What an identity's tokens are sealed to, so that they open for no other row. */
export const tokenPlace = (of: {
  site: string;
  provider: string;
  subProvider: string;
  providerUid: string;
}): string => `identities.tokens:${of.site} ${of.provider} ${of.subProvider} ${of.providerUid}`;

/** The port to the data: everything the backend asks of a database. */
export interface Store {
  /** The account as it is now, without locking it. */
  read(who: Who): Promise<Account | undefined>;

  /**
   * Locks the account, lets `decide` look at it and writes what it wants, in one transaction, so that two
   * calls at once can never both remove the last way in. What `decide` throws undoes everything.
   *
   * Every identity that goes (removed, softened or with its account) is remembered for 400 days, and `Account.removals`
   * tells of it whoever is about to link it again, here or at another account: either the removal is seen, or the
   * removal sees the link.
   *
   * @param decide is given `undefined` when nobody is found; it must not wait for anything.
   * @throws whatever `decide` throws; identityExists, loginIdExists when a link belongs to another account;
   *   invalidParameter when a change was already written under the key `audit.once`
   */
  update<Answer>(
    who: Who,
    decide: (account: Account | undefined) => Decision<Answer>,
  ): Promise<Answer>;

  /** Notes a value that may be used once; false when it was noted before and has not expired. */
  seeOnce(kind: string, id: string, expiresAt: Date): Promise<boolean>;

  /** The jobs that a change has just written under this lease. */
  leasedRevocations(lease: string): Promise<RevocationJob[]>;

  /**
   * Claims due jobs of these sites, for `leaseTime` milliseconds; those of identities linked again since the link that
   * the job is about are dropped.
   */
  claimRevocations(sites: string[], limit: number, leaseTime: number): Promise<RevocationJob[]>;

  /** Looks once more right before an attempt at a provider, which may come long after the claim. */
  checkRevocation(job: RevocationJob): Promise<RevocationCheck>;

  /** Notes how an attempt ended, if the lease still holds; a final state wipes the tokens. */
  finishRevocation(job: RevocationJob, outcome: RevocationOutcome): Promise<void>;

  /** What was kept under a key in the last 24 hours. */
  readAnswer(once: RequestKey): Promise<KeptAnswer | undefined>;

  /**
   * Keeps the whole answer under a key; also of a request that wrote no change.
   *
   * @returns false when the key belongs to another call, whose answer stays.
   */
  keepAnswer(
    once: RequestKey,
    answer: { callId: string; method: string; sealedAnswer: string },
  ): Promise<boolean>;

  /** Sessions at providers that belong to an account, newest first; those whose own session has ended among them. */
  providerSessions(of: { site: string; account: string }): Promise<ProviderSession[]>;

  /**
   * Notes that a provider has ended a session (`sid`) or all sessions of a person there (`providerUid`), and says
   * which of our live sessions they had opened; the same again for the same message.
   */
  endProviderSessions(of: {
    site: string;
    provider: string;
    issuer?: string | undefined;
    sid?: string | undefined;
    providerUid?: string | undefined;
  }): Promise<{ account: string; uid: string; sessions: string[] }[]>;

  /** Keeps a trip for the page that will go on it. */
  openTrip(trip: DepartureTrip): Promise<void>;

  /** The trip as it stands now, unless it has expired. */
  readTrip(tokenHash: Uint8Array): Promise<DepartureTrip | undefined>;

  /** Notes on one stop of a trip when the browser left for it or came back; an earlier note stays. */
  noteStop(tokenHash: Uint8Array, index: number, what: StopNote): Promise<void>;

  /** Keeps the answer to a deletion request; the first one of a code stays. */
  keepDeletion(request: Omit<DeletionRequest, 'at'>): Promise<void>;

  /** The answer to a deletion request, for its status page. */
  readDeletion(code: string): Promise<DeletionRequest | undefined>;

  /**
   * Hears what changes on any instance tell open pages, once each, until stopped.
   *
   * @returns the function that stops it.
   */
  listen(hear: (event: PageEvent) => void): Promise<() => Promise<void>>;

  /** What an account's pages were told in the last ten minutes, oldest first; for a page that was away. */
  pageEvents(of: { site: string; account: string }): Promise<PageEvent[]>;

  /** Which of these sessions, by row id, still open something. */
  liveSessions(ids: string[]): Promise<string[]>;

  /**
   * Forgets what has served its time: used values, trips, page events, and sessions that ended or ran out a month ago;
   * ID tokens an hour after their session, answers after 24 hours, deletion requests and removals after 400 days.
   */
  purge(): Promise<void>;

  /** Ends the connections that this store opened. */
  close(): Promise<void>;
}
