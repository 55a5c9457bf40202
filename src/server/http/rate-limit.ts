import { Buffer } from 'node:buffer';
import { fail } from '../../core/error.ts';
import type { Gate } from '../caller/gate.ts';
import { standardLimits, type Site } from '../config/sites.ts';
import type { Arrival } from '../wire/arrival.ts';
import { createCounters, createShared, type Count, type CounterStore } from './counters.ts';

/** Gives each request its gate. */
export type RateLimit = (arrival: Pick<Arrival, 'client'>) => Gate;

const limitsOf = (site: Site | undefined) => site?.rateLimits ?? standardLimits;

const nameOf = (site: Site | undefined, ...rest: string[]): string =>
  [site?.apiKey, ...rest].join(' ');

// Text of it costs little, and a whole house loads its pages at once.
const giftsPerRequest = 10;

/**
 * Makes the function that gives each request its gate. Who has proved something is counted by this instance alone, so
 * that nobody with a session waits for a counter; what proved nothing, also by those that instances share.
 *
 * @see design.md section 6 "rate limits that never stop a proved caller from leaving"
 */
export const createRateLimit = (store?: CounterStore): RateLimit => {
  // Apart, so that no stranger takes a counter away that is about somebody.
  const proved = createCounters();
  const unproved = createCounters();
  const shared = createShared(store);
  return ({ client }) => {
    let admitted: string[] = [];
    let wait = 60;
    const refuseAbove = (limit: number, { count, endsIn }: Count, what: string): void => {
      if (count <= limit) return;
      wait = Math.max(1, Math.ceil(endsIn / 1000));
      fail(
        'apiRateLimitExceeded',
        `${what}: expected at most ${limit} a minute; ask again in ${wait} s`,
      );
    };
    const admitOnce = (name: string, limit: number, what: string): void => {
      admitted.push(name);
      refuseAbove(limit, proved.add(name), what);
    };
    return {
      admit(site, session) {
        const limits = limitsOf(site);
        if (!limits) return;
        admitOnce(nameOf(site, 'key'), limits.key, 'apiKey: requests with it');
        if (!session) return;
        const name = nameOf(site, 'session', Buffer.from(session).toString('base64'));
        admitOnce(name, limits.session, 'login_token: requests of this session');
      },
      async unproved(site, claim, isRefused) {
        for (const name of admitted) proved.takeBack(name);
        admitted = [];
        const limits = limitsOf(site);
        if (!limits || client === undefined) return;
        const name = nameOf(site, isRefused ? 'refused' : 'answered', claim, client);
        const own = unproved.add(name);
        const count = (await shared(name)) ?? own;
        if (isRefused)
          refuseAbove(limits.refusals, count, 'address: refused requests of this client');
        else
          refuseAbove(limits.address, count, 'address: requests of this client without a session');
      },
      give(what) {
        if (client === undefined) return;
        const limit = standardLimits.address * giftsPerRequest;
        refuseAbove(
          limit,
          unproved.add(nameOf(undefined, 'given', what, client)),
          'address: requests of this client',
        );
      },
      retryAfter: () => wait,
    };
  };
};
