import type { House } from './house.ts';

// What tests ask of the journal: the changes of a site, and what open pages were told of them.

/** One change, as its row has it. */
export interface Entry {
  account: string | null;
  call_id: string;
  actor: string;
  method: string;
  provider: string | null;
  cid: string | null;
  receipt: { step: string; status: string }[];
  told: { name: string; sessions?: string[]; exceptSession?: string; provider?: string }[] | null;
}

/** The changes of a site, oldest first. */
export const journalOf = async (house: House): Promise<Entry[]> =>
  (await house.rows())['journal'] as Entry[];

/** What open pages were told, oldest first. */
export const toldOf = async (house: House): Promise<NonNullable<Entry['told']>> =>
  (await journalOf(house)).flatMap(({ told }) => told ?? []);

/** How often a method has changed something. */
export const timesDone = async (house: House, method: string): Promise<number> =>
  (await journalOf(house)).filter((entry) => entry.method === method).length;
