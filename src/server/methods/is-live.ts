import { fail } from '../../core/error.ts';
import { hashToken } from '../config/token.ts';
import type { Store } from '../exits/store.ts';
import type { ServerMethod } from './context.ts';

/**
 * Whether a session still opens something: one of outro's own by its token, or one of the site's by the id that `identify`
 * and `notifyLogin` call it by. Where the site's are tokens without rows, all are live but those that have ended. The database is asked each time: a memory would go on saying yes.
 */
export const isLiveSession = async (
  token: string,
  site: string,
  { people }: Pick<Store, 'people'>,
): Promise<boolean> => {
  if (token === '' || token.length > 2000 || token.includes('\0')) return false;
  if (people.hasEnded) return !(await people.hasEnded(token));
  const ours = await people.read({ site, session: hashToken(token) });
  if (ours?.session) return true;
  const account = await people.read({ site, siteSession: token });
  return account?.session !== undefined;
};

/**
 * `outro.isLive`: for the middleware of a site whose own sessions stand beside those of outro.
 *
 * @throws permissionDenied, missingParameter, invalidParameter
 * @see design.md section 5 "A site session beside ours"
 */
export const isLive: ServerMethod<'isLive'> = async ({ token }, { caller, store }) => {
  if (caller.kind !== 'server')
    fail('permissionDenied', 'isLive: expected a request with the secret of the site');
  return { isLive: await isLiveSession(token, caller.site.apiKey, store) };
};
