// Leaving without a backend: this browser is out at once, and the rest is finished later by itself.
import { isOutroError } from 'outro';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { down, openPage, redeeming, ticket, up } from '../../support/leaving-page.ts';
import { settle } from '../../support/settle.ts';

describe('a logout that the backend does not confirm', () => {
  it('succeeds here, says pending, and keeps a ticket that is not the token', async () => {
    const page = openPage(down);
    const response = await page.open().logout();
    expect(response).toMatchObject({
      errorCode: 0,
      receipt: [{ step: 'session', status: 'pending' }],
    });
    expect(page.window.document.cookie).toBe('');
    const kept = await page.kept();
    expect(kept).toMatchObject([
      { ticket, sessions: 'this', since: expect.closeTo(Date.now(), -4) },
    ]);
    expect(JSON.stringify(kept)).not.toContain('the-token');
  });

  it.each([
    [
      'the next load',
      async (page: ReturnType<typeof openPage>) => {
        page.open().on('logout', () => {});
      },
    ],
    [
      'the next call',
      async (page: ReturnType<typeof openPage>, client: ReturnType<typeof page.open>) => {
        await client.getUserInfo();
      },
    ],
    [
      'the return of the network',
      async (page: ReturnType<typeof openPage>) => {
        page.window.dispatchEvent(new page.window.Event('online'));
        // What the browser calls online takes a moment to carry anything.
        await settle(1100);
      },
    ],
  ])('is finished at %s, once, and then forgotten', async (_, happen) => {
    const page = openPage(down);
    const client = page.open();
    client.on('logout', () => {});
    await settle();
    const begun = Date.now();
    await client.logout();
    page.requests.length = 0;
    page.backend = up;
    await happen(page, client);
    await settle();
    expect(page.paths()).toEqual([redeeming]);
    expect(page.requests[0]?.body.get('ticket')).toBe(ticket);
    expect(page.requests[0]?.body.get('sessions')).toBe('this');
    const age = page.requests[0]?.body.get('age');
    expect(age).toMatch(/^\d$/);
    expect(Number(age)).toBeLessThanOrEqual((Date.now() - begun) / 1000);
    expect(page.requests[0]?.body.has('login_token')).toBe(false);
    expect(await page.kept()).toEqual([]);
    await happen(page, client);
    await settle();
    expect(page.paths()).toEqual([redeeming]);
  });

  it('goes on waiting while nobody answers', async () => {
    const page = openPage(down);
    await page.open().logout({ sessions: 'all' });
    page.open().on('logout', () => {});
    await settle();
    expect(page.paths()).toContain(redeeming);
    expect(await page.kept()).toEqual([expect.objectContaining({ sessions: 'all' })]);
  });

  it('that is refused for good says failed', async () => {
    const page = openPage(() => ({ errorCode: 400120, errorMessage: 'Invalid site domain' }));
    const { errorCode, receipt } = await page.open().logout();
    expect({ errorCode, receipt }).toMatchObject({
      errorCode: 0,
      receipt: [{ step: 'session', status: 'failed' }],
    });
  });

  it('at the vendor’s cloud, which knows no tickets, says failed and keeps nothing', async () => {
    const page = openPage(down, { apiDomain: 'us1.gigya.com' });
    const { receipt } = await page.open().logout();
    expect(receipt).toMatchObject([{ step: 'session', status: 'failed' }]);
    expect(await page.kept()).toEqual([]);
  });

  it('without storage is noted in a cookie, and finished at the next load', async () => {
    const page = openPage(down);
    Object.defineProperty(page.window, 'indexedDB', {
      get() {
        throw new Error('denied');
      },
    });
    expect((await page.open().logout()).receipt).toMatchObject([{ status: 'pending' }]);
    expect(page.window.document.cookie).toMatch(/^__Host-outro_/);
    page.backend = up;
    page.requests.length = 0;
    page.open();
    await settle(1700);
    expect(page.paths()).toEqual([redeeming]);
    expect(page.window.document.cookie).toBe('');
  });

  it('with neither storage nor cookies says failed, since nothing will finish it', async () => {
    const page = openPage(down);
    Object.defineProperty(page.window, 'indexedDB', { value: undefined });
    Object.defineProperty(page.window, 'btoa', { value: undefined });
    const { subtle } = crypto;
    const digest = vi.spyOn(subtle, 'digest').mockRejectedValue(new Error('denied'));
    onTestFinished(() => digest.mockRestore());
    expect((await page.open().logout()).receipt).toMatchObject([{ status: 'failed' }]);
  });

  it('a confirmed one leaves nothing behind', async () => {
    const page = openPage(up);
    expect((await page.open().logout()).receipt).toMatchObject([{ status: 'done' }]);
    expect(await page.kept()).toEqual([]);
  });
});

