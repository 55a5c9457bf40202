// A browser writes its cookies and its databases when it likes. One that is killed in between has the logout noted in a cookie.
import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { down, openPage, redeeming, ticket, up, type Backend } from '../../support/leaving-page.ts';
import { settle } from '../../support/settle.ts';
import { giveDatabases, readTickets } from '../../support/tickets.ts';

const openDatabase = (databases: IDBFactory, name: string): Promise<IDBDatabase> =>
  new Promise((resolve) => {
    const request = databases.open(name);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore('tickets', { keyPath: 'ticket' });
    });
    request.addEventListener('success', () => resolve(request.result));
  });

/** A page whose database takes nothing before it is let go. */
const openHeld = async (backend: Backend) => {
  const page = openPage(backend);
  const client = page.open();
  await settle();
  const database = await openDatabase(page.databases, `outro_${page.key}`);
  const tickets = database.transaction('tickets', 'readwrite').objectStore('tickets');
  let isHeld = true;
  const hold = (): void => {
    if (isHeld) tickets.count().addEventListener('success', hold);
  };
  hold();
  const letGo = (): void => {
    isHeld = false;
    database.close();
  };
  onTestFinished(letGo);
  return { page, client, letGo };
};

describe('a logout while the database is not written', () => {
  it.each(['still has its database', 'has lost it'])(
    'is finished by the next browser, which %s',
    async (what) => {
      const { page, client } = await openHeld(down);
      void client.logout({ sessions: 'all' });
      // In the same turn: no cookie is written without it.
      expect(page.window.document.cookie).toMatch(/^__Host-outro_[^;]+$/);
      expect(page.window.document.cookie).not.toContain('the-token');
      await settle();
      expect(page.window.document.cookie).not.toBe('');
      const databases = giveDatabases(page.window);
      if (what.startsWith('still')) (await openDatabase(databases, `outro_${page.key}`)).close();
      page.requests.length = 0;
      page.backend = up;
      page.open();
      // As long as its limit the logout may still arrive; only then its ticket is anybody's.
      await settle(1700);
      const redeemed = page.requests.find(({ path }) => path === redeeming);
      expect(Object.fromEntries(redeemed?.body ?? [])).toMatchObject({ ticket, sessions: 'all' });
      expect(page.window.document.cookie).toBe('');
      expect(await readTickets(databases, page.key)).toEqual([]);
    },
  );

  it('is forgotten once the backend has confirmed it', async () => {
    const { page, client, letGo } = await openHeld(up);
    const left = client.logout();
    expect(page.window.document.cookie).not.toBe('');
    expect((await left).receipt).toMatchObject([{ status: 'done' }]);
    expect(page.window.document.cookie).toBe('');
    letGo();
    await settle();
    expect(await page.kept()).toEqual([]);
    expect(page.window.document.cookie).toBe('');
  });
});

describe('a database that goes on taking nothing', () => {
  const expectSentOnce = async (
    page: ReturnType<typeof openPage>,
    client: ReturnType<ReturnType<typeof openPage>['open']>,
  ): Promise<void> => {
    expect((await client.logout()).receipt).toMatchObject([{ status: 'pending' }]);
    page.backend = up;
    page.requests.length = 0;
    await client.getUserInfo();
    // A database that does not answer is given a second for each thing.
    await vi.waitFor(() => expect(page.window.document.cookie).toBe(''), { timeout: 5000 });
    await client.getUserInfo();
    await settle();
    expect(page.paths()).toEqual([redeeming]);
  };

  it('because another tab holds it: what is noted is sent all the same', async () => {
    const { page, client } = await openHeld(down);
    await expectSentOnce(page, client);
  });

  it('because the disk is full: what is noted is sent, and then no more', async () => {
    const page = openPage(down);
    const client = page.open();
    await settle();
    // What is to be written fails; what is deleted does not.
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
    ) {
      this.transaction.abort();
      return this.count() as unknown as IDBRequest<IDBValidKey>;
    });
    onTestFinished(() => full.mockRestore());
    await expectSentOnce(page, client);
  });
});

it('a note that nobody can read keeps no ticket of the database', async () => {
  const page = openPage(down);
  await page.open().logout();
  page.window.document.cookie = `__Host-outro_${page.key}=%7B; path=/; secure`;
  page.backend = up;
  page.requests.length = 0;
  page.open();
  await settle();
  expect(page.paths()).toEqual([redeeming]);
  expect(await page.kept()).toEqual([]);
});
