import type { Step } from '../core/receipt.ts';
import { followLive } from './live.ts';
import type { RemoteEvent } from './remote.ts';
import type { ClientConfig } from './config.ts';
import type { Session } from './session.ts';
import type { Tickets } from './ticket.ts';
import type { Transport } from './transport.ts';

/** What hearing from elsewhere needs of a client. */
export interface Elsewhere {
  config: ClientConfig;
  window: Window;
  transport: Transport;
  session: Session;
  tickets: Tickets;
  /** Name of the site's channel and lock in this browser. */
  name: string;
  /** This client, whose own words it does not hear again. */
  self: number;
  /** The session that the page knows of, until it hears that it is over. */
  seen: () => string | undefined;
  hear: (event: RemoteEvent) => unknown;
}

// The tab that did it is still asking the backend, or was refused: only that tab has the outcome.
const endedHere: Step = {
  step: 'session',
  status: 'asked',
  reason: 'ended in this browser by another tab, which has the outcome',
};

/**
 * Hears what happens to the signed-in person elsewhere: in other tabs (a channel), behind the back of a page that was
 * put away and comes back (its session is compared), in other browsers and at providers (the backend's stream). Sends
 * what is still to be sent: tickets that wait, at once and whenever the network returns.
 *
 * @returns what looks again: at the session that the page knows of now, and at tickets that wait.
 * @see design.md section 5
 */
export const attachElsewhere = (place: Elsewhere): (() => void) => {
  const { window, name, self, seen, session, tickets } = place;
  const { guard, live } = place.config;
  const { post, open, isVendors } = place.transport;
  const hear = (event: RemoteEvent): void => {
    if (event.eventName === 'logout') {
      // Told on several ways, heard once.
      if (seen() === undefined) return;
      // A page that is loaded again is there to be read until the new one comes.
      if (guard) window.document.documentElement.replaceChildren();
      if (guard === 'reload') window.location.reload();
    }
    place.hear({ receipt: [endedHere], ...event });
  };

  // Absent in old browsers and sandboxed pages, which then hear less.
  const channel = globalThis.BroadcastChannel && new BroadcastChannel(name);
  channel?.addEventListener('message', ({ data }: MessageEvent<RemoteEvent>) => {
    const { from, ...event } = data;
    if (from !== self) hear(event);
  });
  // Outside a browser it must not keep a process alive.
  (channel as { unref?: () => void } | undefined)?.unref?.();

  const redeem = (): void => {
    for (const kept of tickets.kept()) {
      const ticket = kept.slice(kept.lastIndexOf(' ') + 1);
      const [sessions, since] = window.localStorage.getItem(kept)?.split(' ') ?? [];
      // What was signed in after the logout is not meant.
      const age = Math.max(0, Math.floor((Date.now() - Number(since)) / 1000)) || 0;
      post('socialize.redeemLeaveTicket', { ticket, sessions, age }).then(
        () => tickets.drop(ticket),
        () => {},
      );
    }
  };
  // A page that comes back from the back/forward cache was told nothing meanwhile.
  const compare = (): void => {
    if (session.read() !== seen()) hear({ eventName: 'logout' });
  };
  window.addEventListener('online', redeem);
  window.addEventListener('pageshow', compare);

  let isFollowing = false;
  return () => {
    redeem();
    compare();
    const token = seen();
    if (isFollowing || !live || isVendors || token === undefined) return;
    isFollowing = true;
    void followLive({
      window,
      name,
      isSignedIn: () => session.read() === token,
      open: (lastEventId, signal) =>
        open('socialize.listen', { lastEventId, login_token: token }, { signal }),
      hear(event) {
        // Another person may have signed in meanwhile.
        if (event.eventName === 'logout' && session.read() === token) session.clear();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
        channel?.postMessage({ ...event, from: self });
        hear(event);
      },
    }).finally(() => (isFollowing = false));
  };
};
