import type { Receipt } from '../../core/receipt.ts';
import {
  tellLogout,
  type Account,
  type Change,
  type Identity,
  type ProviderPerson,
  type Session,
} from './account.ts';
import type { RefusedSignIn } from './stays-gone.ts';
import { waysIn } from './ways-in.ts';

/** Milliseconds for which libraries keep a sign-in that has begun; of one that began nobody knows when, so long it counts as older. */
export const signInLasts = 15 * 60_000;

/** What a sign-in has brought back. */
interface Back {
  person: ProviderPerson;
  /** Key of its session, if that was told. */
  session: string | undefined;
}

// Whoever signed in anew after the removal is linked by that, and not by the one that came late.
const isLinkedAnew = (
  account: Account,
  { lastLoginAt }: Identity,
  person: ProviderPerson,
): boolean =>
  account.removals.some(
    ({ provider, providerUid, removedAt }) =>
      provider === person.provider &&
      providerUid === person.providerUid &&
      lastLoginAt !== undefined &&
      lastLoginAt > removedAt,
  );

/**
 * Takes back what a library did for a sign-in that began before the identity was removed: its link, and its session;
 * where nobody said which that is, every session that was not there when the identity went. Pure.
 *
 * @see tables.md 2 and 4; design.md section 2 "Gone stays gone"
 */
export const undoSignIn = (
  account: Account,
  { person, session }: Back,
  refused: RefusedSignIn,
): { change: Change; receipt: Receipt } => {
  const identity = account.identities.find(
    ({ provider, providerUid, state }) =>
      state === 'linked' && provider === person.provider && providerUid === person.providerUid,
  );
  const back = identity && !isLinkedAnew(account, identity, person) ? [identity.id] : [];
  const isLast = back.length > 0 && waysIn(account, { removeIdentities: back }).length === 0;
  const isTheirs = (one: Session): boolean =>
    session === undefined ? !one.isNoted : one.siteSession === session;
  const ended = account.sessions.filter(isTheirs).map(({ id }) => id);
  const about = { provider: person.provider, identity: person.providerUid };
  return {
    change: {
      ...(isLast ? { softenIdentities: back } : { removeIdentities: back }),
      endSessions: { ids: ended, reason: 'unlink' },
      revoke: refused.change.revoke,
      tell: tellLogout(ended),
    },
    receipt: [
      ...back.map(
        () => ({ step: 'identity', ...about, status: isLast ? 'kept' : 'done' }) as const,
      ),
      ...(ended.length > 0 ? [{ step: 'sessions', status: 'done' } as const] : []),
      ...refused.receipt,
    ],
  };
};
