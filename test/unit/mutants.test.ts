import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Mutant } from '../mutants/mutant.ts';
import { mutants } from '../mutants/mutants.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tests = globSync('**/*.test.ts', { cwd: join(root, 'test'), exclude: ['**/node_modules'] });

/** What keeps a guard from being taken away, if anything does. */
const faultIn = ({ file, edits, test }: Mutant): string | undefined => {
  let text = readFileSync(join(root, 'src/server', file), 'utf8');
  for (const [from, to] of edits) {
    const { length } = text.split(from);
    if (length !== 2) return `${file} has ${length - 1} times: ${from}`;
    text = text.replace(from, () => to);
  }
  return tests.some((one) => one.includes(test[1])) ? undefined : `no test ${test[1]}`;
};

it('each guard of the table of mutants stands in the code, once', () => {
  const faults = mutants.flatMap((one) => {
    const fault = faultIn(one);
    return fault === undefined ? [] : [`${one.guard}: ${fault}`];
  });
  expect(faults).toEqual([]);
});
