// newspark-unlinkaccount: the page's examples 1 to 4 as its templates have them, in a browser that runs no script.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSite } from '../../examples/newspark/site.ts';
import { openOwnDatabase, type TestDatabase } from '../support/store.ts';
import { launchChromium } from '../support/world.ts';

let server: Server;
let origin: string;
let browser: Browser;
let database: TestDatabase;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  database = await openOwnDatabase();
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const site = createSite(origin, database.store);
  const listener = getRequestListener(site.fetch);
  server.on('request', (incoming, outgoing) => void listener(incoming, outgoing));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

beforeEach(async () => {
  context = await browser.newContext({ javaScriptEnabled: false });
  page = await context.newPage();
  await page.goto(`${origin}/sign-in`);
});

afterEach(() => context.close());

const links = async (): Promise<string[]> => {
  const rows = await database.query(
    "select provider || coalesce('/' || nullif(sub_provider, ''), '') as link from outro.identities where site = 'newspark' and state = 'linked' order by 1",
  );
  return rows.map(({ link }) => String(link));
};

const everything = ['facebook', 'janrain/gigya', 'janrain/yahoo', 'sheridan'];

/** The confirmation page: what it lists, nothing yet changed; then "Unlink" and where that leads. */
const confirm = async (asking: Page, items: string[]): Promise<void> => {
  const heading = items.length > 1 ? /^Disconnect (these|all) accounts\?$/ : /^Disconnect .+\?$/;
  await asking.getByRole('heading', { name: heading }).waitFor();
  const names = await asking.locator('.list .name').allTextContents();
  const title = (await asking.getByRole('heading').textContent()) ?? '';
  // Of one alone the question itself says it.
  const shown = names.length > 0 ? names : [title.replace(/^Disconnect (.+)\?$/, '$1')];
  expect(shown.toSorted()).toEqual(items);
  expect(await links()).toEqual(everything);
  await asking.getByRole('button', { name: /^Disconnect/ }).click();
  await asking.getByRole('heading', { name: 'User profile' }).waitFor();
  expect(asking.url()).toBe(`${origin}/userprofile?unlinkaccount=unlinked`);
  expect(await asking.getByRole('status').textContent()).toBe('unlinked');
};

describe('without script', () => {
  it("Example 1: unlinks the user's account from Facebook connect", async () => {
    await page.getByRole('button', { name: 'Unlink Facebook Connect for the user' }).click();
    await confirm(page, ['Facebook']);
    expect(await links()).toEqual(['janrain/gigya', 'janrain/yahoo', 'sheridan']);
  });

  it("Example 2: unlinks the user's account from ALL of its third party login references", async () => {
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Click to Unlink' }).click();
    await confirm(await opened, ['Facebook', 'Janrain (Gigya)', 'Janrain (Yahoo)', 'Sheridan']);
    expect(await links()).toEqual([]);
  });

  it("Example 3: unlinks the user's account from ALL Janrain's third party logins", async () => {
    const name = "Unlink ALL user's Janrain Connect references";
    await page.getByRole('button', { name }).click();
    await confirm(page, ['Janrain (Gigya)', 'Janrain (Yahoo)']);
    expect(await links()).toEqual(['facebook', 'sheridan']);
  });

  it("Example 4: unlinks the user's account from the Gigya sub_provider, by keyboard alone", async () => {
    const name = "Unlink user's Janrain's Gigya Connect reference";
    const button = page.getByRole('button', { name });
    const isFocused = (wanted = button): Promise<boolean> =>
      wanted.and(wanted.page().locator(':focus')).isVisible();
    for (let presses = 0; presses < 10 && !(await isFocused()); presses += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Disconnect Janrain (Gigya)?' }).waitFor();
    const disconnect = page.getByRole('button', { name: 'Disconnect', exact: true });
    const keep = page.getByRole('link', { name: 'Keep connected' });
    // Whoever is hasty reaches what does no harm first.
    await page.keyboard.press('Tab');
    expect(await isFocused(keep)).toBe(true);
    await page.keyboard.press('Tab');
    expect(await isFocused(disconnect)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'User profile' }).waitFor();
    expect(page.url()).toBe(`${origin}/userprofile?unlinkaccount=unlinked`);
    expect(await links()).toEqual(['facebook', 'janrain/yahoo', 'sheridan']);
  });

  it('"Keep connected" leads back with nothing changed', async () => {
    await page.getByRole('button', { name: 'Unlink Facebook Connect for the user' }).click();
    await page.getByRole('link', { name: 'Keep connected' }).click();
    await page.getByRole('heading', { name: 'User profile' }).waitFor();
    expect(page.url()).toBe(`${origin}/userprofile`);
    expect(await links()).toEqual(everything);
  });

  it('leads to another origin that the site allows, past the policy of its own page', async () => {
    const elsewhere = `${origin.replace('localhost', '127.0.0.1')}/userprofile`;
    const query = new URLSearchParams({ vhost: '1', uid: '42', redirectUrl: elsewhere });
    await page.goto(`${origin}/action/v2/unlinkaccount?${query.toString()}`);
    await page.getByRole('button', { name: 'Disconnect all' }).click();
    await page.getByRole('heading', { name: 'User profile' }).waitFor();
    expect(page.url()).toBe(`${elsewhere}?unlinkaccount=unlinked`);
    expect(await links()).toEqual([]);
  });

  it('pressed once more when it is done: back with an error that the page can show', async () => {
    await page.getByRole('button', { name: 'Unlink Facebook Connect for the user' }).click();
    await confirm(page, ['Facebook']);
    await page.goto(`${origin}/userprofile`);
    await page.getByRole('button', { name: 'Unlink Facebook Connect for the user' }).click();
    await page.getByRole('heading', { name: 'User profile' }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('Error: Not connected');
  });

  it('the style of the page holds against its own policy, and nobody can frame it', async () => {
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    await page.getByRole('button', { name: 'Unlink Facebook Connect for the user' }).click();
    const width = await page.locator('.page').evaluate((one) => getComputedStyle(one).maxWidth);
    expect(width).not.toBe('none');
    expect(problems).toEqual([]);
    const query = 'vhost=1&uid=42&redirectUrl=/userprofile';
    const frame = `<iframe src="${origin}/action/v2/unlinkaccount?${query}"></iframe>`;
    await page.route(`${origin}/framing`, (route) =>
      route.fulfill({ body: frame, contentType: 'text/html' }),
    );
    await page.goto(`${origin}/framing`);
    await expect.poll(() => problems.join(' ')).toContain('frame-ancestors');
  });
});