describe('a session that a killed browser brings back', () => {
  it('is over for the page that finds its ticket, and for the backend', async () => {
    const page = openPage(down);
    await page.open().logout();
    page.window.document.cookie = `${page.cookie}; path=/`;
    page.backend = up;
    const heard: object[] = [];
    page.open().on('logout', (event) => heard.push(event));
    await settle();
    expect(page.window.document.cookie).toBe('');
    expect(heard).toEqual([expect.objectContaining({ eventName: 'logout', remote: true })]);
    expect(page.paths()).toContain(redeeming);
    expect(await page.kept()).toEqual([]);
  });

  it('another session stays', async () => {
    const page = openPage(down);
    await page.open().logout();
    page.window.document.cookie = `glt_${page.key}=another; path=/`;
    page.open();
    await settle();
    expect(page.window.document.cookie).toBe(`glt_${page.key}=another`);
  });
});

describe('a page without anybody', () => {
  it('leaves no database behind', async () => {
    const page = openPage(up);
    page.window.document.cookie = `${page.cookie}; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT`;
    page.open();
    await settle();
    expect(await page.databases.databases()).toEqual([]);
  });
});

describe('the database of tickets', () => {
  const dropIt = ({ databases, key }: ReturnType<typeof openPage>): Promise<string> =>
    new Promise((resolve) => {
      const request = databases.deleteDatabase(`outro_${key}`);
      request.addEventListener('success', () => resolve('deleted'));
      request.addEventListener('blocked', () => resolve('blocked'));
    });

  it('2.10 is in nobody’s way: however many looked for it at once, it can be deleted', async () => {
    const page = openPage(up);
    const clients = [page.open(), page.open()];
    page.window.dispatchEvent(new page.window.Event('focus'));
    await Promise.all(clients.flatMap((client) => [client.getUserInfo(), client.getUserInfo()]));
    await settle();
    expect(await page.databases.databases()).toHaveLength(1);
    expect(await dropIt(page)).toBe('deleted');
    page.backend = down;
    expect((await clients[0]?.logout())?.receipt).toMatchObject([{ status: 'pending' }]);
    expect(await page.kept()).toHaveLength(1);
  });

  it('2.10 nor when a logout of two sessions looks for it twice at once', async () => {
    const page = openPage(down, { preload: false });
    page.window.happyDOM.setURL('https://shop.example/account/');
    page.window.document.cookie = `glt_${page.key}=another; path=/account`;
    await page.open().logout();
    await expect.poll(() => page.kept()).toHaveLength(2);
    expect(await dropIt(page)).toBe('deleted');
  });
});

describe('sessions', () => {
  it('others, offline: an error, and this browser stays signed in', async () => {
    const page = openPage(down);
    const error = await page
      .open()
      .logout({ sessions: 'others' })
      .catch((cause: unknown) => cause);
    expect(isOutroError(error) && error.failure).toBe('networkError');
    expect(page.window.document.cookie).toBe(page.cookie);
    expect(await page.kept()).toEqual([]);
  });

  it('others, confirmed: this browser stays signed in', async () => {
    const page = openPage(up);
    await page.open().logout({ sessions: 'others' });
    expect(page.window.document.cookie).toBe(page.cookie);
  });
});

