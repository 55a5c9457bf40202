import type { RevocationJob, Store } from '../../src/server/people/people.ts';
import {
  copiesTrips,
  gap,
  looksAtAllSites,
  remembersJobs,
  rewriting,
  tellsRefused,
  writesInTwoSteps,
  type Fault,
} from './faults.ts';
import { pause } from '../../src/testing/pause.ts';
import { hour, inTime } from './scene.ts';

const hourLater = (date: Date): Date => new Date(date.getTime() + hour);

/** TABLE of the ways in which a store can be broken, each against a promise of the port. */
const faults = {
  /** Decides on what it has read before, and writes that later. */
  guardOutsideTransaction: (store) => ({
    async update(who, decide) {
      const seen = await store.read(who);
      if (!seen) return store.update(who, decide);
      const decision = decide(seen);
      await pause(gap);
      return store.update(who, () => decision);
    },
  }),
  /** Writes a change in two steps, and undoes only the one that breaks. */
  forgetsRollback: writesInTwoSteps,
  /** Finds people, and jobs, of whatever site. */
  mixesSites: looksAtAllSites,
  /** Lets sessions, leases, trips and used values live an hour longer than it was told. */
  livesTooLong: (store) => ({
    ...rewriting(({ openSession, revoke, ...change }) => ({
      ...change,
      ...(openSession && {
        openSession: { ...openSession, expiresAt: hourLater(openSession.expiresAt) },
      }),
      ...(revoke && { revoke: { ...revoke, until: hourLater(revoke.until) } }),
    }))(store),
    seeOnce: (kind, id, expiresAt) => store.seeOnce(kind, id, hourLater(expiresAt)),
    openTrip: (trip) => store.openTrip({ ...trip, expiresAt: hourLater(trip.expiresAt) }),
    claimRevocations: (sites, limit, leaseTime) =>
      store.claimRevocations(sites, limit, leaseTime + hour),
  }),
  /** Looks whether a value was used before it notes that it is. */
  seesTwice: (store) => ({
    async seeOnce(kind, id, expiresAt) {
      const isNew = await store.seeOnce(kind, id, new Date(0));
      await pause(gap);
      if (isNew) await store.seeOnce(kind, id, expiresAt);
      return isNew;
    },
  }),
  /** Keeps profile, tokens and connection where only the mapping was to stay. */
  softensNothing: rewriting(({ softenIdentities: _left, ...change }) => change),
  /** Leaves login ids where they were to go with an identity. */
  leavesLoginIds: rewriting(({ removeLoginIds: _left, ...change }) => change),
  /** Takes the word of whoever once had the job. */
  leaseWithoutFence: (store) => {
    const leases = new Map<string, string>();
    return {
      async claimRevocations(...asked) {
        const jobs = await store.claimRevocations(...asked);
        for (const { id, lease } of jobs) leases.set(id, lease);
        return jobs;
      },
      finishRevocation: (job, outcome) =>
        store.finishRevocation({ ...job, lease: leases.get(job.id) ?? job.lease }, outcome),
    };
  },
  /** Gives two workers that come at once the same jobs. */
  claimsTwice: (store) => {
    const claims = new Map<string, Promise<RevocationJob[]>>();
    return {
      claimRevocations(sites, limit, leaseTime) {
        const key = sites.join();
        const claim = claims.get(key) ?? store.claimRevocations(sites, limit, leaseTime);
        claims.set(key, claim);
        return claim.finally(() => claims.delete(key));
      },
    };
  },
  /** Puts jobs that have ended aside, tokens and all. */
  keepsTokens: (store) => ({
    finishRevocation: (job, outcome) =>
      outcome.state === 'pending'
        ? store.finishRevocation(job, outcome)
        : store.finishRevocation(job, { state: 'pending', retryAt: inTime(hour) }),
  }),
  /** Takes the permission back from people who have connected again. */
  revokesReconnected: remembersJobs,
  /** Does not remember who was removed. */
  forgetsRemovals: (store) => ({
    update: ({ linking: _people, ...who }, decide) => store.update(who, decide),
  }),
  /** Carries a request out again that arrives again. */
  forgetsKeys: rewriting(({ audit: { once: _key, ...audit }, ...change }) => ({
    ...change,
    audit,
  })),
  /** Tells pages of everything twice. */
  tellsTwice: (store) => ({
    listen: (hear) =>
      store.listen((event) => {
        hear(event);
        hear(event);
      }),
  }),
  /** Tells pages also of changes that did not come about. */
  tellsRefused,
  /** Tells pages nothing. */
  tellsNobody: rewriting(({ tell: _untold, ...change }) => change),
  /** Ends sessions of every issuer for the word of one. */
  forgetsIssuer: (store) => ({
    endProviderSessions: ({ issuer: _any, ...of }) => store.endProviderSessions(of),
  }),
  /** Does not say whose a session was when none of ours lives that it had opened. */
  namesNobody: (store) => ({
    endProviderSessions: async (of) => {
      const found = await store.endProviderSessions(of);
      return found.filter(({ sessions }) => sessions.length > 0);
    },
  }),
  /** Loses one of two notes that are made at once. */
  losesNotes: copiesTrips,
  /** Gives the newest answer to a deletion request, not the first. */
  rewritesAnswers: (store) => {
    const answers = new Map<string, Parameters<Store['keepDeletion']>[0]>();
    return {
      async keepDeletion(request) {
        await store.keepDeletion(request);
        answers.set(request.code, request);
      },
      async readDeletion(code) {
        const found = await store.readDeletion(code);
        return found && { ...found, ...answers.get(code) };
      },
    };
  },
  /** Keeps what has served its time. */
  neverPurges: () => ({ purge: async () => {} }),
} satisfies Record<string, Fault>;

/** A way in which a store can be broken. */
export type BrokenStoreKind = keyof typeof faults;

/** All ways in which a store can be broken. */
export const brokenStoreKinds = Object.keys(faults) as BrokenStoreKind[];

/**
 * Breaks a store on purpose: everything is done by the real one, and one promise of the port is not kept. The suite
 * must find it; a suite of your own, too.
 *
 * @param kind which promise is broken.
 */
export const brokenStore = (kind: BrokenStoreKind, store: Store): Store => {
  const fault: Partial<Store> = faults[kind](store);
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(fault, name) ?? Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
};
