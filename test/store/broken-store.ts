import type { Exits, Errand } from '../../src/server/exits/exits.ts';
import type { Store } from '../../src/server/exits/store.ts';
import type { Decision } from '../../src/server/people/people.ts';
import { pause } from '../../src/testing/pause.ts';
import {
  claimsUnfairly,
  copiesTrips,
  forgetsMarks,
  gap,
  hearing,
  hearsNothingLate,
  looksAtAllSites,
  looksOnce,
  pausesEverything,
  rewriting,
  showing,
  tellsAll,
  tellsRefused,
  writesInTwoSteps,
  type Fault,
} from './faults.ts';
import { hour, seconds } from './scene.ts';

const hourLater = (date: Date): Date => new Date(date.getTime() + hour);

/** TABLE of the ways in which a store can be broken, each against a promise of a port. */
const faults = {
  /** Decides on what it has read before, and writes that later. */
  guardOutsideTransaction: ({ people }) => ({
    people: {
      async update(who, decide) {
        const seen = await people.read(who);
        if (!seen) return people.update(who, decide);
        const decision = decide(seen);
        await pause(gap);
        return people.update(who, () => decision);
      },
    },
  }),
  /** Writes what was decided although `rev` has moved since. */
  ignoresRev: ({ people }) => ({
    people: {
      update<Answer>(...[who, decide]: Parameters<typeof people.update<Answer>>) {
        let decision: Decision<Answer> | undefined;
        return people.update(who, (account) => (decision ??= decide(account)));
      },
    },
  }),
  /** Does not count its changes. */
  keepsRev: showing((account) => ({ ...account, rev: '1' })),
  /** Writes a change in two steps, and undoes only the one that breaks. */
  forgetsRollback: writesInTwoSteps,
  /** Finds people, and errands, of whatever site. */
  mixesSites: looksAtAllSites,
  /** Lets sessions, leases, trips and used values live an hour longer than it was told. */
  livesTooLong: (store) => {
    const { exits } = store;
    const { people = {} } = rewriting(({ openSession, revoke, ...change }) => ({
      ...change,
      ...(openSession && {
        openSession: { ...openSession, expiresIn: openSession.expiresIn + seconds(hour) },
      }),
      ...(revoke && {
        revoke: {
          ...revoke,
          ...(revoke.lease && { lease: { ...revoke.lease, time: revoke.lease.time + hour } }),
        },
      }),
    }))(store);
    return {
      people,
      exits: {
        seeOnce: (kind, id, expiresAt) => exits.seeOnce(kind, id, hourLater(expiresAt)),
        openTrip: (trip, time) => exits.openTrip(trip, time + seconds(hour)),
        claimErrands: (sites, limit, leaseTime) =>
          exits.claimErrands(sites, limit, leaseTime + hour),
      },
    };
  },
  /** Lets a ticket end another session than its own. */
  endsAnotherSession: showing((account, who) =>
    'ticket' in who && account.session
      ? { ...account, session: account.sessions.at(-1) ?? account.session }
      : account,
  ),
  /** Lets a ticket be used again. */
  keepsTickets: rewriting(({ spendTicket: _kept, ...change }) => change),
  /** Tells nobody when the session of a ticket ended, so that it ends later ones too. */
  forgetsEnds: showing(({ session, ...account }) => ({
    ...account,
    session: session && { ...session, endedAt: undefined },
  })),
  /** Looks whether a value was used before it notes that it is. */
  seesTwice: ({ exits }) => ({
    exits: {
      async seeOnce(kind, id, expiresAt) {
        const isNew = await exits.seeOnce(kind, id, new Date(0));
        await pause(gap);
        if (isNew) await exits.seeOnce(kind, id, expiresAt);
        return isNew;
      },
    },
  }),
  /** Keeps profile, tokens and connection where only the mapping was to stay. */
  softensNothing: rewriting(({ softenIdentities: _left, ...change }) => change),
  /** Leaves login ids where they were to go with an identity. */
  leavesLoginIds: rewriting(({ removeLoginIds: _left, ...change }) => change),
  /** Takes the word of whoever once had the errand. */
  leaseWithoutFence: ({ exits }) => {
    const leases = new Map<string, string>();
    return {
      exits: {
        async claimErrands(...asked) {
          const claimed = await exits.claimErrands(...asked);
          for (const { id, lease } of claimed) leases.set(id, lease);
          return claimed;
        },
        finishErrand: (errand, outcome) =>
          exits.finishErrand({ ...errand, lease: leases.get(errand.id) ?? errand.lease }, outcome),
      },
    };
  },
  /** Gives two workers that come at once the same errands. */
  claimsTwice: ({ exits }) => {
    const claims = new Map<string, Promise<Errand[]>>();
    return {
      exits: {
        claimErrands(sites, limit, leaseTime) {
          const key = sites.join();
          const claim = claims.get(key) ?? exits.claimErrands(sites, limit, leaseTime);
          claims.set(key, claim);
          return claim.finally(() => claims.delete(key));
        },
      },
    };
  },
  /** Claims everything of one destination before anything of another. */
  claimsUnfairly,
  /** Pauses everything where one destination does not answer. */
  pausesEverything,
  /** Goes on asking a destination that does not answer. */
  pausesNothing: ({ exits }) => ({
    exits: {
      finishErrand: (errand, { isDown: _down, ...outcome }) => exits.finishErrand(errand, outcome),
    },
  }),
  /** Puts errands that have ended aside, tokens and all. */
  keepsTokens: ({ exits }) => ({
    exits: {
      finishErrand: async (errand, outcome) => {
        if (outcome.state === 'pending') return exits.finishErrand(errand, outcome);
        await exits.finishErrand(errand, { state: 'pending', retryAfter: seconds(hour) });
        return undefined;
      },
    },
  }),
  /** Takes the permission back from people who have connected again. */
  revokesReconnected: looksOnce,
  /** Does not remember who was removed. */
  forgetsRemovals: ({ people }) => ({
    people: { update: ({ linking: _people, ...who }, decide) => people.update(who, decide) },
  }),
  /** Remembers who was removed, but lets a removal come in between look and link. */
  forgetsMarks,
  /** Leaves no trace of what was done. */
  writesNoJournal: rewriting(({ journal: _row, ...change }) => change),
  /** Carries a request out again that arrives again. */
  forgetsKeys: rewriting(({ journal, ...change }) => ({
    ...change,
    ...(journal && { journal: { ...journal, once: undefined } }),
  })),
  /** Ends errands, and leaves their receipts as they were. */
  leavesReceipts: ({ exits }) => ({
    exits: {
      finishErrand: (errand, { step: _step, ...outcome }) => exits.finishErrand(errand, outcome),
    },
  }),
  /** Tells pages of everything twice. */
  tellsTwice: hearing(({ holds, hear }) => ({
    holds,
    hear(event) {
      hear(event);
      hear(event);
    },
  })),
  /** Tells pages also of changes that did not come about. */
  tellsRefused,
  /** Tells pages nothing. */
  tellsNobody: rewriting(({ tell: _untold, ...change }) => change),
  /** Tells everybody what anybody holds. */
  tellsAll,
  /** Tells nothing of a row that became visible behind a later one. */
  hearsNothingLate,
  /** Ends sessions of every issuer for the word of one. */
  forgetsIssuer: ({ exits }) => ({
    exits: { endProviderSessions: ({ issuer: _any, ...of }) => exits.endProviderSessions(of) },
  }),
  /** Ends the named session only, where another may be meant as well. */
  endsNamedOnly: ({ exits }) => ({
    exits: {
      endProviderSessions: ({ providerUid, ...of }) =>
        exits.endProviderSessions(of.sid === undefined ? { ...of, providerUid } : of),
    },
  }),
  /** Ends also sessions that began after the provider’s message. */
  forgetsTime: ({ exits }) => ({
    exits: { endProviderSessions: ({ at: _any, ...of }) => exits.endProviderSessions(of) },
  }),
  /** Does not say whose a session was, and what it had opened, when that is over. */
  namesNobody: ({ people, exits }) => ({
    exits: {
      endProviderSessions: async (of) => {
        const found = await exits.endProviderSessions(of);
        const live = await people.liveSessions(found.flatMap(({ sessions }) => sessions));
        return found.filter(({ sessions }) => sessions.some((id) => live.includes(id)));
      },
    },
  }),
  /** Loses one of two notes that are made at once. */
  losesNotes: copiesTrips,
  /** Gives the newest answer to a deletion request, not the first. */
  rewritesAnswers: ({ exits }) => {
    const answers = new Map<string, Parameters<Exits['keepDeletion']>[0]>();
    return {
      exits: {
        async keepDeletion(request) {
          await exits.keepDeletion(request);
          answers.set(request.code, request);
        },
        async readDeletion(code) {
          const found = await exits.readDeletion(code);
          return found && { ...found, ...answers.get(code) };
        },
      },
    };
  },
  /** Does not know how far an import had come. */
  forgetsImports: ({ people: { bringing } }) => ({
    people: { ...(bringing && { bringing: { ...bringing, progress: async () => undefined } }) },
  }),
  /** Brings people back who were removed or deleted. */
  bringsBack: ({ people: { bringing } }) => ({
    people: {
      ...(bringing && {
        bringing: {
          ...bringing,
          bring: (site, newcomers, judge, progress) =>
            bringing.bring(
              site,
              newcomers,
              (seen) => judge({ ...seen, removals: [], deleted: new Set() }),
              progress,
            ),
        },
      }),
    },
  }),
  /** Keeps what has served its time. */
  neverPurges: () => ({ people: { purge: async () => 0 }, exits: { purge: async () => 0 } }),
  /** Purges everything at once. */
  purgesAll: ({ people, exits }) => ({
    people: { purge: () => people.purge(100_000) },
    exits: { purge: () => exits.purge(100_000) },
  }),
} satisfies Record<string, Fault>;

/** A way in which a store can be broken. */
export type BrokenStoreKind = keyof typeof faults;

/** All ways in which a store can be broken. */
export const brokenStoreKinds = Object.keys(faults) as BrokenStoreKind[];

const overlay = <Port extends object>(port: Port, fault: Partial<Port> = {}): Port =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(fault, name) ?? Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });

/**
 * Breaks a store on purpose: everything is done by the real one, and one promise of a port is not kept. The suite must
 * find it.
 *
 * @param kind which promise is broken.
 */
export const brokenStore = (kind: BrokenStoreKind, store: Store): Store => {
  const fault: ReturnType<Fault> = faults[kind](store);
  return {
    people: overlay(store.people, fault.people),
    exits: overlay(store.exits, fault.exits),
    close: () => store.close(),
  };
};
