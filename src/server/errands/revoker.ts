import type { ErrandOutcome, Revocation } from '../exits/exits.ts';

/** Takes one permission back, within `limit` milliseconds; never rejects. */
export type Revoker = (errand: Revocation, limit: number) => Promise<ErrandOutcome>;
