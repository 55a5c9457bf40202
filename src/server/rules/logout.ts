import type { Receipt, StepStatus } from '../../core/receipt.ts';
import { siteSessionSteps, type EndsSessions } from './site-session.ts';
import { tellLogout, type Account, type Change, type Session } from './account.ts';

/** Which sessions end: the one that asks, all others of the account, or all. */
export type SessionScope = 'this' | 'others' | 'all';

/** What a logout does. */
export interface LogoutDecision {
  change: Omit<Change, 'journal'>;
  receipt: Receipt;
}

const over = (ended: Session[]): StepStatus => (ended.length > 0 ? 'done' : 'already');

const kept = 'the session that asked goes on; only the others were to end';

/** What a logout depends on besides the account. */
export interface LogoutRules {
  /** Which of the others end. */
  isMeant?: (other: Session) => boolean;
  /** It was the site's own session that asked, whether or not one of ours goes with it. */
  isSites?: boolean;
  site: EndsSessions;
}

/**
 * Decides a logout: which sessions end, and what open pages are told. A server has no session of its own: for it
 * `this` means all, as it did before there was a choice. Pure.
 *
 * @see gigya-js-logout; gigya-protocol section 4.3
 */
export const decideLogout = (
  account: Account,
  scope: SessionScope,
  { isMeant = () => true, isSites = false, site }: LogoutRules,
): LogoutDecision => {
  const asking = account.session;
  const isOneOnly = scope === 'this' && (asking !== undefined || isSites);
  const own = account.sessions.filter(({ id }) => id === asking?.id && scope !== 'others');
  const others = account.sessions.filter(
    (one) => one.id !== asking?.id && !isOneOnly && isMeant(one),
  );
  const receipt: Receipt = [
    ...(asking && scope === 'others'
      ? [{ step: 'session', status: 'kept', reason: kept } as const]
      : []),
    ...(asking && scope !== 'others' ? [{ step: 'session', status: over(own) } as const] : []),
    ...(isOneOnly ? [] : [{ step: 'sessions', status: over(others) } as const]),
    // Whoever ends the others wants to know what still opens with one of them.
    ...siteSessionSteps(account, [...own, ...others], site, isSites && scope !== 'others'),
  ];
  const ids = [...own, ...others].map(({ id }) => id);
  return {
    change: {
      endSessions: { ids, reason: 'logout' },
      tell: tellLogout(ids, asking?.id),
    },
    receipt,
  };
};
