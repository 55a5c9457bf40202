import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { findProgram } from './support/installed.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

const source = (file: string): string => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

// The doors by name, as users write them; here they lead to the sources, in test/browser and test/package to dist.
const alias = [
  { find: /^outro$/, replacement: source('index.ts') },
  { find: /^outro\/better-auth$/, replacement: source('better-auth.ts') },
  { find: /^outro\/better-auth\/client$/, replacement: source('better-auth-client.ts') },
  { find: /^outro\/connections$/, replacement: source('connections.ts') },
  { find: /^outro\/react$/, replacement: source('react.ts') },
  { find: /^outro\/server$/, replacement: source('server.ts') },
  { find: /^outro\/testing$/, replacement: source('testing.ts') },
];

// About the store suite itself, which needs a store that really yields; and about both engines at once.
const onPostgresOnly = ['store/broken.test.ts', 'store/statements.test.ts'];

// The files of a worker share what they import, and one database, in which each test has a site of its own: half the
// processor time went into reading the same modules again for each.
const isolate = false;

// Another database must carry a site as well. Without pgbouncer there is none to try it on; `listMissing` says so.
const portable = {
  root,
  resolve: { alias },
  test: {
    name: 'portable',
    isolate,
    expect: { poll: { timeout: 5_000 } },
    include: ['contract/**/*.test.ts', 'store/**/*.test.ts'],
    exclude: [
      // About the connection that listens and the second it saves; behind a pooler nothing arrives on it.
      'contract/page-instances*.test.ts',
      // About what is said in requests, and decided without the database.
      'contract/{hostile-values,explain-removal-property,leave-hostile,departures-chosen}.test.ts',
      ...onPostgresOnly,
    ],
    globalSetup: ['support/pooler.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

export default defineConfig({
  root,
  test: {
    // Vitest leaves a core free for itself, which is one of two; most of our files wait for a database or a browser, and
    // with one worker for each core a third of the processor time went by unused.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        root,
        resolve: { alias },
        test: {
          name: 'unit',
          expect: { poll: { timeout: 5_000 } },
          include: ['unit/**/*.test.ts', 'docs/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        root,
        resolve: { alias },
        test: {
          name: 'pglite',
          isolate,
          expect: { poll: { timeout: 5_000 } },
          // Postgres decides; here runs what could differ: the schema, what comes back from statements, turns of one
          // connection, what is heard, what survives.
          include: [
            'store/**/*.test.ts',
            'model/**/*.test.ts',
            'contract/{accounts,delete-account,errands,idempotency-crash,leave-ticket,logout-sessions}.test.ts',
            'contract/{page-events,provider-sessions,race,stays-gone,stays-gone-race}.test.ts',
          ],
          // That the model finds faults is shown on one engine.
          exclude: [...onPostgresOnly, 'model/fault.test.ts'],
          provide: { databaseUrl: '' },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        resolve: { alias },
        test: {
          name: 'postgres',
          isolate,
          expect: { poll: { timeout: 5_000 } },
          include: [
            'spec/**/*.test.ts',
            'contract/**/*.test.ts',
            'store/**/*.test.ts',
            'model/**/*.test.ts',
            'clients/**/*.test.ts',
          ],
          globalSetup: ['support/postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        resolve: { alias },
        test: {
          // Each in a process of its own: nothing that an earlier file left may take over what was killed.
          name: 'crash',
          expect: { poll: { timeout: 5_000 } },
          include: ['crash/**/*.test.ts'],
          globalSetup: ['support/postgres.ts', 'support/chromium.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        resolve: { alias },
        test: {
          name: 'beside',
          isolate,
          expect: { poll: { timeout: 5_000 } },
          include: ['beside/**/*.test.ts'],
          globalSetup: ['support/postgres.ts', 'support/frameworks.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      ...(findProgram('pgbouncer') ? [portable] : []),
      {
        root,
        resolve: { alias },
        test: {
          name: 'security',
          isolate,
          expect: { poll: { timeout: 5_000 } },
          include: ['security/**/*.test.ts'],
          globalSetup: ['support/postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'browser',
          // The browsers, too, stay for the worker's next file.
          isolate,
          expect: { poll: { timeout: 15_000 } },
          include: ['browser/**/*.test.ts', 'offline/**/*.test.ts'],
          globalSetup: ['support/postgres.ts', 'support/chromium.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: 'examples',
          expect: { poll: { timeout: 60_000 } },
          include: ['examples/**/*.test.ts'],
          globalSetup: ['support/postgres.ts', 'support/chromium.ts', 'support/frameworks.ts'],
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: 'package',
          expect: { poll: { timeout: 15_000 } },
          include: ['package/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
