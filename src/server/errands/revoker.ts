import type { Errand, ErrandOutcome } from '../exits/exits.ts';

/** Takes one permission back, within `limit` milliseconds; never rejects. */
export type Revoker = (errand: Errand, limit: number) => Promise<ErrandOutcome>;
