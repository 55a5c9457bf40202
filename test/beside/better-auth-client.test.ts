// The page's half of the plugin, in better-auth's own client.
import { createAuthClient } from 'better-auth/client';
import { Window } from 'happy-dom';
import { outroClient } from 'outro/better-auth/client';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { giveDatabases } from '../support/tickets.ts';
import { openAuth, origin, type AuthSite } from './better-auth-site.ts';

let site: AuthSite;
beforeAll(async () => {
  site = await openAuth('sqlite');
});
afterAll(() => site.close());

/** A browser whose person is signed in: its pages share a network, which can be down, and databases. */
const openBrowser = async () => {
  const { cookie } = await site.enter();
  const window = new Window({ url: `${origin}/` });
  giveDatabases(window);
  const browser = { isDown: false };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (browser.isDown) throw new TypeError('Failed to fetch');
    const request = new Request(input, init);
    request.headers.set('Origin', origin);
    if (init?.credentials !== 'omit') request.headers.set('Cookie', cookie);
    return site.auth.handler(request);
  };
  const open = () => {
    const client = createAuthClient({
      baseURL: origin,
      plugins: [outroClient({ fetch, document: window.document as unknown as Document })],
      fetchOptions: { customFetchImpl: fetch },
    });
    onTestFinished(() => client.leaving.close());
    return client;
  };
  return Object.assign(browser, { window, cookie, open });
};

it('signing out answers as ever, with a receipt, and other tabs hear of it', async () => {
  const browser = await openBrowser();
  const [here, there] = [browser.open(), browser.open()];
  await Promise.all([here.getSession(), there.getSession()]);
  const heard: unknown[] = [];
  there.leaving.on('logout', ({ remote }) => heard.push(remote));
  const { data } = await here.signOut();
  expect(data).toMatchObject({
    success: true,
    receipt: [
      { step: 'session', status: 'done' },
      { step: 'provider-session' },
      { step: 'provider-session' },
    ],
  });
  await expect.poll(() => heard).toEqual([true]);
  expect(await site.isIn(browser.cookie)).toBe(false);
});

it('a sign-out that reached nobody is finished when the network is back', async () => {
  const browser = await openBrowser();
  const client = browser.open();
  await client.getSession();
  // Its tickets have a place.
  await new Promise((resolve) => setTimeout(resolve, 200));
  browser.isDown = true;
  await client.signOut().catch(() => {});
  expect(await site.isIn(browser.cookie)).toBe(true);
  browser.isDown = false;
  browser.window.dispatchEvent(new browser.window.Event('online'));
  await expect.poll(() => site.isIn(browser.cookie), { timeout: 10_000 }).toBe(false);
});

it('says what an unlink would do, and does it', async () => {
  const browser = await openBrowser();
  const client = browser.open();
  const { data } = await client.listAccounts();
  const accountId = data?.[0]?.id ?? '';
  const told = await client.explainRemoval({ accountId });
  expect(told.data).toMatchObject({ allowed: true });
  const answer = await client.unlinkAccount({ accountId });
  expect(answer.data).toMatchObject({
    status: true,
    receipt: [{ step: 'identity', status: 'done' }, {}, {}, {}],
  });
});
