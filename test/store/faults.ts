import type { Exits, Hearer, PageEvent, Errand } from '../../src/server/exits/exits.ts';
import type { Trip } from '../../src/server/exits/trip.ts';
import type { Store } from '../../src/server/exits/store.ts';
import type { Decision, People, Updated, Who } from '../../src/server/people/people.ts';
import type { Account, Change } from '../../src/server/rules/account.ts';
import { pause } from '../../src/testing/pause.ts';

/** Milliseconds between a look and the act that follows, long enough for others to come between. */
export const gap = 30;

/** What a store does otherwise than it should. */
export type Fault = (store: Store) => { people?: Partial<People>; exits?: Partial<Exits> };

/** A decision, as a call wants it. */
type Decide<Answer> = (account: Account | undefined) => Decision<Answer>;

/** Writes another change than the one that was decided. */
export const rewriting = (rewrite: (change: Change) => Change): Fault => {
  return ({ people }) => ({
    people: {
      update: (who, decide) =>
        people.update(who, (account) => {
          const { change, answer } = decide(account);
          return { answer, ...(change && { change: rewrite(change) }) };
        }),
    },
  });
};

/** Shows another account than the one that is there. */
export const showing = (show: (account: Account, who: Who) => Account): Fault => {
  return ({ people }) => ({
    people: {
      async read(who) {
        const account = await people.read(who);
        return account && show(account, who);
      },
      update: (who, decide) =>
        people.update(who, (account) => decide(account && show(account, who))),
    },
  });
};

/** Writes a change in two steps, so that the first stays when the second breaks. */
export const writesInTwoSteps: Fault = ({ people }) => {
  const update = async <Answer>(who: Who, decide: Decide<Answer>): Promise<Updated<Answer>> => {
    let late: { who: Who; change: Change } | undefined;
    const updated = await people.update(who, (account) => {
      const { change, answer } = decide(account);
      if (!account || !change) return { answer };
      const { uid, linkIdentities, addLoginIds, openSession, ...early } = change;
      const rest = { uid, linkIdentities, addLoginIds, openSession };
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value));
      const found = { site: who.site, uid: account.uid };
      if (Object.keys(given).length > 0)
        late = { who: { ...found, linking: who.linking ?? [] }, change: given };
      return { change: early, answer };
    });
    if (late) {
      const { change } = late;
      await people.update(late.who, () => ({ change, answer: undefined }));
    }
    return updated;
  };
  return {
    people: {
      update: (who, decide) =>
        update(who, decide).catch(async (error: unknown) => {
          // What decide threw leaves the account that was made for it.
          await people.update(who, () => ({ change: {}, answer: undefined }));
          throw error;
        }),
    },
  };
};

/** Finds people, and claims errands, of every site that it has met. */
export const looksAtAllSites: Fault = ({ people, exits }) => {
  const sites = new Set<string>();
  const find = async (who: Who): Promise<Who> => {
    sites.add(who.site);
    if ('uid' in who) return who;
    for (const site of [who.site, ...sites]) {
      const elsewhere = { ...who, site };
      if (await people.read(elsewhere)) return elsewhere;
    }
    return who;
  };
  return {
    people: {
      read: async (who) => people.read(await find(who)),
      update: async (who, decide) => people.update(await find(who), decide),
    },
    exits: {
      claimErrands: (asked, limit, leaseTime) =>
        exits.claimErrands([...new Set([...asked, ...sites])], limit, leaseTime),
    },
  };
};

/** Tells of removals as they were a moment ago, and lets them go on while the person is linked. */
export const forgetsMarks: Fault = ({ people }) => ({
  people: {
    async update(who, decide) {
      const { linking = [], ...unmarked } = who;
      if (linking.length === 0) return people.update(who, decide);
      const { answer: removals } = await people.update(who, (account) => ({
        answer: account?.removals ?? [],
      }));
      await pause(gap);
      return people.update(unmarked, (account) => decide(account && { ...account, removals }));
    },
  },
});

