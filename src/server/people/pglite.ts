import type { Database, Runner } from './database.ts';
import { textOf, valuesOf } from './statement.ts';

/** What runs statements in a PGlite database: itself, or a transaction of it. */
interface PgliteRunner {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** An embedded PGlite database. */
export interface Pglite extends PgliteRunner {
  transaction<Result>(work: (transaction: PgliteRunner) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const runOn = (pglite: PgliteRunner): Runner => ({
  run: async (statement) =>
    (await pglite.query(textOf(statement), valuesOf(statement))).rows as never[],
  query: (text, values = []) => pglite.query(text, values),
});

/** Reaches an embedded PGlite database, which belongs to this process: nobody else changes it. */
export const pgliteDatabase = (pglite: Pglite): Database => ({
  ...runOn(pglite),
  isShared: false,
  // Nobody else is connected, so whichever isolation comes to the same.
  transaction: (work) => pglite.transaction((transaction) => work(runOn(transaction))),
  // Whoever changes it tells so here.
  subscribe: () => Promise.resolve(() => Promise.resolve()),
  close: () => pglite.close(),
});
