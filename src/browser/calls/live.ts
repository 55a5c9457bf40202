import { isEnvelope } from '../../core/envelope.ts';
import type { WireUser } from '../../core/user.ts';
import type { RemoteEvent } from '../events.ts';
import { attempt } from '../page.ts';
import type { Start } from '../call.ts';
import { limitsOf, type Post } from '../request.ts';
import { toUser } from './user.ts';

/** What listening needs of a client. */
export interface LivePlace {
  window: Window;
  /** Only one tab of the browser listens under this name; the others hear from it. */
  name: string;
  /** Ends it for good. */
  life: AbortSignal;
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

const onAbort = (signal: AbortSignal, act: () => void): void => {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
};

const sleep = (time: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, time);
    onAbort(signal, resolve);
  });

const field = (block: string, name: string): string =>
  new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';

/** Whether asking again may help: a failure of the backend or of what stands before it, or too many at once. */
const isPassing = async (response: Response): Promise<boolean> => {
  if (response.status >= 500 || response.status === 429) return true;
  const answer: unknown = await response.json().catch(() => {});
  const { errorCode = 0, errorMessage = '' } = isEnvelope(answer) ? answer : {};
  return errorCode > 500_000 || /rate/i.test(errorMessage);
};

/** Reads one stream to its end; gives back whether it may be opened again. */
const readStream = async (
  place: LivePlace,
  last: { eventId: string },
  signal: AbortSignal,
  onPart: () => void,
): Promise<boolean> => {
  // Not by `AbortSignal.any`, which browsers have only lately.
  const stop = new AbortController();
  onAbort(signal, () => stop.abort());
  const timer = setTimeout(() => stop.abort(), headLimit);
  const response = await place.open(last.eventId, stop.signal).finally(() => clearTimeout(timer));
  const { headers, body } = response;
  // A refusal, or a backend that has no stream, such as the vendor's cloud.
  if (!body || !headers.get('content-type')?.startsWith('text/event-stream'))
    return isPassing(response);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    onPart();
    const blocks = (text + part.value).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      last.eventId = field(block, 'id') || last.eventId;
      const data = field(block, 'data');
      if (data.startsWith('{')) await place.hear(JSON.parse(data) as RemoteEvent);
    }
  }
  return true;
};

const follow = async (
  place: LivePlace,
  last: { eventId: string },
  signal: AbortSignal,
): Promise<void> => {
  let wait = shortest;
  while (place.isSignedIn() && !signal.aborted) {
    const isOn = await readStream(place, last, signal, () => (wait = shortest)).catch(
      // Cut off; it is opened again.
      () => true,
    );
    if (!isOn) return;
    await sleep(wait * (1 + Math.random()), signal);
    wait = Math.min(wait * 2, longest);
  }
};

/**
 * Follows the backend's stream of what happens to the signed-in person elsewhere, as long as somebody is signed in;
 * paused while the page is frozen, or hidden away in the back/forward cache, which takes no page with an open stream or lock.
 *
 * @returns when there is nothing more to hear
 */
export const followLive = async (place: LivePlace): Promise<void> => {
  const { window, life, name } = place;
  const last = { eventId: '' };
  for (;;) {
    const pause = new AbortController();
    let isBack: Promise<unknown> | undefined;
    const onHide = (): void => {
      // Waited for from now on: a page that is put away runs nothing more, and would miss its coming back.
      isBack = new Promise((resolve) => {
        for (const back of ['pageshow', 'resume'])
          window.addEventListener(back, resolve, { once: true, capture: true });
        onAbort(life, () => resolve(undefined));
      });
      pause.abort();
    };
    // A frozen page reads nothing, and would keep the other tabs from listening.
    for (const away of ['pagehide', 'freeze'])
      window.addEventListener(away, onHide, { capture: true, signal: pause.signal });
    onAbort(life, () => pause.abort());
    const run = (): Promise<void> => follow(place, last, pause.signal);
    const locks = attempt(() => window.navigator.locks);
    const held = locks && attempt(() => locks.request(name, { signal: pause.signal }, run));
    await (held ?? run()).catch(() => {});
    pause.abort();
    if (!isBack || life.aborted) return;
    await isBack;
  }
};

/**
 * Makes what hears for a page, and for the other tabs of its browser, what happens to its person in other browsers and at
 * providers, whenever it is told to and somebody listens.
 */
export const createFollow = (
  { config, presence, requestOf }: Start,
  post: Post,
): ((token: string | undefined) => void) => {
  const { session, window, life } = presence;
  let isFollowing = false;
  return (token) => {
    const isIn = config.credentials ? presence.isIn : token;
    if (!isIn || !window || !presence.isListening || config.live === false || isFollowing) return;
    const isSignedIn = (): boolean =>
      config.credentials ? presence.isIn : session.read() === token;
    isFollowing = true;
    const place: LivePlace = {
      window,
      name: `outro_${config.apiKey}`,
      life,
      isSignedIn,
      open: (lastEventId, signal) =>
        config.fetch(`${config.origin}/socialize.listen`, {
          ...requestOf(config, { lastEventId, login_token: token }),
          signal,
        }),
      async hear(event) {
        const { logouts } = presence;
        if (event.eventName === 'logout') {
          // Another person may have signed in meanwhile.
          if (isSignedIn()) session.clear();
        } else if (event.eventName === 'connectionRemoved') {
          event.user ??= await post(
            'socialize.getUserInfo',
            { login_token: token },
            limitsOf(config.timeout),
          ).then(
            (answer) => toUser(answer as Partial<WireUser>),
            () => toUser(),
          );
          // What is known of a person who has left meanwhile is told to nobody.
          if (logouts !== presence.logouts) return;
        }
        presence.tell(event);
        presence.hear(event);
      },
    };
    void followLive(place).finally(() => (isFollowing = false));
  };
};
