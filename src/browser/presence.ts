import type { Step } from '../core/receipt.ts';
import type { ClientConfig } from './config.ts';
import { createEvents, type EventBus, type RemoteEvent } from './events.ts';
import { attempt, genuine, isAhead } from './page.ts';
import { createSession, type Session } from './session.ts';
import { createTickets, type Tickets } from './ticket.ts';

/** What a page knows of its person before anything is called, and what it can do without the rest of the client. */
export interface Presence extends EventBus {
  session: Session;
  tickets: Tickets;
  window: Window | undefined;
  /** Ends with the client: what listens by it listens no more. */
  life: AbortSignal;
  /** Goes up with everything heard and every logout: what was read before that may be out of date. */
  epoch: number;
  /** Goes up with every logout, here or elsewhere. */
  logouts: number;
  /** UID of the person that the page has read: each call names it, so that it never acts on another one. */
  person?: string | undefined;
  /** The session that this page knows of, until it hears that it is over. */
  seen?: string | undefined;
  /** The ticket that the backend has handed out, where no token can be read. */
  ticket?: string | undefined;
  /** The page has been told that it is signed out. */
  isOutTold: boolean;
  /** Somebody is signed in, as far as this page has seen or heard. */
  isIn: boolean;
  /** Somebody listens to events, or the page is guarded. */
  isListening: boolean;
  /** Settles when it is known whether another session than the one seen before is the same person's. */
  comparing?: Promise<unknown> | undefined;
  /** Settles when a page that is only made ahead of a visit is visited, which may be never: it has nothing to send or to end. */
  visit?: Promise<unknown> | undefined;
  /** Looks who is signed in now, and gives back the session's token. */
  look: () => string | undefined;
  /** What else is done whenever the page looks. */
  further?: (token: string | undefined) => unknown;
  /** Finds out whether two sessions are the same person's, and tells the page if they are not. */
  compare?: (before: string, token: string) => Promise<unknown>;
  /** Tells the page's listeners of something that happened elsewhere. */
  hear: (event: RemoteEvent) => void;
  /** Tells the site's other tabs in this browser. */
  tell: (event: RemoteEvent) => void;
  /** Forgets the session in this browser, and tells other tabs; gives back whether nothing of it can be read any more. */
  leave: () => boolean;
  /** Notes that somebody is signed in. */
  enter: () => void;
  /** Does something when it happens to the page, as long as the client lives. */
  listen: (
    target: EventTarget | null | undefined,
    name: string,
    act: (event: MessageEvent) => void,
  ) => void;
  /** Empties a guarded page. */
  blank: () => void;
  close: () => void;
}

// The tab that did it is still asking the backend, or was refused: only that tab has the outcome.
const endedElsewhere: Step = {
  step: 'session',
  status: 'asked',
  reason: 'asked by another tab, or ended by the site',
};

/**
 * Looks after what a page needs all the time: the session, the events, the other tabs (a channel), what happens behind
 * the back of a page that was put away or not looked at (its session is compared), and a ticket for the way out.
 *
 * @see design.md section 5
 */
export const createPresence = (config: ClientConfig): Presence => {
  const { apiKey, document, guard } = config;
  const window = (document && genuine(document, 'defaultView')) ?? undefined;
  const session = createSession(document, apiKey);
  const events = createEvents();
  const life = new AbortController();
  let channel: BroadcastChannel | undefined;
  let isBegun = false;
  // Of a page that has logged out nothing is left that the way back could show.
  let isPutAway = false;

  const over = (): void => {
    presence.logouts += 1;
    presence.isIn = false;
    presence.seen = undefined;
  };
  const reload = (): void => {
    if (guard === 'reload') window?.location.reload();
  };
  // What a browser takes its time for is not done while the page is read, but at the first look, which is soon.
  const begin = (): void => {
    if (isBegun || !window || life.signal.aborted) return;
    isBegun = true;
    const { listen } = presence;
    // Absent in old browsers, and refused where a page may keep nothing; it then hears less.
    channel = attempt(() => new BroadcastChannel(`outro_${apiKey}`));
    listen(channel, 'message', ({ data }) => presence.hear(data as RemoteEvent));
    // Outside a browser it must not keep a process alive.
    (channel as { unref?: () => void } | undefined)?.unref?.();
    listen(window, 'focus', look);
    // Not when it is hidden: a page that is being left has nothing to read or to send that would not keep it out of the
    // back/forward cache.
    listen(window, 'visibilitychange', () => {
      if (genuine(window.document, 'visibilityState') !== 'hidden') look();
    });
    listen(window, 'pagehide', () => {
      isPutAway = presence.logouts > 0 && !presence.isIn;
      if (isPutAway) presence.blank();
    });
    // A page that comes back from the back/forward cache was told nothing meanwhile.
    listen(window, 'pageshow', () => {
      look();
      if (isPutAway && !presence.isIn) reload();
    });
  };
  const look = (): string | undefined => {
    begin();
    const token = session.read();
    // What happened to the session until the visit is seen then.
    if (presence.visit) return token;
    const before = presence.seen;
    if (before && !token) presence.hear({ eventName: 'logout' });
    presence.seen = token;
    if (token) presence.enter();
    // Where nobody was read and nobody listens, nobody can be mistaken.
    const isKnown = presence.isListening || presence.person !== undefined;
    if (before && token && before !== token && isKnown)
      presence.comparing = presence
        .compare?.(before, token)
        .finally(() => (presence.comparing = undefined));
    presence.tickets.prepare(token).catch(() => {});
    presence.further?.(token);
    return token;
  };

  const presence: Presence = {
    session,
    tickets: createTickets(document, apiKey),
    window,
    life: life.signal,
    epoch: 0,
    logouts: 0,
    isOutTold: false,
    isIn: false,
    isListening: Boolean(guard),
    look,
    hear(event) {
      presence.epoch += 1;
      if (event.eventName === 'logout') {
        // Told on several ways, heard once.
        if (!presence.isIn) return;
        over();
        // A page that is loaded again is there to be read until the new one comes.
        presence.blank();
        reload();
      }
      events.emit({ receipt: [endedElsewhere], ...event, context: null, remote: true });
    },
    tell(event) {
      begin();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
      attempt(() => channel?.postMessage(event));
    },
    emit: events.emit,
    on(event, handler) {
      presence.isListening = true;
      look();
      return events.on(event, handler);
    },
    leave() {
      const isClear = session.clear();
      presence.epoch += 1;
      over();
      presence.person = undefined;
      presence.tell({ eventName: 'logout' });
      return isClear;
    },
    enter() {
      presence.isIn = true;
      presence.isOutTold = false;
    },
    listen(target, name, act) {
      attempt(() => target?.addEventListener(name, act as EventListener, { signal: life.signal }));
    },
    blank() {
      if (guard && document) genuine(document, 'documentElement').replaceChildren();
    },
    close() {
      life.abort();
      attempt(() => channel?.close());
    },
  };

  if (isAhead(document)) {
    look();
    presence.visit = new Promise((resolve) =>
      window?.addEventListener('prerenderingchange', resolve, true),
    ).then(() => {
      presence.visit = undefined;
      return look();
    });
  }
  return presence;
};
