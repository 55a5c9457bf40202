// outro on a thousand accounts and on many: the same work, redeemed tickets, and a purge with nothing to do.
import { compete, firstOf, inRing, type RingResult, type Rounds } from './backend/ring.ts';
import { median, round } from './statistics.ts';

/** What came of it, smallest first. */
export interface GrowthResult {
  /** Live sessions of each account. */
  sessions: number;
  work: RingResult;
  redeem: RingResult;
  /** Milliseconds of a purge that finds nothing. */
  purge: { name: string; milliseconds: number }[];
}

const sessions = 4;
const purges = 9;

/** Measures databases of so many accounts beside each other; who has gone is replaced, so that each keeps its size. */
export const measureGrowth = async (sizes: number[], rounds: Rounds): Promise<GrowthResult> => {
  const found = await inRing('disk as it is', async (ring) => {
    for (const accounts of sizes)
      await ring.enter({ name: `${accounts} accounts`, accounts, sessions });
    console.log(`\n${sizes.join(', ')} accounts of ${sessions} sessions ...`);
    const work = await compete(ring, rounds);
    const redeem = await compete(ring, {
      kind: 'redeem',
      callers: rounds.callers,
      people: Math.ceil(rounds.people / 2),
      rounds: Math.ceil(rounds.rounds / 2),
    });
    const purge: GrowthResult['purge'] = [];
    for (const contestant of ring.contestants) {
      const times: number[] = [];
      for (let turn = 0; turn <= purges; turn += 1)
        times.push(await firstOf(contestant).ask<number>({ do: 'purge' }));
      // The first one may have found something.
      purge.push({ name: contestant.name, milliseconds: round(median(times.slice(1))) });
    }
    return { sessions, work, redeem, purge };
  });
  if (!found) throw new Error('expected a disk');
  return found;
};
