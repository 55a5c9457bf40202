import type { Pool } from 'pg';
import type { CounterStore } from 'outro/server';
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';

/**
 * Counters of all instances in one table of Postgres, by the npm package rate-limiter-flexible: the port of outro asks it only how
 * far a counter is, and judges by the limits of each site.
 */
export const createCounters = async (pool: Pool): Promise<CounterStore> => {
  const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
    const made: RateLimiterPostgres = new RateLimiterPostgres(
      {
        storeClient: pool,
        storeType: 'client',
        tableName: 'outro_counters',
        // Nothing is ever refused here; a counter begins anew a minute after its first.
        points: Number.MAX_SAFE_INTEGER,
        duration: 60,
        clearExpiredByTimeout: true,
      },
      (error?: Error) => (error ? reject(error) : resolve(made)),
    );
  });
  return {
    async add(name) {
      const { consumedPoints, msBeforeNext }: RateLimiterRes = await limiter.consume(name);
      return { count: consumedPoints, endsIn: msBeforeNext };
    },
  };
};
