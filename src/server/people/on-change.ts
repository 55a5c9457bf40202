import type { Receipt } from '../../core/receipt.ts';
import type { Account, Change, JournalEntry, ProviderPerson } from '../rules/account.ts';
import type { Runner } from './database.ts';

/** A change of a person, as the site hears of it in its transaction. */
export interface SiteChange {
  site: string;
  /** The site's own id of the person. */
  uid: string;
  /** Method and call that it came of, and who asked. */
  method: string;
  callId: string;
  actor: JournalEntry['actor'];
  /** As far as it is known then; what providers answer comes later. */
  receipt: Receipt;
  /** Identities that go, and those of which only the mapping stays. */
  removed: ProviderPerson[];
  softened: ProviderPerson[];
  /** Sessions of the site that end, as the site names them. */
  endedSessions: string[];
  isDeleted: boolean;
}

/** The connection that the change is written on. */
export type ChangeTransaction = Pick<Runner, 'query'>;

/**
 * Hears of every change in its own transaction, so that tables of the site can follow; what it throws undoes all of it.
 * It may be called again for one change, when the transaction is tried again.
 */
export type OnChange<Transaction = ChangeTransaction> = (
  change: SiteChange,
  tx: Transaction,
) => Promise<void> | void;

const peopleIn = (account: Account, ids: readonly string[] = []): ProviderPerson[] =>
  account.identities
    .filter(({ id }) => ids.includes(id))
    .map(({ provider, subProvider, providerUid }) => ({ provider, subProvider, providerUid }));

/** A change as the site hears of it; one more sign-in, which changes nothing about the person, is none. */
export const toSiteChange = (
  site: string,
  account: Account,
  { journal, deleteAccount, removeIdentities, softenIdentities, endSessions }: Change,
): SiteChange | undefined => {
  if (!journal) return undefined;
  const ended = deleteAccount
    ? account.sessions
    : account.sessions.filter(({ id }) => endSessions?.ids.includes(id));
  const all = account.identities.map(({ id }) => id);
  return {
    site,
    uid: account.uid,
    method: journal.method,
    callId: journal.callId,
    actor: journal.actor,
    receipt: journal.receipt,
    removed: peopleIn(account, deleteAccount ? all : removeIdentities),
    softened: peopleIn(account, softenIdentities),
    endedSessions: ended.flatMap(({ siteSession }) => siteSession ?? []),
    isDeleted: deleteAccount === true,
  };
};

/** Lets the site hear of a change on the connection that it is written on. */
export const tellSite = async (
  onChange: OnChange | undefined,
  site: string,
  account: Account,
  change: Change,
  runner: Runner,
): Promise<void> => {
  const heard = onChange && toSiteChange(site, account, change);
  if (heard) await onChange(heard, { query: (text, values) => runner.query(text, values) });
};
