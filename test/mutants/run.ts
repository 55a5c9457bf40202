// npm run mutants [-- FROM TO [trust]], `trust` where npm test has just passed: takes each guard of the server away, one at a time, in a copy, and expects its test to fail.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';
import { startPostgres } from '../support/postgres.ts';
import { mutants } from './mutants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A copy to change, and a database that nobody else uses. */
interface Place {
  copy: string;
  databaseUrl: string;
}

// Milliseconds.
const timeout = 120_000;

/** Runs a test in the copy: whether it passed, or `undefined` where it found no test to run. */
const passes = async (
  { copy, databaseUrl }: Place,
  [project, file, title]: Mutant['test'],
): Promise<boolean | undefined> => {
  const begun = performance.now();
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const pattern = title?.replace(/[()$^.*+?[\]{}|\\]/g, '\\$&');
  const vitest = spawn(
    join(root, 'node_modules/.bin/vitest'),
    [
      'run',
      file,
      '--config=test/vitest.config.ts',
      `--project=${project}`,
      '--reporter=json',
      `--outputFile.json=${report}`,
      '--bail=1',
      ...(pattern ? ['--testNamePattern', pattern] : []),
    ],
    {
      cwd: copy,
      env: { ...process.env, OUTRO_FUZZ_REQUESTS: '3000', TEST_DATABASE_URL: databaseUrl },
      timeout,
      stdio: 'ignore',
    },
  );
  const [exitCode] = (await once(vitest, 'exit')) as [number | null];
  // Hung until it was ended.
  if (performance.now() - begun > timeout) return false;
  if (!existsSync(report)) return undefined;
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  // An error that nobody caught fails a run, too.
  return numPassedTests + numFailedTests === 0 ? undefined : exitCode === 0;
};

/** Applies a mutant, runs its test, and puts the file back. */
const judge = async (place: Place, { file, edits, test }: Mutant): Promise<string> => {
  const path = join(place.copy, 'src/server', file);
  const original = readFileSync(path, 'utf8');
  let changed = original;
  for (const [from, to] of edits) {
    if (changed.split(from).length !== 2) return 'STALE: its text does not stand in the file once';
    changed = changed.replace(from, () => to);
  }
  writeFileSync(path, changed);
  const hasPassed = await passes(place, test);
  writeFileSync(path, original);
  if (hasPassed === undefined) return 'NO TEST: nothing ran';
  return hasPassed ? 'SURVIVED' : 'killed';
};

const copyTree = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'outro-mutants-'));
  for (const part of ['src', 'test', 'examples', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  for (const part of ['node_modules', 'dist']) symlinkSync(join(root, part), join(copy, part));
  return copy;
};

const [from = 0, to = mutants.length] = process.argv.slice(2, 4).map(Number);
const isTrusted = process.argv[4] === 'trust';
const waiting = [...mutants.entries()].slice(from, to);
const count = waiting.length;
const nameOf = ({ test }: Mutant): string => test.join(' › ');
// A test that fails anyway kills nothing; each is asked once.
const sound = new Map<string, true | Promise<boolean | undefined>>();
let faults = 0;

const work = async (): Promise<void> => {
  const copy = copyTree();
  const postgres = await startPostgres();
  const place: Place = { copy, databaseUrl: postgres.url };
  try {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, one] = next;
      const name = nameOf(one);
      const before = sound.get(name) ?? (isTrusted || passes(place, one.test));
      sound.set(name, before);
      const verdict = (await before) ? await judge(place, one) : 'BROKEN: its test fails anyway';
      if (verdict !== 'killed') faults += 1;
      const where = `(${one.file}; ${name})`;
      console.log(`${String(index).padStart(3)}  ${verdict.padEnd(9)} ${one.guard}  ${where}`);
    }
  } finally {
    await postgres.stop();
    rmSync(copy, { recursive: true, force: true });
  }
};

await Promise.all([work(), work()]);
console.log(`${count - faults} of ${count} guards are missed by a test when they are gone`);
process.exitCode = faults === 0 ? 0 : 1;
