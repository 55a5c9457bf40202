import type { Store } from 'outro/server';
import { inject, vi } from 'vitest';
import { openStore, openTestDatabase } from '../support/store.ts';
import type { Ground } from './run.ts';
import { stubChannels } from './tabs.ts';

/** Two stores over one database: on Postgres each with connections of its own, on PGlite there is but one. */
export const openGround = async (): Promise<Ground> => {
  stubChannels();
  // What listeners throw here on purpose is logged by the client.
  const log = console.error;
  vi.spyOn(console, 'error').mockImplementation((...entries: unknown[]) => {
    if (!String(entries[0]).startsWith('Error: a bad ')) log(...entries);
  });
  const { store, query } = await openTestDatabase();
  const other = inject('databaseUrl') ? (await openStore()).store : store;
  const stores: [Store, Store] = [store, other];
  const heard = stores.map(() => new Map<string, string[]>());
  for (const [index, one] of stores.entries())
    await one.exits.listen({
      holds: () => true,
      hear({ site, id }) {
        const ids = heard[index]?.get(site) ?? [];
        heard[index]?.set(site, [...ids, id]);
      },
    });
  return { stores, query, heard };
};
