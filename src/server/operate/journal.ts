import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '../../core/receipt.ts';
import { pseudonymOfUid } from '../exits/forget.ts';
import type { JournalEntryOnRecord, JournalFilter } from '../exits/record.ts';
import type { OperatorOptions } from './operator.ts';

/** A change as whoever runs the backend sees it. */
export interface ListedChange {
  /** A number, which goes up with each. */
  id: string;
  at: Date;
  /** Who caused it: `user`, `app` (the site's server), `provider`, `operator`. */
  actor: string;
  method: string;
  /** A hash when the account is gone. */
  uid: string | undefined;
  provider: string | undefined;
  cid: string | undefined;
  callId: string;
  receipt: Receipt;
  /** What the site was told of it. */
  told: string[];
}

const toListed = ({
  announced,
  sealedUid: _sealed,
  ...entry
}: JournalEntryOnRecord): ListedChange => ({
  ...entry,
  told: announced.map(({ type }) => type),
});

/**
 * Changes at a site, oldest first: who disconnected, logged out or deleted what, when, and what came of it.
 *
 * @param filter with `uid`, also what a person whose account is gone has left.
 */
export const listChanges = async (
  { store }: Pick<OperatorOptions, 'store'>,
  { uid, ...filter }: JournalFilter,
  limit = 100,
): Promise<ListedChange[]> => {
  const { site } = filter;
  if (uid === undefined) return (await store.exits.readJournal(filter, limit)).map(toListed);
  const account = await store.people.read({ site, uid });
  const whose = account ? { account: account.id } : { uid: pseudonymOfUid(site, uid) };
  return (await store.exits.readJournal({ ...filter, ...whose }, limit)).map(toListed);
};

// Milliseconds between looks.
const interval = 1000;

/** The same, and then what comes, until the signal. */
export const followChanges = async function* (
  options: Pick<OperatorOptions, 'store'>,
  filter: JournalFilter,
  signal: AbortSignal,
): AsyncGenerator<ListedChange, void> {
  let { after } = filter;
  while (!signal.aborted) {
    const some = await listChanges(options, { ...filter, after });
    yield* some;
    after = some.at(-1)?.id ?? after;
    if (some.length === 0) await sleep(interval, undefined, { signal }).catch(() => {});
  }
};
