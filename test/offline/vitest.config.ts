// npx vitest run --config test/offline/vitest.config.ts: issue 5's proofs in browsers and its model, on Postgres. Not part
// of `npm test` yet: six tests are red on open bugs of issue 5, the model does not reach its number of steps in a minute on
// a small machine, and all takes some eight minutes.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  test: {
    name: 'offline',
    include: ['offline/**/*.test.ts', 'model/**/*.test.ts'],
    globalSetup: ['support/postgres.ts', 'support/chromium.ts'],
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
