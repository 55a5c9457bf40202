import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mutants } from '../mutants/mutants.ts';

it.each(mutants.map((one) => [one.guard, one] as const))(
  'npm run mutants finds what it takes away, once: %s',
  (_guard, { file, edits }) => {
    const text = readFileSync(new URL(`../../src/server/${file}`, import.meta.url), 'utf8');
    for (const [from, to] of edits) {
      expect(text.split(from), from).toHaveLength(2);
      expect(to).not.toBe(from);
    }
  },
);
