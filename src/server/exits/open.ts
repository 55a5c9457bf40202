import { adviceOf } from '../people/advice.ts';
import type { Database } from '../people/database.ts';
import { ownTables } from '../people/own-tables.ts';
import { pgliteDatabase, type Pglite } from '../people/pglite.ts';
import { postgresDatabase, type PostgresPool } from '../people/postgres.ts';
import { sql } from '../people/statement.ts';
import { peopleSteps } from '../people/steps.ts';
import { errandsOf } from './errands.ts';
import type { Revocation } from './exits.ts';
import { feedOf } from './feed.ts';
import { freeKey, journalOf } from './journal.ts';
import { listeningOf } from './listen.ts';
import { migrate, missingSteps } from './migrate.ts';
import { exitParts } from './parts.ts';
import { providerSessionsOf } from './provider-sessions.ts';
import { purgeExits } from './purge.ts';
import { recordsOf } from './records.ts';
import { readRemovals } from './removed-identities.ts';
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

/** How a database is opened. */
export interface OpenOptions {
  /** Whether its schema is brought up to date. Default true; else it must be already. */
  migrates?: boolean | undefined;
}

const prepareSchema = async (db: Database, { migrates = true }: OpenOptions): Promise<void> => {
  const steps = [...peopleSteps, ...exitsSteps];
  if (migrates) return migrate(db, steps);
  const missing = await missingSteps(db, steps);
  if (missing.length > 0)
    throw new Error(`the database lacks ${missing.join(', ')}; run outro migrate`);
};

const openOwnTables = async (db: Database, options: OpenOptions): Promise<Store> => {
  await prepareSchema(db, options);
  await checkClock(db);
  const listening = listeningOf(db);
  const wake = (site: string, account: string): void => listening.wake(site, account);
  const people = ownTables(db, {
    parts: exitParts,
    removals: (site, asked) => readRemovals(db, site, asked),
    freeKey: (change) => freeKey(db, change),
    wake,
  });
  const linkedAgain = async ({
    site,
    provider,
    subProvider,
    providerUid,
    generation,
  }: Revocation) => {
    const account = await people.read({ site, identity: { provider, subProvider, providerUid } });
    return (account?.identities ?? []).some(
      (one) =>
        one.provider === provider &&
        one.subProvider === subProvider &&
        one.providerUid === providerUid &&
        one.state === 'linked' &&
        one.generation > generation,
    );
  };
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
    async close() {
      await listening.stopListening();
      await db.close();
    },
  };
};

/**
 * Keeps people's data in Postgres, through a `pg` pool of yours; brings the schema `outro` up to date.
 * While pages listen, one connection of the pool is kept for that.
 *
 * @throws Error when the pool has less than two connections, the database cannot be reached, or a migration fails; it
 *   says what to do
 */
export const fromPg = async (pool: PostgresPool, options: OpenOptions = {}): Promise<Store> => {
  const db = postgresDatabase(pool);
  return openOwnTables(db, options).catch((cause: unknown) => {
    const advice = adviceOf(cause);
    if (advice === undefined) throw cause;
    throw new Error(`${wordsOf(cause)}; ${advice}`, { cause });
  });
};

/**
 * Keeps people's data in an embedded PGlite database of yours; brings the schema `outro` up to date.
 * Survives the death of the process, not a power cut: PGlite never calls fsync.
 *
 * @throws Error when a migration fails
 */
export const fromPglite = async (pglite: Pglite, options: OpenOptions = {}): Promise<Store> =>
  openOwnTables(pgliteDatabase(pglite), options);
