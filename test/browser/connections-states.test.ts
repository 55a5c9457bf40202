// Every state of <outro-connections>: what axe finds, what a strict policy reports, what each says.
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findingsInBoth, openPage, part, receiptOf, signIn } from '../support/connections-page.ts';
import { connect, startWorld, type World } from '../support/world.ts';

let world: World;
let page: Page;
let problems: string[];
let reports: string[];
let siteUID: string;
let count = 0;
let isNetworkDown = false;
beforeAll(async () => {
  world = await startWorld((fetch) => (input, init) => {
    const { url } = new Request(input, init);
    return isNetworkDown && url.includes('/token/revocation')
      ? Promise.reject(new TypeError('fetch failed'))
      : fetch(input, init);
  });
});
afterAll(() => world?.close());
beforeEach(async () => {
  ({ page, problems } = await world.newPage());
  reports = [];
  siteUID = `person-${(count += 1)}`;
});
afterEach(async () => {
  isNetworkDown = false;
  await page.context().close();
});

const two = () => ({
  facebook: { providerUID: `f ${siteUID}`, nickname: 'Ada' },
  linkedin: { providerUID: `l ${siteUID}` },
});
const disconnect = (name: string) => page.getByRole('button', { name: `Disconnect ${name}` });
const sure = () => page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' });
const status = () => part(page, 'status').textContent();
const says = (text: string) => expect.poll(status).toBe(text);
const on = (name: string, handle: (route: Route) => Promise<void> | void) =>
  page.route(`${world.origins.outro}/socialize.${name}`, handle);
const begin = async (providers: object[] | Record<string, object>): Promise<void> => {
  await signIn(world, page, { siteUID, providers });
  reports = await openPage(world, page, {
    body: '<outro-connections disconnect-all></outro-connections>',
  });
};

// How each state comes about, and how one knows that it is there.
const states: Record<string, () => Promise<unknown>> = {
  'signed out': async () => {
    reports = await openPage(world, page);
    await says('You are not signed in.');
  },
  loading: async () => {
    await on('getUserInfo', () => {});
    await begin(two());
    await says('Loading your connected accounts …');
  },
  'nothing connected': async () => {
    await begin({});
    await says('No accounts are connected.');
  },
  'several connected': async () => {
    await begin(two());
    await disconnect('all').waitFor();
  },
  'the last way in': async () => {
    await begin({ facebook: { providerUID: siteUID } });
    await part(page, 'note').waitFor();
  },
  'a question': async () => {
    await begin(two());
    await disconnect('Facebook').click();
    await page.getByRole('alertdialog').waitFor();
  },
  'being removed': async () => {
    await on('removeConnection', () => {});
    await begin(two());
    await disconnect('Facebook').click();
    await sure().click();
    await says('Disconnecting …');
  },
  'a receipt': async () => {
    await begin(two());
    await disconnect('Facebook').click();
    await sure().click();
    await receiptOf(page);
    await part(page, 'note').waitFor();
  },
  'a failure to load': async () => {
    await on('getUserInfo', (route) => route.abort());
    await begin(two());
    await says('We could not load your connected accounts. We could not reach the service.');
  },
  'a failure to remove': async () => {
    await on('removeConnection', (route) => route.abort());
    await begin(two());
    await disconnect('Facebook').click();
    await sure().click();
    await says('Facebook is still connected. We could not reach the service.');
  },
};

