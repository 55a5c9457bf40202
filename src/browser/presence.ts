import type { Step } from '../core/receipt.ts';
import type { ClientConfig } from './config.ts';
import { createEvents, type EventBus, type RemoteEvent } from './events.ts';
import { createSession, type Session } from './session.ts';
import { createTickets, type SessionScope, type Settle } from './ticket.ts';

/** Loads what shapes a user: pages that never ask for one do not pay for its fields. */
export const loadUser = async () => import('./user.ts');

/** What a page knows of its person before anything is called, and what it can do without the rest of the client. */
export interface Presence extends EventBus {
  session: Session;
  /** Goes up with everything heard: what was read before that may be out of date. */
  epoch: () => number;
  /** Looks who is signed in now, sends what is still to be sent, and listens from now on. */
  look: () => unknown;
  /** Tells the site's other tabs in this browser. */
  tell: (event: RemoteEvent) => void;
  /**
   * Ends the session in this browser, whatever happens on the network; other tabs are told.
   *
   * @returns what is to be told of the backend's answer.
   */
  logOutHere: (token: string, scope: SessionScope) => Settle;
}

// The tab that did it is still asking the backend, or was refused: only that tab has the outcome.
const endedHere: Step = {
  step: 'session',
  status: 'asked',
  reason: 'ended in this browser by another tab, which has the outcome',
};

/**
 * Looks after what a page needs all the time: the session, the events, the other tabs (a channel), what happens behind
 * the back of a page that was put away (its session is compared when it comes back), tickets that wait. What happens in
 * other browsers and at providers is heard by a part that loads for those who listen.
 * @see design.md section 5
 */
export const createPresence = (config: ClientConfig): Presence => {
  const { apiKey, document, guard, live, isVendors } = config;
  const window = document?.defaultView;
  const session = createSession(document, apiKey);
  const tickets = createTickets(config, window);
  const events = createEvents();
  const name = `outro_${apiKey}`;
  // The session that this page knows of, until it hears that it is over.
  let seen: string | undefined;
  let epoch = 0;
  // Absent in old browsers and sandboxed pages, which then hear less.
  const channel = window && globalThis.BroadcastChannel && new BroadcastChannel(name);
  let isListening = guard !== undefined;
  let isFollowing = false;

  const hear = async (event: RemoteEvent): Promise<void> => {
    epoch += 1;
    if (event.eventName === 'logout') {
      // Told on several ways, heard once.
      if (seen === undefined) return;
      seen = undefined;
      // A page that is loaded again is there to be read until the new one comes.
      if (guard) document?.documentElement.replaceChildren();
      if (guard === 'reload') window?.location.reload();
    } else event.user ??= await (await loadUser()).askUser(config, session.read());
    events.emit({ receipt: [endedHere], ...event, context: null, remote: true });
  };
  // A page that comes back from the back/forward cache was told nothing meanwhile.
  const compare = (): void => {
    if (session.read() !== seen) void hear({ eventName: 'logout' });
  };
  const redeem = async (): Promise<void> => {
    const token = session.read();
    const isBack = await tickets.redeem(token).catch(() => false);
    if (!isBack || session.read() !== token) return;
    session.clear();
    compare();
  };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  const tell = (event: RemoteEvent): void => channel?.postMessage(event);

  const look = async (): Promise<void> => {
    const token = session.read();
    seen = token;
    if (!window || isVendors) return;
    void redeem();
    if (!token || !isListening || !live || isFollowing) return;
    isFollowing = true;
    try {
      const { listen } = await import('./live.ts');
      await listen({ config, window, name, token, session, tell, hear });
    } catch {
      // Not loaded; the other tabs are heard all the same.
    }
    isFollowing = false;
  };

  channel?.addEventListener('message', ({ data }: MessageEvent<RemoteEvent>) => void hear(data));
  // Outside a browser it must not keep a process alive.
  (channel as { unref?: () => void } | undefined)?.unref?.();
  window?.addEventListener('online', () => void redeem());
  window?.addEventListener('pageshow', compare);
  void look();
  return {
    session,
    epoch: () => epoch,
    look,
    tell,
    emit: events.emit,
    on(event, handler) {
      isListening = true;
      void look();
      return events.on(event, handler);
    },
    logOutHere(token, scope) {
      const settle = isVendors ? async () => false : tickets.keep(token, scope);
      session.clear();
      seen = undefined;
      tell({ eventName: 'logout' });
      return settle;
    },
  };
};
