import { adviceOf } from '../people/advice.ts';
import type { Database } from '../people/database.ts';
import type { OnChange } from '../people/on-change.ts';
import { ownTables } from '../people/own-tables.ts';
import type { ExitsWriter, People } from '../people/people.ts';
import { pgliteDatabase, type Pglite } from '../people/pglite.ts';
import { postgresDatabase, type PostgresPool } from '../people/postgres.ts';
import { sql } from '../people/statement.ts';
import { peopleSteps, type Step } from '../people/steps.ts';
import { noteJournal, readDeleted } from './brought.ts';
import { errandsOf } from './errands.ts';
import { feedOf } from './feed.ts';
import { freeKey, journalOf } from './journal.ts';
import { linkedAgainIn } from './linked-again.ts';
import { listeningOf } from './listen.ts';
import { migrate, missingSteps } from './migrate.ts';
import { exitParts } from './parts.ts';
import { providerSessionsOf } from './provider-sessions.ts';
import { purgeExits } from './purge.ts';
import { recordsOf } from './records.ts';
import { removalsOf } from './removed-identities.ts';
import { sealedExits } from './sealed.ts';
import { seenOnceOf } from './seen-once.ts';
import { exitsSteps } from './steps.ts';
import type { Store } from './store.ts';
import { tripsOf } from './trips.ts';

// Seconds that the clock of this machine may differ from the database's before somebody should know.
const clockTolerance = 60;

// Leases and sessions go by the database's clock, signed requests and tokens by this machine's.
const checkClock = async (db: Database): Promise<void> => {
  const [row] = await db.run<{ now: Date }>(sql`select clock_timestamp() as now`);
  const ahead = Math.round((Date.now() - Number(row?.now)) / 1000);
  if (Math.abs(ahead) > clockTolerance)
    process.emitWarning(
      `this machine's clock is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's: requests that are signed by the right time will be refused; set both clocks by NTP`,
    );
};

// The driver's own words for a host with several addresses are none.
const wordsOf = (error: unknown): string => {
  const { message, code, cause } = error as Error & { code?: unknown };
  return [message || String(code), ...(cause === undefined ? [] : [wordsOf(cause)])].join(': ');
};

/** What a store is opened with besides. */
export interface StoreOptions {
  /** Hears of every change in its transaction, whoever caused it. */
  onChange?: OnChange;
  /** Whether its schema is brought up to date. Default true; else it must be already. */
  migrates?: boolean | undefined;
}

const prepareSchema = async (
  db: Database,
  steps: readonly Step[],
  { migrates = true }: StoreOptions,
): Promise<void> => {
  if (migrates) return migrate(db, steps);
  const missing = await missingSteps(db, steps);
  if (missing.length > 0)
    throw new Error(`the database lacks ${missing.join(', ')}; run outro migrate`);
};

/** Opens a store of whatever people: what outro remembers is the same everywhere. */
export const openOn = async (
  db: Database,
  steps: readonly Step[],
  peopleOn: (exits: ExitsWriter) => People,
  options: StoreOptions = {},
): Promise<Store> => {
  await prepareSchema(db, steps, options);
  await checkClock(db);
  const listening = listeningOf(db);
  const wake = (site: string, account: string): void => listening.wake(site, account);
  const people = peopleOn({
    parts: exitParts,
    removalsOf,
    removals: async (site, asked, within = db) => {
      const removals = removalsOf(site, asked);
      const [row] = await within.run<{ found: unknown }>(sql`select ${removals.value} as found`);
      return removals.read(row?.found ?? []);
    },
    deleted: readDeleted,
    note: noteJournal,
    freeKey: (change) => freeKey(db, change),
    wake,
  });
  const linkedAgain = linkedAgainIn(people);
  return {
    people,
    exits: {
      ...seenOnceOf(db),
      ...errandsOf(db, linkedAgain, wake),
      ...journalOf(db),
      ...feedOf(db),
      ...recordsOf(db),
      ...sealedExits(db),
      ...providerSessionsOf(db),
      ...tripsOf(db),
      listen: (hearer) => listening.listen(hearer),
      purge: (limit, retention) => purgeExits(db, limit, retention),
    },
    connections: db.connections,
    async close() {
      await listening.stopListening();
      await db.close();
    },
  };
};

const openOwnTables = (db: Database, options: StoreOptions): Promise<Store> =>
  openOn(
    db,
    [...peopleSteps, ...exitsSteps],
    (exits) => ownTables(db, exits, options.onChange),
    options,
  );

/** Says with a failure to open what to do about it, where that is known. */
export const withAdvice = async (cause: unknown): Promise<never> => {
  const advice = adviceOf(cause);
  if (advice === undefined) throw cause;
  throw new Error(`${wordsOf(cause)}; ${advice}`, { cause });
};

/**
 * Keeps people's data in Postgres, through a `pg` pool of yours; brings the schema `outro` up to date.
 * While pages listen, one connection of the pool is kept for that.
 *
 * @throws Error when the pool has less than two connections, the database cannot be reached, or a migration fails; it
 *   says what to do
 */
export const fromPg = async (pool: PostgresPool, options: StoreOptions = {}): Promise<Store> =>
  openOwnTables(postgresDatabase(pool), options).catch(withAdvice);

/**
 * Keeps people's data in an embedded PGlite database of yours; brings the schema `outro` up to date.
 * Survives the death of the process, not a power cut: PGlite never calls fsync.
 *
 * @throws Error when a migration fails
 */
export const fromPglite = async (pglite: Pglite, options: StoreOptions = {}): Promise<Store> =>
  openOwnTables(pgliteDatabase(pglite), options);