describe('axe finds nothing, in light and dark, and the strictest policy has nothing to report', () => {
  it.each(Object.entries(states))('%s', async (_name, reach) => {
    await reach();
    expect({ problems, reports }).toEqual({ problems: [], reports: [] });
    expect(await findingsInBoth(page)).toEqual([]);
  });

  it('light and dark are two: the page looks different', async () => {
    await begin(two());
    await disconnect('Facebook').waitFor();
    const colours = async (colorScheme: 'light' | 'dark') => {
      await page.emulateMedia({ colorScheme });
      return page
        .locator('outro-connections [part=connections] > *')
        .evaluate((card) => [getComputedStyle(card).color, getComputedStyle(card).backgroundColor]);
    };
    expect(await colours('light')).toEqual(['rgb(22, 24, 29)', 'rgb(255, 255, 255)']);
    expect(await colours('dark')).toEqual(['rgb(238, 240, 244)', 'rgb(21, 24, 29)']);
  });

  it('the collector collects, and axe finds: a page that breaks both is told', async () => {
    const body = '<p style="color: red">x</p><button></button>';
    reports = await openPage(world, page, { body });
    await expect.poll(() => reports.length).toBeGreaterThan(0);
    expect(reports[0]).toContain('style-src');
    expect((await findingsInBoth(page)).join()).toContain('button-name');
  });

  it('on the demo: the page of the samples, its dialog, and the account page', async () => {
    const { shop } = world.origins;
    await page.goto(shop);
    await connect(page, 'Facebook', 'Barbara');
    expect(await findingsInBoth(page)).toEqual([]);
    await page.getByRole('button', { name: 'Edit connections' }).click();
    // Behind the dialog is a button of the page that is called so as well.
    await part(page, 'disconnect').waitFor();
    expect(await findingsInBoth(page)).toEqual([]);
    await page.goto(`${shop}/account`);
    await disconnect('Facebook').waitFor();
    await page.getByText('Under the hood').click();
    await expect.poll(() => page.locator('#rows').textContent()).toContain('Barbara');
    expect(await findingsInBoth(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe('when something is down', () => {
  it('the provider: the connection is gone here, and what is not over there is said', async () => {
    await page.goto(world.origins.shop);
    await connect(page, 'Facebook', 'Katherine');
    await connect(page, 'LinkedIn', 'Katherine');
    await page.goto(`${world.origins.shop}/account`);
    isNetworkDown = true;
    await disconnect('Facebook').click();
    expect(await page.getByRole('alertdialog').textContent()).toContain(
      'We ask Facebook to take back the permission you gave.',
    );
    await sure().click();
    const receipt = await receiptOf(page);
    expect(receipt).toContain('You can no longer sign in to this account with Facebook.');
    expect(receipt.join('\n')).toMatch(
      /^Facebook has not yet taken back the permission you gave\.We try again in \d+ \w+\. You need not do anything\.$/m,
    );
    expect(receipt.join()).not.toContain('has taken back');
    expect(problems).toEqual([]);
  });

  it('the backend, and then no longer: "Try again" tries again, and the focus is not lost', async () => {
    let isDown = true;
    await on('getUserInfo', (route) => (isDown ? route.abort() : route.continue()));
    await begin(two());
    const retry = page.getByRole('button', { name: 'Try again' });
    await retry.waitFor();
    isDown = false;
    await retry.focus();
    await page.keyboard.press('Enter');
    await disconnect('Facebook').waitFor();
    expect(await status()).toBe('');
    expect(await page.evaluate('document.activeElement.localName')).toBe('outro-connections');
  });

  it('the session is over and this page has not heard: it says so', async () => {
    await begin(two());
    await disconnect('Facebook').click();
    await world.database.query(
      "update outro.sessions set ended_at = now(), end_reason = 'logout' where account_id = (select id from outro.accounts where uid = $1)",
      [siteUID],
    );
    await sure().click();
    await says('You are not signed in.');
  });

  it('4.17 what asks, or it is tampered with: that is said, and once it comes it asks', async () => {
    let treat = (route: Route) => route.abort();
    await page.route(/outro\.removal\./, (route) => treat(route));
    await begin(two());
    await disconnect('Facebook').click();
    const note = 'Facebook is still connected. We could not reach the service.';
    await expect.poll(() => part(page, 'note').allTextContents()).toContain(note);
    const headers = { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/javascript' };
    let tampered = 0;
    treat = (route) => {
      tampered += 1;
      return route.fulfill({ body: 'globalThis.wasTampered = true;', headers });
    };
    const retry = page.getByRole('button', { name: 'Try again Facebook' });
    await retry.click();
    // The press asks for it, and so does the next idle moment.
    await expect.poll(() => tampered).toBeGreaterThan(0);
    treat = (route) => route.continue();
    // Pressed as often as it takes; once it asks, nothing behind the question can be pressed.
    const press = () => retry.click({ timeout: 500 }).catch(() => {});
    await expect.poll(async () => (await sure().count()) || (await press(), 0)).toBe(1);
    expect(await page.evaluate('globalThis.wasTampered')).toBe(undefined);
  });

  it('the explanation alone: the removal is possible, and unexplained', async () => {
    await on('explainRemoval', (route) => route.abort());
    await begin(two());
    await disconnect('Facebook').click();
    await page.getByRole('alertdialog').waitFor();
    expect(await page.getByRole('alertdialog').getByRole('listitem').count()).toBe(0);
    await sure().click();
    expect(await receiptOf(page)).toContain(
      'You can no longer sign in to this account with Facebook.',
    );
  });
});
