import type { Receipt } from '../../core/receipt.ts';
import { tellLogout } from '../rules/account.ts';
import { decideLogout } from './logout.ts';
import { auditOf, type ServerMethod } from './context.ts';
import { hashToken } from '../config/keyring.ts';

// The same for a ticket that nobody has, one that has run out and one whose sessions have ended: it tells nobody which.
const nothingLeft = (sessions: 'this' | 'all'): Receipt => [
  { step: 'session', status: 'already' },
  ...(sessions === 'all' ? [{ step: 'sessions', status: 'already' } as const] : []),
];

/**
 * `socialize.redeemLeaveTicket`: finishes a logout that the backend had not heard of. Whoever has the ticket may, and
 * may do nothing else; as often as they like.
 *
 * @throws missingParameter, invalidParameter
 * @see design.md section 5
 */
export const redeemLeaveTicket: ServerMethod<'redeemLeaveTicket'> = async (params, context) => {
  const { ticket, sessions, age = '0' } = params;
  const since = Date.now() - Number(age) * 1000;
  const who = {
    site: context.caller.site.apiKey,
    ticket: await hashToken(ticket),
    evenEnded: sessions === 'all',
  };
  const receipt = await context.store.update<Receipt>(who, (account) => {
    if (!account) return { answer: nothingLeft(sessions) };
    const { change, receipt: ended } = decideLogout(
      account,
      sessions,
      ({ createdAt }) => createdAt.getTime() <= since,
    );
    const ids = change.endSessions?.ids ?? [];
    if (ids.length === 0) return { answer: ended };
    const audit = auditOf('redeemLeaveTicket', context, {});
    return {
      change: {
        ...change,
        // No page has the answer: the one that asked is out, and others of its session do not know yet.
        tell: tellLogout(ids, ended),
        audit: { ...audit, actor: 'user', receipt: ended },
      },
      answer: ended,
    };
  });
  return { receipt };
};
