import type { Receipt } from '../../core/receipt.ts';
import type { Database } from '../people/database.ts';
import { sql } from '../people/statement.ts';
import type { Exits } from './exits.ts';
import type { TripStop } from './trip.ts';

/** The part of the exits that keeps trips to providers' logout pages, and answers to deletion requests. */
export const tripsOf = (
  db: Database,
): Pick<Exits, 'openTrip' | 'readTrip' | 'noteStop' | 'keepDeletion' | 'readDeletion'> => ({
  async openTrip({ tokenHash, site, callId, origin, stops }, time) {
    await db.run(
      sql`insert into outro.trips (token_hash, site, call_id, origin, stops, expires_at)
        values (${tokenHash}, ${site}, ${callId}, ${origin ?? null}, ${JSON.stringify(stops)}::jsonb,
          now() + ${time}::float8 * interval '1 second')`,
    );
  },

  async readTrip(tokenHash) {
    const [row] = await db.run<{
      token_hash: Uint8Array;
      site: string;
      call_id: string;
      origin: string | null;
      stops: TripStop[];
    }>(
      sql`select token_hash, site, call_id, origin, stops from outro.trips
        where token_hash = ${tokenHash} and expires_at > now()`,
    );
    return (
      row && {
        tokenHash: row.token_hash,
        site: row.site,
        callId: row.call_id,
        origin: row.origin ?? undefined,
        stops: row.stops,
      }
    );
  },

  async noteStop(tokenHash, index, what) {
    const path = sql`array[${String(index)}::text, ${what}::text]`;
    // As JavaScript writes it; the provider's own word is compared with it.
    const at = sql`to_jsonb(to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
    // One statement, which looks again once it has the row: two notes at once are both kept.
    await db.run(
      sql`update outro.trips set stops = jsonb_set(stops, ${path}, ${at})
        where token_hash = ${tokenHash} and expires_at > now()
          and ${index}::int between 0 and jsonb_array_length(stops) - 1 and stops #> ${path} is null`,
    );
  },

  async keepDeletion({ code, site, provider, receipt }) {
    await db.run(
      sql`insert into outro.deletions (code, site, provider, receipt)
        values (${code}, ${site}, ${provider}, ${JSON.stringify(receipt)}::jsonb) on conflict do nothing`,
    );
  },

  async readDeletion(code) {
    const [row] = await db.run<{
      code: string;
      site: string;
      provider: string;
      receipt: Receipt;
      at: Date;
    }>(sql`select code, site, provider, receipt, at from outro.deletions where code = ${code}`);
    return row;
  },
});
