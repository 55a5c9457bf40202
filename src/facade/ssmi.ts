import { runSafely } from '../browser/events.ts';
import { genuine } from '../browser/page.ts';
import { ownGlobal } from './script-tag.ts';

/** What `ssmi_user_unlink_success` is given. */
export interface UnlinkSuccess {
  /** Whether the user exists and was unlinked. */
  is_unlinked: boolean;
  /** Whether every permission is seen to be revoked; always false when `is_unlinked` is. */
  is_permissions_revoked: boolean;
}

/** What `ssmi_user_unlink_failure` is given. */
export interface UnlinkFailure {
  error: true;
  reason: 'Email address missing' | 'Error while Unlinking Social Login User';
}

/** `window.ss_mi`, as far as outro speaks it. */
export interface Ssmi {
  /**
   * Unlinks the signed-in user from the network signed in with. The answer goes, once and never before
   * this returns, to the page's global function `ssmi_user_unlink_success` or `ssmi_user_unlink_failure`;
   * the promise is ours and never rejects.
   *
   * @param email address of the user to be unlinked; must be the session's own.
   * @see shopsocially-unlink "The API Call", "Call Back Functions"
   */
  ssmi_unlink_user(email?: string | null): Promise<UnlinkSuccess | UnlinkFailure>;
}

// The vendor's answer took a while, so pages count on it: the callbacks may stand in a later script, and use
// what the page has further down. An answer that needs no request would come too early for both.
const parsed = (document: Document | undefined): Promise<unknown> =>
  new Promise((resolve) => {
    if (document && genuine(document, 'readyState') === 'loading')
      genuine(document, 'addEventListener')('DOMContentLoaded', resolve);
    else setTimeout(resolve);
  });

/**
 * Dresses what unlinks as `ss_mi`.
 *
 * @param unlink fails where it could not be brought.
 * @param page where the callbacks are looked up, once the answer is there and the page is read.
 * @see shopsocially-unlink; design.md section 4
 */
export const createSsmi = (
  unlink: (email: unknown) => Promise<UnlinkSuccess | UnlinkFailure>,
  page: object,
): Ssmi => ({
  async ssmi_unlink_user(email) {
    const answer = await unlink(email).catch((): UnlinkFailure => ({
      error: true,
      reason: 'Error while Unlinking Social Login User',
    }));
    await parsed((page as Partial<Window>).document);
    const name = `ssmi_user_unlink_${'error' in answer ? 'failure' : 'success'}`;
    runSafely(() => (ownGlobal(page, name) as ((response: object) => void) | undefined)?.(answer));
    return answer;
  },
});
