import { sql } from 'kysely';
import type { Store } from '../people/people.ts';
import type { Database } from '../people/load.ts';
import { json } from './tables.ts';

/** The part of a store that keeps trips to providers' logout pages, and answers to deletion requests. */
export const tripsOf = (
  db: Database,
): Pick<Store, 'openTrip' | 'readTrip' | 'noteStop' | 'keepDeletion' | 'readDeletion'> => ({
  async openTrip({ tokenHash, site, callId, origin, stops, expiresAt }) {
    await db
      .insertInto('trips')
      .values({
        token_hash: tokenHash,
        site,
        call_id: callId,
        origin: origin ?? null,
        stops: json(stops),
        expires_at: expiresAt,
      })
      .execute();
  },

  async readTrip(tokenHash) {
    const row = await db
      .selectFrom('trips')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', new Date())
      .executeTakeFirst();
    return (
      row && {
        tokenHash: row.token_hash,
        site: row.site,
        callId: row.call_id,
        origin: row.origin ?? undefined,
        stops: row.stops,
        expiresAt: row.expires_at,
      }
    );
  },

  async noteStop(tokenHash, index, what) {
    const at = new Date();
    const path = sql`array[${String(index)}, ${what}]::text[]`;
    // One statement, which looks again once it has the row: two notes at once are both kept.
    await db
      .updateTable('trips')
      .set({ stops: sql<string>`jsonb_set(stops, ${path}, to_jsonb(${at.toISOString()}::text))` })
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', at)
      .where(sql<boolean>`${index}::int between 0 and jsonb_array_length(stops) - 1`)
      .where(sql<boolean>`stops #> ${path} is null`)
      .execute();
  },

  async keepDeletion({ code, site, provider, receipt }) {
    await db
      .insertInto('deletions')
      .values({ code, site, provider, receipt: json(receipt) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },

  readDeletion: (code) =>
    db.selectFrom('deletions').selectAll().where('code', '=', code).executeTakeFirst(),
});
