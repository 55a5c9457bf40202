// 4.13: whoever sends much must not make much work of it.
import { expect, it } from 'vitest';
import { measureSignatures } from '../bench/signatures.ts';

it('4.13 a bad signature of 21 kB or 11,000 parameters costs at most twice a good small one', async () => {
  const { long, many } = await measureSignatures(7);
  console.log(`processor time, of a good small one: 21 kB ${long.median}, 11,000 ${many.median}`);
  // The best of the rounds: others are at work on this machine.
  expect(long.low).toBeLessThanOrEqual(2);
  expect(many.low).toBeLessThanOrEqual(2);
});
