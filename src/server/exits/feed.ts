import { setTimeout as wait } from 'node:timers/promises';
import { codeOf, type Database } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { Exits } from './exits.ts';
import { entryColumns, journalRows, toEntry, type EntryRow } from './journal.ts';

// Rows that are looked at for one answer, whoever's they are.
const stretch = 1000;

// Seconds that a row may take from its id until others can see it: no statement may take longer.
const margin = 60;

// Looks at whether those have ended who were writing, and milliseconds between them.
const looks = 5;
const interval = 40;

interface Look extends EntryRow {
  id: string | number;
  is_theirs: boolean;
  is_young: boolean;
}

/** Position of the first row before which one may still turn up: ids are given out in order, and become visible in any. */
const firstUnsafe = (rows: Look[], after: bigint): number => {
  const found = rows.findIndex(({ id, is_young }, index) => {
    const before = index === 0 ? after : BigInt(rows[index - 1]?.id ?? 0);
    return is_young && BigInt(id) > before + 1n;
  });
  return found < 0 ? rows.length : found;
};

/** The part of the exits that is read from one end to the other: the journal of a site. */
export const feedOf = (db: Database): Pick<Exits, 'readFeed' | 'newestEntry'> => {
  // The ids of all sites, since gaps are; of the others nothing else.
  const look = (site: string, after: string): Promise<Look[]> =>
    db.run<Look>(
      sql`with looked as (
        select id, site, at > clock_timestamp() - ${margin}::float8 * interval '1 second' as is_young
        from outro.journal where id > ${after}::bigint order by id limit ${stretch}
      ) select looked.id, looked.is_young, entries.id is not null as is_theirs, ${entryColumns}
      from looked left join ${journalRows}
        on looked.site = ${site} and entries.id = looked.id and entries.announced is not null
      order by looked.id`,
    );
  const snapshot = async () => {
    const [row] = await db.run<{ oldest: string; newest: string }>(
      sql`select pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
        pg_snapshot_xmax(pg_current_snapshot())::text as newest`,
    );
    return { oldest: BigInt(row?.oldest ?? 0), newest: BigInt(row?.newest ?? 0) };
  };
  /** Whether everybody has ended who was writing when this was called; an id of somebody undone stays missing. */
  const haveEnded = async (): Promise<boolean> => {
    try {
      const { newest } = await snapshot();
      for (let count = 0; count < looks; count += 1) {
        if ((await snapshot()).oldest >= newest) return true;
        await wait(interval);
      }
    } catch (error) {
      // An engine that speaks Postgres and is none: there only time tells.
      if (!['42883', '0A000'].includes(codeOf(error))) throw error;
    }
    return false;
  };
  const readSafe = async (site: string, after: string): Promise<Look[]> => {
    const rows = await look(site, after);
    const safe = firstUnsafe(rows, BigInt(after));
    if (safe === rows.length) return rows;
    if (!(await haveEnded())) return rows.slice(0, safe);
    // What was on its way then is there by now.
    const last = BigInt(rows.at(-1)?.id ?? 0);
    return (await look(site, after)).filter(({ id }) => BigInt(id) <= last);
  };
  return {
    async readFeed(site, after, limit) {
      const rows = await readSafe(site, after);
      const theirs = rows.filter((row) => row.is_theirs).slice(0, limit);
      const isFull = theirs.length === limit;
      const last = isFull ? theirs.at(-1)?.id : rows.at(-1)?.id;
      return {
        entries: theirs.map(toEntry),
        next: String(last ?? after),
        isEnd: !isFull && rows.length < stretch,
      };
    },

    async newestEntry() {
      const [row] = await db.run<{ id: string | number }>(
        sql`select id from outro.journal order by id desc limit 1`,
      );
      return row && String(row.id);
    },
  };
};
