import { fail } from '../../core/error.ts';
import type { Hearer, PageEvent } from '../exits/exits.ts';
import type { Account } from '../rules/account.ts';
import { requireAccount, sessionOf, type Caller } from '../caller/caller.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Gate } from '../caller/gate.ts';
import type { ApiRequest } from '../wire/request.ts';
import type { Site } from '../config/sites.ts';

/** The open pages of this instance, each with a stream by which it hears of changes. */
export interface PageStreams {
  /**
   * Answers a page that wants to hear: a stream of events, which ends with its session.
   *
   * @throws unauthorizedUser, invalidRequest, invalidParameter, operationNotAllowed, apiRateLimitExceeded,
   *   serverError
   */
  open(raw: Request, request: ApiRequest, caller: Caller, gate: Gate): Promise<Response>;
  /** How many pages listen at present. */
  count(): number;
  /** Ends every stream, for good; its page finds another instance. */
  close(): Promise<void>;
}

// Milliseconds between signs of life, and pages that get theirs at once.
const heartbeat = 20_000;
const slice = 1000;

const none = new Set<never>();

// Streams of one person at most, on this instance; a browser needs one.
const streamsPerAccount = 100;

// Messages that wait for a slow page; then it has to come again, and is told what it missed.
const queueLength = 64;

/** One page that listens. */
interface Listener {
  /** Site and account, as one text. */
  person: string;
  account: string;
  session: string;
  /** The event after which it hears of each as it comes; `undefined` until that is known. */
  after: bigint | undefined;
  /** What came until then. */
  held: PageEvent[];
  send(message: string): void;
  end(): void;
}

const messageOf = ({ id, name, provider, receipt, callId }: PageEvent): string => {
  const data = JSON.stringify({ eventName: name, provider, receipt, callId });
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
};

const personOf = (site: string, account: string): string => `${site} ${account}`;

const concerns = ({ sessions }: PageEvent, listener: Listener): boolean =>
  !sessions || sessions.includes(listener.session);

const hand = (event: PageEvent, listener: Listener): void => {
  if (event.exceptSession !== listener.session) listener.send(messageOf(event));
  // Also where it was the one that asked: its session is over, and with it the stream.
  if (event.name === 'logout') listener.end();
};

const receive = (event: PageEvent, listener: Listener): void => {
  if (!concerns(event, listener)) return;
  if (listener.after === undefined) {
    listener.held.push(event);
    // Then it has to come again, like one that is too slow.
    if (listener.held.length > queueLength) listener.end();
  }
  // Notifications may lag behind what the table has shown.
  else if (BigInt(event.id) > listener.after) hand(event, listener);
};

const readLastEventId = (raw: Request, request: ApiRequest): bigint | undefined => {
  // Pages of another origin may not send the header without asking first.
  const given = raw.headers.get('last-event-id') ?? request.param('lastEventId');
  if (!given) return undefined;
  return /^\d{1,18}$/.test(given)
    ? BigInt(given)
    : fail('invalidParameter', 'lastEventId: expected the id of the event that was heard last');
};

const startStream = (
  of: Pick<Listener, 'person' | 'account' | 'session'>,
  whenOver: (listener: Listener) => void,
): { listener: Listener; body: ReadableStream } => {
  const encoder = new TextEncoder();
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const over = (): void => {
    stream = undefined;
    whenOver(listener);
  };
  const listener: Listener = {
    ...of,
    after: undefined,
    held: [],
    send(message) {
      if (stream?.desiredSize === 0) listener.end();
      stream?.enqueue(encoder.encode(message));
    },
    end() {
      stream?.close();
      over();
    },
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stream = controller;
      },
      cancel: over,
    },
    new CountQueuingStrategy({ highWaterMark: queueLength }),
  );
  return { listener, body };
};

