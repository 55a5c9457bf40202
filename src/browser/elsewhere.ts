import type { Envelope } from '../core/envelope.ts';
import type { ClientConfig } from './config.ts';
import type { Presence } from './presence.ts';
import { requestOf } from './request.ts';

/**
 * Lets a page do, whenever it looks, what needs the backend: it sends the tickets that wait, also when the network
 * returns, and hears what happens to its person in other browsers and at providers, if anybody listens.
 *
 * @see design.md section 5
 */
export const attachElsewhere = (config: ClientConfig, presence: Presence): void => {
  const { session, tickets } = presence;
  const window = config.document?.defaultView;
  if (!window || config.isVendors) return;
  let isFollowing = false;

  const redeem = async (): Promise<void> => {
    const token = session.read();
    const isBack = (): void => {
      if (session.read() !== token) return;
      session.clear();
      presence.hear({ eventName: 'logout' });
    };
    const kept = await tickets.take(token, isBack);
    void kept.map(async ({ ticket, sessions, since }) => {
      // What was signed in after the logout is not meant.
      const age = Math.floor(Math.max(0, Date.now() - since) / 1000);
      const answer = await config
        .fetch(`${config.origin}/socialize.redeemLeaveTicket`, {
          ...requestOf(config, { ticket, sessions, age }),
          keepalive: true,
          signal: AbortSignal.timeout(config.timeout),
        })
        .then((response) => response.json() as Promise<Envelope>)
        .catch(() => {});
      tickets.release(ticket, answer?.errorCode === 0);
    });
  };

  const follow = async (token: string | undefined): Promise<void> => {
    if (!token || !presence.isListening || !config.live || isFollowing) return;
    isFollowing = true;
    await import('./live.ts')
      .then(({ listen }) => listen(config, presence, window, token))
      // Not loaded; the other tabs are heard all the same.
      .catch(() => {});
    isFollowing = false;
  };

  presence.further = (token) => {
    void follow(token);
    return redeem();
  };
  // What the browser calls online takes a moment to carry anything.
  window.addEventListener('online', () => setTimeout(presence.look, 999));
};