/** Pauses everything for as long as any destination pauses. */
export const pausesEverything: Fault = ({ exits }) => {
  const down = new Map<string, number>();
  return {
    exits: {
      async finishErrand(errand, outcome) {
        const of = `${errand.site} ${errand.destination}`;
        if (outcome.isDown) down.set(of, Date.now() + 2000);
        else if (outcome.isDown === false) down.delete(of);
        return exits.finishErrand(errand, outcome);
      },
      claimErrands: async (sites, ...rest) =>
        [...down].some(
          ([of, until]) => until > Date.now() && sites.some((site) => of.startsWith(`${site} `)),
        )
          ? []
          : exits.claimErrands(sites, ...rest),
    },
  };
};

/** Claims what one destination has before anything of another. */
export const claimsUnfairly: Fault = ({ exits }) => ({
  exits: {
    async claimErrands(sites, limit, leaseTime) {
      const claimed = await exits.claimErrands(sites, limit * 4, leaseTime);
      const weight = ({ site, destination }: Errand): number =>
        claimed.filter((one) => one.site === site && one.destination === destination).length;
      const all = claimed.toSorted((one, other) => weight(other) - weight(one));
      for (const errand of all.slice(limit))
        await exits.finishErrand(errand, { state: 'pending', retryAfter: 0 });
      return all.slice(0, limit);
    },
  },
});

/** Says of errands that nothing has changed since they were claimed. */
export const looksOnce: Fault = ({ exits }) => ({
  exits: {
    async checkErrand(errand) {
      const check = await exits.checkErrand(errand);
      return check === 'linked-again' ? 'go' : check;
    },
  },
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Notes on a copy of the trip that it has read before. */
export const copiesTrips: Fault = ({ exits }) => {
  const copies = new Map<string, Trip['stops']>();
  return {
    exits: {
      async openTrip(trip, time) {
        await exits.openTrip(trip, time);
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
        const trip = await exits.readTrip(tokenHash);
        return trip && { ...trip, stops: copies.get(hex(tokenHash)) ?? trip.stops };
      },
    },
  };
};

/** Hears otherwise than the store tells. */
export const hearing = (change: (hearer: Hearer) => Hearer): Fault => {
  return ({ exits }) => ({ exits: { listen: (hearer) => exits.listen(change(hearer)) } });
};

/** Tells everybody what anybody holds. */
export const tellsAll: Fault = ({ exits }) => {
  const hearers = new Set<Hearer>();
  return {
    exits: {
      async listen(hearer) {
        hearers.add(hearer);
        const stop = await exits.listen({
          holds: (...of) => [...hearers].some((one) => one.holds(...of)),
          hear: (event) => hearer.hear(event),
        });
        return () => {
          hearers.delete(hearer);
          return stop();
        };
      },
    },
  };
};

/** Hears nothing that stands in the journal before what it has heard already. */
export const hearsNothingLate = hearing(({ holds, hear }) => {
  let newest = -1n;
  return {
    holds,
    hear(event) {
      if (BigInt(event.id) < newest) return;
      newest = BigInt(event.id);
      hear(event);
    },
  };
});

/** Tells pages also of a change that could not be written. */
export const tellsRefused: Fault = ({ people, exits }) => {
  const hearers = new Set<Hearer>();
  return {
    people: {
      async update(who, decide) {
        let told: PageEvent[] = [];
        try {
          return await people.update(who, (account) => {
            const decision = decide(account);
            const { tell = [], journal } = decision.change ?? {};
            const receipt = journal?.receipt ?? [];
            const of = { id: '0', site: who.site, account: account?.id ?? '', callId: '', receipt };
            told = tell.map((one) => ({ ...one, ...of }));
            return decision;
          });
        } catch (error) {
          for (const hearer of hearers)
            for (const event of told)
              if (hearer.holds(event.site, event.account)) hearer.hear(event);
          throw error;
        }
      },
    },
    exits: {
      async listen(hearer) {
        hearers.add(hearer);
        return exits.listen(hearer);
      },
    },
  };
};
