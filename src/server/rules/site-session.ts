import type { Receipt, Step } from '../../core/receipt.ts';
import type { Site } from '../config/sites.ts';
import type { Account, Session } from './account.ts';

const notOurs =
  'the site has a session of its own that outro cannot end: open the store on the tables of the site (fromTables), or configure endSession. Its cookies are cleared in this browser only';

const told =
  'the site is told of it by its webhook (outro.session.ended), and ends it as soon as it takes the message';

/** Who ends the site's own sessions that go with ours. */
const stepOf = ({ endSession, webhooks }: EndsSessions): Step => {
  if (endSession) return { step: 'site-session', status: 'pending' };
  const isTold = webhooks.some(({ types }) => types.includes('outro.session.ended'));
  return {
    step: 'site-session',
    ...(isTold ? { status: 'asked', reason: told } : { status: 'unsupported', reason: notOurs }),
  };
};

/** How a site ends its own sessions, as its configuration says. */
export type EndsSessions = Pick<Site, 'endSession' | 'webhooks'>;

/**
 * What is to be said of the site's own session, once sessions have ended. Pure. Where the store stands on the site's
 * tables they are the very sessions that ended, and only what goes on opening without them is told.
 *
 * @param ended sessions that end with this.
 * @param isSites the caller was recognised by the site's own session.
 * @see design.md section 2, promise 10
 */
export const siteSessionSteps = (
  { ofSite, session }: Account,
  ended: readonly Session[],
  site: EndsSessions,
  isSites: boolean,
): Receipt => {
  if (ofSite)
    return ofSite.outlives === undefined
      ? []
      : [{ step: 'site-session', status: 'kept', reason: ofSite.outlives }];
  if (ended.some(({ siteSession }) => siteSession !== undefined)) return [stepOf(site)];
  // Recognised by the site, and never told of: nobody can say which session that is.
  return isSites && session?.siteSession === undefined
    ? [{ step: 'site-session', status: 'unsupported', reason: notOurs }]
    : [];
};
