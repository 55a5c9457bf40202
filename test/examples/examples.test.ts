// Each example, started by its own command; a person comes in, disconnects, comes back and logs out.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFacebook, startExample, type RunningExample } from '../support/examples.ts';
import { launchChromium } from '../support/world.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** What the page shows of the receipt, as soon as that begins with the step. */
const receiptOf = async (page: Page, step: string): Promise<unknown> => {
  await expect.poll(() => page.locator('output').textContent()).toContain(`"${step}"`);
  return JSON.parse((await page.locator('output').textContent()) ?? '');
};

const open = async () => {
  const page = await browser.newPage();
  // What a framework compiles, it compiles when it is first asked for.
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  return { page, problems };
};

const disconnect = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Disconnect facebook' }).click();
  expect(await receiptOf(page, 'identity')).toEqual(
    expect.arrayContaining([
      // It was the last way in; the mapping alone stays, so that the person can come back.
      expect.objectContaining({ step: 'identity', provider: 'facebook', status: 'kept' }),
      expect.objectContaining({ step: 'grant', provider: 'facebook', status: 'done' }),
      expect.objectContaining({
        step: 'provider-session',
        provider: 'facebook',
        status: 'asked',
      }),
    ]),
  );
  // The list follows.
  await expect
    .poll(() => page.getByRole('button', { name: 'Disconnect facebook' }).count())
    .toBe(0);
};

const logOut = async (page: Page, address: string): Promise<void> => {
  await page.getByRole('button', { name: 'Log out' }).click();
  expect(await receiptOf(page, 'session')).toMatchObject([
    { step: 'session', status: 'done' },
    { step: 'provider-session', provider: 'facebook', status: 'asked' },
  ]);
  const cookies = await page.context().cookies(address);
  expect(cookies.filter(({ name }) => name.startsWith('glt_'))).toEqual([]);
};

// Only the host of the script changed, and the example says so.
const isTheWrittenPage = async ({ address, output }: RunningExample): Promise<void> => {
  const written = readFileSync(new URL('../../examples/gigya/page.html', import.meta.url), 'utf8');
  const lines = (await (await fetch(address)).text()).split('\n');
  const differing = written
    .split('\n')
    .flatMap((line, index) => (line === lines[index] ? [] : [[line.trim(), lines[index]?.trim()]]));
  const outro = address.replace(/\d+$/, (port) => String(Number(port) + 2));
  const tag = (host: string): string =>
    `<script src="${host}/js/gigya.js?apiKey=example-shop"></script>`;
  expect(differing).toEqual([[tag('https://cdns.gigya.com'), tag(outro)]]);
  expect(lines.length).toBe(written.split('\n').length);
  expect(output()).toContain(`- ${differing[0]?.[0]}\n+ ${differing[0]?.[1]}\n`);
};

// Behind a body parser nothing is removed, and the refusal says what to do.
const refusesEatenBody = async ({ address }: RunningExample, page: Page): Promise<void> => {
  await connectFacebook(page, address);
  await page.getByRole('button', { name: 'Disconnect, behind a body parser' }).click();
  await expect
    .poll(() => page.locator('output').textContent())
    .toContain('mount outro before any body parser');
  await page.reload();
  await page.getByRole('button', { name: 'Disconnect facebook' }).waitFor();
};

const rendersOnServer = async ({ address }: RunningExample): Promise<void> => {
  const html = await (await fetch(address)).text();
  expect(html).toContain('<section aria-busy="true">');
};

const none = async (): Promise<void> => {};

describe('npm run example', () => {
  it.each([
    ['script-tag', none],
    ['gigya', isTheWrittenPage],
    ['vite', none],
    ['react', none],
    ['express', refusesEatenBody],
    ['next', rendersOnServer],
  ] as const)(
    '%s: disconnects, logs out, shows what it is about, and leaves nothing running',
    async (name, showIdea) => {
      const example = await startExample(name);
      const { page, problems } = await open();
      await connectFacebook(page, example.address);
      await disconnect(page);
      await connectFacebook(page, example.address);
      await logOut(page, example.address);
      await showIdea(example, page);
      expect(problems).toEqual([]);
      await page.close();
      expect(await example.stop()).toBe('nothing left');
    },
    300_000,
  );

  // They have React 18, the oldest that outro/react supports; the other tests have the newest.
  it('those of a framework are typed right', () => {
    const folder = fileURLToPath(new URL('../../examples/frameworks/', import.meta.url));
    const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  }, 30_000);

  it('refuses a name that it does not know, and lists those that it does', async () => {
    await expect(startExample('nowhere')).rejects.toThrow(
      /expected one of .*passport.*vite.*gigya/,
    );
  });
});
