import type { Account, Change, PageEvent } from '../../src/server/rules/account.ts';
import type {
  Decision,
  DepartureTrip,
  RevocationJob,
  Store,
  Who,
} from '../../src/server/people/people.ts';
import { pause } from '../../src/testing/pause.ts';

/** Milliseconds between a look and the act that follows, long enough for others to come between. */
export const gap = 30;

/** What a store does otherwise than it should. */
export type Fault = (store: Store) => Partial<Store>;
type Decide<Answer> = (account: Account | undefined) => Decision<Answer>;

/** Writes another change than the one that was decided. */
export const rewriting = (rewrite: (change: Change) => Change): Fault => {
  return (store) => ({
    update: (who, decide) =>
      store.update(who, (account) => {
        const { change, answer } = decide(account);
        return { answer, ...(change && { change: rewrite(change) }) };
      }),
  });
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Writes a change in two transactions, so that the first stays when the second breaks. */
export const writesInTwoSteps: Fault = (store) => {
  const update = async <Answer>(who: Who, decide: Decide<Answer>): Promise<Answer> => {
    let late: { who: Who; change: Change } | undefined;
    const answer = await store.update(who, (account) => {
      const { change, answer: decided } = decide(account);
      if (!account || !change) return { answer: decided };
      const { uid, linkIdentities, addLoginIds, openSession, ...early } = change;
      const rest = { uid, linkIdentities, addLoginIds, openSession };
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value));
      if (Object.keys(given).length > 0)
        late = {
          who: { site: who.site, uid: account.uid },
          change: { ...given, audit: early.audit },
        };
      return { change: early, answer: decided };
    });
    if (late) {
      const { change } = late;
      await store.update(late.who, () => ({ change, answer: undefined }));
    }
    return answer;
  };
  return {
    update: (who, decide) =>
      update(who, decide).catch(async (error: unknown) => {
        // What decide threw leaves the account that was made for it.
        await store.update(who, () => ({ answer: undefined }));
        throw error;
      }),
  };
};

/** Finds people, and claims jobs, of every site that it has met. */
export const looksAtAllSites: Fault = (store) => {
  const sites = new Set<string>();
  const find = async (who: Who): Promise<Who> => {
    sites.add(who.site);
    if ('uid' in who) return who;
    for (const site of [who.site, ...sites]) {
      const elsewhere = { ...who, site };
      if (await store.read(elsewhere)) return elsewhere;
    }
    return who;
  };
  return {
    read: async (who) => store.read(await find(who)),
    update: async (who, decide) => store.update(await find(who), decide),
    claimRevocations: (asked, limit, leaseTime) =>
      store.claimRevocations([...new Set([...asked, ...sites])], limit, leaseTime),
  };
};

/** Gives out the jobs of people who are linked again, which the store has dropped. */
export const remembersJobs: Fault = (store) => {
  const waiting = new Map<string, RevocationJob>();
  const isLinked = async ({ site, provider, subProvider, providerUid }: RevocationJob) => {
    const account = await store.read({ site, identity: { provider, subProvider, providerUid } });
    return account?.identities.some((one) => one.provider === provider && one.state === 'linked');
  };
  return {
    async finishRevocation(job, outcome) {
      if (outcome.state === 'pending') waiting.set(job.id, job);
      await store.finishRevocation(job, outcome);
    },
    async claimRevocations(...asked) {
      const claimed = await store.claimRevocations(...asked);
      for (const job of waiting.values()) if (await isLinked(job)) claimed.push(job);
      return claimed;
    },
  };
};

/** Notes on a copy of the trip that it has read before. */
export const copiesTrips: Fault = (store) => {
  const copies = new Map<string, DepartureTrip['stops']>();
  return {
    async openTrip(trip) {
      await store.openTrip(trip);
      copies.set(hex(trip.tokenHash), trip.stops);
    },
    async noteStop(tokenHash, index, what) {
      const stops = copies.get(hex(tokenHash)) ?? [];
      await pause(gap);
      const at = new Date().toISOString();
      const noted = stops.map((stop, position) =>
        position === index ? { [what]: at, ...stop } : stop,
      );
      copies.set(hex(tokenHash), noted);
    },
    async readTrip(tokenHash) {
      const trip = await store.readTrip(tokenHash);
      return trip && { ...trip, stops: copies.get(hex(tokenHash)) ?? trip.stops };
    },
  };
};

/** Tells pages also of a change that could not be written. */
export const tellsRefused: Fault = (store) => {
  const hearers = new Set<(event: PageEvent) => void>();
  return {
    async update(who, decide) {
      let told: PageEvent[] = [];
      try {
        return await store.update(who, (account) => {
          const decision = decide(account);
          const of = { id: '0', site: who.site, account: account?.id ?? '' };
          told = (decision.change?.tell ?? []).map((event) => ({ ...event, ...of }));
          return decision;
        });
      } catch (error) {
        for (const event of told) for (const hear of hearers) hear(event);
        throw error;
      }
    },
    async listen(hear) {
      hearers.add(hear);
      return store.listen(hear);
    },
  };
};
