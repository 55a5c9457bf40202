import type { ServerContext } from '../caller/context.ts';
import type { Deliverer } from './deliver.ts';
import type { AttemptNote, Revoker } from './revoker.ts';
import { leaseTime, settle } from './settle.ts';

/** What makes attempts at errands, by their kinds. */
export interface Attempts {
  revoker: Revoker;
  deliverer: Deliverer;
}

// Milliseconds that a provider or a webhook is given, where nobody waits for the answer.
const limit = 10_000;

// Errands claimed at once; a quarter of them of one destination at most.
const batch = 20;

/**
 * Works off the errands once: claims what is due, attempts it, notes the outcome. Any number of instances may do
 * so at once, each for the sites it is configured with; an errand whose worker died is claimed again when its lease ends.
 *
 * @returns how many errands were attempted
 */
export const workErrands = async (
  context: Pick<ServerContext, 'sites' | 'store'>,
  { revoker, deliverer }: Attempts,
  note: (attempt: AttemptNote) => void,
): Promise<number> => {
  const { sites, store } = context;
  const errands = await store.exits.claimErrands([...sites.keys()], batch, leaseTime);
  // One that cannot be noted, since the database is away, is claimed again when its lease ends.
  await Promise.allSettled(
    errands.map(async (errand) => {
      const outcome = await (errand.kind === 'webhook'
        ? deliverer(errand, limit)
        : revoker(errand, limit));
      note({ kind: errand.kind, state: outcome.state });
      return settle(errand, outcome, context);
    }),
  );
  return errands.length;
};

/** What works behind the requests of an instance. */
export interface Worker {
  start(): void;
  stop(): Promise<void>;
  work(): Promise<number>;
}

// Milliseconds between two rounds that found nothing to do, and between two purges.
const interval = 2000;
const purgeInterval = 600_000;

// Rows of each kind that are purged at once, and rounds of that at most; the next purge goes on.
const purgeBatch = 1000;
const purgeRounds = 100;

/**
 * Makes what works off errands, fetches what others have to tell and forgets what has served its time, apart from each
 * other.
 *
 * @param listen fetches what is due to be fetched, and never rejects.
 */
export const createWorker = (
  context: ServerContext,
  attempts: Attempts,
  note: (attempt: AttemptNote) => void,
  listen: () => Promise<number>,
): Worker => {
  const { store, retention, logError } = context;
  let timer: NodeJS.Timeout | undefined;
  let isStarted = false;
  let purgeAt = 0;
  let purging: Promise<void> | undefined;
  let working: Promise<number> | undefined;
  let listening: Promise<number> | undefined;
  const report = (error: unknown): void => logError({ callId: '', path: '/work', error });

  const purge = async (): Promise<void> => {
    for (let round = 0; round < purgeRounds; round += 1) {
      const counts = [
        await store.people.purge(purgeBatch),
        await store.exits.purge(purgeBatch, retention),
      ];
      if (counts.every((count) => count === 0)) return;
    }
  };
  // Beside the errands: neither waits for the other, nor fails with it.
  const purgeSometimes = async (): Promise<void> => {
    if (purging || performance.now() < purgeAt) return purging;
    purgeAt = performance.now() + purgeInterval;
    purging = purge().catch(report);
    await purging;
    purging = undefined;
  };
  const work = (): Promise<number> => {
    working ??= workErrands(context, attempts, note)
      .catch((error: unknown) => {
        report(error);
        return 0;
      })
      .finally(() => (working = undefined));
    return working;
  };
  const listenOnce = (): Promise<number> => {
    listening ??= listen().finally(() => (listening = undefined));
    return listening;
  };
  const round = async (): Promise<void> => {
    void purgeSometimes();
    void listenOnce();
    const count = await work();
    // Whoever found something to do looks for more at once.
    if (isStarted) timer = setTimeout(() => void round(), count > 0 ? 0 : interval).unref();
  };
  return {
    start() {
      if (isStarted) return;
      isStarted = true;
      void round();
    },
    async stop() {
      isStarted = false;
      clearTimeout(timer);
      await Promise.all([working, purging, listening]);
    },
    async work() {
      const [count] = await Promise.all([work(), purgeSometimes(), listenOnce()]);
      return count;
    },
  };
};
