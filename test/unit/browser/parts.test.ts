// What a page can do before the rest of the client is there, and when it never comes.
import { Window } from 'happy-dom';
import { createClient, isOutroError } from 'outro';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { codeOf } from '../../../src/core/codes.ts';
import { giveDatabases, readNotes, readTickets } from '../../support/tickets.ts';
import { echoing } from '../../support/echoing.ts';
import { settle } from '../../support/settle.ts';

const rest = '../../../src/browser/calls/create-calls.ts';
let count = 0;

const openPage = () => {
  const window = new Window({ url: 'https://shop.example/' });
  const databases = giveDatabases(window);
  const key = `parts-${(count += 1)}`;
  const sent: { path: string; body: URLSearchParams }[] = [];
  const isIn = (): boolean => window.document.cookie.includes('the-token');
  window.document.cookie = `glt_${key}=the-token; path=/`;
  const open = (options: object = {}) =>
    createClient({
      apiKey: key,
      apiDomain: 'outro.example',
      document: window.document as unknown as Document,
      live: false,
      timeout: 400,
      preload: false,
      ...options,
      fetch: echoing(async (input, init) => {
        if (!page.isOnline) throw new TypeError('Failed to fetch');
        const request = new Request(input, init);
        const body = new URLSearchParams(await request.text());
        sent.push({ path: new URL(request.url).pathname, body });
        return Response.json(page.answer);
      }),
    });
  const kept = async () => [...(await readTickets(databases, key)), ...readNotes(window, key)];
  const answer: object = { errorCode: 0, receipt: [{ step: 'session', status: 'done' }] };
  const page = { window, key, sent, isIn, open, kept, isOnline: true, answer };
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
  it('2.18 logout ends the session here and is sent to the backend, both before the call returns', async () => {
    whenTheRest(() => new Promise(() => {}));
    const page = openPage();
    const client = page.open();
    await settle(50);
    void client.logout();
    expect(page.isIn()).toBe(false);
    await settle(0);
    expect(page.sent.map(({ path }) => path)).toEqual(['/socialize.logout']);
    expect(page.sent[0]?.body.get('login_token')).toBe('the-token');
  });

  it('logout is heard once, and its ticket forgotten', async () => {
    const page = openPage();
    const client = page.open();
    const heard: object[] = [];
    client.on('logout', (event) => heard.push(event));
    const callback = vi.fn<(response: object) => void>();
    const { receipt } = await client.logout({ callback, context: 'mine', timeout: 4000 });
    expect(receipt).toEqual([{ step: 'session', status: 'done' }]);
    expect(heard).toEqual([expect.objectContaining({ eventName: 'logout', context: 'mine' })]);
    expect(callback).toHaveBeenCalledOnce();
    expect(page.sent).toHaveLength(1);
    await settle(50);
    expect(await page.kept()).toEqual([]);
  });

  it('1.7 logouts at once have an outcome each', async () => {
    const page = openPage();
    const client = page.open({ timeout: 4000 });
    const [others, own, again] = await Promise.all([
      client.logout({ sessions: 'others' }),
      client.logout(),
      client.logout(),
    ]);
    expect(page.sent.map(({ body }) => body.get('sessions'))).toContain('others');
    expect(others.receipt[0]?.status).toBe('done');
    expect(own.receipt[0]?.status).toBe('done');
    expect(again.receipt[0]?.status).toBe('already');
  });

  it('1.8 the session that is ended is that of the call, whoever has signed in since', async () => {
    const page = openPage();
    const client = page.open({ timeout: 4000 });
    const leaving = client.logout();
    page.window.document.cookie = `glt_${page.key}=bobs; path=/`;
    await leaving;
    expect(page.sent.map(({ body }) => body.get('login_token'))).toEqual(['the-token']);
    expect(page.window.document.cookie).toContain('bobs');
  });

  it('a reading is asked for while the rest is on its way, and only once', async () => {
    const page = openPage();
    page.answer = { errorCode: 0, UID: 'ada' };
    const client = page.open({ timeout: 4000 });
    const reading = client.getUserInfo();
    await settle(0);
    expect(page.sent.map(({ path }) => path)).toEqual(['/socialize.getUserInfo']);
    expect((await reading).user.UID).toBe('ada');
    expect(page.sent).toHaveLength(1);
  });

  it('handlers hear what another tab does', async () => {
    const page = openPage();
    const onLogout = vi.fn<(event: object) => void>();
    page.open().addEventHandlers({ onLogout });
    const channel = new BroadcastChannel(`outro_${page.key}`);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
    channel.postMessage({ eventName: 'logout' });
    await settle(50);
    channel.close();
    expect(onLogout).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ eventName: 'logout', remote: true }),
    );
  });

  it('2.8 what is no function is refused at once, by the failure that it is', () => {
    const given = { onLogout: 'x' } as unknown as object;
    try {
      openPage().open().addEventHandlers(given);
      expect.fail('expected a refusal');
    } catch (error) {
      expect(isOutroError(error) && [error.failure, error.code]).toEqual([
        'invalidEventHandler',
        codeOf('invalidEventHandler'),
      ]);
    }
  });

  it('a wrong parameter is refused, and nobody is logged out', async () => {
    const page = openPage();
    const wrong = { sessions: 'none', timeout: 4000 } as unknown as object;
    const error = await page
      .open()
      .logout(wrong)
      .catch((cause: unknown) => cause);
    expect(isOutroError(error) && error.failure).toBe('invalidParameter');
    expect(page.isIn()).toBe(true);
  });

  it('a page that loads the rest with the first call only sends by itself what waits', async () => {
    const page = openPage();
    page.isOnline = false;
    await page.open({ timeout: 4000 }).logout();
    expect(await page.kept()).toHaveLength(1);
    page.isOnline = true;
    page.open();
    await expect
      .poll(() => page.sent.map(({ path }) => path))
      .toEqual(['/socialize.redeemLeaveTicket']);
    await expect.poll(() => page.kept()).toEqual([]);
  });
});

