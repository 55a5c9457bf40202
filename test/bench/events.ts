// Telling listeners: outro's bus, on which one bad listener stops nobody and each has its own copy, against mitt alone.
import mitt from 'mitt';
import { createEvents, type Happened } from '../../src/browser/events.ts';
import { median, ratioOf, round, type Ratio } from './statistics.ts';

/** Microseconds of one emit to so many listeners. */
export interface EventResult {
  listeners: number;
  outro: number;
  mitt: number;
  ratio: Ratio;
}

const happened: Happened = { eventName: 'logout', context: null, receipt: [] };

const timeOf = (emit: () => void, times: number): number => {
  const begun = performance.now();
  for (let time = 0; time < times; time += 1) emit();
  return ((performance.now() - begun) * 1000) / times;
};

/** Measures both in turn, so many rounds. */
export const measureEvents = (rounds: number): EventResult[] =>
  [1, 100, 10_000].map((listeners) => {
    const ours = createEvents();
    const bare = mitt<{ logout: Happened }>();
    let heard = 0;
    for (let listener = 0; listener < listeners; listener += 1) {
      ours.on('logout', () => (heard += 1));
      bare.on('logout', () => (heard += 1));
    }
    const times = Math.ceil(200_000 / listeners);
    const [outroTimes, mittTimes]: [number[], number[]] = [[], []];
    for (let turn = 0; turn <= rounds; turn += 1) {
      const [one, other] = [
        timeOf(() => ours.emit(happened), times),
        timeOf(() => bare.emit('logout', happened), times),
      ];
      // The first turn warms up.
      if (turn === 0) continue;
      outroTimes.push(one);
      mittTimes.push(other);
    }
    if (heard !== 2 * times * listeners * (rounds + 1)) throw new Error('some were not told');
    return {
      listeners,
      outro: round(median(outroTimes)),
      mitt: round(median(mittTimes)),
      ratio: ratioOf(outroTimes, mittTimes),
    };
  });
