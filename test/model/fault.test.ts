// The model can fail: a store that decides on what it has read before, and writes later, is found out.
import type { Store } from 'outro/server';
import { expect, it } from 'vitest';
import { openGround } from './ground.ts';
import { nobodyIsLockedOut } from './promises.ts';
import { explore } from './explore.ts';
import { newTally } from './run.ts';
import { describeProgram } from './steps.ts';

// Milliseconds between look and act.
const gap = 10;

/** The guard outside the transaction: reads, decides, waits, and only then writes. */
const looksTooEarly = ({ people, ...store }: Store): Store => ({
  ...store,
  people: {
    ...people,
    async update(who, decide) {
      const seen = await people.read(who);
      if (!seen) return people.update(who, decide);
      const decision = decide(seen);
      await new Promise((resolve) => setTimeout(resolve, gap));
      return people.update(who, () => decision);
    },
  },
});

it('a guard outside the transaction is found, and told shortly', { timeout: 300_000 }, async () => {
  const ground = await openGround();
  const [one, other] = ground.stores;
  const tally = newTally();
  const broken = {
    ...ground,
    stores: [looksTooEarly(one), looksTooEarly(other)] as [Store, Store],
  };
  const checks = [nobodyIsLockedOut];
  const found = await explore(broken, { tally, checks, runs: 200, lanes: 1, patience: 240_000 });
  if (!found) throw new Error(`${tally.steps} steps have found nothing`);
  console.log(`found after ${tally.steps} steps, shrinking included:\n${found.text}`);
  expect(found.moments.flat().length).toBeLessThanOrEqual(8);
  expect(describeProgram(found.moments)).toContain('at once');
  expect(found.text).toMatch(/promise 1: account \d+ lost its last way in under fail/);
});
