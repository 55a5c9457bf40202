// npx vitest run --config test/offline/vitest.config.ts: issue 5's proofs in browsers. Not part of `npm test` yet: six of
// its tests are red on open bugs of issue 5, and it takes some five minutes.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  test: {
    name: 'offline',
    include: ['offline/**/*.test.ts'],
    globalSetup: ['support/postgres.ts', 'support/chromium.ts'],
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
