import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../../core/error.ts';
import type { Site } from '../config/sites.ts';
import { toChangeEvent, type ChangeEvent } from '../errands/change-event.ts';
import { cursorAt, readCursor } from '../errands/cursor.ts';
import type { Exits } from '../exits/exits.ts';
import { partsOf, placeOf, placesOfRow } from '../rules/announcements.ts';
import type { MethodContext, ServerMethod } from './context.ts';

// Milliseconds between looks while a reader waits, readers of a site that may wait on this instance, and stretches of the
// journal that one answer may cost.
const interval = 1000;
const readersAtMost = 20;
const stretches = 50;

const waiting = new Map<string, number>();

/** Lets a reader wait, while there are not too many; the others are answered at once. */
const countIn = ({ apiKey }: Site): (() => void) | undefined => {
  const count = waiting.get(apiKey) ?? 0;
  if (count >= readersAtMost) return undefined;
  waiting.set(apiKey, count + 1);
  return () => {
    const left = (waiting.get(apiKey) ?? 1) - 1;
    if (left > 0) waiting.set(apiKey, left);
    else waiting.delete(apiKey);
  };
};

interface Stretch {
  changes: ChangeEvent[];
  /** Where to go on. */
  place: string;
}

/** Reads on, past what is other sites', until there is something of this one or the end. */
const readOn = async (
  { store: { exits }, caller: { site }, keyring }: MethodContext,
  after: string,
  limit: number,
): Promise<Stretch> => {
  let place = after;
  for (let count = 0; count < stretches; count += 1) {
    const { row, index } = partsOf(place);
    // A row is read again whose second announcement was not.
    const isRowRead = index === placesOfRow - 1;
    const from = isRowRead ? row : String(BigInt(row) - 1n);
    const { entries, next, isEnd } = await exits.readFeed(site.apiKey, from, limit);
    const changes = entries.flatMap((entry) =>
      entry.announced.flatMap((_, nth) =>
        BigInt(placeOf(entry.id, nth)) > BigInt(place)
          ? (toChangeEvent(site, entry, nth, keyring) ?? [])
          : [],
      ),
    );
    const reached = placeOf(next, placesOfRow - 1);
    if (BigInt(reached) > BigInt(place)) place = reached;
    if (changes.length > 0 || isEnd) return { changes, place };
  }
  return { changes: [], place };
};

/** @throws invalidParameter when nothing has happened yet at that place: the database was put back to an earlier day */
const refuseFuture = async (exits: Exits, place: string): Promise<void> => {
  const newest = await exits.newestEntry();
  if (newest !== undefined && BigInt(partsOf(place).row) > BigInt(newest))
    fail(
      'invalidParameter',
      'after: expected a cursor of the past, and the journal does not reach so far; was the database put back to an earlier day? Read anew from the beginning',
    );
};

/**
 * `outro.feed`: what has happened at the site, oldest first, since the journal's beginning; what webhooks are told, to be
 * asked for.
 *
 * @throws permissionDenied; invalidParameter when the cursor is none, another site's, or of the future
 * @see design.md section 2 "The site hears of everything"
 */
export const getFeed: ServerMethod<'feed'> = async ({ after, limit, wait }, context) => {
  const { caller, store, closing } = context;
  const { site } = caller;
  if (caller.kind !== 'server')
    fail('permissionDenied', 'feed: expected a request with the secret of the site');
  const beginning = placeOf('0', placesOfRow - 1);
  const start = after === undefined ? beginning : readCursor(site.apiKey, after);
  if (after !== undefined) await refuseFuture(store.exits, start);
  const until = performance.now() + Number(wait ?? 0) * 1000;
  const atMost = Number(limit ?? 100);
  const leave = wait === undefined ? undefined : countIn(site);
  const mayWait = (): boolean =>
    leave !== undefined && performance.now() < until && !closing.aborted;
  try {
    let read = await readOn(context, start, atMost);
    while (read.changes.length === 0 && mayWait()) {
      const left = until - performance.now();
      await sleep(Math.min(interval, left), undefined, { signal: closing }).catch(() => {});
      read = await readOn(context, read.place, atMost);
    }
    return { changes: read.changes, cursor: cursorAt(site.apiKey, read.place) };
  } finally {
    leave?.();
  }
};
