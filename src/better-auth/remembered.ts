import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Receipt } from '../core/receipt.ts';
import type { Exits } from '../server/exits/exits.ts';
import type { TripStop } from '../server/exits/trip.ts';
import { inMilliseconds } from './owed.ts';
import { siteKey } from './removals.ts';
import type { Rows } from './rows.ts';

// As long as an index of every engine takes, whatever the value.
const seenName = (kind: string, id: string): string => hash('sha256', `${kind}\n${id}`);

const tripName = (tokenHash: Uint8Array): string => Buffer.from(tokenHash).toString('hex');

/** The part of the exits that remembers what may be used once, trips to providers, and answers to deletion requests. */
export const rememberedOf = (
  rows: Rows,
): Pick<
  Exits,
  'seeOnce' | 'wasSeen' | 'openTrip' | 'readTrip' | 'noteStop' | 'keepDeletion' | 'readDeletion'
> => ({
  async seeOnce(kind, id, expiresAt) {
    const name = seenName(kind, id);
    const over = [{ field: 'expiresAt', operator: 'lt', value: new Date() } as const];
    if ((await rows.change('outroSeen', { name }, { expiresAt }, over)) > 0) return true;
    if (await rows.one('outroSeen', { name })) return false;
    return rows.insert('outroSeen', { name, expiresAt }).then(
      () => true,
      // Seen by somebody else meanwhile; anything else is no answer.
      async (error: unknown) => {
        if (await rows.one('outroSeen', { name })) return false;
        throw error;
      },
    );
  },

  async wasSeen(kind, id) {
    const row = await rows.one('outroSeen', { name: seenName(kind, id) });
    return row !== undefined && row.expiresAt >= new Date();
  },

  async openTrip({ tokenHash, callId, origin, stops }, time) {
    await rows.insert('outroTrip', {
      name: tripName(tokenHash),
      callId,
      origin: origin ?? null,
      stops: JSON.stringify(stops),
      rev: 0,
      expiresAt: inMilliseconds(time * 1000),
    });
  },

  async readTrip(tokenHash) {
    const row = await rows.one('outroTrip', { name: tripName(tokenHash) });
    if (!row || row.expiresAt < new Date()) return undefined;
    return {
      tokenHash,
      site: siteKey,
      callId: row.callId,
      origin: row.origin ?? undefined,
      stops: JSON.parse(row.stops) as TripStop[],
    };
  },

  async noteStop(tokenHash, index, what) {
    const name = tripName(tokenHash);
    await rows.transaction(async () => {
      // Locked, so that two notes at once are both kept.
      const row = await rows.take('outroTrip', { name }, { rev: 1 });
      const stops = row && (JSON.parse(row.stops) as TripStop[]);
      const stop = stops?.[index];
      if (!row || row.expiresAt < new Date() || !stop || stop[what] !== undefined) return;
      stop[what] = new Date().toISOString();
      await rows.change('outroTrip', { name }, { stops: JSON.stringify(stops) });
    });
  },

  async keepDeletion({ code, provider, receipt }) {
    const row = { code, provider, receipt: JSON.stringify(receipt), at: new Date() };
    await rows.insert('outroDeletion', row).catch(async (error: unknown) => {
      if (!(await rows.one('outroDeletion', { code }))) throw error;
    });
  },

  async readDeletion(code) {
    const row = await rows.one('outroDeletion', { code });
    return row && { ...row, site: siteKey, receipt: JSON.parse(row.receipt) as Receipt };
  },
});
