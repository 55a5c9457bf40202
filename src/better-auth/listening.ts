import type { Exits, Hearer, PageEvent } from '../server/exits/exits.ts';
import { entriesAfter, eventsOf, newestNumber } from './journal.ts';
import { siteKey } from './removals.ts';
import type { Rows } from './rows.ts';

// Milliseconds between looks at the journal, and entries of one look.
const interval = 1000;
const stretch = 1000;

// One bad hearer harms nobody.
const hand = (event: PageEvent, hearer: Hearer): void => {
  try {
    if (hearer.holds(event.site, event.account)) hearer.hear(event);
  } catch {
    // Its page comes again, and asks what it missed.
  }
};

/**
 * The part of the exits by which pages hear of changes on any instance: changes of this one at once, those of others at the
 * next look, since better-auth's adapters wake nobody.
 */
export const listeningOf = (
  rows: Rows,
): { listen: Exits['listen']; wake: (account: string) => void; stop: () => void } => {
  const hearers = new Set<Hearer>();
  let newest: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const held = (account: string): boolean =>
    [...hearers].some((hearer) => hearer.holds(siteKey, account));
  const read = async (): Promise<void> => {
    if (newest === undefined) return;
    const found = await entriesAfter(newest, stretch, rows);
    const wanted = found.filter(({ account }) => account !== null && held(account));
    for (const event of await eventsOf(wanted, rows))
      for (const hearer of hearers) hand(event, hearer);
    newest = found.at(-1)?.number ?? newest;
  };
  // One after the other, so that what was told first is heard first; one that fails is made up for by the next.
  const look = (): void => {
    looking = looking.then(read).catch(() => {});
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    newest = undefined;
  };
  return {
    async listen(hearer) {
      hearers.add(hearer);
      try {
        newest ??= await newestNumber(rows);
      } catch (error) {
        hearers.delete(hearer);
        throw error;
      }
      timer ??= setInterval(look, interval).unref();
      return async () => {
        if (hearers.delete(hearer) && hearers.size === 0) stop();
      };
    },
    wake(account) {
      if (held(account)) look();
    },
    stop,
  };
};
