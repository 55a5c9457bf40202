import type { Account, Change } from './account.ts';

/** How an account is found: by its uid, by the session that asks, by an e-mail login id, or by one of its identities. */
export type Who =
  | { site: string; uid: string; create?: { isSiteUid: boolean } }
  | { site: string; session: Uint8Array }
  | { site: string; email: string }
  | {
      site: string;
      identity: { provider: string; subProvider: string; providerUid: string };
      create: { uid: string };
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

/** How an attempt ended: `pending` is tried again, everything else is final. */
export interface RevocationOutcome {
  state: 'pending' | 'done' | 'already' | 'unsupported' | 'failed' | 'skipped';
  reason?: string;
  /** Seconds the provider asked us to wait. */
  retryAfter?: number;
  retryAt?: Date;
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
   * @param decide is given `undefined` when nobody is found; it must not wait for anything.
   * @throws whatever `decide` throws; identityExists, loginIdExists when a link belongs to another account
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
   * Claims due jobs of these sites, for `leaseTime` milliseconds; those of identities linked again are dropped.
   */
  claimRevocations(sites: string[], limit: number, leaseTime: number): Promise<RevocationJob[]>;

  /** Notes how an attempt ended, if the lease still holds; a final state wipes the tokens. */
  finishRevocation(job: RevocationJob, outcome: RevocationOutcome): Promise<void>;

  /** Forgets what has served its time: used values, and sessions that ended or ran out a month ago. */
  purge(): Promise<void>;

  /** Ends the connections that this store opened. */
  close(): Promise<void>;
}
