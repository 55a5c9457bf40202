import type { Errand, ErrandOutcome, Revocation } from '../exits/exits.ts';

/** Takes one permission back, within `limit` milliseconds; never rejects. */
export type Revoker = (errand: Revocation, limit: number) => Promise<ErrandOutcome>;

/** An attempt that was made, as metrics have it. */
export interface AttemptNote {
  kind: Errand['kind'];
  state: ErrandOutcome['state'];
}
