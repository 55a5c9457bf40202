// When a page looks again for tickets that wait: whenever one may have come, and not at each call.
import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { down, openPage, redeeming, up } from '../../support/leaving-page.ts';
import { settle } from '../../support/settle.ts';

describe('a ticket that waits', () => {
  it('is finished at the next call also when another call was made while it was being asked', async () => {
    let refuse: ((error: Error) => void) | undefined;
    const page = openPage(
      () =>
        new Promise((_, reject) => {
          refuse = reject;
        }),
      // Nothing is repeated by itself.
      { timeout: 100 },
    );
    const client = page.open();
    await settle();
    const left = client.logout();
    await settle(20);
    await client.getUserInfo();
    await settle(20);
    refuse?.(new TypeError('Failed to fetch'));
    await left;
    page.requests.length = 0;
    page.backend = up;
    await client.getUserInfo();
    await settle();
    expect(page.paths()).toEqual([redeeming]);
    expect(await page.kept()).toEqual([]);
  });

  it('is finished at the next call also when another call was made while it was being sent in vain', async () => {
    const page = openPage(down);
    const client = page.open();
    await settle();
    await client.logout();
    let refuse: ((error: Error) => void) | undefined;
    page.backend = () =>
      new Promise((_, reject) => {
        refuse = reject;
      });
    await client.getUserInfo();
    await settle(50);
    await client.getUserInfo();
    await settle(50);
    refuse?.(new TypeError('Failed to fetch'));
    await settle(50);
    page.requests.length = 0;
    page.backend = up;
    await client.getUserInfo();
    await settle();
    expect(page.paths()).toEqual([redeeming]);
    expect(await page.kept()).toEqual([]);
  });

  it('in another tab is finished at the next call of this one, if that tab cannot', async () => {
    const page = openPage(down);
    const [closed, open] = [page.open(), page.open()];
    await settle();
    await open.getUserInfo().catch(() => {});
    await settle();
    await closed.logout();
    page.requests.length = 0;
    page.backend = up;
    await open.getUserInfo();
    await settle();
    expect(page.paths()).toEqual([redeeming]);
  });

  it('leaves a page without one in peace: nothing is read again before something happens', async () => {
    const page = openPage(up);
    const client = page.open();
    await settle();
    await client.getUserInfo();
    await settle();
    const reads = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    onTestFinished(() => {
      reads.mockRestore();
    });
    await client.getUserInfo();
    await settle();
    expect(reads).not.toHaveBeenCalled();
    page.window.dispatchEvent(new page.window.Event('online'));
    await settle(1100);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it('2.4 without a database the page looks no more often: nothing goes round and round', async () => {
    const page = openPage(down);
    let asked = 0;
    Object.defineProperty(page.window, 'indexedDB', {
      get() {
        asked += 1;
        throw new Error('denied');
      },
    });
    const client = page.open();
    await settle();
    await client.logout();
    await settle();
    expect(asked).toBeLessThan(20);
  });

  it('2.11 without a database it is given up after refusals, too', async () => {
    const page = openPage(down);
    Object.defineProperty(page.window, 'indexedDB', { value: undefined });
    const client = page.open();
    await settle();
    await client.logout();
    page.backend = () => ({ errorCode: 400093, errorMessage: 'Invalid ApiKey parameter' });
    await client.getUserInfo().catch(() => {});
    await expect.poll(() => page.paths()).toContain(redeeming);
    await settle(50);
    page.requests.length = 0;
    for (let turn = 0; turn < 4; turn += 1) {
      page.window.dispatchEvent(new page.window.Event('focus'));
      await client.getUserInfo().catch(() => {});
      await settle(50);
    }
    expect(page.paths().filter((path) => path === redeeming)).toEqual([]);
  });
});

describe('a logout that a ticket finishes at last, with providers to leave', () => {
  const departing = {
    errorCode: 0,
    receipt: [{ step: 'session', status: 'done' }],
    departures: [{ provider: 'network', ways: [] }],
  };
  const isOnce = (heard: object[]): void =>
    expect(heard).toEqual([expect.objectContaining({ eventName: 'logout' })]);

  it('is heard once where a killed browser had brought the session back', async () => {
    const page = openPage(down);
    await page.open().logout();
    page.window.document.cookie = `${page.cookie}; path=/`;
    page.backend = () => departing;
    const heard: object[] = [];
    page.open().on('logout', (event) => heard.push(event));
    await settle();
    expect(page.paths()).toContain(redeeming);
    isOnce(heard);
  });

  it('while the page logs somebody else out is no second logout of theirs', async () => {
    const page = openPage(down);
    await page.open().logout();
    page.window.document.cookie = `glt_${page.key}=another; path=/`;
    const answers = { redeem: () => {}, logout: () => {} };
    page.backend = (path) =>
      new Promise((resolve) => {
        if (path === redeeming) answers.redeem = () => resolve(departing);
        else answers.logout = () => resolve(up(path, new URLSearchParams()));
      });
    const client = page.open();
    const heard: object[] = [];
    client.on('logout', (event) => heard.push(event));
    await settle(50);
    const left = client.logout();
    await settle(20);
    answers.redeem();
    await settle(50);
    answers.logout();
    await left;
    isOnce(heard);
  });

  it('is not heard by whoever has come in while the providers are left', async () => {
    const page = openPage(down);
    await page.open().logout();
    const ways = [{ by: 'script', call: 'signOut', answers: true, status: 'done', reason: 'said' }];
    const slow = { ...departing, departures: [{ provider: 'network', ways }] };
    page.backend = (path) => (path === redeeming ? slow : { errorCode: 0, UID: 'eve' });
    let isLeft = false;
    const signOut = (): void => {
      isLeft = true;
      page.window.document.cookie = `glt_${page.key}=another; path=/`;
      page.window.dispatchEvent(new page.window.Event('focus'));
    };
    Object.assign(page.window, { signOut });
    const heard: object[] = [];
    page.open().on('logout', (event) => heard.push(event));
    await settle(800);
    expect(isLeft).toBe(true);
    expect(heard).toEqual([]);
  });
});
