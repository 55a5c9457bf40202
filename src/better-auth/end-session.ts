import { requireAccount } from '../server/caller/caller.ts';
import { decideLogout } from '../server/rules/logout.ts';
import { journalOf, update, type MethodContext } from '../server/methods/context.ts';
import type { Receipt } from '../core/receipt.ts';

/** Ends one other session of the person who asks. */
export const endOtherSession = async (token: string, context: MethodContext): Promise<Receipt> => {
  const { answer } = await update<Receipt>(context, context.caller.account(), (found) => {
    const account = requireAccount(found, context.caller);
    const { change, receipt } = decideLogout(account, 'others', {
      isMeant: ({ siteSession }) => siteSession === token,
      site: context.caller.site,
    });
    if (!change.endSessions?.ids.length) return { answer: receipt };
    const journal = journalOf('logout', context, {}, receipt);
    return { change: { ...change, journal }, answer: receipt };
  });
  return answer;
};
