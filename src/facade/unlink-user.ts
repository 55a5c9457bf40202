import type { Client } from '../browser/client.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import type { UnlinkFailure, UnlinkSuccess } from './ssmi.ts';

/**
 * Unlinks as `ss_mi` does: by the user's e-mail, from the network signed in with.
 *
 * @returns what the page's callback is given; never rejects.
 * @see shopsocially-unlink "The API Call"; design.md section 4
 */
export const unlinkUser = async (
  connect: () => Client,
  email: unknown,
): Promise<UnlinkSuccess | UnlinkFailure> => {
  const address = typeof email === 'string' && email.trim();
  if (!address) return { error: true, reason: 'Email address missing' };
  try {
    const { is_unlinked, is_permissions_revoked } = await connect().unlink({ email: address });
    // A backend that does not say whether it unlinked has not answered: neither yes nor no would be true.
    if (typeof is_unlinked === 'boolean')
      return {
        is_unlinked,
        is_permissions_revoked: is_unlinked && is_permissions_revoked === true,
      };
  } catch (error) {
    // Nobody is signed in: the same answer as for an e-mail that nobody has.
    if (isOutroError(error) && error.failure === 'unauthorizedUser')
      return { is_unlinked: false, is_permissions_revoked: false };
  }
  return { error: true, reason: 'Error while Unlinking Social Login User' };
};
