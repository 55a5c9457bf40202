import type { ClientConfig } from '../config.ts';
import type { Presence } from '../presence.ts';
import type { Post } from './transport.ts';

/**
 * Lets a page do, whenever it looks, what needs the backend: it sends the tickets that wait, also when the network
 * returns, and hears what happens to its person in other browsers and at providers, if anybody listens.
 *
 * @see design.md section 5
 */
export const attachElsewhere = (config: ClientConfig, presence: Presence, post: Post): void => {
  const { session, tickets } = presence;
  const window = config.document?.defaultView;
  let isFollowing = false;
  // What this page knew when it took the tickets that waited: only something new can have brought another.
  let settled: string | undefined;

  const redeem = async (token: string | undefined): Promise<void> => {
    const known = `${presence.epoch} ${token}`;
    if (known === settled) return;
    settled = known;
    const isBack = (): void => {
      if (session.read() !== token) return;
      session.clear();
      presence.hear({ eventName: 'logout' });
    };
    const kept = await tickets.take(token, isBack);
    for (const { ticket, sessions, since } of kept) {
      // What was signed in after the logout is not meant.
      const age = Math.floor(Math.max(0, Date.now() - since) / 1000);
      post('socialize.redeemLeaveTicket', { ticket, sessions, age }).then(
        () => tickets.release(ticket, true),
        () => {
          settled = '';
          tickets.release(ticket);
        },
      );
    }
  };

  const follow = async (token: string | undefined): Promise<void> => {
    if (!token || !presence.isListening || !config.live || isFollowing) return;
    isFollowing = true;
    await import('./live.ts')
      .then(({ listen }) => listen(config, presence, window as Window, token))
      // Not loaded; the other tabs are heard all the same.
      .catch(() => {});
    isFollowing = false;
  };

  presence.further = (token) => {
    void follow(token);
    return redeem(token).catch(() => {
      settled = '';
    });
  };
  // What the browser calls online takes a moment to carry anything.
  window?.addEventListener('online', () => {
    presence.epoch += 1;
    setTimeout(presence.look, 999);
  });
};
