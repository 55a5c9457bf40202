import { isPassing, persist, type Database, type Runner } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { Step } from '../people/steps.ts';

interface StepRow {
  name: string;
  is_compatible: boolean;
}

const readSteps = async (db: Runner): Promise<StepRow[]> => {
  const [found] = await db.run<{ found: boolean }>(
    sql`select to_regclass('outro.schema_steps') is not null as found`,
  );
  return found?.found ? db.run(sql`select name, is_compatible from outro.schema_steps`) : [];
};

/**
 * Which steps a database lacks.
 *
 * @throws Error when it has one that this version does not know and cannot work with
 */
const lacking = (steps: readonly Step[], present: StepRow[]): Step[] => {
  const known = new Set(steps.map(({ name }) => name));
  const newer = present.filter(({ name, is_compatible }) => !known.has(name) && !is_compatible);
  if (newer.length > 0)
    throw new Error(
      `the database is newer than this version of outro: ${newer.map(({ name }) => name).join(', ')} needs a later one; update outro, or restore the database of before`,
    );
  const names = new Set(present.map(({ name }) => name));
  return steps.filter(({ name }) => !names.has(name));
};

const raw = (text: string) => sql([text]);

// Milliseconds that a statement of a step may take: an index of many rows takes its time, beside the traffic.
const patience = 3_600_000;

// Created by one, whoever comes at the same time: for that the catalogue itself has a unique index.
const isThereAlready = (error: unknown): boolean =>
  ['23505', '42P06', '42P07', '42710', '40001', '40P01'].includes(
    String((error as { code?: unknown }).code),
  );

const prepare = (db: Database): Promise<void> =>
  persist(async () => {
    await db.run(raw('create schema if not exists outro'));
    await db.run(
      raw(`create table if not exists outro.schema_steps(
        name          text primary key,
        is_compatible boolean not null,
        at            timestamptz not null default now()
      )`),
    );
  }, isThereAlready);

const note = (db: Runner, { name, isCompatible }: Step) =>
  db.run(
    sql`insert into outro.schema_steps (name, is_compatible) values (${name}, ${isCompatible}) on conflict do nothing`,
  );

// In use by others all the while.
const isInUse = (error: unknown): boolean =>
  isPassing(error) || (error as { code?: unknown }).code === '55P03';

const runAll = async (runner: Runner, { statements }: Step): Promise<void> => {
  for (const statement of statements) await runner.run(raw(statement), patience);
};

/** One instance at a time; the others then find it done. Nobody else waits for this lock. */
const inTurn = (db: Database, step: Step, apply: (transaction: Runner) => Promise<void>) =>
  db.transaction(async (transaction) => {
    await transaction.run(raw('set transaction isolation level read committed'));
    await transaction.run(raw('lock table outro.schema_steps in exclusive mode'), patience);
    const done = await transaction.run(
      sql`select 1 from outro.schema_steps where name = ${step.name}`,
    );
    if (done.length > 0) return;
    // While a step waits for a table everybody else waits behind it: not for long, but again and again. And a setting
    // comes last, since a query would keep its snapshot until the next: an index built beside this waits for those.
    await transaction.run(raw(`set local lock_timeout = '500ms'`));
    await apply(transaction);
    await note(transaction, step);
  });

const applyStep = async (db: Database, step: Step): Promise<void> => {
  if (step.isConcurrent && !db.isShared) {
    await runAll(db, step);
    await note(db, step);
    return;
  }
  const apply = (transaction: Runner): Promise<void> =>
    runAll(step.isConcurrent ? db : transaction, step);
  await persist(() => inTurn(db, step, apply), isInUse);
};

/**
 * Names of the steps that a database lacks.
 *
 * @throws Error when it has one that this version does not know and cannot work with
 */
export const missingSteps = async (db: Database, steps: readonly Step[]): Promise<string[]> =>
  lacking(steps, await readSteps(db)).map(({ name }) => name);

/**
 * Brings a schema up to date, however many instances start at once. Newer steps are left alone where they say that this
 * version can work with them.
 *
 * @throws Error when the database is too new, or a step fails
 * @see design.md section 7 "Rolling upgrades"
 */
export const migrate = async (db: Database, steps: readonly Step[]): Promise<void> => {
  const missing = lacking(steps, await readSteps(db));
  if (missing.length === 0) return;
  try {
    await prepare(db);
    for (const step of missing) await applyStep(db, step);
  } catch (cause) {
    throw new Error('the database schema could not be brought up to date', { cause });
  }
};
