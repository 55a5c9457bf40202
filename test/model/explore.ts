import fc, { type Scheduler } from 'fast-check';
import { inject } from 'vitest';
import { runProgram, type Ground, type Options } from './run.ts';
import { describeProgram, program, type Moment } from './steps.ts';

/** A program that breaks a promise, as short as it could be made. */
export interface Finding {
  moments: Moment[];
  text: string;
}

/** The seed of this run: `OUTRO_SEED`, else the same every time, so that a run that was green stays so. */
export const seed = Number(process.env['OUTRO_SEED'] ?? 20_261_122);

/** What went wrong, if anything did; a race is not lost every time. */
type Try = (moments: Moment[], times: number) => Promise<Error | undefined>;

const without = (moments: Moment[]): Moment[][] => [
  ...moments.slice(-1).map((last) => [last]),
  ...moments.map((_, index) => moments.toSpliced(index, 1)),
  ...moments.flatMap((moment, index) =>
    moment.map((_, step) => moments.with(index, moment.toSpliced(step, 1))),
  ),
];

/** Leaves moments and steps out for as long as the rest still fails, and `until` has not come. */
const shorten = async (moments: Moment[], fails: Try, until: number): Promise<Moment[]> => {
  for (const shorter of without(moments)) {
    if (Date.now() > until) break;
    const isWhole = shorter.length < 1 || shorter.some((moment) => moment.length === 0);
    if (isWhole || shorter.flat().length === moments.flat().length) continue;
    if (await fails(shorter, 3)) return shorten(shorter, fails, until);
  }
  return moments;
};

const newScheduler = (): Scheduler => {
  const [scheduler] = fc.sample(fc.scheduler(), { numRuns: 1, seed });
  if (!scheduler) throw new Error('fast-check makes no scheduler');
  return scheduler;
};

/**
 * Runs random programs, `lanes` of them at a time, until one breaks a promise, and makes that one short.
 *
 * @param round another one runs other programs under the same seed.
 * @param patience milliseconds in which it is made shorter.
 */
export const explore = async (
  ground: Ground,
  {
    runs,
    lanes,
    round = 0,
    patience = 40_000,
    ...options
  }: Options & { runs: number; lanes: number; round?: number; patience?: number },
): Promise<Finding | undefined> => {
  let broken: { moments: Moment[]; error: Error } | undefined;
  const once = async (moments: Moment[], scheduler: Scheduler): Promise<Error | undefined> => {
    const progress = { moments: 0 };
    try {
      await runProgram(moments, scheduler, ground, { ...options, progress });
      return undefined;
    } catch (error) {
      broken = { moments: moments.slice(0, progress.moments), error: error as Error };
      return broken.error;
    }
  };
  const property = fc.asyncProperty(program, fc.scheduler(), async (moments, scheduler) => {
    if (broken) return;
    const error = await once(moments, scheduler);
    if (error) throw error;
  });
  const settings = { numRuns: Math.ceil(runs / lanes), endOnFailure: true };
  const results = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      fc.check(property, { ...settings, seed: seed + lane + 1000 * round }),
    ),
  );
  const found = results.find(({ failed }) => failed);
  if (!found || !broken) return undefined;
  const fails: Try = async (moments, times) => {
    const error = await once(moments, newScheduler());
    return error || times < 2 ? error : fails(moments, times - 1);
  };
  const moments = await shorten(broken.moments, fails, Date.now() + patience);
  return { moments, text: tell(moments, found.numRuns, broken.error) };
};

const tell = (moments: Moment[], run: number, { message }: Error): string =>
  [
    `seed ${seed}, run ${run}; again with`,
    `  OUTRO_SEED=${seed} vitest run --config test/vitest.config.ts --project ${inject('databaseUrl') ? 'postgres' : 'pglite'} model`,
    describeProgram(moments),
    `  breaks: ${message}`,
  ].join('\n');
