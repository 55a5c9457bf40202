import { isEnvelope } from '../core/envelope.ts';
import type { Departure, Receipt } from '../core/receipt.ts';
import type { ClientConfig } from './config.ts';
import type { Presence } from './presence.ts';
import { ask, limitsOf } from './request.ts';
import type { Fate, KeptTicket } from './ticket.ts';

/** What the backend says of a logout that a ticket has finished. */
export interface Redeemed {
  receipt: Receipt;
  departures: Departure[];
}

/**
 * Lets a page send, whenever it looks and when the network returns, the tickets that wait.
 *
 * @param leave is told of a logout that names providers to be left: the tab that had asked for it never heard of them.
 * @returns what sends them.
 * @see design.md section 5
 */
export const attachRedemption = (
  config: ClientConfig,
  presence: Presence,
  leave: (redeemed: Redeemed) => unknown,
): ((token: string | undefined) => void) => {
  const { session, tickets, window, life } = presence;
  // What this page knew when it took the tickets that waited: only something new can have brought another.
  let settled: string | undefined;

  const send = async (kept: KeptTicket): Promise<Fate> => {
    const { ticket, sessions, force, since } = kept;
    // What was signed in after the logout is not meant.
    const age = Math.floor(Math.max(0, Date.now() - since) / 1000);
    const params = { ticket, sessions, forceProvidersLogout: force, age };
    // A ticket is its own proof, from whatever page: nothing else goes along.
    const limits = limitsOf(config.timeout);
    const { answer } = await ask(config, 'socialize.redeemLeaveTicket', params, limits, 'omit');
    if (!isEnvelope(answer)) return 'failed';
    const { errorCode, receipt = [], departures = [] } = answer;
    if (departures.length > 0) leave({ receipt, departures });
    if (errorCode === 0) return 'confirmed';
    // Too many at once, or a failure of the backend's own, is no refusal.
    return errorCode > 500_000 || /rate/i.test(answer.errorMessage ?? '') ? 'failed' : 'refused';
  };

  const redeem = async (token: string | undefined): Promise<void> => {
    const known = `${presence.epoch} ${token}`;
    if (known === settled) return;
    settled = known;
    const isBack = (): void => {
      if (session.read() !== token) return;
      session.clear();
      presence.hear({ eventName: 'logout' });
    };
    const { due, next } = await tickets.take(token, config.timeout, isBack);
    if (next < Infinity)
      setTimeout(() => {
        settled = '';
        if (!life.aborted) presence.look();
      }, next);
    for (const kept of due)
      void send(kept)
        .catch((): Fate => 'failed')
        .then((fate) => {
          if (fate !== 'confirmed') settled = '';
          return tickets.release(kept, fate);
        });
  };

  // What the browser calls online takes a moment to carry anything.
  window?.addEventListener(
    'online',
    () => {
      presence.epoch += 1;
      setTimeout(presence.look, 999);
    },
    { signal: life },
  );
  return (token) => {
    redeem(token).catch(() => {
      settled = '';
    });
  };
};
