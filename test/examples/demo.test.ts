// `npm start`: the shop on better-auth beside the one on outro alone, as somebody sees it who looks at both.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { startExample } from '../support/examples.ts';
import { launchChromium } from '../support/world.ts';

const canReach = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTo({ host, port })
      .once('connect', () => resolve(true))
      .once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });

const comeIn = async (page: Page, network: string): Promise<void> => {
  await page.getByRole('link', { name: `Connect ${network}` }).click();
  await page.getByLabel('Your name').fill('ada');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
};

it(
  'on better-auth: comes in twice, is asked, disconnects, looks under the hood, leaves; on this machine alone',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outro-demo-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const { address, output, stop } = await startExample('demo', { OUTRO_DATA: folder });
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));

    await page.goto(address);
    await page.getByRole('link', { name: 'The same on better-auth' }).click();
    await page.getByText('You are not signed in.').first().waitFor();
    const second = new URL(page.url());
    expect(output()).toContain(`the same on better-auth at ${second.origin}`);
    await comeIn(page, 'Facebook');
    await comeIn(page, 'LinkedIn');
    const cookies = await page.context().cookies();
    const session = cookies.find(({ name }) => name === 'better-auth.session_token');
    expect(session?.httpOnly).toBe(true);

    await page.getByText('Under the hood').click();
    await page.getByRole('button', { name: 'Disconnect LinkedIn' }).click();
    const question = page.getByRole('alertdialog', { name: 'Disconnect LinkedIn?' });
    expect(await question.textContent()).toContain('We ask LinkedIn to sign you out');
    await question.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByRole('heading', { name: 'LinkedIn is disconnected.' }).waitFor();
    const statusOf = (step: string) =>
      page.locator('#receipt tr', { hasText: step }).first().locator('td').nth(2).textContent();
    await expect.poll(() => statusOf('identity')).toBe('done');
    expect(await statusOf('grant')).toContain('done');
    expect(await statusOf('provider-session')).toContain('asked');
    await expect.poll(() => page.locator('#rows').textContent()).toContain('removeConnection');
    await expect.poll(() => page.locator('[data-network=linkedin]').textContent()).toBe('none');
    expect(await page.locator('[data-network=facebook]').textContent()).toBe('signed in as ada');

    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out.').waitFor();
    await expect.poll(() => page.locator('[data-network=facebook]').textContent()).toBe('none');
    await page.reload();
    await page.getByText('You are not signed in.').first().waitFor();
    expect(problems).toEqual([]);

    const elsewhere = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    for (const port of [new URL(address).port, second.port].map(Number)) {
      expect(await canReach('127.0.0.1', port)).toBe(true);
      if (elsewhere) expect(await canReach(elsewhere, port)).toBe(false);
    }
    expect(await stop()).toBe('nothing left');
  },
);
