import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** How far a counter is in its minute. */
export interface Count {
  count: number;
  /** Milliseconds until it begins anew. */
  endsIn: number;
}

/**
 * The port to counters that several instances share, each within a minute of its own. One that fails or is slow refuses
 * nobody: the instance then goes by its own counters.
 */
export interface CounterStore {
  /**
   * Adds one to a counter, which begins with its first, and ends a minute after that.
   *
   * @param name 43 characters that say nothing of anybody.
   */
  add(name: string): Promise<Count>;
}

// Milliseconds.
const minute = 60_000;

// Counters in memory at most; then the oldest goes.
const countersKept = 100_000;

/** Counters of this instance, in bounded memory; all of them begin anew each minute. */
export const createCounters = () => {
  let counts = new Map<string, number>();
  let endsAt = 0;
  const read = (name: string): number => {
    if (performance.now() >= endsAt) {
      counts = new Map();
      endsAt = performance.now() + minute;
    }
    return counts.get(name) ?? 0;
  };
  return {
    add(name: string): Count {
      const count = read(name) + 1;
      if (count === 1 && counts.size >= countersKept)
        counts.delete(counts.keys().next().value ?? '');
      counts.set(name, count);
      return { count, endsIn: endsAt - performance.now() };
    },
    takeBack(name: string): void {
      const count = read(name) - 1;
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    },
  };
};

// Milliseconds that a shared counter may take, and how long it is left alone when it did not come.
const patience = 250;
const pause = 5000;

/** Adds to a shared counter, if there is one and it comes in time. */
export const createShared = (store: CounterStore | undefined) => {
  let askAgainAt = 0;
  return async (name: string): Promise<Count | undefined> => {
    if (!store || performance.now() < askAgainAt) return undefined;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('too late')), patience);
    try {
      // Addresses of people are nothing to keep.
      const digest = createHash('sha256').update(name).digest();
      return await Promise.race([
        store.add(Buffer.from(digest).toString('base64url')),
        late.promise,
      ]);
    } catch {
      askAgainAt = performance.now() + pause;
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };
};
