// <outro-connections> and its dialogs for those who do not see them, or use no mouse: what the keyboard reaches and in which
// order, what everything is called, where the focus goes, and what is said aloud, once.
import type { ElementHandle, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, type TestBrowser } from '../support/browsers.ts';
import type { Backstage } from '../support/gallery-states.ts';
import { startGallery, type Gallery } from '../support/gallery.ts';

const modes = modesHere.filter((mode) => mode !== 'chromium-blocked');

type Called = readonly [role: string, name: string];

let gallery: Gallery;
beforeAll(async () => {
  gallery = await startGallery();
});
afterAll(() => gallery?.close());

const button = (name: string): Called => ['button', name];
const facebook = button('Disconnect Facebook Ada L.');
const github = button('Disconnect GitHub ada');
const keep = button('Keep connected');
const confirm = button('Disconnect');
const done = 'Facebook is disconnected.';
const busy = 'Disconnecting …';
const loading = 'Loading your connected accounts …';
const ended = {
  callId: '4f2a91c7d0e84b6fa3c5d7e9f1a2b3c4',
  receipt: [{ step: 'token', status: 'done', provider: 'facebook' }],
};

describe.each(modes)('%s', (mode) => {
  let browser: TestBrowser;
  let page: Page;
  let root: ElementHandle;
  beforeAll(async () => {
    browser = await startBrowser(mode);
    page = await (await browser.newContext()).newPage();
  });
  afterAll(() => browser?.close());

  const open = async (state: string): Promise<void> => {
    await page.goto(gallery.address({ states: [state], idle: 'yes' }));
    await page.waitForSelector('[data-ready]');
    if (state !== 'over') await enter();
  };
  const enter = async (): Promise<void> => {
    const handle = await page.waitForFunction(
      () =>
        document.querySelector('outro-connections')?.shadowRoot ??
        [...document.querySelectorAll('div')]
          .map((one) => one.shadowRoot?.querySelector('outro-connections')?.shadowRoot)
          .find(Boolean),
    );
    root = handle as unknown as ElementHandle;
  };
  // As the browser itself tells assistive technology. Firefox looks into no shadow by itself, Chromium only from above.
  const find = (name: string, role: string): Promise<ElementHandle[]> =>
    (mode === 'firefox' ? root : page).$$(`aria/${name}[role="${role}"]`);
  const hasFocus = async ([role, name]: Called): Promise<boolean> => {
    for (const one of await find(name, role))
      if (await one.evaluate((node) => (node.getRootNode() as ShadowRoot).activeElement === node))
        return true;
    return false;
  };
  const focusIsOn = (called: Called) =>
    expect.poll(() => hasFocus(called), { message: called.join(' ') }).toBe(true);
  /** Tabs on, through exactly these. */
  const tabThrough = async (...stops: Called[]): Promise<void> => {
    for (const stop of stops) {
      await page.keyboard.press('Tab');
      await focusIsOn(stop);
    }
  };
  /** These within the element, and no others of their roles. */
  const holds = async (...all: Called[]): Promise<void> => {
    for (const role of new Set(all.map(([one]) => one))) {
      const found = await find('', role);
      const inside = await Promise.all(
        found.map((one) => one.evaluate((node) => node.getRootNode() !== document)),
      );
      const expected = all.filter(([one]) => one === role);
      expect(inside.filter(Boolean).length, role).toBe(expected.length);
    }
    for (const [role, name] of all)
      expect((await find(name, role)).length, `${role} ${name}`).toBeGreaterThan(0);
  };
  const tell = (name: string, event: object): Promise<void> =>
    page.evaluate(
      (given, what) => (window as unknown as { backstage: Backstage }).backstage.tell(given, what),
      name,
      event,
    );
  const heard = (): Promise<string[]> =>
    page.evaluate(() => (window as unknown as { backstage: Backstage }).backstage.heard);
  const isHeard = (...all: string[]) => expect.poll(heard).toEqual(all);

  const google = button('Disconnect Google ada.lovelace@analytical-engines.example');
  const names = ['list', 'Connected accounts'] as const;
  const row = ['listitem', ''] as const;

  it('list, question, receipt, done', async () => {
    await open('receipt-mixed');
    await holds(names, row, row, row, facebook, github, google);
    await tabThrough(facebook, github);
    await page.keyboard.down('Shift');
    await tabThrough(facebook);
    await page.keyboard.up('Shift');

    await page.keyboard.press('Enter');
    await focusIsOn(keep);
    const question = 'Disconnect Facebook?';
    await holds(['alertdialog', question], ['heading', question], keep, confirm);
    await page.keyboard.press('Escape');
    await focusIsOn(facebook);
    await holds(facebook, github, google);
    await isHeard(loading);

    await page.keyboard.press(' ');
    await focusIsOn(keep);
    await tabThrough(confirm);
    await page.keyboard.press('Enter');
    await focusIsOn(['heading', done]);
    await holds(
      ['heading', done],
      ['heading', 'Only you can do this'],
      ['heading', 'Goes on by itself'],
      ['heading', 'Not confirmed'],
      ['heading', 'Settled'],
      ['group', done],
    );
    // Who is led to the title hears it there.
    await isHeard(loading, busy);
    await tabThrough(
      button('Close'),
      ['link', 'Open your Facebook settings (opens in a new tab)'],
      button('Copy receipt'),
      github,
      google,
    );
    await tell('receipt', ended);
    const over = 'Facebook has ended our access. It may still list the permission you gave.';
    await isHeard(loading, busy, `${over} 1 step is left for you.`);
    await focusIsOn(google);
  });

  it('what is over when it is told takes the focus nowhere, and closing leaves it in the list', async () => {
    await open('receipt-done');
    await tabThrough(facebook);
    await page.keyboard.press('Enter');
    await focusIsOn(keep);
    await tabThrough(confirm);
    await page.keyboard.press('Enter');
    await focusIsOn(['heading', done]);
    await tabThrough(button('Close'));
    await page.keyboard.press('Enter');
    await tabThrough(github);
    await isHeard(loading, busy);
  });

  it('the last way in', async () => {
    await open('last');
    const only = google;
    await tabThrough(only, ['link', 'Password'], ['link', 'Passkey']);
    await holds(only, ['link', 'Password'], ['link', 'Passkey']);
    await page.keyboard.down('Shift');
    await tabThrough(['link', 'Password'], only);
    await page.keyboard.up('Shift');
    await page.keyboard.press('Enter');
    await focusIsOn(only);
    await isHeard(loading);
  });

  it('an error: said once, where the focus is', async () => {
    await open('failed');
    await tabThrough(facebook);
    await page.keyboard.press('Enter');
    await focusIsOn(keep);
    await tabThrough(confirm);
    await page.keyboard.press('Enter');
    await focusIsOn(button('Try again Facebook Ada L.'));
    await isHeard(
      loading,
      busy,
      'Facebook is still connected. The service did not answer in time.',
    );
    await tabThrough(github);
  });

  it('offline: one thing to do, and doing it keeps the focus', async () => {
    await page.evaluateOnNewDocument(() => {
      if (location.hash === '#offline')
        Object.defineProperty(navigator, 'onLine', { value: false });
    });
    await page.goto(`${gallery.address({ states: ['not-loaded'] })}#offline`);
    await page.waitForSelector('[data-ready]');
    await enter();
    const text = 'We could not load your connected accounts. You seem to be offline.';
    await isHeard(loading, text);
    await holds(button('Try again'));
    await tabThrough(button('Try again'));
    await page.keyboard.press('Enter');
    await isHeard(loading, text, loading, text);
    await tabThrough(button('Try again'));
  });

  it('signed out, and removed elsewhere, while somebody is there', async () => {
    await open('list');
    await tabThrough(facebook, github);
    await tell('connectionRemoved', { provider: 'google', remote: true });
    await isHeard(loading, 'Google was disconnected elsewhere.');
    await focusIsOn(github);
    await page.keyboard.press('Enter');
    await focusIsOn(keep);
    await tell('logout', { remote: true });
    await isHeard(loading, 'Google was disconnected elsewhere.', 'You are not signed in.');
    await expect.poll(() => find('', 'alertdialog')).toEqual([]);
    // Not lost: what is there now has it.
    const at = await root.evaluate((node) =>
      (node as unknown as ShadowRoot).activeElement?.getAttribute('part'),
    );
    expect(at).toBe('connections');
  });

  it('in the dialog over a page: the question closes first, then the dialog, and the page has the focus', async () => {
    await open('over');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await enter();
    await expect.poll(() => find('Disconnect Google', 'button').then((all) => all.length)).toBe(0);
    await expect.poll(() => hasFocus(facebook)).toBe(false);
    await tabThrough(facebook);
    await page.keyboard.press('Enter');
    await focusIsOn(keep);
    await page.keyboard.press('Escape');
    await focusIsOn(facebook);
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toBe('Edit connections');
  });
});
