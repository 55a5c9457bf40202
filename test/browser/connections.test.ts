// <outro-connections> as a person meets it: built files, real backend, real Chromium, the strictest policy.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { callSigned, openPage, part, receiptOf, signIn } from '../support/connections-page.ts';
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
});
afterEach(async () => {
  await page.context().close();
});

const two = () => ({
  facebook: { providerUID: `f ${siteUID}`, nickname: 'Ada' },
  linkedin: { providerUID: `l ${siteUID}`, email: 'ada@work.example' },
});
const one = () => ({ facebook: { providerUID: `f ${siteUID}`, nickname: 'Ada' } });

const identities = async (): Promise<string[]> => {
  const rows = await world.database.query(
    "select i.provider, i.state from outro.identities i join outro.accounts a on a.id = i.account_id where a.uid = $1 and i.state = 'linked' order by 1",
    [siteUID],
  );
  return rows.map(({ provider }) => String(provider));
};

const disconnect = (name: string) => page.getByRole('button', { name: `Disconnect ${name}` });
const sure = () => page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' });
const status = () => part(page, 'status').textContent();
/** What has the focus, as the person hears it. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    const inner = document.activeElement?.shadowRoot?.activeElement;
    return inner?.ariaLabel ?? inner?.textContent ?? '';
  });

describe('with the mouse', () => {
  it('says what would happen, asks, disconnects, and says what is over', async () => {
    await signIn(world, page, { siteUID, providers: two() });
    const reports = await openPage(world, page);
    await expect.poll(() => part(page, 'name').allTextContents()).toEqual(['Facebook', 'LinkedIn']);
    expect(await part(page, 'account').allTextContents()).toEqual(['Ada', 'ada@work.example']);

    await disconnect('Facebook Ada').click();
    const question = page.getByRole('alertdialog', { name: 'Disconnect Facebook?' });
    await question.waitFor();
    expect(await question.getByRole('listitem').allTextContents()).toEqual([
      'You will no longer be able to sign in to this account with Facebook.',
      'We delete the profile data that came from Facebook. You cannot undo this.',
      'Facebook goes on listing the permission you gave: it offers us no way to take it back.',
      'We ask Facebook to sign you out in this browser.',
      'You stay signed in here.',
      'LinkedIn',
    ]);
    expect(await identities()).toEqual(['facebook', 'linkedin']);
    await sure().click();

    expect(await receiptOf(page)).toEqual([
      'Facebook goes on listing the permission you gave: it offers us no way to take it back.Open your Facebook settings (opens in a new tab)',
      'We asked Facebook to sign you out. It does not tell us whether it did.',
      'You can no longer sign in to this account with Facebook.',
      'The profile data that came from Facebook is deleted.',
      'You stay signed in here.',
    ]);
    await expect.poll(() => part(page, 'name').allTextContents()).toEqual(['LinkedIn']);
    expect(await identities()).toEqual(['linkedin']);
    expect(await part(page, 'title').textContent()).toBe('Facebook is disconnected.');
    expect(await part(page, 'left').textContent()).toBe('1 step is left for you.');
    expect({ problems, reports }).toEqual({ problems: [], reports: [] });
  });

  it('"Keep connected" keeps', async () => {
    await signIn(world, page, { siteUID, providers: two() });
    await openPage(world, page);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await disconnect('Facebook').click();
    await page.getByRole('button', { name: 'Keep connected' }).click();
    await expect.poll(focused).toBe('Disconnect Facebook Ada');
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    // Whatever was to be sent has been sent before this.
    await page.evaluate('outro.client.getUserInfo()');
    expect(asked.filter((url) => url.includes('removeConnection'))).toEqual([]);
    expect(await identities()).toEqual(['facebook', 'linkedin']);
  });
});

describe('with the keyboard alone', () => {
  it('reaches everything, begins at "Keep connected", gives the focus back, and leads it to what happened', async () => {
    await signIn(world, page, { siteUID, providers: two() });
    await openPage(world, page);
    await disconnect('LinkedIn').waitFor();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Disconnect Facebook Ada');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Disconnect LinkedIn ada@work.example');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Keep connected');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Disconnect LinkedIn ada@work.example');
    // The browser gives the focus back a moment before it says that the question is closed.
    await expect.poll(() => page.locator('outro-connections dialog').count()).toBe(0);
    expect(await identities()).toEqual(['facebook', 'linkedin']);

    await page.keyboard.press('Space');
    await expect.poll(focused).toBe('Keep connected');
    await page.keyboard.press('Tab');
    await expect.poll(focused).toBe('Disconnect');
    await page.keyboard.press('Enter');
    await receiptOf(page);
    await expect.poll(focused).toBe('LinkedIn is disconnected.');
    expect(await identities()).toEqual(['facebook']);
    // Who is led there hears it there, with what is left; it is not said a second time.
    const title = part(page, 'title');
    expect(await title.getAttribute('aria-describedby')).toBe(
      await part(page, 'left').getAttribute('id'),
    );
    expect(await status()).not.toContain('LinkedIn');
  });
});

describe('the last way in', () => {
  it('can be reached and not be pressed, and says what to add first', async () => {
    await signIn(world, page, { siteUID, providers: one() });
    await openPage(world, page);
    const button = disconnect('Facebook');
    await button.waitFor();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Disconnect Facebook Ada');
    expect(await button.isDisabled()).toBe(true);
    const described = await button.getAttribute('aria-describedby');
    const reason = page.locator(`[id="${described}"]`);
    expect(await reason.textContent()).toBe(
      'Facebook is your only way to sign in. Add one of these first:PasswordPasskeySign-in codeAnother account',
    );
    await page.keyboard.press('Enter');
    await button.click({ force: true });
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    expect(await identities()).toEqual(['facebook']);
  });

  it('is not the last beside a password', async () => {
    const loginIDs = [{ value: `${siteUID}@shop.example`, wayIn: 'password' }];
    await signIn(world, page, { siteUID, providers: one(), loginIDs });
    await openPage(world, page);
    await disconnect('Facebook').click();
    expect(await page.getByRole('alertdialog').textContent()).toContain(
      'You can still sign in with:Password',
    );
    await sure().click();
    await expect.poll(status).toBe('No accounts are connected.');
  });

  it('goes softly where the page wants it so, and says that it still opens the account', async () => {
    await signIn(world, page, { siteUID, providers: one() });
    await openPage(world, page, {
      script: `void outro.defineConnections(outro.client, { removal: { lastIdentityHandling: 'soft' } });`,
    });
    await disconnect('Facebook').click();
    expect(await page.getByRole('alertdialog').textContent()).toContain(
      'You can still sign in to this account with Facebook, because it is your only way in.',
    );
    await sure().click();
    expect((await receiptOf(page)).join()).toContain('You can still sign in to this account');
    expect(await part(page, 'title').textContent()).toBe('Facebook remains your way to sign in.');
  });
});

describe('several at once', () => {
  it('all of them, and then the last ways in are named', async () => {
    const loginIDs = [{ value: `${siteUID}@shop.example`, wayIn: 'code' }];
    await signIn(world, page, { siteUID, providers: two(), loginIDs });
    await openPage(world, page, {
      body: '<outro-connections disconnect-all></outro-connections>',
    });
    await disconnect('all').click();
    await page.getByRole('alertdialog', { name: 'Disconnect all accounts?' }).waitFor();
    await sure().click();
    expect(await receiptOf(page)).toContain(
      'You can no longer sign in to this account with any of them.',
    );
    await expect.poll(status).toBe('No accounts are connected.');
    expect(await identities()).toEqual([]);
  });

  it('two accounts at one provider are told apart, and only the one meant goes', async () => {
    await signIn(world, page, { siteUID, providers: one() });
    const other = { facebook: { providerUID: `other ${siteUID}` } };
    await signIn(world, page, { siteUID, providers: other });
    await openPage(world, page);
    await disconnect(`Facebook other ${siteUID}`).click();
    await sure().click();
    await receiptOf(page);
    await expect.poll(() => part(page, 'account').allTextContents()).toEqual(['Ada']);
    expect(await identities()).toEqual(['facebook']);
  });
});

describe('what happens elsewhere', () => {
  it('is heard and said: a removal by the server, while the question is open', async () => {
    await signIn(world, page, { siteUID, providers: two() });
    const listens = page.waitForRequest(/socialize\.listen/);
    await openPage(world, page);
    await (await listens).response();
    await disconnect('LinkedIn').click();
    await page.getByRole('alertdialog').waitFor();
    await callSigned(world, 'socialize.removeConnection', { UID: siteUID, provider: 'linkedin' });
    await expect.poll(() => part(page, 'name').allTextContents()).toEqual(['Facebook']);
    expect(await part(page, 'notice').textContent()).toBe('LinkedIn was disconnected elsewhere.');
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    expect(await disconnect('Facebook').isDisabled()).toBe(true);
    expect(problems).toEqual([]);
  });

  it('a logout in another tab', async () => {
    await signIn(world, page, { siteUID, providers: two() });
    await openPage(world, page);
    await disconnect('Facebook').waitFor();
    const tab = await page.context().newPage();
    await openPage(world, tab, { body: '', script: '' });
    await tab.evaluate('outro.client.logout()');
    await expect.poll(status).toBe('You are not signed in.');
    expect(await part(page, 'connection').count()).toBe(0);
  });
});
