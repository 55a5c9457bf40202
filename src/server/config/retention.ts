import * as z from 'zod';

const days = z.int().min(30).max(3650);

/** Days that each kind of memory is kept where the configuration says nothing else: 13 months. */
export const standardRetention = {
  journal: 400,
  errands: 400,
  removedIdentities: 400,
  deletionRequests: 400,
};

/** For how many days what is remembered. */
export const retention = z.strictObject({
  /** Changes: what the feed, `getReceipt` and the operator can read. */
  journal: days.default(standardRetention.journal),
  /** Errands that have ended, from their end. */
  errands: days.default(standardRetention.errands),
  /** Hashes of removed identities: so long a sign-in that began before cannot bring one back. */
  removedIdentities: days.default(standardRetention.removedIdentities),
  /** Answers to deletion requests that came through a provider, for their status page. */
  deletionRequests: days.default(standardRetention.deletionRequests),
});

/** For how many days what is remembered. */
export type Retention = z.output<typeof retention>;
