// One person, two real identity providers, every part on a registrable domain of its own, over HTTPS.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const responseOf = async (page: Page): Promise<Record<string, unknown>> => {
  await expect.poll(() => page.locator('#response').textContent()).not.toBe('');
  return JSON.parse((await page.locator('#response').textContent()) ?? '') as Record<
    string,
    unknown
  >;
};

/** The truth: what a fresh visit to the network, as first party, says. */
const sessionAt = async (page: Page, network: 'facebook' | 'linkedin'): Promise<unknown> => {
  const visit = await page.context().newPage();
  await visit.goto(`${world.origins[network]}/whoami`);
  const text = await visit.locator('body').textContent();
  await visit.close();
  return (JSON.parse(text ?? '') as { signedIn: unknown }).signedIn;
};

const rows = (sql: string): Promise<Record<string, unknown>[]> => world.database.query(sql);

describe('a person signed in through two networks', () => {
  it('disconnects one, then logs out: the page hears it, the database shows it, the sessions at the networks end', async () => {
    const { page, context, problems } = await world.newPage();
    await page.goto(world.origins.shop);
    await connect(page, 'Facebook', 'ada');
    await connect(page, 'LinkedIn', 'ada');
    expect(await sessionAt(page, 'facebook')).toBe('ada');
    expect(await sessionAt(page, 'linkedin')).toBe('ada');
    expect(await rows('select provider, state from outro.identities order by provider')).toEqual([
      { provider: 'facebook', state: 'linked' },
      { provider: 'linkedin', state: 'linked' },
    ]);

    await page.getByRole('button', { name: 'Disconnect Facebook' }).click();
    const removed = await responseOf(page);
    expect(removed).toMatchObject({ errorCode: 0, operation: 'removeConnection' });
    const receipt = removed['receipt'] as object[];
    expect(receipt[0]).toMatchObject({ step: 'identity', provider: 'facebook', status: 'done' });
    expect(receipt).toContainEqual(
      expect.objectContaining({ step: 'grant', provider: 'facebook', status: 'done' }),
    );
    expect(receipt.at(-1)).toMatchObject({
      step: 'provider-session',
      provider: 'facebook',
      status: 'asked',
    });
    expect(await page.locator('#message').textContent()).toBe('User ada has been disconnected');
    expect(await rows('select provider, state from outro.identities')).toEqual([
      { provider: 'linkedin', state: 'linked' },
    ]);
    expect(await sessionAt(page, 'facebook')).toBeNull();
    expect(await sessionAt(page, 'linkedin')).toBe('ada');
    // The drawer tells the same.
    expect(await page.locator('#receipt tr').first().locator('td').allTextContents()).toEqual([
      'identity',
      'facebook',
      'done',
    ]);
    const identities = page.locator('#rows table', { hasText: 'identities' });
    await expect
      .poll(() => identities.locator('tbody td').allTextContents())
      .toEqual(['linkedin', 'ada', 'linked', 'true']);
    await expect.poll(() => page.locator('[data-network=facebook]').textContent()).toBe('none');

    await page.getByRole('button', { name: 'Log out, also at the networks' }).click();
    await expect.poll(() => page.locator('#message').textContent()).toBe('User has logged out');
    expect((await responseOf(page))['receipt']).toMatchObject([
      { step: 'session', status: 'done' },
      { step: 'provider-session', provider: 'linkedin', status: 'asked' },
    ]);
    expect(await sessionAt(page, 'linkedin')).toBeNull();
    const cookies = await context.cookies(world.origins.shop);
    expect(cookies.filter(({ name }) => name.startsWith('glt_'))).toEqual([]);
    expect(await rows('select end_reason from outro.sessions where ended_at is null')).toEqual([]);

    expect(await page.locator('#events li').allTextContents()).toEqual([
      'connectionRemoved (facebook)',
      'logout',
    ]);
    expect(await page.locator('iframe').count()).toBe(0);
    expect(problems).toEqual([]);
    await context.close();
  });

  it("a page whose policy refuses frames: blocked, said so, and the network's session lives on", async () => {
    const { page, context } = await world.newPage();
    await page.goto(world.origins.shop);
    await connect(page, 'LinkedIn', 'grace');
    await page.goto(`${world.origins.shop}/?frames=none`);
    await page.getByRole('button', { name: 'Log out, also at the networks' }).click();
    expect(await responseOf(page)).toMatchObject({
      errorCode: 0,
      receipt: [
        { step: 'session', status: 'done' },
        { step: 'provider-session', provider: 'linkedin', status: 'blocked' },
      ],
    });
    expect(await sessionAt(page, 'linkedin')).toBe('grace');
    expect(await page.locator('iframe').count()).toBe(0);
    await context.close();
  });

  it('forceProvidersLogout false: out of the shop, still in at the network', async () => {
    const { page, context, problems } = await world.newPage();
    await page.goto(world.origins.shop);
    await connect(page, 'Facebook', 'linus');
    await page.getByRole('button', { name: 'Log out of the shop only' }).click();
    expect((await responseOf(page))['receipt']).toMatchObject([
      { step: 'session', status: 'done' },
      { step: 'provider-session', provider: 'facebook', status: 'kept' },
    ]);
    expect(await sessionAt(page, 'facebook')).toBe('linus');
    expect(problems).toEqual([]);
    await context.close();
  });

  it('on a phone, with the drawer open: nothing is wider than the page, and nothing that is needed lies behind it', async () => {
    const { page, context, problems } = await world.newPage();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(world.origins.shop);
    await connect(page, 'Facebook', 'annie');
    for (const path of ['/', '/account']) {
      await page.goto(`${world.origins.shop}${path}`);
      await page.getByText('Under the hood').click();
      await expect.poll(() => page.locator('#rows').textContent()).toContain('annie');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }
    // Its buttons work once the list of connections is there.
    await page.locator('outro-connections [part~="disconnect"]').first().waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => page.locator('#message').textContent()).toBe('You are logged out.');
    expect(await page.locator('[data-status=done]').first().textContent()).toBe('done');
    expect(problems).toEqual([]);
    await context.close();
  });

  it('the last way in: refused under fail, kept as a mapping under soft, and it leads back to the same account', async () => {
    const { page, context } = await world.newPage();
    await page.goto(world.origins.shop);
    await connect(page, 'Facebook', 'edsger');
    const uid = async (): Promise<unknown> => {
      await expect.poll(() => page.locator('#user').textContent()).not.toBe('');
      return (JSON.parse((await page.locator('#user').textContent()) ?? '') as { UID: string }).UID;
    };
    const before = await uid();
    await page.getByLabel('fail: refuse').check();
    await page.getByRole('button', { name: 'Disconnect all' }).click();
    expect(await responseOf(page)).toMatchObject({ errorCode: 400030 });
    await page.getByLabel('soft:').check();
    await page.getByRole('button', { name: 'Disconnect all' }).click();
    await expect.poll(async () => (await responseOf(page))['errorCode']).toBe(0);
    const mapping =
      "select state, profile, sealed_tokens from outro.identities where provider_uid = 'edsger'";
    expect(await rows(mapping)).toEqual([{ state: 'mapping', profile: null, sealed_tokens: null }]);
    await page.getByRole('button', { name: 'Log out of the shop only' }).click();
    await expect.poll(() => page.locator('#message').textContent()).toBe('User has logged out');
    await connect(page, 'Facebook', 'edsger');
    expect(await uid()).toBe(before);
    await context.close();
  });
});
