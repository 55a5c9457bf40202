// What <outro-connections> shows is words, whoever wrote them: hostile names, other languages, right to left.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { findingsInBoth, openPage, part, receiptOf, signIn } from '../support/connections-page.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let page: Page;
let problems: string[];
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());
beforeEach(async () => {
  ({ page, problems } = await world.newPage());
});
afterEach(async () => {
  await page.context().close();
});

const sure = () => page.getByRole('alertdialog').getByRole('button').last();
const markup = '"><img src=x onerror=alert(1)><script>alert(1)</script>';

it('names, reasons and addresses from the backend stay words, and lead nowhere they should not', async () => {
  const providers = { facebook: { providerUID: markup, nickname: markup, email: markup } };
  const loginIDs = [{ value: 'eve@shop.example', wayIn: 'password' }];
  await signIn(world, page, { siteUID: 'hostile', providers, loginIDs });
  const { outro, shop } = world.origins;
  const headers = {
    'Access-Control-Allow-Origin': shop,
    'Access-Control-Allow-Credentials': 'true',
  };
  const steps = [
    { step: 'identity', status: 'done', provider: 'facebook', reason: markup },
    { step: 'grant', status: 'needs-user', provider: 'facebook', url: 'javascript:alert(1)' },
    { step: 'grant', status: 'needs-user', provider: markup, url: 'https://a.example/?a"b' },
    { step: markup, status: 'failed', provider: '__proto__', retryAt: markup },
  ];
  const names = { facebook: markup, ['__proto__']: { polluted: 'yes' } };
  const fulfill = (route: Route, answer: object): Promise<void> => {
    const context = new URLSearchParams(route.request().postData() ?? '').get('context');
    return route.fulfill({ headers, json: { errorCode: 0, context, ...answer } });
  };
  await page.route(`${outro}/socialize.explainRemoval`, (route) =>
    fulfill(route, {
      allowed: true,
      receipt: steps,
      waysInLeft: [{ kind: markup }],
      keepsMapping: false,
      names,
    }),
  );
  await page.route(`${outro}/socialize.removeConnection`, (route) =>
    fulfill(route, { receipt: steps, user: {} }),
  );
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  const reports = await openPage(world, page);
  await part(page, 'disconnect').waitFor();
  expect(await part(page, 'name').textContent()).toBe(markup);
  expect(await part(page, 'account').textContent()).toBe(markup);
  await part(page, 'disconnect').click();
  await sure().click();
  expect(await receiptOf(page)).toHaveLength(4);
  const links = part(page, 'receipt').getByRole('link');
  const attributes = ['href', 'target', 'rel'];
  expect(await links.count()).toBe(1);
  expect(await Promise.all(attributes.map((name) => links.getAttribute(name)))).toEqual([
    'https://a.example/?a"b',
    '_blank',
    'noopener noreferrer',
  ]);
  expect(await page.locator('outro-connections :is(img, script)').count()).toBe(0);
  expect(await page.evaluate('({}).polluted')).toBeUndefined();
  expect({ dialogs, problems, reports }).toEqual({ dialogs: 0, problems: [], reports: [] });
});

it('in another language, right to left, from the npm door in a bundle, under its own policy', async () => {
  const { shop, outro } = world.origins;
  await signIn(world, page, {
    siteUID: 'rtl',
    providers: { facebook: { providerUID: 'f', nickname: 'Ada' }, linkedin: { providerUID: 'l' } },
  });
  const app = `
    import { createClient } from 'outro';
    import { defineConnections } from 'outro/connections';
    const client = createClient({ apiKey: '${world.demo.apiKey}', apiDomain: '${outro}' });
    const messages = { disconnect: 'נתק', keep: 'השאר' };
    const providers = { linkedin: { name: 'לינקדאין' } };
    document.querySelector('outro-connections').messages = { ...messages, keep: 'בטל' };
    defineConnections(client, { messages, providers });
    document.querySelector('p').append(document.createElement('outro-connections'));`;
  const resolveDir = fileURLToPath(new URL('../../', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir },
    bundle: true,
    format: 'esm',
    write: false,
  });
  await page.route(`${shop}/app.js`, (route) =>
    route.fulfill({ body: outputFiles[0]?.text ?? '', contentType: 'text/javascript' }),
  );
  const policy = `default-src 'none'; script-src ${shop}; connect-src ${outro}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const html = `<!doctype html><html lang="he" dir="rtl"><title>x</title><main><h1>x</h1>
    <outro-connections></outro-connections><p></p></main><script type="module" src="/app.js"></script>`;
  const headers = { 'Content-Security-Policy': policy, 'Content-Type': 'text/html' };
  await page.route(`${shop}/app`, (route) => route.fulfill({ body: html, headers }));
  await page.goto(`${shop}/app`);

  const elements = page.locator('outro-connections');
  await expect
    .poll(() => part(page, 'name').allTextContents())
    .toEqual(['Facebook', 'לינקדאין', 'Facebook', 'לינקדאין']);
  const boxOf = async (name: string) => (await part(page, name).first().boundingBox())?.x ?? 0;
  expect(await boxOf('disconnect')).toBeLessThan(await boxOf('text'));
  // What the page had set on the element before it was defined counts more than what all have.
  for (const [index, word] of ['בטל', 'השאר'].entries()) {
    const element = elements.nth(index);
    await element.getByRole('button', { name: 'נתק Facebook Ada' }).click();
    await element.getByRole('button', { name: word }).click();
  }
  expect(await findingsInBoth(page)).toEqual([]);
  expect(problems).toEqual([]);
});

it('is styled from outside, by parts and by properties', async () => {
  await signIn(world, page, { siteUID: 'style', providers: { facebook: { providerUID: 's' } } });
  await openPage(world, page);
  await part(page, 'disconnect').waitFor();
  const colours = await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      'outro-connections { --outro-color: rgb(1, 2, 3) } outro-connections::part(name) { color: rgb(4, 5, 6) }',
    );
    document.adoptedStyleSheets = [sheet];
    const root = document.querySelector('outro-connections')?.shadowRoot;
    return ['frame', 'name'].map((name) => {
      const found = root?.querySelector(`[part~=${name}]`);
      return found && getComputedStyle(found).color;
    });
  });
  expect(colours).toEqual(['rgb(1, 2, 3)', 'rgb(4, 5, 6)']);
});
