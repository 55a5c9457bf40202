import type { Judged, Newcomer, Seen, Writing } from '../rules/newcomer.ts';
import { keyOfPerson, namesOf } from '../rules/newcomer-keys.ts';
import { fail } from '../../core/error.ts';
import { bringStatement, findNewcomers, type BroughtCount, type Found } from './bring-statement.ts';
import { isPassing, persist, type Database, type Runner } from './database.ts';
import type { Bringing, ExitsWriter, Progress } from './people.ts';
import { sql } from './statement.ts';

/** Somebody else has changed something since it was looked at. */
const lost = new Error('what was looked at has changed');

// Milliseconds that a statement of a batch may take.
const patience = 120_000;

const look = async (
  runner: Runner,
  exits: ExitsWriter,
  site: string,
  newcomers: readonly Newcomer[],
): Promise<Seen> => {
  const people = newcomers.flatMap(({ identities }) => identities.flatMap(namesOf));
  const [row] = await runner.run<{ found: Found }>(findNewcomers(site, newcomers));
  const found = row?.found ?? { accounts: [], people: [], names: [] };
  return {
    accounts: new Map(found.accounts.map((one) => [one.uid, one])),
    owners: new Map([
      ...found.people.map((one) => [keyOfPerson(one), one.uid] as const),
      ...found.names.map(({ kind, name, uid }) => [`${kind}\n${name}`, uid] as const),
    ]),
    removals: people.length > 0 ? await exits.removals(site, people, runner) : [],
    deleted: await exits.deleted(
      site,
      newcomers.map(({ uid }) => uid),
      runner,
    ),
  };
};

const countOf = (writings: readonly Writing[]): BroughtCount => ({
  accounts: writings.length,
  identities: writings.reduce((sum, one) => sum + one.identities.length, 0),
  names: writings.reduce((sum, one) => sum + one.loginIds.length, 0),
});

const write = async (runner: Runner, site: string, writings: Writing[]): Promise<void> => {
  if (writings.length === 0) return;
  const [count] = await runner.run<BroughtCount>(bringStatement(site, writings), patience);
  const expected = countOf(writings);
  if (
    count?.accounts !== expected.accounts ||
    count.identities !== expected.identities ||
    count.names !== expected.names
  )
    throw lost;
};

const timesOf = ({ removals }: Seen): string =>
  removals
    .map((one) => `${keyOfPerson(one)}\n${one.rev}`)
    .toSorted()
    .join('\n\n');

const keep = async (
  runner: Runner,
  site: string,
  name: string,
  { before, done, digest, mark, report }: Progress & { before: number },
): Promise<void> => {
  const rows = await runner.run(
    sql`insert into outro.imports as imports (site, name, done, digest, mark, report)
      values (${site}, ${name}, ${done}, ${digest}, ${mark ?? null}, ${JSON.stringify(report)}::jsonb)
      on conflict (site, name) do update set done = excluded.done, digest = excluded.digest, mark = excluded.mark,
        report = excluded.report, at = now()
      where imports.done = ${before} returning 1`,
  );
  if (rows.length === 0)
    fail(
      'operationNotAllowed',
      `name: another import called ${name} is under way; end it, or choose another name`,
    );
};

/** The part of own tables that takes in people who come along from elsewhere. */
export const bringingOf = (db: Database, exits: ExitsWriter): Bringing => {
  const attempt = (
    site: string,
    newcomers: readonly Newcomer[],
    judge: (seen: Seen) => Judged[],
    progress: Parameters<Bringing['bring']>[3],
  ): Promise<Judged[]> =>
    db.transaction(async (runner) => {
      const seen = await look(runner, exits, site, newcomers);
      const before = timesOf(seen);
      const judged = judge(seen);
      const writings = judged.flatMap(({ writing }) => writing ?? []);
      await write(runner, site, writings);
      // A removal that has committed meanwhile is seen now; one that comes later waits for the rows written here.
      if (writings.length > 0) {
        const people = newcomers.flatMap(({ identities }) => identities.flatMap(namesOf));
        const removals = await exits.removals(site, people, runner);
        if (timesOf({ ...seen, removals }) !== before) throw lost;
      }
      if (progress) await keep(runner, site, progress.name, progress.at(judged));
      return judged;
    }, 'read committed');

  return {
    look: (site, newcomers) => look(db, exits, site, newcomers),

    async progress(site, name) {
      const [row] = await db.run<
        Omit<Progress, 'done' | 'mark'> & { done: string; mark: string | null }
      >(
        sql`select done::text, digest, mark, report from outro.imports where site = ${site} and name = ${name}`,
      );
      return row && { ...row, done: Number(row.done), mark: row.mark ?? undefined };
    },

    bring: (site, newcomers, judge, progress) =>
      persist(
        () => attempt(site, newcomers, judge, progress),
        (error) => error === lost || isPassing(error),
      ).catch((error: unknown) =>
        error === lost
          ? fail('serverError', 'people who are brought along keep being changed; ask again')
          : Promise.reject(error as Error),
      ),

    finish: (site, name, journal) =>
      db.transaction(async (runner) => {
        await runner.run(sql`delete from outro.imports where site = ${site} and name = ${name}`);
        if (journal) await exits.note(site, journal, runner);
      }),
  };
};
