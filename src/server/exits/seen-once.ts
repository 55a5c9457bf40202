import type { Database } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { Exits } from './exits.ts';

/** The part of the exits that remembers what may be used once. */
export const seenOnceOf = (db: Database): Pick<Exits, 'seeOnce' | 'wasSeen'> => ({
  async seeOnce(kind, id, expiresAt) {
    // By one clock, the database's: of an instance that is late, a value would have run out before it was noted.
    const time = (expiresAt.getTime() - Date.now()) / 1000;
    const rows = await db.run(
      sql`insert into outro.seen_once as seen (kind, id, expires_at) values (${kind}, ${id}, now() + ${time}::float8 * interval '1 second')
        on conflict (kind, id) do update set expires_at = excluded.expires_at
        where seen.expires_at < now() returning id`,
    );
    return rows.length > 0;
  },

  async wasSeen(kind, id) {
    const rows = await db.run(
      sql`select 1 from outro.seen_once where kind = ${kind} and id = ${id} and expires_at >= now()`,
    );
    return rows.length > 0;
  },
});
