import type { Receipt, Step } from '../../core/receipt.ts';
import type { Retention } from '../config/retention.ts';
import type { SealedTexts } from '../people/sealed-texts.ts';
import type { Permission, RequestKey, Subscription, Told } from '../rules/account.ts';
import type { ErrandFilter, ErrandState, JournalEntryOnRecord, Records } from './record.ts';
import type { ProviderSession, StopNote, Trip } from './trip.ts';

/** Something that outro owes the world outside. */
interface Owed {
  id: string;
  lease: string;
  site: string;
  /** What it goes to; one that does not answer is left alone, whatever waits for it. */
  destination: string;
  /** This attempt included. */
  attempts: number;
  /** Seconds since it was owed, or was put back by hand, by the clock of the database. */
  age: number;
}

/** One permission to take back at a provider. */
export interface Revocation extends Owed, Permission {
  kind: 'revocation';
}

/** One announcement to deliver to a webhook; a person's are delivered one after the other. */
export interface Delivery extends Owed {
  kind: 'webhook';
  place: string;
  /** Absent when the journal has forgotten it. */
  change: JournalEntryOnRecord | undefined;
}

/** What is owed. */
export type Errand = Revocation | Delivery;

/** Whether an attempt may be made: not when the person was linked again, nor when somebody else has the errand by now. */
export type ErrandCheck = 'go' | 'linked-again' | 'lost';

/** How an attempt ended: `pending` is tried again, everything else is final. */
export interface ErrandOutcome {
  state: ErrandState;
  reason?: string;
  /** Seconds until it is tried again. */
  retryAfter?: number;
  /** What the receipt of its change says of it from now on. */
  step?: Partial<Step>;
  /** The site has something to put right, which the reason names. */
  isSites?: true;
  /** Who is told when the receipt is finished by it. */
  subscriptions?: Subscription[];
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

/** A provider's request to delete a person's data, answered: what its status page shows. */
export interface DeletionRequest {
  /** What the person was given to ask with; says nothing about anybody. */
  code: string;
  site: string;
  provider: string;
  receipt: Receipt;
  at: Date;
}

/** What the uid of an account that is gone is sealed to, so that it opens for no other row. */
export const uidPlace = (of: { site: string; callId: string }): string =>
  `journal.uid:${of.site} ${of.callId}`;

/** What an identity's tokens are sealed to, so that they open for no other row. */
export const tokenPlace = (of: {
  site: string;
  provider: string;
  subProvider: string;
  providerUid: string;
}): string => `identities.tokens:${of.site} ${of.provider} ${of.subProvider} ${of.providerUid}`;

/** The port to what outro itself must remember, wherever people live. */
export interface Exits extends Records, SealedTexts {
  /**
   * Notes a value that may be used once; false when it was noted before and has not expired.
   *
   * @param expiresAt by the clock of this instance: as far from now, it is kept by the database's.
   */
  seeOnce(kind: string, id: string, expiresAt: Date): Promise<boolean>;

  /** Whether a live note of the value is there. */
  wasSeen(kind: string, id: string): Promise<boolean>;

  /** The errands that a change has just written under this lease. */
  leasedErrands(lease: string): Promise<Revocation[]>;

  /**
   * Claims due errands of these sites, for `leaseTime` milliseconds by the clock of the database: some of each
   * destination that is not paused, in turn, so that none waits behind another's; of a person's deliveries to one
   * webhook only the first.
   */
  claimErrands(sites: string[], limit: number, leaseTime: number): Promise<Errand[]>;

  /** Leases errands that wait, due or not, for somebody who means just these; at most so many. */
  takeErrands(filter: ErrandFilter, limit: number, leaseTime: number): Promise<Errand[]>;

  /** Looks once more right before an attempt at a provider, which may come long after the claim. */
  checkErrand(errand: Revocation): Promise<ErrandCheck>;

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

  /**
   * Rows of the journal that tell a site something, behind a row, in order, at most so many; none that is passed over can
   * still turn up.
   *
   * @returns `next`: the row to go on behind, whoever's it is; `isEnd`: there is no more at present.
   */
  readFeed(
    site: string,
    after: string,
    limit: number,
  ): Promise<{ entries: JournalEntryOnRecord[]; next: string; isEnd: boolean }>;

  /** The newest row of the journal; absent while it has none. */
  newestEntry(): Promise<string | undefined>;

  /** Sessions at providers that belong to an account, newest first; those whose own session has ended among them. */
  providerSessions(of: { site: string; account: string }): Promise<ProviderSession[]>;

  /**
   * Notes that a provider has ended a session (`sid`), with a person besides (`providerUid`) also those of which no
   * session id is known, or all sessions of a person there; with `at`, only those that were told before; says which of our
   * sessions they had opened, the same again for the same message.
   */
  endProviderSessions(of: {
    site: string;
    provider: string;
    issuer?: string | undefined;
    sid?: string | undefined;
    providerUid?: string | undefined;
    at?: Date | undefined;
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
   * answers after 24 hours, the sealed uid of a deletion after 30 days; deletion requests, removals, errands that have
   * ended and the journal when their days are over.
   *
   * @returns how many rows it changed; 0 when there is nothing left to do.
   */
  purge(limit: number, retention?: Retention): Promise<number>;
}