describe('when the rest does not come', () => {
  it.each([
    ['cannot be loaded', failing],
    ['hangs', () => new Promise(() => {})],
  ])('2.1 it %s: logged out here, in time, and finished later', async (_title, comes) => {
    whenTheRest(comes);
    const page = openPage();
    page.isOnline = false;
    const client = page.open();
    const heard: object[] = [];
    client.on('logout', (event) => heard.push(event));
    const callback = vi.fn<(response: object) => void>();
    const begun = Date.now();
    const response = await client.logout({ callback, forceProvidersLogout: true });
    expect(Date.now() - begun).toBeLessThan(900);
    expect(response).toMatchObject({
      errorCode: 0,
      operation: 'logout',
      callId: expect.stringMatching(/^[\da-f]{32}$/) as string,
      receipt: [{ step: 'session', status: 'pending' }],
    });
    expect(page.isIn()).toBe(false);
    expect(await page.kept()).toHaveLength(1);
    expect(heard).toHaveLength(1);
    expect(callback).toHaveBeenCalledOnce();
  });

  it('what the backend said is said; providers that nobody could leave are named', async () => {
    whenTheRest(failing);
    const page = openPage();
    page.answer = {
      errorCode: 0,
      callId: 'c',
      receipt: [{ step: 'session', status: 'done' }],
      departures: [{ provider: 'network', ways: [] }],
    };
    const { receipt, callId } = await page.open().logout();
    expect(callId).toBe('c');
    expect(receipt).toMatchObject([
      { step: 'session', status: 'done' },
      { step: 'provider-session', provider: 'network', status: 'failed' },
    ]);
    await settle(50);
    expect(await page.kept()).toEqual([]);
  });

  it.each([
    ['cannot be loaded', failing, 'networkError'],
    ['hangs', () => new Promise(() => {}), 'requestTimeout'],
  ] as const)(
    '2.8 it %s: every other call is refused, callback and all',
    async (_, comes, name) => {
      whenTheRest(comes);
      const page = openPage();
      const callback = vi.fn<(response: object) => void>();
      for (const call of ['removeConnection', 'getUserInfo', 'logout'] as const) {
        const client = page.open();
        const error = await client[call]({ callback, sessions: 'others' } as object).catch(
          (cause: unknown) => cause,
        );
        expect(isOutroError(error) && error.failure, call).toBe(name);
      }
      expect(callback).toHaveBeenCalledTimes(3);
      expect(callback.mock.lastCall).toMatchObject([{ errorCode: codeOf(name), status: 'FAIL' }]);
      expect(page.isIn()).toBe(true);
    },
  );

  it('without anybody in sight nothing is claimed: whether a session is hidden takes the rest to know', async () => {
    whenTheRest(failing);
    const page = openPage();
    page.window.document.cookie = `glt_${page.key}=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT`;
    expect((await page.open().logout()).receipt).toMatchObject([{ status: 'unsupported' }]);
  });

  it('a later call asks for it again', async () => {
    whenTheRest(failing);
    const page = openPage();
    const client = page.open({ timeout: 4000 });
    const error = await client.getUserInfo().catch((cause: unknown) => cause);
    expect(isOutroError(error) && error.failure).toBe('networkError');
    vi.doUnmock(rest);
    expect((await client.getUserInfo()).errorCode).toBe(0);
  });
});

describe('limits', () => {
  it.each([Infinity, Number.NaN, 0, -1, 2 ** 31])(
    '2.9 timeout: %d is refused by name',
    async (timeout) => {
      const page = openPage();
      const details = expect.stringContaining('timeout: expected milliseconds') as string;
      await expect(page.open().logout({ timeout })).rejects.toMatchObject({
        failure: 'invalidParameter',
        details,
      });
      expect(page.isIn()).toBe(true);
      expect(() => page.open({ timeout })).toThrow('timeout: expected milliseconds');
    },
  );

  it('2.9 a call that the page gave up has a failure of its own', async () => {
    const page = openPage();
    const stop = new AbortController();
    const reading = page.open({ timeout: 4000 }).getUserInfo({ signal: stop.signal });
    stop.abort();
    await expect(reading).rejects.toMatchObject({ failure: 'operationCanceled' });
  });
});
