import { Window } from 'happy-dom';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { followLive, type LivePlace } from '../../../src/browser/calls/live.ts';
import type { RemoteEvent } from '../../../src/browser/events.ts';

const headers = { 'content-type': 'text/event-stream' };

/** A stream that the test writes to. */
const stream = () => {
  const encoder = new TextEncoder();
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
  });
  return {
    response: new Response(body, { headers }),
    write: (text: string) => controller.enqueue(encoder.encode(text)),
    end: () => controller.close(),
    breakOff: () => controller.error(new Error('cut off')),
  };
};

let opened: { lastEventId: string; signal: AbortSignal }[];
let streams: (ReturnType<typeof stream> | Response)[];
let heard: RemoteEvent[];
let window: Window;
let isSignedIn: boolean;

const start = (): Promise<void> => {
  const place: LivePlace = {
    window: window as unknown as LivePlace['window'],
    name: 'outro_key',
    life: new AbortController().signal,
    isSignedIn: () => isSignedIn,
    async open(lastEventId, signal) {
      opened.push({ lastEventId, signal });
      const next = streams[opened.length - 1];
      if (!next) throw new Error('nobody answers');
      return next instanceof Response ? next : next.response;
    },
    hear: (event) => heard.push(event),
  };
  return followLive(place);
};

const settle = (time = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(time);

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  heard = [];
  isSignedIn = true;
  window = new Window({ url: 'https://shop.example/' });
});
afterEach(() => vi.useRealTimers());

describe('the stream of what happens elsewhere', () => {
  it('hands out every event once, however the bytes are cut, and ignores the heartbeat', async () => {
    const one = stream();
    streams = [one];
    void start();
    await settle();
    one.write('event: ready\ndata: \n\n: still here\n\nid: 7\nevent: logout\nda');
    one.write('ta: {"eventName":"logout","receipt":[]}\n');
    await settle();
    expect(heard).toEqual([]);
    one.write('\nid: 8\ndata: {"eventName":"connectionRemoved","provider":"a","receipt":[]}\n\n');
    await settle();
    expect(heard.map(({ eventName }) => eventName)).toEqual(['logout', 'connectionRemoved']);
  });

  it('opens again after a cut, from the last event on, ever more slowly while nobody answers', async () => {
    const one = stream();
    streams = [one];
    void start();
    await settle();
    one.write('id: 41\ndata: {"eventName":"logout","receipt":[]}\n\n');
    await settle();
    one.breakOff();
    await settle(2001);
    expect(opened[1]?.lastEventId).toBe('41');
    const before = opened.length;
    await settle(60_000);
    expect(opened.length - before).toBeLessThanOrEqual(6);
    expect(opened.length - before).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['502', () => new Response('Bad Gateway', { status: 502 })],
    ['503 with a result', () => Response.json({ errorCode: 500001 }, { status: 503 })],
    ['429', () => new Response(null, { status: 429 })],
    ['a failure of its own, by 200', () => Response.json({ errorCode: 500001 })],
    [
      'too many at once, by 200',
      () => Response.json({ errorCode: 403048, errorMessage: 'Api Rate limit exceeded' }),
    ],
  ])(
    '2.2 a backend that answers %s is asked again, after ever longer pauses',
    async (_, answer) => {
      const last = stream();
      streams = [answer(), answer(), answer(), last];
      void start();
      await settle(2000);
      expect(opened).toHaveLength(2);
      await settle(2000 + 4000 + 8000);
      expect(opened).toHaveLength(4);
      last.write('data: {"eventName":"logout","receipt":[]}\n\n');
      await settle();
      expect(heard).toHaveLength(1);
    },
  );

  it('2.5 is opened also where signals cannot be joined, as in Safari before 17.4', async () => {
    const { any } = AbortSignal;
    Reflect.deleteProperty(AbortSignal, 'any');
    onTestFinished(() => {
      Object.assign(AbortSignal, { any });
    });
    const one = stream();
    streams = [one];
    void start();
    await settle();
    one.write('data: {"eventName":"logout","receipt":[]}\n\n');
    await settle();
    expect(heard).toHaveLength(1);
    window.dispatchEvent(new window.Event('pagehide'));
    await settle();
    expect(opened[0]?.signal.aborted).toBe(true);
  });

  it.each([
    ['a refusal', Response.json({ errorCode: 403005 })],
    [
      'a backend without a stream',
      new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['no body', new Response(null, { headers })],
  ])('%s ends it', async (_, answer) => {
    streams = [answer];
    await start();
    await settle(120_000);
    expect(opened).toHaveLength(1);
  });

  it('ends when nobody is signed in any more', async () => {
    const one = stream();
    streams = [one];
    const ended = start();
    await settle();
    isSignedIn = false;
    one.end();
    await settle(5000);
    await ended;
    expect(opened).toHaveLength(1);
  });

  it('2.3 pauses while the page is put away, and goes on when it is shown again', async () => {
    const [one, two] = [stream(), stream()];
    streams = [one, two];
    void start();
    await settle();
    one.write('id: 5\nevent: ready\ndata: \n\n');
    await settle();
    window.dispatchEvent(new window.Event('pagehide'));
    await settle(100);
    expect(opened[0]?.signal.aborted).toBe(true);
    one.end();
    await settle(10_000);
    expect(opened).toHaveLength(1);
    window.dispatchEvent(new window.Event('pageshow'));
    await settle();
    expect(opened.map(({ lastEventId }) => lastEventId)).toEqual(['', '5']);
    two.write('data: {"eventName":"logout","receipt":[]}\n\n');
    await settle();
    expect(heard).toHaveLength(1);
  });
});
