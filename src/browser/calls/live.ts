import type { ClientConfig } from '../config.ts';
import type { RemoteEvent } from '../events.ts';
import { requestOf } from '../request.ts';
import type { Presence } from '../presence.ts';

/** What listening needs of a client. */
export interface LivePlace {
  window: Window;
  /** Only one tab of the browser listens under this name; the others hear from it. */
  name: string;
  isSignedIn: () => boolean;
  /** Opens the stream, after the last event that was heard. */
  open: (lastEventId: string, signal: AbortSignal) => Promise<Response>;
  hear: (event: RemoteEvent) => unknown;
}

// Milliseconds before a broken stream is opened again.
const shortest = 1000;
const longest = 60_000;

// Milliseconds for the head of its answer.
const headLimit = 30_000;

const sleep = (time: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, time);
    signal.addEventListener('abort', () => resolve());
  });

const field = (block: string, name: string): string =>
  new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';

const follow = async (
  place: LivePlace,
  last: { eventId: string },
  signal: AbortSignal,
): Promise<void> => {
  for (
    let wait = shortest;
    place.isSignedIn() && !signal.aborted;
    wait = Math.min(wait * 2, longest)
  ) {
    try {
      const head = new AbortController();
      const timer = setTimeout(() => head.abort(), headLimit);
      const { headers, body } = await place
        .open(last.eventId, AbortSignal.any([signal, head.signal]))
        .finally(() => clearTimeout(timer));
      // A refusal, or a backend that has no stream, such as the vendor's cloud.
      if (!body || !headers.get('content-type')?.startsWith('text/event-stream')) return;
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        wait = shortest;
        const blocks = (text + part.value).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          last.eventId = field(block, 'id') || last.eventId;
          const data = field(block, 'data');
          if (data.startsWith('{')) await place.hear(JSON.parse(data) as RemoteEvent);
        }
      }
    } catch {
      // Cut off; it is opened again below.
    }
    await sleep(wait * (1 + Math.random()), signal);
  }
};

/**
 * Follows the backend's stream of what happens to the signed-in person elsewhere, as long as somebody is signed in;
 * paused while the page is hidden away in the back/forward cache, which takes no page with an open stream.
 *
 * @returns when there is nothing more to hear
 */
export const followLive = async (place: LivePlace): Promise<void> => {
  const { locks } = place.window.navigator;
  const last = { eventId: '' };
  for (;;) {
    const pause = new AbortController();
    const onHide = (): void => pause.abort();
    place.window.addEventListener('pagehide', onHide, { once: true });
    const run = (): Promise<void> => follow(place, last, pause.signal);
    await (locks ? locks.request(place.name, { signal: pause.signal }, run) : run()).catch(
      () => {},
    );
    place.window.removeEventListener('pagehide', onHide);
    if (!pause.signal.aborted) return;
    await new Promise((resolve) =>
      place.window.addEventListener('pageshow', resolve, { once: true }),
    );
  }
};

/**
 * Hears for a page, and for the other tabs of its browser, what happens to its person in other browsers and at providers.
 *
 * @param token of the person who listens.
 * @returns when there is nothing more to hear
 */
export const listen = (
  config: ClientConfig,
  { session, tell, hear }: Presence,
  window: Window,
  token: string,
): Promise<void> => {
  const isSignedIn = (): boolean => session.read() === token;
  return followLive({
    window,
    name: `outro_${config.apiKey}`,
    isSignedIn,
    open: (lastEventId, signal) =>
      config.fetch(`${config.origin}/socialize.listen`, {
        ...requestOf(config, { lastEventId, login_token: token }),
        signal,
      }),
    async hear(event) {
      // Another person may have signed in meanwhile.
      if (event.eventName === 'logout' && isSignedIn()) session.clear();
      if (event.eventName !== 'logout') {
        const { askUser } = await import('./user.ts');
        event.user ??= await askUser(config, token);
      }
      tell(event);
      hear(event);
    },
  });
};
