// npm run spec: every row of the five source documents, with the tests that prove it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rows } from './rows.ts';

interface Report {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = join(tmpdir(), `outro-spec-${process.pid}.json`);
const vitest = join(root, 'node_modules/.bin/vitest');
const quiet = ['--reporter=json', `--outputFile.json=${file}`];
spawnSync(vitest, ['run', '--config=test/vitest.config.ts', '--project=pglite', 'spec', ...quiet], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;

let unproved = 0;
for (const [document, sentences] of Object.entries(rows)) {
  console.log(`\n${document}`);
  const tests = testResults
    .filter(({ name }) => name.includes(`/${document}`))
    .flatMap(({ assertionResults }) => assertionResults);
  for (const sentence of sentences) {
    const proofs = tests.filter(({ fullName }) => fullName.includes(sentence));
    const isProved = proofs.length > 0 && proofs.every(({ status }) => status === 'passed');
    if (!isProved) unproved += 1;
    console.log(`  ${isProved ? 'pass' : 'FAIL'}  ${sentence} (${proofs.length})`);
  }
}
console.log(`\n${unproved === 0 ? 'every row is proved' : `${unproved} rows are not proved`}`);
process.exitCode = unproved === 0 ? 0 : 1;
