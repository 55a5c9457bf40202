import type { Step } from '../core/receipt.ts';
import type { ClientConfig } from './config.ts';
import { createEvents, type EventBus, type RemoteEvent } from './events.ts';
import { createSession, type Session } from './session.ts';
import { createTickets, type SessionScope, type Settle, type Tickets } from './ticket.ts';

/** What a page knows of its person before anything is called, and what it can do without the rest of the client. */
export interface Presence extends EventBus {
  session: Session;
  tickets: Tickets;
  /** Goes up with everything heard and every logout: what was read before that may be out of date. */
  epoch: number;
  /** Somebody listens to events, or the page is guarded. */
  isListening: boolean;
  /** Looks who is signed in now, and gives back the session's token. */
  look: () => string | undefined;
  /** What the rest of the client does, once it is there, whenever the page looks. */
  further?: (token: string | undefined) => Promise<void>;
  /** A logout that has happened here, and is to be told to the backend next. */
  left?: { token: string; settle: Settle } | undefined;
  /** Tells the page's listeners of something that happened elsewhere. */
  hear: (event: RemoteEvent) => void;
  /** Tells the site's other tabs in this browser. */
  tell: (event: RemoteEvent) => void;
  /** Ends the session in this browser, whatever happens on the network, and tells other tabs; `left` has what is left. */
  logOutHere: (token: string, scope: SessionScope) => void;
}

// The tab that did it is still asking the backend, or was refused: only that tab has the outcome.
const endedHere: Step = {
  step: 'session',
  status: 'asked',
  reason: 'asked by another tab',
};

/**
 * Looks after what a page needs all the time: the session, the events, the other tabs (a channel), what happens behind
 * the back of a page that was put away (its session is compared when it comes back), and a ticket for the way out.
 *
 * @see design.md section 5
 */
export const createPresence = (config: ClientConfig): Presence => {
  const { apiKey, document, guard, isVendors } = config;
  const window = document?.defaultView;
  const session = createSession(document, apiKey);
  const tickets = createTickets(config, window);
  const events = createEvents();
  const name = `outro_${apiKey}`;
  // The session that this page knows of, until it hears that it is over.
  let seen: string | undefined;
  // Absent in old browsers and sandboxed pages, which then hear less.
  const channel = window && globalThis.BroadcastChannel && new BroadcastChannel(name);

  const hear = (event: RemoteEvent): void => {
    presence.epoch += 1;
    if (event.eventName === 'logout') {
      // Told on several ways, heard once.
      if (seen === undefined) return;
      seen = undefined;
      // A page that is loaded again is there to be read until the new one comes.
      if (guard) document?.documentElement.replaceChildren();
      if (guard === 'reload') window?.location.reload();
    }
    events.emit({ receipt: [endedHere], ...event, context: null, remote: true });
  };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  const tell = (event: RemoteEvent): void => channel?.postMessage(event);

  const look = (): string | undefined => {
    const token = (seen = session.read());
    if (window && !isVendors) (presence.further ?? tickets.prepare)(token).catch(() => {});
    return token;
  };

  channel?.addEventListener('message', ({ data }: MessageEvent<RemoteEvent>) => hear(data));
  // Outside a browser it must not keep a process alive.
  (channel as { unref?: () => void } | undefined)?.unref?.();
  // A page that comes back from the back/forward cache was told nothing meanwhile.
  window?.addEventListener('pageshow', () => {
    if (session.read() !== seen) hear({ eventName: 'logout' });
  });
  const presence: Presence = {
    session,
    tickets,
    epoch: 0,
    isListening: Boolean(guard),
    look,
    hear,
    tell,
    emit: events.emit,
    on(event, handler) {
      presence.isListening = true;
      look();
      return events.on(event, handler);
    },
    logOutHere(token, scope) {
      presence.left = { token, settle: isVendors ? async () => false : tickets.keep(token, scope) };
      presence.epoch += 1;
      session.clear();
      seen = undefined;
      tell({ eventName: 'logout' });
    },
  };
  return presence;
};
