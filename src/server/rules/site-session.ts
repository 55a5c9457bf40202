import type { Receipt } from '../../core/receipt.ts';
import type { Account } from './account.ts';

const notOurs =
  'the site has a session of its own that outro cannot end: open the store on the tables of the site (fromTables). Its cookies are cleared in this browser only';

/**
 * What is to be said of the site's own session, once sessions have ended. Pure. Where the store stands on the site's
 * tables they are the very sessions that ended, and only what goes on opening without them is told.
 *
 * @param isSites the caller was recognised by the site's own session.
 * @see design.md section 2, promise 10
 */
export const siteSessionSteps = ({ ofSite, session }: Account, isSites: boolean): Receipt => {
  if (ofSite)
    return ofSite.outlives === undefined
      ? []
      : [{ step: 'site-session', status: 'kept', reason: ofSite.outlives }];
  const isTheirs = isSites || session?.siteSession !== undefined;
  return isTheirs ? [{ step: 'site-session', status: 'unsupported', reason: notOurs }] : [];
};
