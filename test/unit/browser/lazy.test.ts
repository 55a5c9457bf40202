// `outro/lazy`: what a page can do before the rest of the client is there, and when it never comes.
import { Window } from 'happy-dom';
import { isOutroError } from 'outro';
import { createClient } from 'outro/lazy';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { codeOf } from '../../../src/core/codes.ts';
import { giveDatabases, readTickets } from '../../support/tickets.ts';

const rest = '../../../src/browser/calls/client.ts';
let count = 0;

const settle = (time = 50): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, time));

const openPage = () => {
  const window = new Window({ url: 'https://shop.example/' });
  const databases = giveDatabases(window);
  const key = `lazy-${(count += 1)}`;
  const sent: { path: string; body: URLSearchParams }[] = [];
  const isIn = (): boolean => window.document.cookie.includes('the-token');
  window.document.cookie = `glt_${key}=the-token; path=/`;
  const open = () =>
    createClient({
      apiKey: key,
      apiDomain: 'outro.example',
      document: window.document as unknown as Document,
      live: false,
      timeout: 400,
      async fetch(input, init) {
        if (!page.isOnline) throw new TypeError('Failed to fetch');
        const request = new Request(input, init);
        const body = new URLSearchParams(await request.text());
        sent.push({ path: new URL(request.url).pathname, body });
        return Response.json({ errorCode: 0, receipt: [{ step: 'session', status: 'done' }] });
      },
    });
  const kept = () => readTickets(databases, key);
  const page = { window, key, sent, isIn, open, kept, isOnline: true };
  return page;
};

const whenTheRest = (comes: () => Promise<unknown>): unknown => vi.doMock(rest, comes);
const failing = async () => {
  throw new TypeError('Failed to fetch dynamically imported module');
};

afterEach(() => {
  vi.doUnmock(rest);
  vi.resetModules();
});

describe('before the rest is there', () => {
  it('logout ends the session here at once, then at the backend, and is heard once', async () => {
    const page = openPage();
    const client = page.open();
    const heard: object[] = [];
    client.on('logout', (event) => heard.push(event));
    await settle();
    const callback = vi.fn<(response: object) => void>();
    const leaving = client.logout({ callback, context: 'mine' });
    expect(page.isIn()).toBe(false);
    expect(page.sent).toEqual([]);
    expect((await leaving).receipt).toEqual([{ step: 'session', status: 'done' }]);
    expect(page.sent.map(({ path }) => path)).toEqual(['/socialize.logout']);
    expect(page.sent[0]?.body.get('login_token')).toBe('the-token');
    expect(heard).toEqual([expect.objectContaining({ eventName: 'logout', context: 'mine' })]);
    expect(callback).toHaveBeenCalledOnce();
    await settle();
    expect(await page.kept()).toEqual([]);
  });

  it('a second click is harmless', async () => {
    const page = openPage();
    const client = page.open();
    const [one, other] = await Promise.all([client.logout(), client.logout()]);
    expect([one.receipt[0]?.status, other.receipt[0]?.status]).toEqual(['done', 'already']);
  });

  it('handlers hear what another tab does', async () => {
    const page = openPage();
    const onLogout = vi.fn<(event: object) => void>();
    page.open().addEventHandlers({ onLogout });
    const channel = new BroadcastChannel(`outro_${page.key}`);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
    channel.postMessage({ eventName: 'logout' });
    await settle();
    channel.close();
    expect(onLogout).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ eventName: 'logout', remote: true }),
    );
  });

  it('what is no function is refused at once', () => {
    const given = { onLogout: 'x' } as unknown as object;
    expect(() => openPage().open().addEventHandlers(given)).toThrow(
      'onLogout: expected a function, got string',
    );
  });

  it('a wrong parameter is refused, and nobody is logged out', async () => {
    const page = openPage();
    const wrong = { sessions: 'none' } as unknown as object;
    const error = await page
      .open()
      .logout(wrong)
      .catch((cause: unknown) => cause);
    expect(isOutroError(error) && error.failure).toBe('invalidParameter');
    expect(page.isIn()).toBe(true);
  });

  it('a missing key is refused by the calls', async () => {
    const error = await createClient({ apiKey: '', apiDomain: 'outro.example' })
      .getUserInfo()
      .catch((cause: unknown) => cause);
    expect(isOutroError(error) && error.failure).toBe('missingParameter');
  });

  it('an idle page loads the rest, which sends what waits', async () => {
    const page = openPage();
    page.isOnline = false;
    await page.open().logout();
    expect(await page.kept()).toHaveLength(1);
    page.isOnline = true;
    page.open();
    await settle(300);
    expect(page.sent.map(({ path }) => path)).toEqual(['/socialize.redeemLeaveTicket']);
    expect(await page.kept()).toEqual([]);
  });
});

describe('when the rest does not come', () => {
  it.each([
    ['cannot be loaded', failing],
    ['hangs', () => new Promise(() => {})],
  ])('it %s: logged out here, in time, and finished later', async (_title, comes) => {
    whenTheRest(comes);
    const page = openPage();
    const client = page.open();
    const heard: object[] = [];
    client.on('logout', (event) => heard.push(event));
    const callback = vi.fn<(response: object) => void>();
    const response = await client.logout({ callback, forceProvidersLogout: true });
    expect(response).toMatchObject({
      errorCode: 0,
      operation: 'logout',
      receipt: [{ step: 'session', status: 'pending' }],
    });
    expect(page.isIn()).toBe(false);
    expect(await page.kept()).toHaveLength(1);
    expect(heard).toHaveLength(1);
    expect(callback).toHaveBeenCalledOnce();
  });

  it('a logout of others is an error, and this browser stays signed in', async () => {
    whenTheRest(failing);
    const page = openPage();
    const error = await page
      .open()
      .logout({ sessions: 'others' })
      .catch((cause: unknown) => cause);
    expect(isOutroError(error) && [error.failure, error.code]).toEqual([
      'networkError',
      codeOf('networkError'),
    ]);
    expect(page.isIn()).toBe(true);
  });

  it('without anybody signed in there is nothing to end', async () => {
    whenTheRest(failing);
    const page = openPage();
    page.window.document.cookie = `glt_${page.key}=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT`;
    expect((await page.open().logout()).receipt).toMatchObject([{ status: 'already' }]);
  });

  it('a later call asks for it again', async () => {
    whenTheRest(failing);
    const page = openPage();
    const client = page.open();
    const error = await client.getUserInfo().catch((cause: unknown) => cause);
    expect(isOutroError(error) && error.failure).toBe('networkError');
    vi.doUnmock(rest);
    expect((await client.getUserInfo()).errorCode).toBe(0);
  });
});
