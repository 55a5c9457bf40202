// Sites that sign people in already, each started by its own command on a Postgres of its own: what outro says is over is
// over for the site itself, and whoever comes back afterwards is welcome.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startExample } from '../support/examples.ts';
import { createDatabase } from '../support/postgres.ts';
import { launchChromium } from '../support/world.ts';

const folder = fileURLToPath(new URL('../../examples/frameworks/', import.meta.url));
const names = ['passport', 'authjs', 'supabase'];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const receiptOf = async (page: Page, step: string): Promise<unknown> => {
  await expect.poll(() => page.locator('output').textContent()).toContain(`"${step}"`);
  return JSON.parse((await page.locator('output').textContent()) ?? '');
};

/** Comes in by the site's own sign-in. */
const enter = async (page: Page): Promise<void> => {
  await page
    .getByRole('link', { name: 'Sign in' })
    .or(page.getByRole('button', { name: 'Sign in' }))
    .click();
  await expect.poll(() => page.locator('#me').textContent()).toContain('is signed in');
  await page.getByRole('button', { name: 'Disconnect' }).waitFor();
};

/** The site's own id of whoever is signed in, asked of the site. */
const idOf = async (page: Page): Promise<number | undefined> => {
  const { status, text } = await page.evaluate(async () => {
    const response = await fetch('/me');
    return { status: response.status, text: await response.text() };
  });
  return status === 200 ? (JSON.parse(text) as { id: number }).id : undefined;
};

/** Leaves as a script of the page does. */
const leave = (page: Page, method: 'logout' | 'removeConnection', params: object) =>
  page.evaluate(
    async ([name, given]) => {
      const { outro } = window as unknown as {
        outro: {
          createClient: (
            options: object,
          ) => Record<
            string,
            (params: object) => Promise<{ receipt: { step: string; status: string }[] }>
          >;
        };
      };
      const client = outro.createClient({
        apiKey: 'shop',
        apiDomain: `${location.origin}/outro`,
        credentials: true,
      });
      const { receipt } = (await client[name]?.(given)) ?? { receipt: [] };
      return receipt.map(({ step, status }) => `${step} ${status}`);
    },
    [method, params] as const,
  );

/** The answers that were false beside such a site, each in browsers and with the site itself as the judge. */
const tellsTheTruth = async (address: string): Promise<void> => {
  const open = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${address}/login/bob`);
    return page;
  };
  const [one, two, three] = [await open(), await open(), await open()];
  const id = await idOf(one);
  expect([await idOf(two), await idOf(three)]).toEqual([id, id]);
  // A logout is one of the session that counts, and only of that.
  expect(await leave(one, 'logout', {})).toContain('session done');
  expect([await idOf(one), await idOf(two)]).toEqual([undefined, id]);
  // Everywhere is everywhere.
  expect(await leave(two, 'logout', { sessions: 'all' })).toContain('sessions done');
  expect([await idOf(two), await idOf(three)]).toEqual([undefined, undefined]);
  // A removal takes back the newest token, ends what the identity had opened elsewhere, and it signs in there no more.
  const [here, there] = [await open(), await open()];
  const said = await leave(here, 'removeConnection', { lastIdentityHandling: 'remove' });
  expect(said).toEqual(expect.arrayContaining(['identity done', 'token done', 'sessions done']));
  expect([await idOf(here), await idOf(there)]).toEqual([id, undefined]);
  expect(await idOf(await open())).not.toBe(id);
};

describe('npm run example', () => {
  it.each(names)(
    '%s: disconnects, is signed in to again, logs out of the site itself',
    async (name) => {
      const DATABASE_URL = await createDatabase(inject('databaseUrl'));
      // What a bundler serves has to lie below its root; this one has none.
      const example = await startExample(name, { DATABASE_URL }, name === 'passport');
      const page = await browser.newPage();
      // What a framework compiles, it compiles when it is first asked for.
      page.setDefaultTimeout(60_000);
      // A page waits five seconds for an answer, and no longer for a compiler.
      await fetch(`${example.address}/outro/healthz`);
      await page.goto(example.address);
      await enter(page);
      await page.getByRole('button', { name: 'Disconnect' }).click();
      expect(await receiptOf(page, 'identity')).toContainEqual(
        expect.objectContaining({ step: 'identity', status: 'kept' }),
      );
      // It began after the removal, and says so: Auth.js in whole seconds.
      await wait(1000);
      await enter(page);
      await page.getByRole('button', { name: 'Log out' }).click();
      expect(await receiptOf(page, 'session')).toContainEqual({ step: 'session', status: 'done' });
      // Until it has looked by itself who is signed in: what it says of nobody is written there from the beginning.
      await page.goto(example.address, { waitUntil: 'networkidle' });
      expect(await page.locator('#me').textContent()).toBe('Nobody is signed in.');
      await page.close();
      if (name === 'passport') await tellsTheTruth(example.address);
      expect(await example.stop()).toBe('nothing left');
    },
    300_000,
  );
});

const filesOf = (name: string): string[] =>
  readdirSync(`${folder}${name}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(?!\.next|node_modules).*\.[jt]sx?$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => readFileSync(`${folder}${name}/${file}`, 'utf8'));

/** Lines of code between the marks `outro` and `/outro`. */
const linesOf = (text: string): string[] =>
  [...text.matchAll(/^ *\/\/ outro\n([^]*?)^ *\/\/ \/outro$/gm)].flatMap(([, part = '']) =>
    part
      .split('\n')
      // But for what an example alone needs, whose provider is on this machine.
      .filter((line) => !/^ *(\/\/.*|allowPrivateProviders: .*)?$/.test(line)),
  );

describe.each(names)('%s', (name) => {
  it('has at most 15 lines of outro on its server', () => {
    const lines = filesOf(name).flatMap(linesOf);
    expect(lines.join('\n')).toContain('fromTables');
    expect(lines.join('\n')).toContain('signedIn');
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  it('needs nothing beside its own folder but what its package names', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(`${folder}${name}/package.json`, 'utf8'),
    ) as Record<string, Record<string, string>>;
    const installed = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as {
      dependencies: object;
      devDependencies: object;
    };
    const { outro, ...others } = { ...dependencies, ...devDependencies };
    expect(outro).toBe('^0.1.0');
    expect({ ...installed.dependencies, ...installed.devDependencies }).toMatchObject(others);
    const asked = filesOf(name).flatMap((text) =>
      [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, from = '']) => from),
    );
    const packages = asked
      .filter((from) => !from.startsWith('.') && !from.startsWith('node:'))
      .map((from) =>
        from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    // What stands in for the provider is the same everywhere.
    if (name !== 'supabase')
      expect(readFileSync(`${folder}${name}/network.js`, 'utf8')).toBe(
        readFileSync(`${folder}passport/network.js`, 'utf8'),
      );
    const unknown = packages.filter(
      (one) => !builtinModules.includes(one) && !(one in { ...dependencies, ...devDependencies }),
    );
    expect(unknown).toEqual([]);
    // `..` within the folder is fine; above it there is nothing.
    expect(filesOf(name).join('\n')).not.toMatch(/site\.ts'|surroundings\.ts'/);
  });
});
