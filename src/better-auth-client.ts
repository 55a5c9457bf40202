/** The door `outro/better-auth/client`: what pages of a site on better-auth leave with. */
import type {
  BetterAuthClientOptions,
  BetterAuthClientPlugin,
  ClientStore,
} from '@better-auth/core';
import type { outro } from './better-auth/plugin.ts';
import { configure, type ClientConfig } from './browser/config.ts';
import type { EventBus } from './browser/events.ts';
import { createRedemption } from './browser/calls/redemption.ts';
import { createTicketStorage, type TicketStorage } from './browser/calls/ticket-storage.ts';
import { createPost } from './browser/calls/transport.ts';
import { createPresence, type Presence } from './browser/presence.ts';
import { ask, within } from './browser/request.ts';
import type { KeptTicket } from './browser/ticket.ts';
import type { Departure, Receipt, Step } from './core/receipt.ts';

/** Options of the client plugin. */
export interface OutroClientOptions {
  /** Milliseconds that leaving providers may take. Default 5000. */
  timeout?: number;
  /** Leave this page for the providers' own pages, where no window is to be opened. Default false. */
  fullPage?: boolean;
  /** How what an earlier sign-out left is sent. Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** The page. Default: `document`, if there is one. */
  document?: Document;
}

/** What of an answer this plugin uses. */
interface Answer {
  success?: boolean;
  receipt?: Receipt;
  departures?: Departure[];
}

// As the server's plugin hands it out.
const ticketHeader = 'x-outro-ticket';
const siteKey = 'better-auth';

// Milliseconds in which a sign-out belongs to the tab that has begun it.
const grace = 1000;

const addressOf = (baseURL: string | undefined, basePath = '/api/auth'): string => {
  const { href, pathname } = new URL(baseURL ?? globalThis.location?.origin ?? 'http://localhost');
  return `${href.replace(/\/$/, '')}${pathname === '/' ? basePath : ''}/outro`;
};

const isOver = ({ success, receipt = [] }: Answer): boolean =>
  success !== false &&
  !receipt.some(({ step, status }) => step === 'session' && /pending|failed/.test(status));

/** Leaves the providers that an answer names, and says with its receipt what came of it. */
const leave = async (
  departures: Departure[],
  config: ClientConfig,
  { document }: { document: Document | undefined },
  fullPage: boolean,
): Promise<{ receipt: Step[]; goTo?: string | undefined }> => {
  if (departures.length === 0) return { receipt: [] };
  // A page that leaves nobody does not pay for it.
  const { leaveProviders } = await import('./browser/leave/departure.ts');
  const post = createPost({ config, ask, within });
  return leaveProviders(departures, { document, limit: config.timeout, fullPage, post });
};

/** A page that is signed in, or was, and what it does on the way out. */
const createPage = (
  config: ClientConfig,
  presence: Presence,
  storage: TicketStorage,
  fullPage: boolean,
) => {
  let leaving: Promise<KeptTicket | undefined> | undefined;
  const settle = async (isConfirmed: boolean): Promise<void> => {
    const kept = leaving;
    leaving = undefined;
    await storage.settle(await kept?.catch(() => undefined), isConfirmed);
  };
  const follow = async ({ receipt = [], departures = [] }: Answer, isSignOut: boolean) => {
    const left = await leave(departures, config, config, fullPage);
    receipt.push(...left.receipt);
    if (isSignOut) presence.emit({ eventName: 'logout', receipt, context: null });
    if (left.goTo) presence.window?.location.assign(left.goTo);
  };
  return {
    /** This browser is out at once: other tabs know, and the ticket is there if the answer never comes. */
    begin(): void {
      const { ticket, tickets } = presence;
      leaving = tickets.keep({ ticket }, { sessions: 'this' }, config.timeout + grace);
      presence.leave();
      presence.ticket = undefined;
    },
    async hear(path: string, response: Response, answer: Answer | null): Promise<void> {
      const ticket = response.headers.get(ticketHeader);
      const isSignOut = path.endsWith('/sign-out');
      if (ticket && !isSignOut) {
        presence.ticket = ticket;
        presence.enter();
      }
      if (isSignOut) void settle(isOver(answer ?? {}));
      if (answer?.receipt) await follow(answer, isSignOut);
    },
    fail(): void {
      void settle(false);
    },
  };
};

/**
 * The page's half of the plugin: a sign-out that nobody confirmed is finished later by a ticket, other tabs hear of it at
 * once, and providers are left in this browser, with what came of it in the answer's `receipt`.
 *
 * @see design.md section 5
 */
export const outroClient = (options: OutroClientOptions = {}) => {
  const { timeout = 5000, fullPage = false, ...around } = options;
  let page: ReturnType<typeof createPage> | undefined;
  return {
    id: 'outro',
    $InferServerPlugin: {} as ReturnType<typeof outro>,
    pathMethods: {
      '/unlink-account': 'POST',
      '/revoke-session': 'POST',
      '/explain-removal': 'POST',
      '/redeem-leave-ticket': 'POST',
      '/get-receipt': 'GET',
    },
    fetchPlugins: [
      {
        id: 'outro',
        name: 'outro',
        hooks: {
          onRequest(request) {
            if (String(request.url).endsWith('/sign-out')) page?.begin();
          },
          async onSuccess({ response, request, data }) {
            await page?.hear(new URL(request.url).pathname, response, data as Answer | null);
          },
          onError() {
            page?.fail();
          },
        },
      },
    ],
    getActions(_fetch: unknown, store: ClientStore, given: BetterAuthClientOptions | undefined) {
      const config = configure({
        ...around,
        apiKey: siteKey,
        apiDomain: addressOf(given?.baseURL, given?.basePath),
        credentials: true,
        live: false,
        timeout,
      });
      const presence = createPresence(config);
      const storage = createTicketStorage(config, presence.tickets, presence.window, presence.life);
      page = createPage(config, presence, storage, fullPage);
      presence.further = createRedemption({ config, presence, ask }, storage, ({ departures }) =>
        leave(departures, config, config, false),
      );
      presence.on('logout', ({ remote }) => {
        // What another tab has ended is asked about again.
        if (remote) store.notify('$sessionSignal');
      });
      const on: EventBus['on'] = (event, handler) => presence.on(event, handler);
      return { leaving: { on, close: () => presence.close() } };
    },
  } satisfies BetterAuthClientPlugin;
};
