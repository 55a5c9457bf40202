// npm run mutants [-- FROM TO]: takes each guard of the server away, one at a time, in a copy, and expects its test to fail.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutants, type Mutant } from './mutants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a test in the copy: whether it passed, or `undefined` where it found no test to run. */
const passes = (copy: string, [project, file, title]: Mutant['test']): boolean | undefined => {
  const options = [
    '--config=test/vitest.config.ts',
    `--project=${project}`,
    '--reporter=json',
    '--bail=1',
  ];
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/vitest'),
    [
      'run',
      file,
      ...options,
      ...(title ? ['--testNamePattern', title.replace(/[()$^.*+?[\]{}|\\]/g, '\\$&')] : []),
    ],
    {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, OUTRO_FUZZ_REQUESTS: '3000' },
      timeout: 120_000,
    },
  );
  const line = stdout.split('\n').find((one) => one.startsWith('{"num'));
  if (line === undefined) return undefined;
  const report = JSON.parse(line) as {
    numPassedTests: number;
    numFailedTests: number;
    success: boolean;
  };
  return report.numPassedTests + report.numFailedTests === 0 ? undefined : report.success;
};

/** Applies a mutant, runs its test, and puts the file back. */
const judge = (copy: string, { file, edits, test }: Mutant): string => {
  const path = join(copy, 'src/server', file);
  const original = readFileSync(path, 'utf8');
  let changed = original;
  for (const [from, to] of edits) {
    if (changed.split(from).length !== 2) return 'STALE: its text does not stand in the file once';
    changed = changed.replace(from, () => to);
  }
  writeFileSync(path, changed);
  const hasPassed = passes(copy, test);
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

const [from = 0, to = mutants.length] = process.argv.slice(2).map(Number);
const copy = copyTree();
let faults = 0;
try {
  // A test that fails anyway kills nothing.
  const wanted = mutants.slice(from, to);
  const tests = new Map(wanted.map(({ test }) => [test.join(' › '), test]));
  const broken = new Set(
    [...tests].filter(([, test]) => passes(copy, test) !== true).map(([name]) => name),
  );
  for (const [index, one] of wanted.entries()) {
    const name = one.test.join(' › ');
    const verdict = broken.has(name) ? 'BROKEN: its test fails without it' : judge(copy, one);
    if (verdict !== 'killed') faults += 1;
    console.log(
      `${String(from + index).padStart(3)}  ${verdict.padEnd(9)} ${one.guard}  (${one.file}; ${name})`,
    );
  }
  console.log(
    `${wanted.length - faults} of ${wanted.length} guards are missed by a test when they are gone`,
  );
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = faults === 0 ? 0 : 1;
