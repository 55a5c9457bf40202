import type { AuthContext } from '@better-auth/core';
import { linkedAgainIn } from '../server/exits/linked-again.ts';
import type { Store } from '../server/exits/store.ts';
import { errandRecordsOf } from './errand-records.ts';
import { errandsOf } from './errands.ts';
import { journalOf } from './journal.ts';
import type { LeftSessions } from './left-sessions.ts';
import type { OnAuthChange } from './options.ts';
import { listeningOf } from './listening.ts';
import { peopleOn } from './people.ts';
import { providerSessionsOf } from './provider-sessions.ts';
import { purgeRows } from './purge.ts';
import { rememberedOf } from './remembered.ts';
import type { Rows } from './rows.ts';
import { sealedOf } from './sealed.ts';

/** Opens both ports on better-auth's own adapter. */
export const storeOn = (
  rows: Rows,
  auth: AuthContext,
  left: LeftSessions,
  onChange?: OnAuthChange,
): Store => {
  const { listen, wake, stop } = listeningOf(rows);
  const people = peopleOn({ rows, auth, left, wake, onChange });
  return {
    people,
    exits: {
      ...journalOf(rows),
      ...errandsOf(rows, linkedAgainIn(people), wake),
      ...errandRecordsOf(rows),
      ...rememberedOf(rows),
      ...providerSessionsOf(rows),
      ...sealedOf(rows),
      listen,
      async purge(limit, retention) {
        return (await left.sweep()) + (await purgeRows(limit, retention, rows));
      },
      examine: async () => ({ now: new Date(), settings: {}, invalidIndexes: [] }),
    },
    async close() {
      stop();
    },
  };
};
