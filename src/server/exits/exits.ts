import type { Receipt, Step } from '../../core/receipt.ts';
import type { Permission, RequestKey, Told } from '../rules/account.ts';

/** One permission to take back at a provider: what is owed to the world outside. */
export interface Errand extends Permission {
  id: string;
  lease: string;
  site: string;
  /** This attempt included. */
  attempts: number;
  /** Seconds since it was written, by the clock of the database. */
  age: number;
}

/** Whether an attempt may be made: not when the person was linked again, nor when somebody else has the errand by now. */
export type ErrandCheck = 'go' | 'linked-again' | 'lost';

/** How an attempt ended: `pending` is tried again, everything else is final. */
export interface ErrandOutcome {
  state: 'pending' | 'done' | 'already' | 'unsupported' | 'failed' | 'skipped';
  reason?: string;
  /** Seconds until it is tried again. */
  retryAfter?: number;
  /** What the receipt of its change says of it from now on. */
  step?: Partial<Step>;
  /** The site has something to put right, which the reason names. */
  isSites?: true;
  /** Whether the destination itself does not answer, so that nothing goes there for a while; absent: it was not asked. */
  isDown?: boolean;
}

/** What is kept of a request that was carried out. */
export interface KeptAnswer {
  /** The request that the key was used for. */
  request: Uint8Array;
  callId: string;
  receipt: Receipt;
  /** The whole answer; absent until it was kept, for good when its process died before that. */
  sealedAnswer: string | undefined;
  /** Milliseconds since the change. */
  age: number;
}

/** A change, as the journal remembers it. */
export interface ChangeOnRecord {
  /** Row id of the account; absent where there was none. */
  account: string | undefined;
  receipt: Receipt;
}

/** Something that open pages of a person hear of, on whatever instance they listen. */
export interface PageEvent extends Told {
  /** A number, which goes up with each event. */
  id: string;
  site: string;
  /** Row id of the account. */
  account: string;
  /** The call that changed it. */
  callId: string;
  receipt: Receipt;
}

/** Whoever hears of changes on any instance. */
export interface Hearer {
  /** Whether anybody here listens for this account: of others nothing is read. */
  holds(site: string, account: string): boolean;
  hear(event: PageEvent): void;
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
export interface TripStop {
  provider: string;
  providerUid: string;
  /** Row of `provider_sessions` that this visit is to end, if one is known. */
  providerSession: string | undefined;
  sealedIdToken: string | undefined;
  /** Row id of the account; its provider sessions may show that the provider told us of the end. */
  account: string;
  /** When the browser was sent there, and when it came back; ISO 8601, by the clock of the database. */
  leftAt?: string;
  returnedAt?: string;
  /** When the provider's own answer came: that the session has ended, or has not. */
  confirmedAt?: string;
  refusedAt?: string;
  /** When the browser was sent to ask whether the person is still signed in there, and when that came to an end. */
  probedAt?: string;
  probeEndedAt?: string;
  /** When the browser was sent there without the ID token, which made its address too long. */
  hintLeftOutAt?: string;
}

/** What is noted on a stop of a trip. */
export type StopNote =
  | 'leftAt'
  | 'returnedAt'
  | 'confirmedAt'
  | 'refusedAt'
  | 'probedAt'
  | 'probeEndedAt'
  | 'hintLeftOutAt';

/** A chain of visits to providers' logout pages, one after the other, that goes on where it stopped. */
export interface Trip {
  tokenHash: Uint8Array;
  site: string;
  callId: string;
  /** Origin of the page that left, where it has one: the only place the end of the trip may lead to. */
  origin: string | undefined;
  stops: TripStop[];
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

/** The port to what outro itself must remember, wherever people live. */
export interface Exits {
  /**
   * Notes a value that may be used once; false when it was noted before and has not expired.
   *
   * @param expiresAt by the clock of this instance: as far from now, it is kept by the database's.
   */
  seeOnce(kind: string, id: string, expiresAt: Date): Promise<boolean>;

  /** Whether a live note of the value is there. */
  wasSeen(kind: string, id: string): Promise<boolean>;

  /** The errands that a change has just written under this lease. */
  leasedErrands(lease: string): Promise<Errand[]>;

  /**
   * Claims due errands of these sites, for `leaseTime` milliseconds by the clock of the database: some of each
   * destination that is not paused, in turn, so that none waits behind another's.
   */
  claimErrands(sites: string[], limit: number, leaseTime: number): Promise<Errand[]>;

  /** Looks once more right before an attempt at a provider, which may come long after the claim. */
  checkErrand(errand: Errand): Promise<ErrandCheck>;

  /**
   * Notes how an attempt ended, if the lease still holds, together with its step in the receipt of the change; a final
   * state wipes the tokens. Behind the last step that was pending, the journal gets a row that says the receipt is
   * finished, and the person's pages hear of it. A destination that does not answer pauses alone: two seconds, then twice as long each time until it answers, five minutes at most.
   *
   * @returns when it is tried again, if it is.
   */
  finishErrand(errand: Errand, outcome: ErrandOutcome): Promise<Date | undefined>;

  /** What was kept under a key in the last 24 hours. */
  readAnswer(key: RequestKey): Promise<KeptAnswer | undefined>;

  /** Keeps the whole answer with a row of the journal, where the request may arrive again. */
  keepAnswer(entry: string, sealedAnswer: string): Promise<void>;

  /** What a call has changed, as its receipts stand now: a call that a provider made may have changed several people. */
  readChanges(of: { site: string; callId: string }): Promise<ChangeOnRecord[]>;

  /** Sessions at providers that belong to an account, newest first; those whose own session has ended among them. */
  providerSessions(of: { site: string; account: string }): Promise<ProviderSession[]>;

  /**
   * Notes that a provider has ended a session (`sid`), with a person besides (`providerUid`) also those of which no
   * session id is known, or all sessions of a person there; says which of our sessions they had opened, the same again
   * for the same message.
   */
  endProviderSessions(of: {
    site: string;
    provider: string;
    issuer?: string | undefined;
    sid?: string | undefined;
    providerUid?: string | undefined;
  }): Promise<{ account: string; sessions: string[] }[]>;

  /** Keeps a trip for the page that will go on it, for `time` seconds. */
  openTrip(trip: Trip, time: number): Promise<void>;

  /** The trip as it stands now, unless it has expired. */
  readTrip(tokenHash: Uint8Array): Promise<Trip | undefined>;

  /** Notes on one stop of a trip when the browser left for it or came back; an earlier note stays. */
  noteStop(tokenHash: Uint8Array, index: number, what: StopNote): Promise<void>;

  /** Keeps the answer to a deletion request; the first one of a code stays. */
  keepDeletion(request: Omit<DeletionRequest, 'at'>): Promise<void>;

  /** The answer to a deletion request, for its status page. */
  readDeletion(code: string): Promise<DeletionRequest | undefined>;

  /**
   * Hears what changes on any instance tell open pages, once each and in the order of the journal, until stopped;
   * within two seconds also where the instance that made the change has died.
   *
   * @returns the function that stops it.
   */
  listen(hearer: Hearer): Promise<() => Promise<void>>;

  /** What an account's pages were told in the last ten minutes, oldest first; for a page that was away. */
  pageEvents(of: { site: string; account: string }): Promise<PageEvent[]>;

  /**
   * Forgets what has served its time, a batch of each kind: used values, trips; ID tokens an hour after their session,
   * answers after 24 hours, deletion requests, removals and the journal after 400 days.
   *
   * @returns how many rows it changed; 0 when there is nothing left to do.
   */
  purge(limit: number): Promise<number>;
}