describe('limits', () => {
  it.each([
    ['an answer that stops in the middle', () => ({ timeout: 300 })],
    ['a signal', () => ({ signal: AbortSignal.timeout(300) })],
  ])('%s ends the wait, and the logout is finished later', async (_, limits) => {
    const page = openPage(() => new Promise(() => {}));
    const started = Date.now();
    const { receipt } = await page.open().logout(limits());
    expect(Date.now() - started).toBeLessThan(1500);
    expect(receipt).toMatchObject([{ step: 'session', status: 'pending' }]);
  });

  it('a repetition is part of the time', async () => {
    const page = openPage(down);
    const started = Date.now();
    await page.open().logout({ timeout: 200 });
    expect(Date.now() - started).toBeLessThan(1200);
    const logouts = page.paths().filter((path) => path.endsWith('logout'));
    expect(logouts).toHaveLength(2);
  });

  it('a database that does not answer holds nobody up', async () => {
    const page = openPage(down);
    Object.defineProperty(page.window, 'indexedDB', { value: { open: () => ({}) } });
    const started = Date.now();
    expect((await page.open().logout()).receipt).toMatchObject([{ status: 'pending' }]);
    expect(Date.now() - started).toBeLessThan(2500);
  });

  it('every state change carries a key of its own, and is repeated under the same one', async () => {
    let isFirst = true;
    const page = openPage((path, body) => {
      if (!isFirst) return up(path, body);
      isFirst = false;
      return down(path, body);
    });
    const client = page.open();
    await client.removeConnection({ provider: 'facebook' });
    const keys = page.requests.map(({ body }) => body.get('idempotencyKey'));
    expect(page.paths().slice(0, 2)).toEqual([
      '/socialize.removeConnection',
      '/socialize.removeConnection',
    ]);
    expect(keys[0]).toMatch(/^[\da-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it('a read is sent once and carries none', async () => {
    const page = openPage(down);
    await page
      .open()
      .getUserInfo()
      .catch(() => {});
    expect(page.requests.map(({ body }) => body.get('idempotencyKey'))).toEqual([null]);
  });
});

describe('an answer that comes after the logout', () => {
  it('shows nobody', async () => {
    let release = (): void => {};
    const page = openPage((path) =>
      path.endsWith('getUserInfo')
        ? new Promise((resolve) => {
            release = () => resolve({ errorCode: 0, UID: 'ada' });
          })
        : up(path, new URLSearchParams()),
    );
    const client = page.open();
    const reading = client.getUserInfo();
    await expect.poll(() => page.paths()).toContain('/socialize.getUserInfo');
    await client.logout();
    release();
    expect((await reading).user.UID).toBe('');
  });
});

describe('a page whose session ended elsewhere while it was put away', () => {
  const comeBack = async (guard?: string) => {
    const page = openPage(up, { guard });
    const heard: object[] = [];
    page.open().on('logout', (event) => heard.push(event));
    await settle();
    page.window.document.body.innerHTML = 'private';
    page.window.document.cookie = `${page.cookie}; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT`;
    page.window.dispatchEvent(new page.window.Event('pageshow'));
    page.window.dispatchEvent(new page.window.Event('pageshow'));
    await settle(20);
    return { page, heard };
  };

  it('hears logout once, as a remote one', async () => {
    const { heard, page } = await comeBack();
    expect(heard).toEqual([expect.objectContaining({ eventName: 'logout', remote: true })]);
    expect(page.window.document.body.innerHTML).toBe('private');
  });

  it('guarded by blank, shows nothing any more', async () => {
    const { page } = await comeBack('blank');
    expect(page.window.document.documentElement.innerHTML).toBe('');
  });
});
