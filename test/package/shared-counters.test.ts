// The adapter in examples/shared-counters, as whoever copies it runs it: on a real Postgres, with the real package.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startPostgres } from '../support/postgres.ts';

it('two instances refuse after six guesses together, not after six each', async () => {
  const postgres = await startPostgres();
  try {
    const main = fileURLToPath(new URL('../../examples/shared-counters/main.ts', import.meta.url));
    const output = execFileSync(process.execPath, [main], {
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: postgres.url },
    });
    expect(output.trim().split('\n')).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((n) => `guess ${n}, instance ${((n - 1) % 2) + 1}: 403005`),
      'guess 7, instance 1: 403048',
      'guess 8, instance 2: 403048',
    ]);
  } finally {
    await postgres.stop();
  }
}, 60_000);
