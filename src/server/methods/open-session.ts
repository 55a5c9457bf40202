import { nameSite } from '../caller/access-token.ts';
import { createTokenOf, mayCall } from '../caller/permission.ts';
import { hashToken, leaveTicketOf } from '../config/token.ts';
import type { Site } from '../config/sites.ts';
import type { Receipt } from '../../core/receipt.ts';
import { remoteMethods } from './rows.ts';
import {
  tellLogout,
  type Account,
  type Change,
  type NewSession,
  type Session,
} from '../rules/account.ts';

// Ten years, which is what "never" comes to.
const never = 315_360_000;

/**
 * Makes a session to open: its token, for the one who asked, and its row.
 *
 * @param sessionExpiration whole seconds; -2 means ten years, all else the site's default.
 * @param access present for an access token, which names its site; `maker`: the user key that had it made, where it may no
 *   more than that key.
 */
export const openSession = (
  sessionExpiration: string | undefined,
  site: Site,
  access?: { maker: string | undefined },
): { token: string; session: NewSession; expiresIn: number } => {
  const seconds = Number(sessionExpiration ?? 0);
  const expiresIn = seconds === -2 ? never : seconds > 0 ? seconds : site.sessionLifetime;
  const maker = access?.maker;
  const made = createTokenOf(maker);
  const token = access ? nameSite(site, made) : made;
  const tokenHash = hashToken(token);
  // A ticket logs out, whoever has it.
  const ticketHash =
    maker === undefined || mayCall(site, maker, remoteMethods.logout.path)
      ? hashToken(leaveTicketOf(token))
      : undefined;
  const session = { tokenHash, expiresIn, openedBy: undefined, ...(ticketHash && { ticketHash }) };
  return { token, session, expiresIn };
};

/** A session as its page keeps it. */
export interface SessionCookie {
  cookieName: string;
  cookieValue: string;
  /** Empty: the host that sets it, and no other. */
  cookieDomain: string;
  cookiePath: string;
}

/** Where the page keeps the token of a session. */
export const sessionCookie = ({ apiKey, cookieDomain }: Site, token: string): SessionCookie => ({
  cookieName: `glt_${apiKey}`,
  cookieValue: token,
  cookieDomain: cookieDomain ?? '',
  cookiePath: '/',
});

const timeOf = ({ createdAt }: Session): number => createdAt?.getTime() ?? 0;

const limited = 'the person has as many sessions as the site allows; the oldest end';

/** Makes room for one session more: the oldest end where a person has as many as the site allows. */
export const endOldest = (
  { sessions }: Account,
  { sessionsPerAccount }: Site,
): { change: Pick<Change, 'endSessions' | 'tell'>; receipt: Receipt } => {
  const ids = sessions
    .toSorted((one, other) => timeOf(one) - timeOf(other))
    .slice(0, Math.max(0, sessions.length + 1 - sessionsPerAccount))
    .map(({ id }) => id);
  if (ids.length === 0) return { change: {}, receipt: [] };
  return {
    change: { endSessions: { ids, reason: 'limit' }, tell: tellLogout(ids) },
    receipt: [{ step: 'sessions', status: 'done', reason: limited }],
  };
};
