// npm test: build, types, lint, format, then every test; the last line says how many passed and failed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const report = `${root}node_modules/.cache/outro/report.json`;

const run = (name: string, args: string[]): boolean => {
  const { status } = spawnSync(`${root}node_modules/.bin/${name}`, args, {
    cwd: root,
    stdio: 'inherit',
  });
  console.log(`${status === 0 ? 'passed' : 'FAILED'}: ${name} ${args[0] ?? ''}`);
  return status === 0;
};

console.log(`tests run on Node ${process.version}`);
const checks = [
  run('rollup', ['--config', '--silent']),
  run('tsc', ['--build']),
  run('oxlint', ['--type-aware']),
  run('oxfmt', ['--check']),
];

mkdirSync(`${root}node_modules/.cache/outro`, { recursive: true });
rmSync(report, { force: true });
const hasPassed = run('vitest', [
  'run',
  '--config=test/vitest.config.ts',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);

interface Report {
  numTotalTests: number;
  numPassedTests: number;
  numFailedTestSuites: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

const { numTotalTests, numPassedTests, testResults } = JSON.parse(
  readFileSync(report, 'utf8'),
) as Report;
// A skipped test counts as failed, and so does a file whose tests could not even be collected.
const broken = testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length;
const passed = checks.filter(Boolean).length + numPassedTests;
let failed = checks.length + numTotalTests + broken - passed;
if (!hasPassed && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && hasPassed ? 0 : 1;
