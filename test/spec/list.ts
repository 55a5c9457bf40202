// npm run spec: every row of the five source documents, with the tests that prove it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rows } from './rows.ts';

/** What vitest's JSON reporter writes, as far as it is read here. */
export interface Report {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** Prints the rows when asked to, and gives back how many no passing test proves. */
export const countUnproved = ({ testResults }: Report, print: (line: string) => void): number => {
  let unproved = 0;
  for (const [document, sentences] of Object.entries(rows)) {
    print(`\n${document}`);
    const tests = testResults
      .filter(({ name }) => name.includes(`/spec/${document}`))
      .flatMap(({ assertionResults }) => assertionResults);
    for (const sentence of sentences) {
      const proofs = tests.filter(({ fullName }) => fullName.includes(sentence));
      const isProved = proofs.length > 0 && proofs.every(({ status }) => status === 'passed');
      if (!isProved) unproved += 1;
      print(`  ${isProved ? 'pass' : 'FAIL'}  ${sentence} (${proofs.length})`);
    }
  }
  return unproved;
};

const root = fileURLToPath(new URL('../..', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(tmpdir(), `outro-spec-${process.pid}.json`);
  const options = ['--config=test/vitest.config.ts', '--project=postgres', '--reporter=json'];
  spawnSync(
    join(root, 'node_modules/.bin/vitest'),
    ['run', 'spec', ...options, `--outputFile.json=${file}`],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const unproved = countUnproved(JSON.parse(readFileSync(file, 'utf8')) as Report, console.log);
  console.log(`\n${unproved === 0 ? 'every row is proved' : `${unproved} rows are not proved`}`);
  process.exitCode = unproved === 0 ? 0 : 1;
}
