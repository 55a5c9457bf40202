import type { RemoteEvent } from './remote.ts';

/** What listening needs of a client. */
export interface LivePlace {
  window: Window;
  /** Only one tab of the browser listens under this name; the others hear from it. */
  name: string;
  isSignedIn: () => boolean;
  /** Opens the stream, after the last event that was heard. */
  open: (lastEventId: string, signal: AbortSignal) => Promise<Response>;
  hear: (event: RemoteEvent) => void;
}

// Milliseconds before a broken stream is opened again.
const shortest = 1000;
const longest = 60_000;

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
      const { headers, body } = await place.open(last.eventId, signal);
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
          if (data.startsWith('{')) place.hear(JSON.parse(data) as RemoteEvent);
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
