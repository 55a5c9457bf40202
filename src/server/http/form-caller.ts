import { parse as parseCookies } from 'hono/utils/cookie';
import type { Caller } from '../caller/caller.ts';
import { tokenMayCall } from '../caller/permission.ts';
import { askSite } from '../caller/site-session.ts';
import type { Site } from '../config/sites.ts';
import { hashToken } from '../config/token.ts';
import type { ApiRequest } from '../wire/request.ts';

/**
 * Finds out whose cookies came with a link or a form: those of a session of ours, else those by which the site knows its
 * own. They prove nothing yet, for a stranger's page may have sent them along.
 *
 * @param path of the method that does the same: what may not be called by a session may not be asked for by its form.
 * @param uid that the request names.
 * @throws unauthorizedUser where there is neither; Error when the site's own function throws, hangs, or answers
 *   something else
 * @see design.md section 5 "A session the page cannot read"
 */
export const identifyForm = async (
  request: ApiRequest,
  site: Site,
  path: string,
  uid: string,
): Promise<Caller> => {
  const person = { kind: 'session', site, isSigned: false, uid } as const;
  const cookie = `glt_${site.apiKey}`;
  const cookies = parseCookies(request.headers.get('cookie') ?? '', cookie);
  const token = cookies[cookie]?.split('|')[0] ?? '';
  if (token === '' && site.identify) return { ...person, ...(await askSite(request, site, true)) };
  const session = hashToken(tokenMayCall(site, token, path) ? token : '');
  return { ...person, account: () => ({ site: site.apiKey, session }) };
};
