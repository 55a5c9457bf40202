// node test/bench/embedded.ts [ROUNDS], after a build: memory of `outro serve` on the embedded database and its time
// to the first answer, against a process that holds nothing but PGlite; on a new folder and on a prepared one.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { memoryOf, processorTimeOf, startBare } from '../support/embedded.ts';
import { openFolder } from '../support/served.ts';
import { median } from './statistics.ts';

// Milliseconds.
const idleTime = 30_000;

const folder = openFolder();

const startServe = async (data: string): Promise<ChildProcess> => {
  const args = ['--config', 'outro.json', '--port', '0', '--data', data];
  const { child, ready } = folder.run('serve', ...args);
  // Asks the database.
  const answer = await fetch(`${await ready}/readyz`);
  if (!answer.ok) throw new Error(`/readyz answered ${answer.status}`);
  return child;
};

const measure = async (start: () => Promise<ChildProcess>) => {
  const begun = performance.now();
  const child = await start();
  const firstAnswer = Math.round(performance.now() - begun);
  const pid = child.pid ?? 0;
  const processor = processorTimeOf(pid);
  const atOnce = memoryOf(pid).resident;
  await wait(idleTime);
  const { resident, proportional, peak } = memoryOf(pid);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return { firstAnswer, processor, atOnce, idle: resident, idleShared: proportional, peak };
};

type Figures = Awaited<ReturnType<typeof measure>>;

const rounds = Number(process.argv[2] ?? 3);
const all: Record<string, Figures[]> = {};
const note = async (name: string, start: () => Promise<ChildProcess>): Promise<void> => {
  (all[name] ??= []).push(await measure(start));
};

try {
  for (let round = 0; round < rounds; round += 1) {
    const bare = join(folder.path, `bare-${round}`);
    for (const state of ['new folder', 'prepared folder']) {
      await note(`${state}, PGlite`, () => startBare(bare));
      await note(`${state}, outro serve`, () => startServe(`served-${round}`));
    }
  }
} finally {
  folder.close();
}

const medians = (figures: Figures[]): Figures => {
  const of = (name: keyof Figures): number => Math.round(median(figures.map((one) => one[name])));
  return {
    firstAnswer: of('firstAnswer'),
    processor: of('processor'),
    atOnce: of('atOnce'),
    idle: of('idle'),
    idleShared: of('idleShared'),
    peak: of('peak'),
  };
};

console.log(`milliseconds and MB; medians of ${rounds} rounds; load ${loadavg()[0]}`);
console.table(
  Object.fromEntries(Object.entries(all).map(([name, figures]) => [name, medians(figures)])),
);
