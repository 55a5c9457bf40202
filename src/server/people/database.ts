import { setTimeout as wait } from 'node:timers/promises';
import type { Part } from './statement.ts';

/** What runs statements: a database, each of whose statements commits by itself, or a transaction on one. */
export interface Runner {
  /** @param limit milliseconds that it may take, where that is more than anybody waits for an answer. */
  run<Row>(statement: Part, limit?: number): Promise<Row[]>;
  /** Runs a statement that the site wrote, its values numbered from `$1`. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A database, as both engines are one; a statement that only others were in the way of is tried again. */
export interface Database extends Runner {
  /** Other processes may change it too. */
  isShared: boolean;
  /**
   * What `work` throws undoes everything.
   *
   * @param isolation absent: whatever the database's default is.
   */
  transaction<Result>(
    work: (transaction: Runner) => Promise<Result>,
    isolation?: 'read committed',
  ): Promise<Result>;
  /** Hears a channel until stopped; `look` is called whenever something may have been missed. */
  subscribe(
    channel: string,
    on: { hear: (payload: string) => void; look: () => void },
  ): Promise<() => Promise<void>>;
  /** Connections by their state, where there are several. */
  connections?: (() => Record<'busy' | 'idle' | 'waiting', number>) | undefined;
  close(): Promise<void>;
}

// Two changes met: a serialisation failure, a deadlock, what CockroachDB and YugabyteDB call a restart; and a statement
// prepared before the schema changed, or on another connection than it now runs on.
const passing = ['40001', '40P01', '26000', '42P05', '0A000'];

/** SQLSTATE of a failure, or `''` of one that the database did not answer with. */
export const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** Whether a failure came of what happened at the same time, and the same statement may do now. */
export const isPassing = (error: unknown): boolean => passing.includes(codeOf(error));

/** Whether a statement broke this rule of the schema. */
export const breaks = (error: unknown, constraint: string): boolean =>
  codeOf(error) === '23505' &&
  (error as { constraint?: string | undefined }).constraint === constraint;

// Attempts, and milliseconds before the second at most; each later one waits up to twice as long, within a limit.
const attempts = 20;
const firstDelay = 10;
const longestDelay = 200;

/**
 * Tries again what failed because of others, within a bound.
 *
 * @throws what `work` throws otherwise, or at last
 */
export const persist = async <Result>(
  work: (attempt: number) => Promise<Result>,
  isWorthIt: (error: unknown) => boolean = isPassing,
): Promise<Result> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts || !isWorthIt(error)) throw error;
      // Not all at the same moment again.
      await wait(Math.random() * Math.min(longestDelay, firstDelay * 2 ** (attempt - 1)));
    }
  }
};
