import { fail } from '../../core/error.ts';
import type { Account } from './account.ts';
import type { Site } from '../config/sites.ts';

/**
 * Refuses what a session asks whose sign-in is older than the site's `freshLogin`; nothing is kept to be done later,
 * so the person confirms again after the sign-in. Servers, which have no session, are not held to it.
 *
 * @throws pendingRecentLogin
 * @see gigya-protocol section 8 "pending recent login"
 */
export const requireFreshLogin = ({ session, readAt }: Account, { freshLogin }: Site): void => {
  if (!session || !freshLogin) return;
  if (session.createdAt === undefined)
    fail(
      'pendingRecentLogin',
      'session: nobody has told when it began; tell of each sign-in by signedIn, or leave freshLogin out. Nothing was changed',
    );
  if (readAt.getTime() - session.createdAt.getTime() > freshLogin * 1000)
    fail(
      'pendingRecentLogin',
      `session: expected a sign-in of the last ${freshLogin} s; sign in again, then confirm again. Nothing was changed`,
    );
};
