import { Window } from 'happy-dom';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { leaveByFrame } from '../../../src/browser/leave/frame.ts';

const url = 'https://login.example/logout';

let window: Window;
let document: Document;
const frame = (): HTMLIFrameElement | null => document.querySelector('iframe');
const fire = (name: string): void =>
  void frame()?.dispatchEvent(new window.Event(name) as unknown as Event);

beforeEach(() => {
  vi.useFakeTimers();
  const never = (): Promise<never> => new Promise(() => {});
  const fetch = { interceptor: { beforeAsyncRequest: never } };
  // Loads are the test's to fire: the page behind the frame never answers by itself.
  const settings = { enableIframePageLoading: true, fetch };
  window = new Window({ url: 'https://shop.example/', settings });
  document = window.document as unknown as Document;
  return () => vi.useRealTimers();
});

describe('a hidden frame', () => {
  it('is invisible, sandboxed, without referrer, and named for those who meet it', () => {
    void leaveByFrame(url, document, 5000);
    expect(frame()?.src).toBe(url);
    expect(frame()?.style.display).toBe('none');
    expect(frame()?.getAttribute('sandbox')).toBe('allow-scripts allow-forms allow-same-origin');
    expect(frame()?.referrerPolicy).toBe('no-referrer');
    expect(frame()?.title).toBe('Signing out');
  });

  it('never reports more than asked, and is removed afterwards', async () => {
    const outcome = leaveByFrame(url, document, 5000);
    fire('load');
    await vi.advanceTimersByTimeAsync(900);
    expect(frame()).not.toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    expect(await outcome).toMatchObject({ status: 'asked' });
    expect(frame()).toBeNull();
  });

  it('waits for a form that posts itself, and no longer once that has loaded', async () => {
    const outcome = leaveByFrame(url, document, 5000);
    fire('load');
    await vi.advanceTimersByTimeAsync(500);
    fire('load');
    await vi.advanceTimersByTimeAsync(1);
    expect(frame()).toBeNull();
    expect(await outcome).toMatchObject({ status: 'asked' });
  });

  it('that never loads is removed at the limit', async () => {
    const outcome = leaveByFrame(url, document, 5000);
    await vi.advanceTimersByTimeAsync(4999);
    expect(frame()).not.toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(frame()).toBeNull();
    expect(await outcome).toMatchObject({ status: 'asked' });
  });

  const violate = (blockedURI: string, effectiveDirective = 'frame-src'): void => {
    const event = new window.Event('securitypolicyviolation');
    document.dispatchEvent(
      Object.assign(event, { blockedURI, effectiveDirective }) as unknown as Event,
    );
  };

  it("that the page's policy refuses is blocked; other violations are other people's", async () => {
    const outcome = leaveByFrame(url, document, 5000);
    violate('https://other.example/');
    violate('https://login.example/', 'img-src');
    fire('load');
    violate('https://login.example/');
    expect(await outcome).toMatchObject({
      status: 'blocked',
      reason: expect.stringContaining('frame-src') as string,
    });
    expect(frame()).toBeNull();
  });
});
