import { isIP } from 'node:net';
import { Buffer } from 'node:buffer';
import type { FailureName } from '../../core/codes.ts';
import { fail } from '../../core/error.ts';
import { isPrivateAddress } from '../outbound/private-address.ts';
import type { Gate } from '../caller/gate.ts';
import { standardLimits, type Site } from '../config/sites.ts';

/** Failures of requests that do not prove what they claim; those are counted. */
export const unprovedFailures = [
  'invalidApiKey',
  'invalidAuthenticationHeader',
  'requestExpired',
  'invalidSignature',
  'duplicateNonce',
  'unauthorizedUser',
  'secretOverHttp',
  'invalidSecret',
  'invalidToken',
] satisfies FailureName[];

/** Where a request comes from, as its host knows. */
export interface Peer {
  /** IP address of the client, or of the proxy before this backend. */
  address?: string | undefined;
  /** What `@hono/node-server` hands over. */
  incoming?: { socket?: { remoteAddress?: string | undefined } | undefined } | undefined;
}

/** Gives each request its gate. */
export type RateLimit = (request: Request, peer: Peer) => Gate;

// Milliseconds.
const minute = 60_000;

// Counters in memory at most; then the oldest goes.
const countersKept = 100_000;

// A household has a /64 of IPv6: with all its addresses it is one client.
const networkOf = (address: string): string => {
  if (isIP(address) !== 6) return address;
  const [head = ''] = address.split('::');
  return [...head.split(':'), '0', '0', '0', '0'].slice(0, 4).join(':');
};

/**
 * The client's address, or `undefined` where this backend cannot know it: then nobody is counted by it, for everybody
 * would be counted as one.
 */
const clientOf = (
  { headers }: Request,
  { address, incoming }: Peer,
  trustProxy: boolean,
): string | undefined => {
  // Each proxy appends whom it was asked by; what stands before that, the client may have written.
  const forwarded = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  if (trustProxy) return forwarded && isIP(forwarded) ? networkOf(forwarded) : undefined;
  const peer = (address ?? incoming?.socket?.remoteAddress)?.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!peer) return undefined;
  const isProxy = forwarded !== undefined && isPrivateAddress(peer);
  return isProxy || /^(127\.|::1$)/.test(peer) ? undefined : networkOf(peer);
};

const createCounts = () => {
  let counts = new Map<string, number>();
  let endsAt = 0;
  const read = (name: string): number => {
    if (performance.now() >= endsAt) {
      counts = new Map();
      endsAt = performance.now() + minute;
    }
    return counts.get(name) ?? 0;
  };
  const add = (name: string): number => {
    const count = read(name) + 1;
    if (count === 1 && counts.size >= countersKept) counts.delete(counts.keys().next().value ?? '');
    counts.set(name, count);
    return count;
  };
  const retryAfter = (): number => Math.max(1, Math.ceil((endsAt - performance.now()) / 1000));
  const drop = (name: string): boolean => counts.delete(name);
  return { read, add, drop, retryAfter };
};

const limitsOf = (site: Site | undefined) => site?.rateLimits ?? standardLimits;

const nameOf = (site: Site | undefined, ...rest: string[]): string =>
  [site?.apiKey, ...rest].join(' ');

const sessionName = (site: Site | undefined, session: Uint8Array): string =>
  nameOf(site, 'session', Buffer.from(session).toString('base64'));

/**
 * Makes the function that gives each request its gate. Counts are kept by this instance alone and in bounded memory;
 * they begin anew each minute.
 *
 * @see design.md section 6 "rate limit per key and per caller"
 */
export const createRateLimit = (trustProxy: boolean): RateLimit => {
  const { read, add, drop, retryAfter } = createCounts();
  const refuseAbove = (limit: number, count: number, what: string): void => {
    const details = `${what}: expected at most ${limit} a minute; ask again in ${retryAfter()} s`;
    if (count > limit) fail('apiRateLimitExceeded', details);
  };
  return (request, peer) => {
    const client = clientOf(request, peer, trustProxy);
    const countAddress = (site: Site | undefined): void => {
      const limits = limitsOf(site);
      if (!limits || !client) return;
      const count = add(nameOf(site, 'address', client));
      refuseAbove(limits.address, count, 'address: requests of this client without a session');
    };
    return {
      enter(site, claim) {
        const limits = limitsOf(site);
        if (!limits) return;
        if (site) refuseAbove(limits.key, add(nameOf(site, 'key')), 'apiKey: requests with it');
        if (!client) return;
        // The one that asks now comes on top of those that were refused.
        const count = read(nameOf(site, 'refused', claim, client)) + 1;
        refuseAbove(limits.refusals, count, 'address: refused requests of this client');
      },
      count(site, session) {
        if (!session) return countAddress(site);
        const limits = limitsOf(site);
        if (!limits) return;
        const count = add(sessionName(site, session));
        refuseAbove(limits.session, count, 'login_token: requests of this session');
      },
      disown(site, session) {
        drop(sessionName(site, session));
        countAddress(site);
      },
      refuse(site, claim) {
        if (client && limitsOf(site)) add(nameOf(site, 'refused', claim, client));
      },
      retryAfter,
    };
  };
};
