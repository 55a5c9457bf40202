import { fail } from '../../core/error.ts';
import { createToken } from '../config/token.ts';
import type { Site } from '../config/sites.ts';

// Stands in no token, key or cookie by itself, and needs no escaping anywhere.
const mark = '~';

/**
 * A new session token that says which user key had it made; stored by the hash of the whole, so that nobody can take
 * the name off.
 *
 * @param userKey absent where the site's own secret asked: such a token is the person's own.
 */
export const createTokenOf = (userKey: string | undefined): string =>
  userKey === undefined ? createToken() : `${createToken()}${mark}${userKey}`;

/** Whether a user key may call a method by this path, as the site is configured now. */
export const mayCall = ({ userKeys }: Site, userKey: string, path: string): boolean =>
  userKeys
    .find((one) => one.userKey === userKey)
    ?.permissions.some(
      (one) => one === '*' || one.toLowerCase() === path.replace(/^\//, '').toLowerCase(),
    ) === true;

/** Whether a session token may call a method: one that a user key had made may what that key may, and no more. */
export const tokenMayCall = (site: Site, token: string, path: string): boolean => {
  const [, userKey] = token.split(mark, 2);
  return userKey === undefined || mayCall(site, userKey, path);
};

/**
 * Lets a session token call a method.
 *
 * @throws permissionDenied when the user key that had it made may not, or is no longer one of the site's
 */
export const requireTokenMayCall = (site: Site, token: string, path: string): void => {
  if (!tokenMayCall(site, token, path))
    fail(
      'permissionDenied',
      `oauth_token: a user key had it made that is not permitted ${path.slice(1)}`,
    );
};
