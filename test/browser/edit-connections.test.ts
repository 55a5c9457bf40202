// gigya.socialize.showEditConnectionsUI on a page that has the script tag and nothing else.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openPage, part, receiptOf, signIn } from '../support/connections-page.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let page: Page;
let problems: string[];
let siteUID: string;
let count = 0;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());
beforeEach(async () => {
  ({ page, problems } = await world.newPage());
  siteUID = `person-${(count += 1)}`;
  const providers = {
    facebook: { providerUID: `f ${siteUID}` },
    linkedin: { providerUID: `l ${siteUID}` },
  };
  await signIn(world, page, { siteUID, providers });
});
afterEach(async () => {
  await page.context().close();
});

// Every handler that the vendor documents, and the callback; what they are given is noted.
const drawing = (params: string): string => `
  window.seen = [];
  const note = (name) => (event) => {
    seen.push({ name, ...event });
    if (event.eventName === 'load') throw new Error('a bad handler');
  };
  const given = { context: { my: 'context' } };
  for (const name of ['onLoad', 'onConnectionRemoved', 'onError', 'onClose', 'callback']) given[name] = note(name);
  window.draw = () => gigya.socialize.showEditConnectionsUI(given, ${params});
  draw();`;
type Seen = Record<string, unknown> & { name: string };
const seen = (): Promise<Seen[]> => page.evaluate('seen');
const namesSeen = async (): Promise<string[]> => (await seen()).map(({ name }) => name);
const disconnect = (name: string) => page.getByRole('button', { name: `Disconnect ${name}` });
const sure = () => page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' });
const context = { my: 'context' };
const source = 'showEditConnectionsUI';

it('draws into the container, tells the page what happens there, and only there', async () => {
  await openPage(world, page, {
    body: '<div id="box">old</div>',
    script: drawing("{ containerID: 'box', width: 320, height: '20em' }"),
  });
  await expect.poll(namesSeen).toEqual(['callback', 'onLoad']);
  const [answer, loaded] = await seen();
  expect(answer).toMatchObject({ errorCode: 0, operation: source, context });
  expect(loaded).toMatchObject({ eventName: 'load', source, context, containerID: 'box' });
  expect(await page.locator('#box').textContent()).toBe('');
  const box = await page.locator('#box outro-connections').boundingBox();
  expect(box).toMatchObject({ width: 320, height: 320 });

  // A removal by another call of the page is a global event, and none of the plugin's.
  await page.evaluate("gigya.socialize.removeConnection({ provider: 'linkedin' })");
  await expect.poll(() => part(page, 'name').allTextContents()).toEqual(['Facebook']);
  expect(await namesSeen()).toEqual(['callback', 'onLoad']);

  // Soft, as the vendor's own drawing is: the page has said nothing about the last way in.
  await disconnect('Facebook').click();
  await sure().click();
  expect((await receiptOf(page)).join()).toContain('You can still sign in to this account');
  expect((await seen())[2]).toMatchObject({
    name: 'onConnectionRemoved',
    eventName: 'connectionRemoved',
    provider: 'facebook',
    source,
    context,
    user: { UID: siteUID },
    receipt: [{ step: 'identity', status: 'kept' }, {}, {}, {}, {}],
  });
  // The bad handler was told to the browser, and harmed nobody.
  expect(problems).toEqual(['a bad handler']);
});

it('without a container: a dialog, closed by its button or by Escape, and the focus goes back', async () => {
  const reports = await openPage(world, page, {
    body: '<button id="opener">Open</button>',
    script: `${drawing("{ captionText: 'Your <b>links</b>', messages: { close: 'Done' } }").replace('draw();', '')}
      document.getElementById('opener').addEventListener('click', draw);`,
  });
  const dialog = page.getByRole('dialog', { name: 'Your <b>links</b>' });
  await page.locator('#opener').click();
  await dialog.waitFor();
  await disconnect('Facebook').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect.poll(namesSeen).toEqual(['callback', 'onLoad', 'onClose']);
  expect((await seen())[2]).toMatchObject({ eventName: 'close', source, context });
  expect(await page.locator('dialog').count()).toBe(0);
  expect(await page.evaluate('document.activeElement.id')).toBe('opener');

  await page.keyboard.press('Enter');
  await disconnect('Facebook').click();
  await page.getByRole('alertdialog').waitFor();
  // The question closes first, then the dialog.
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('alertdialog').count()).toBe(0);
  expect(await dialog.count()).toBe(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('dialog').count()).toBe(0);
  expect({ problems, reports }).toEqual({
    problems: ['a bad handler', 'a bad handler'],
    reports: [],
  });
});

it('shows the providers that are enabled and not disabled', async () => {
  const parts = { body: '<div id="box"></div>' };
  const shown = async (params: string): Promise<string[]> => {
    await openPage(world, page, {
      ...parts,
      script: drawing(`{ containerID: 'box', ${params} }`),
    });
    await part(page, 'name').first().waitFor();
    return part(page, 'name').allTextContents();
  };
  expect(await shown("enabledProviders: 'LinkedIn, yahoo'")).toEqual(['LinkedIn']);
  expect(await shown("enabledProviders: '*', disabledProviders: 'linkedin'")).toEqual(['Facebook']);
  expect(await shown("enabledProviders: ''")).toEqual(['Facebook', 'LinkedIn']);
});

it('the rules of the page hold for its removals', async () => {
  await openPage(world, page, {
    body: '<div id="box"></div>',
    script: drawing(
      "{ containerID: 'box', lastIdentityHandling: 'fail', forceProvidersLogout: 'false', cid: 'settings' }",
    ),
  });
  await disconnect('LinkedIn').click();
  const request = page.waitForRequest(/removeConnection/);
  await sure().click();
  const sent = Object.fromEntries(new URLSearchParams((await request).postData() ?? ''));
  const rules = { lastIdentityHandling: 'fail', forceProvidersLogout: 'false', cid: 'settings' };
  expect(sent).toMatchObject({ provider: 'linkedin', ...rules });
  expect(await receiptOf(page)).toContain('You stay signed in at LinkedIn.');
  await expect.poll(() => disconnect('Facebook').isDisabled()).toBe(true);
});

it('a container that is not there, or a part that does not load, is told and never thrown', async () => {
  await openPage(world, page, { script: drawing("{ containerID: 'nowhere' }") });
  await expect.poll(namesSeen).toEqual(['callback', 'onError']);
  expect((await seen())[0]).toMatchObject({
    errorCode: 400006,
    errorDetails: 'containerID: expected the id of an element, got nowhere',
    operation: source,
    context,
  });
  await page.route(/outro\.connections\./, (route) => route.abort());
  await openPage(world, page, { script: drawing('{}') });
  await expect.poll(namesSeen).toEqual(['callback', 'onError']);
  expect((await seen())[0]).toMatchObject({
    errorCode: 500026,
    errorDetails: 'its script did not load',
  });
  expect(problems).toEqual([]);
});

it('what goes wrong is told to onError of the call, then of the page', async () => {
  await page.route(/socialize\.getUserInfo/, (route) => route.abort());
  await openPage(world, page, {
    body: '<div id="box"></div>',
    script: `${drawing("{ containerID: 'box' }")}
      gigya.socialize.addEventHandlers({ onError: note('page') });`,
  });
  await expect.poll(namesSeen).toEqual(['callback', 'onError', 'page']);
  expect((await seen())[2]).toMatchObject({ eventName: 'error', isGlobal: true, source });
  expect((await seen())[1]).toMatchObject({
    eventName: 'error',
    errorCode: 500026,
    errorMessage: 'Network error',
    source,
    context,
  });
});
