import { loadPackage } from '../config/optional-package.ts';
import { migrate } from '../exits/migrate.ts';
import { exitsSteps } from '../exits/steps.ts';
import { sessionGuard, statementsOf } from '../people/mapped/guard.ts';
import { linkGuard } from '../people/mapped/link-guard.ts';
import { unlinkGuard, type GuardMode } from '../people/mapped/unlink-guard.ts';
import { planMapping } from '../people/mapped/plan.ts';
import { tables } from '../people/mapped/tables.ts';
import { postgresDatabase } from '../people/postgres.ts';

/** Name of a preset, as the command takes it. */
const presets = Object.keys(tables) as (keyof typeof tables)[];

const isMode = (mode: string): mode is GuardMode => mode === 'refuse' || mode === 'record';

/** How a guard is put there. */
export interface GuardOptions {
  /** Nothing is run; the statements are given back to be read, and run by whoever may. */
  isPrinted?: boolean;
  /**
   * What also guards the library's own unlink, which then waits for the user's row and is written down as one of ours:
   * `refuse` does not let it take the last way in, `record` does.
   */
  mode?: string | undefined;
}

/**
 * Puts the guard of a preset into a database: what no lock of ours can close beside the site's own library.
 *
 * @returns the statements, in order; none where the preset needs no guard
 * @throws Error when the preset is unknown, or its mapping is not true of the database
 */
export const runGuard = async (
  databaseUrl: string | undefined,
  preset: string | undefined,
  { isPrinted = false, mode }: GuardOptions = {},
): Promise<string[]> => {
  const name = presets.find((one) => one.toLowerCase() === preset?.toLowerCase());
  if (!name) throw new Error(`--preset: expected one of ${presets.join(', ')}`);
  if (mode !== undefined && !isMode(mode))
    throw new Error('--mode: expected refuse or record, or none');
  if (databaseUrl === undefined)
    throw new Error('--database-url: expected the address of the database, or DATABASE_URL');
  const { default: pg } = await loadPackage('pg', () => import('pg'));
  const db = postgresDatabase(new pg.Pool({ connectionString: databaseUrl, max: 2 }));
  try {
    const plan = await planMapping(db, tables[name]);
    const statements = [
      ...sessionGuard(plan),
      ...linkGuard(plan),
      ...(mode ? unlinkGuard(plan, mode) : []),
    ].flatMap(statementsOf);
    if (isPrinted) return statements;
    // The guard looks into tables of ours.
    await migrate(db, exitsSteps);
    for (const statement of statements) await db.query(statement);
    return statements;
  } finally {
    await db.close();
  }
};
