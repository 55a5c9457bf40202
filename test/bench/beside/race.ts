import { ratioOf, type Ratio } from '../statistics.ts';

/** What is done for the person of this number, who is asked once. */
export type Work = (person: number) => Promise<unknown>;

/** How much of it. */
export interface Length {
  rounds: number;
  people: number;
}

/** People whom a race asks: one round more than counts. */
export const peopleOf = ({ rounds, people }: Length): number => (rounds + 1) * people;

const timed = async (work: Work, person: number): Promise<number> => {
  const startedAt = performance.now();
  await work(person);
  return performance.now() - startedAt;
};

/** Times of the one as a share of the other's, in turn for each person, so that the machine is the same to both. */
export const race = async (length: Length, ours: Work, theirs: Work): Promise<Ratio> => {
  const times: [number[], number[]] = [[], []];
  // The first round warms up.
  for (let round = 0; round <= length.rounds; round += 1) {
    const sums: [number, number] = [0, 0];
    for (let index = 0; index < length.people; index += 1) {
      const person = round * length.people + index;
      const isFirst = person % 2 === 0;
      for (const which of isFirst ? ([0, 1] as const) : ([1, 0] as const))
        sums[which] += await timed(which === 0 ? ours : theirs, person);
    }
    if (round === 0) continue;
    times[0].push(sums[0]);
    times[1].push(sums[1]);
  }
  return ratioOf(...times);
};
