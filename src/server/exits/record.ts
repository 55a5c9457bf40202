import type { Receipt } from '../../core/receipt.ts';
import type { Announcement } from '../config/change-types.ts';

/** A change with everything that the journal tells of it. */
export interface JournalEntryOnRecord {
  /** A number, which goes up with each row. */
  id: string;
  at: Date;
  /** Whom it is about; a hash when the account is gone. */
  uid: string | undefined;
  /** Of a deletion, for a month; opens with `uidPlace`. */
  sealedUid: string | undefined;
  callId: string;
  actor: string;
  method: string;
  provider: string | undefined;
  cid: string | undefined;
  /** As it stands now. */
  receipt: Receipt;
  announced: Announcement[];
}

/** Which changes; what is not said does not matter. */
export interface JournalFilter {
  site: string;
  account?: string | undefined;
  /** As the journal has it: of an account that is gone, the hash. */
  uid?: string | undefined;
  provider?: string | undefined;
  actor?: string | undefined;
  callId?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  /** Rows behind this one only. */
  after?: string | undefined;
}

/** How an errand stands: `pending` goes on, everything else is its end. */
export type ErrandState = 'pending' | 'done' | 'already' | 'unsupported' | 'failed' | 'skipped';

/** An errand as whoever runs the backend sees it. */
export interface ListedErrand {
  id: string;
  kind: 'revocation' | 'webhook';
  site: string;
  destination: string;
  /** The call that it came of, while the journal knows it. */
  callId: string | undefined;
  state: ErrandState;
  attempts: number;
  /** What came of the last attempt. */
  reason: string | undefined;
  createdAt: Date;
  /** When it is tried again. */
  nextAt: Date | undefined;
  endedAt: Date | undefined;
  /** Until when its destination is left alone. */
  pausedUntil: Date | undefined;
}

/** Which errands; what is not said does not matter. */
export interface ErrandFilter {
  id?: string | undefined;
  site?: string | undefined;
  destination?: string | undefined;
  account?: string | undefined;
  state?: ErrandState | undefined;
  /** Only those that failed, or were tried and still wait. */
  isStuck?: boolean | undefined;
}

/** What is owed to one destination. */
export interface OwedCount {
  kind: ListedErrand['kind'];
  site: string;
  destination: string;
  count: number;
  /** How many of them were tried, and wait since then. */
  stuck: number;
  /** Seconds since the oldest was owed. */
  oldest: number;
  /** It did not answer, and is left alone for a while. */
  isPaused: boolean;
}

/** What whoever runs the backend can see of what is remembered and owed. */
export interface Records {
  /** Rows of the journal, oldest first, at most so many. */
  readJournal(filter: JournalFilter, limit: number): Promise<JournalEntryOnRecord[]>;

  /** Errands, oldest first, at most so many. */
  listErrands(filter: ErrandFilter, limit: number): Promise<ListedErrand[]>;

  /**
   * Puts errands back to their beginning, due at once: those that wait, and deliveries that were given up. A revocation
   * that has ended has no tokens any more.
   *
   * @returns how many, at most `limit`.
   */
  retryErrands(filter: ErrandFilter, limit: number): Promise<number>;

  /** How the database is: its clock, settings that matter, and indexes that were not built to their end. */
  examine(): Promise<{
    now: Date;
    settings: Record<string, string>;
    invalidIndexes: string[];
  }>;

  /** What these sites owe, or all that any does, by destination. */
  countErrands(sites?: string[]): Promise<OwedCount[]>;
}
