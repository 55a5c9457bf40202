// npm test: build, types, lint, format, then every test; the last line says how many passed and failed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countUnproved, type Report } from './spec/list.ts';
import { listMissing } from './support/installed.ts';

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

interface FullReport extends Report {
  numTotalTests: number;
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

const results = JSON.parse(readFileSync(report, 'utf8')) as FullReport;
// A skipped test counts as failed, and so does a file whose tests could not even be collected.
const broken = results.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length;
// A part of the tests proves a part of the rows, so only a whole run is held to them.
const unproved = process.argv.length > 2 ? 0 : countUnproved(results, () => {});
if (unproved > 0)
  console.log(`${unproved} rows of the source documents are not proved: npm run spec`);
const passed = checks.filter(Boolean).length + results.numPassedTests;
let failed = checks.length + results.numTotalTests + broken + unproved - passed;
if (!hasPassed && failed === 0) failed = 1;
for (const line of listMissing()) console.log(line);
// Last of all, once more and short: where a log is cut, its end is what stays.
const brief = (text = ''): string => text.split('\n', 8).join(' | ').slice(0, 600);
for (const { name, status, message, assertionResults } of results.testResults) {
  const file = relative(root, name);
  if (status === 'failed' && assertionResults.length === 0)
    console.log(`FAILED: ${file}: ${brief(message)}`);
  for (const test of assertionResults)
    if (test.status !== 'passed')
      console.log(`FAILED: ${file}: ${test.fullName}: ${brief(test.failureMessages?.[0])}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && hasPassed ? 0 : 1;
