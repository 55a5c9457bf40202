import type { Database } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { Exits, Hearer, PageEvent } from './exits.ts';
import { readTold, toEvents } from './journal.ts';

const channel = 'outro_journal';

// Milliseconds: how long changes are gathered before other instances are woken, and between looks at the journal.
const gathering = 10;
const lookInterval = 1000;

// Bytes of a notification; Postgres takes 8000.
const payloadSize = 7000;

// Milliseconds that a row may take from its id until others can see it, and missing ids that are waited for at most.
const margin = 60_000;
const gapsKept = 10_000;

/** Whose account it is, as one text. */
const nameOf = (site: string, account: string): string => `${site} ${account}`;

/** A change, as far as it says whom it is about. */
interface NewRow {
  id: string;
  site: string;
  account: string;
}

/** Reads each row of the journal once, in the order of the ids, also those that become visible late. */
const createReader = (db: Database) => {
  let newest = 0n;
  const gaps = new Map<bigint, number>();
  const noteGaps = (from: bigint, to: bigint): void => {
    for (let id = to - from > gapsKept ? to - BigInt(gapsKept) : from; id < to; id += 1n)
      gaps.set(id, performance.now());
    for (const [id, since] of gaps)
      if (gaps.size > gapsKept || performance.now() - since > margin) gaps.delete(id);
  };
  const note = (ids: bigint[]): void => {
    for (const id of ids) {
      if (!gaps.delete(id)) noteGaps(newest + 1n, id);
      if (id > newest) newest = id;
    }
  };
  return {
    /** Begins with what is there; what is still being written counts as new. */
    async begin(): Promise<void> {
      const rows = await db.run<{ id: string | number }>(
        sql`select id from outro.journal order by id desc limit 1000`,
      );
      const ids = rows.map(({ id }) => BigInt(id)).toReversed();
      newest = (ids[0] ?? 1n) - 1n;
      note(ids);
    },
    /** Rows that are new; those with which `read` fails are new again. */
    async next<Result>(read: (rows: NewRow[]) => Promise<Result>): Promise<Result> {
      const rows = await db.run<{ id: string | number; site: string; account: string | null }>(
        sql`select id, site, account from outro.journal
          where id > ${String(newest)} or id = any(${[...gaps.keys()].map(String)}::bigint[])
          order by id limit 10000`,
      );
      const result = await read(
        rows.flatMap(({ id, site, account }) =>
          account === null ? [] : { id: String(id), site, account },
        ),
      );
      note(rows.map(({ id }) => BigInt(id)));
      return result;
    },
  };
};

// One bad hearer harms nobody.
const hand = (event: PageEvent, hearer: Hearer): void => {
  try {
    if (hearer.holds(event.site, event.account)) hearer.hear(event);
  } catch {
    // Its page comes again, and asks what it missed.
  }
};

/** Wakes other instances behind commits, all changes of a moment at once. */
const createBell = (db: Database) => {
  let waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isForbidden = false;
  const ring = async (): Promise<void> => {
    timer = undefined;
    const text = JSON.stringify([...waiting]);
    waiting = new Set();
    // Too many to name: everybody looks.
    const payload = Buffer.byteLength(text) > payloadSize ? '' : text;
    try {
      await db.run(sql`select pg_notify(${channel}, ${payload})`);
    } catch (error) {
      // Whoever is not woken looks by itself, within a second.
      isForbidden = ['42501', '42883'].includes(String((error as { code?: unknown }).code));
    }
  };
  return (name: string): void => {
    if (isForbidden || !db.isShared) return;
    waiting.add(name);
    timer ??= setTimeout(() => void ring(), gathering);
  };
};

// Whoever may use the database may notify: what no instance of ours wrote names nobody in particular.
const readNames = (payload: string): string[] | undefined => {
  try {
    const names: unknown = JSON.parse(payload);
    return Array.isArray(names) && names.every((name) => typeof name === 'string')
      ? names
      : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The part of the exits by which pages hear of changes on any instance: one subscription, however many hear. Changes of
 * this instance are heard at once, those of others when it is woken, and whatever nobody told of at the next look.
 *
 * @see design.md section 7 "Statements do not notify"
 */
export const listeningOf = (
  db: Database,
): {
  listen: Exits['listen'];
  wake(site: string, account: string): void;
  stopListening(): Promise<void>;
} => {
  const hearers = new Set<Hearer>();
  const bell = createBell(db);
  let reader: ReturnType<typeof createReader> | undefined;
  let subscription: Promise<() => Promise<void>> | undefined;
  let isAsked = false;
  let reading: Promise<void> | undefined;

  const held = (site: string, account: string): boolean =>
    [...hearers].some((hearer) => hearer.holds(site, account));
  const isHeld = (name: string): boolean => {
    const space = name.indexOf(' ');
    return held(name.slice(0, space), name.slice(space + 1));
  };

  const readOnce = async (): Promise<void> => {
    const present = reader;
    const told = await present?.next(async (rows) => {
      const wanted = rows.filter(({ site, account }) => held(site, account)).map(({ id }) => id);
      return wanted.length > 0 ? readTold(db, wanted) : [];
    });
    // One that is just being stopped may still find something.
    if (!told || reader !== present) return;
    for (const event of told.flatMap(toEvents)) for (const hearer of hearers) hand(event, hearer);
  };
  // One after the other, so that what was told first is heard first; asked meanwhile, once more.
  const look = (): void => {
    isAsked = true;
    reading ??= (async () => {
      while (isAsked) {
        isAsked = false;
        // Lost with the connection; the next look finds it.
        await readOnce().catch(() => {});
      }
      reading = undefined;
    })();
  };
  const start = async (): Promise<() => Promise<void>> => {
    const fresh = createReader(db);
    await fresh.begin();
    reader = fresh;
    const unsubscribe = await db.subscribe(channel, {
      hear(payload) {
        const names = readNames(payload);
        if (!names || names.some(isHeld)) look();
      },
      look,
    });
    const timer = setInterval(look, lookInterval).unref();
    return async () => {
      clearInterval(timer);
      await unsubscribe();
    };
  };
  const stopListening = async (): Promise<void> => {
    const stopped = subscription;
    subscription = undefined;
    reader = undefined;
    await stopped?.then(
      (stop) => stop(),
      () => {},
    );
  };

  return {
    wake(site, account) {
      if (held(site, account)) look();
      bell(nameOf(site, account));
    },

    async listen(hearer) {
      hearers.add(hearer);
      const current = (subscription ??= start());
      try {
        await current;
      } catch (error) {
        hearers.delete(hearer);
        if (subscription === current) subscription = undefined;
        throw error;
      }
      return async () => {
        if (hearers.delete(hearer) && hearers.size === 0) await stopListening();
      };
    },

    stopListening,
  };
};