const headers = {
  'Content-Type': 'text/event-stream',
  // Neither kept nor compressed on the way, and handed on at once.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Makes the streams of an instance; it listens to the store while there are any.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export const createPageStreams = (parts: ServerContext): PageStreams => {
  const { store, logError } = parts;
  const listeners = new Map<string, Set<Listener>>();
  let listening: Promise<() => Promise<void>> | undefined;
  let heart: NodeJS.Timeout | undefined;
  let isClosed = false;

  const present = (site: string, account: string): Set<Listener> =>
    listeners.get(personOf(site, account)) ?? none;
  const hearer: Hearer = {
    holds: (site, account) => present(site, account).size > 0,
    hear(event) {
      for (const listener of present(event.site, event.account)) receive(event, listener);
    },
  };
  const add = (listener: Listener): void => {
    const own = listeners.get(listener.person) ?? new Set();
    listeners.set(listener.person, own.add(listener));
  };
  const remove = (listener: Listener): void => {
    const own = listeners.get(listener.person);
    if (own?.delete(listener) && own.size === 0) listeners.delete(listener.person);
  };
  // Nobody waits for a sign of life, and the next one tries again: what fails in between would never be known.
  const report = (error: unknown): void => logError({ callId: '', path: '/listen', error });
  const all = (): Listener[] => [...listeners.values()].flatMap((own) => [...own]);
  const start = async (): Promise<void> => {
    heart ??= setInterval(() => void beat().catch(report), heartbeat).unref();
    const started = (listening ??= store.exits.listen(hearer));
    await started.catch((error: unknown) => {
      if (listening === started) listening = undefined;
      throw error;
    });
  };
  const stop = async (): Promise<void> => {
    const stopped = listening;
    listening = undefined;
    clearInterval(heart);
    heart = undefined;
    await stopped?.then(
      (stopListening) => stopListening(),
      () => {},
    );
  };
  // In slices, so that nothing else waits long for thousands of pages.
  const beat = async (): Promise<void> => {
    if (listeners.size === 0) return stop();
    const heard = all();
    for (let from = 0; from < heard.length; from += slice) {
      const some = heard.slice(from, from + slice);
      for (const listener of some) listener.send(':\n\n');
      // Nobody tells of a session that merely runs out.
      const asked = [...new Set(some.map(({ session }) => session))];
      const live = new Set(await store.people.liveSessions(asked));
      for (const listener of some) if (!live.has(listener.session)) listener.end();
    }
  };

  /** Says from where the page hears, and what it missed. */
  const begin = async (listener: Listener, site: Site, lastHeard: bigint | undefined) => {
    await start();
    const past = await store.exits.pageEvents({ site: site.apiKey, account: listener.account });
    // It may have ended before this instance listened for it.
    const [live] = await store.people.liveSessions([listener.session]);
    if (!live) fail('unauthorizedUser', 'login_token: expected the token of a live session');
    const newest = past.at(-1)?.id ?? '0';
    listener.send(`event: ready\nid: ${newest}\ndata: ready\n\n`);
    listener.after = lastHeard ?? BigInt(newest);
    for (const event of past) receive(event, listener);
    listener.after = BigInt(newest);
    for (const event of listener.held) receive(event, listener);
    listener.held = [];
  };

  const admit = (person: string, { session }: Account): string => {
    if (!session) return fail('unauthorizedUser', 'login_token: expected the token of a session');
    if (isClosed) fail('serverError', 'this instance is shutting down; ask again');
    return (listeners.get(person)?.size ?? 0) < streamsPerAccount
      ? session.id
      : fail(
          'operationNotAllowed',
          `login_token: expected at most ${streamsPerAccount} streams of one person; close one`,
        );
  };

  return {
    async open(raw, request, caller, gate) {
      if (request.httpMethod !== 'POST')
        fail('invalidRequest', 'method: expected POST, so that no token stands in an address');
      const lastHeard = readLastEventId(raw, request);
      const { site } = caller;
      gate.admit(site, sessionOf(caller));
      const account = requireAccount(await store.people.read(caller.account()), caller);
      const person = personOf(site.apiKey, account.id);
      const of = { person, account: account.id, session: admit(person, account) };
      const { listener, body } = startStream(of, remove);
      add(listener);
      try {
        await begin(listener, site, lastHeard);
      } catch (error) {
        listener.end();
        throw error;
      }
      if (raw.signal.aborted) listener.end();
      raw.signal.addEventListener('abort', () => listener.end(), { once: true });
      return new Response(body, { headers });
    },

    count: () => all().length,
    async close() {
      isClosed = true;
      for (const listener of all()) listener.end();
      await stop();
    },
  };
};
