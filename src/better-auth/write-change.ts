import { Buffer } from 'node:buffer';
import type { AuthContext } from '@better-auth/core';
import { fail } from '../core/error.ts';
import { announce } from '../server/rules/announcements.ts';
import type { Change } from '../server/rules/account.ts';
import { forgetInJournal, writeEntry } from './entries.ts';
import { forgetInErrands, oweDeliveries, oweRevocations } from './owed.ts';
import type { Loaded } from './person.ts';
import { endWithSessions } from './provider-sessions.ts';
import { noteRemovals } from './removals.ts';
import type { Rows } from './rows.ts';
import { areRows } from './sessions.ts';
import { hashKey } from '../server/people/session-id.ts';

/** What came of a change, and what is left to be done once it has committed. */
export interface Written {
  entry: number | undefined;
  /** Sessions that better-auth keeps outside of the database, which no transaction reaches. */
  left: string[];
}

// So long a session that has ended is remembered.
const rememberedFor = 30 * 86_400_000;

/**
 * What better-auth itself must write: people are its own, but for leaving.
 *
 * @throws operationNotAllowed
 */
const refuseForeign = ({
  uid,
  profile,
  addLoginIds,
  linkIdentities,
  openSession,
}: Change): void => {
  const given = { uid, profile, addLoginIds, linkIdentities, openSession };
  const foreign = Object.entries(given).find(([, value]) => value && Object.keys(value).length > 0);
  if (foreign)
    fail('operationNotAllowed', `${foreign[0]}: people sign in and are kept by better-auth`);
};

const endSessions = async (
  { account, sessions }: Loaded,
  { deleteAccount, endSessions: ending, spendTicket: spent, journal }: Change,
  rows: Rows,
  auth: AuthContext,
  seal: (token: string) => string,
): Promise<string[]> => {
  const ended = account.sessions.filter(({ id }) => deleteAccount || ending?.ids.includes(id));
  const tokens = ended.flatMap(({ siteSession }) => siteSession ?? []);
  const areInside = areRows(auth);
  for (const { id, siteSession = '', createdAt } of ended) {
    const session = Buffer.from(hashKey(siteSession)).toString('hex');
    const note = {
      account: account.id,
      openedAt: createdAt ?? null,
      endedAt: new Date(),
      spent: id === spent,
      callId: journal?.callId ?? null,
      sealedToken: areInside ? null : seal(siteSession),
      isLeft: !areInside,
      forgetAt: new Date(Date.now() + rememberedFor),
    };
    if ((await rows.change('outroEnded', { session }, note)) === 0)
      await rows.insert('outroEnded', { session, ...note });
  }
  await endWithSessions(account.id, deleteAccount ? 'all' : ended.map(({ id }) => id), rows);
  if (areInside && tokens.length > 0 && !deleteAccount)
    await auth.internalAdapter.deleteSessions(tokens);
  return areInside ? [] : sessions.map(({ token }) => token).filter((one) => tokens.includes(one));
};

/** The ticket of a session that has ended before; what ends now is noted with its end. */
const spendTicket = async ({ account }: Loaded, { spendTicket: id }: Change, rows: Rows) => {
  const { session } = account;
  if (id === undefined || session?.id !== id || !session.endedAt || !session.siteSession) return;
  const name = Buffer.from(hashKey(session.siteSession)).toString('hex');
  await rows.change('outroEnded', { session: name }, { spent: true });
};

const removeAccounts = async (change: Change, rows: Rows, auth: AuthContext): Promise<void> => {
  const { removeIdentities = [], removeLoginIds = [], softenIdentities = [] } = change;
  // Through the library, so that the hooks of the site hear of it.
  for (const id of [...removeIdentities, ...removeLoginIds])
    await auth.internalAdapter.deleteAccount(id);
  for (const id of softenIdentities)
    await rows.change(
      'account',
      { id },
      { accessToken: null, refreshToken: null, idToken: null, outroSoftenedAt: new Date() },
    );
};

/**
 * Writes a change behind the lock of the user's row, within its transaction: what better-auth's tables lose, and what is
 * remembered of it. Locks are taken in this order everywhere.
 *
 * @throws operationNotAllowed
 */
export const writeChange = async (
  loaded: Loaded,
  change: Change,
  rows: Rows,
  auth: AuthContext,
  seal: (token: string) => string,
): Promise<Written> => {
  const { account } = loaded;
  refuseForeign(change);
  await noteRemovals(account, change, rows);
  const left = await endSessions(loaded, change, rows, auth, seal);
  await spendTicket(loaded, change, rows);
  if (change.deleteAccount) {
    await forgetInJournal(account.id, account.uid, rows);
    await forgetInErrands(account.id, rows);
    await auth.internalAdapter.deleteUser(account.id);
  } else await removeAccounts(change, rows, auth);
  const announced = announce(account, change);
  const entry = await writeEntry(account, change, announced, rows);
  await oweRevocations(account.id, entry, change, rows);
  if (entry !== undefined)
    await oweDeliveries(account.id, entry, announced, change.subscriptions ?? [], rows);
  return { entry, left };
};
