import type { Departure, Receipt } from '../../core/receipt.ts';
import { linkedIdentities, tellLogout, type Session } from '../rules/account.ts';
import { hashToken } from '../config/token.ts';
import type { Leaving } from '../departure/draft-ways.ts';
import { readForce } from '../departure/force.ts';
import { planDepartures } from '../departure/plan.ts';
import { isWaiting } from '../errands/revocation.ts';
import { endAtSiteNow } from '../errands/site-sessions.ts';
import { decideLogout } from '../rules/logout.ts';
import { siteSessionSteps } from '../rules/site-session.ts';
import { openTicket, whoIs } from '../caller/site-session.ts';
import type { Who } from '../people/people.ts';
import { journalOf, update, type MethodContext, type ServerMethod } from './context.ts';

interface Redeemed {
  receipt: Receipt;
  /** Providers that the browser should leave, whichever of its pages has asked. */
  leaving?: Leaving;
  departures?: Departure[];
}

const unknown = 'the ticket counts no longer, so nothing says whose the other sessions are';

// The same for a ticket that nobody has, one that has run out, one that is used up and one that has nothing left to end:
// it tells nobody which. The session of each is over; the others may be alive.
const nothingLeft = (sessions: 'this' | 'all'): Receipt => [
  { step: 'session', status: 'already' },
  ...(sessions === 'all' ? [{ step: 'sessions', status: 'failed', reason: unknown } as const] : []),
];

// Made by the page from its token, or handed to a page that cannot read the site's session.
const whoLeaves = (
  ticket: string,
  evenEnded: boolean,
  { caller: { site }, keyring }: MethodContext,
): Who => {
  const person = openTicket(site, ticket, keyring);
  return person
    ? { ...whoIs(site, person), ...(person.session !== undefined && { evenEnded }) }
    : { site: site.apiKey, ticket: hashToken(ticket), evenEnded };
};

/**
 * `socialize.redeemLeaveTicket`: finishes a logout that the backend had not heard of. Whoever has the ticket may, once,
 * and may do nothing else: it ends its session, and with `sessions=all` those that were opened before that one ended.
 *
 * @throws missingParameter, invalidParameter
 * @see design.md section 5
 */
export const redeemLeaveTicket: ServerMethod<'redeemLeaveTicket'> = async (params, context) => {
  const { ticket, sessions, age = '0' } = params;
  const force = readForce(params.forceProvidersLogout);
  const { site } = context.caller;
  const who = whoLeaves(ticket, sessions === 'all', context);
  const { answer } = await update<Redeemed>(context, who, (account) => {
    const { session, readAt } = account ?? {};
    // Of the site's own session nothing may be known here: that is no end of it.
    if (account && !session && !account.ofSite && 'siteSession' in who)
      return { answer: { receipt: siteSessionSteps(account, [], site, true) } };
    if (!account || !session || !readAt) {
      context.caller.isStranger = true;
      return { answer: { receipt: nothingLeft(sessions) } };
    }
    const left = readAt.getTime() - Number(age) * 1000;
    // Not at that very time: the session that ended it by the limit was opened in the same moment.
    const isBefore = ({ createdAt }: Session): boolean =>
      // Of one of which nobody knows when it began, only now is known: it was there.
      createdAt === undefined
        ? !session.endedAt && Number(age) === 0
        : createdAt.getTime() <= left && !(session.endedAt && createdAt >= session.endedAt);
    const { change, receipt } = decideLogout(account, sessions, { isMeant: isBefore, site });
    const ids = change.endSessions?.ids ?? [];
    if (ids.length === 0) return { answer: { receipt: nothingLeft(sessions) } };
    return {
      change: {
        ...change,
        spendTicket: session.id,
        // No page has the answer: the one that asked is out, and others of its session do not know yet.
        tell: tellLogout(ids),
        journal: journalOf(
          'redeemLeaveTicket',
          context,
          {},
          receipt,
          receipt.some(isWaiting) ? undefined : { receipt },
        ),
      },
      answer: {
        receipt,
        leaving: {
          account: account.id,
          identities: linkedIdentities(account),
          sessions: ids,
          isLogout: true,
        },
      },
    };
  });
  const { leaving, ...fields } = answer;
  if (!leaving) return fields;
  const [{ departures, receipt }] = await Promise.all([
    planDepartures(leaving, force, context),
    endAtSiteNow(fields.receipt, leaving.account, context),
  ]);
  return { ...fields, receipt: [...fields.receipt, ...receipt], departures };
};
