// XSS: every string that reaches a page of the backend or the demo arrives as text, in a real browser.
import { getRequestListener } from '@hono/node-server';
import { createHandler } from 'outro/server';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLoopback, serve } from '../support/loopback.ts';
import { signedBody } from '../support/signed.ts';
import { connect, startWorld, watch, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const scripts = [
  '<script>window.hacked=1</script>',
  '"><img src=x onerror=window.hacked=1>',
  "'><svg onload=window.hacked=1>",
  '</title></style><script>window.hacked=1</script>',
  'javascript:window.hacked=1',
  '{{constructor.constructor("window.hacked=1")()}}',
  '&lt;script&gt;window.hacked=1&lt;/script&gt;',
  '</script><!--<script>window.hacked=1',
];

const isClean = async (page: Page, about: string): Promise<void> => {
  expect(await page.evaluate(() => 'hacked' in window), about).toBe(false);
  // Our pages have none of these but signs, which nobody hears: one that is there was made by a string.
  const made = await page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'img, svg:not([aria-hidden]), iframe, object, embed, base, [onerror], [onload], [onclick], a[href^="javascript"]',
      ),
    ].map((one) => one.outerHTML),
  );
  expect(made, about).toEqual([]);
};

it('pages of the backend: every parameter, every place in the address, every name that is stored', async () => {
  const { origins, tls } = await openLoopback({ outro: 'pages.backend.example' });
  const secret = Buffer.alloc(32, 3).toString('base64');
  const handler = createHandler({
    sites: [
      {
        apiKey: 'pages',
        secret,
        publicUrl: origins.outro,
        vhost: '1',
        actions: {
          unlinkaccount: [
            'vhost',
            'uid',
            'redirectUrl',
            'external_id_provider_name',
            'sub_provider_name',
          ],
        },
        rateLimits: false,
      },
    ],
    encryptionKeys: [{ id: 'a', key: secret }],
    store: world.database.store,
  });
  const listener = getRequestListener(handler);
  const stop = await serve(origins.outro, tls, async (incoming, outgoing) =>
    listener(incoming, outgoing),
  );
  const context = await world.browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await watch(page);
  const url = `${origins.outro}/socialize.notifyLogin`;
  const questions: number[] = [];
  for (const script of scripts) {
    const providerSessions = {
      janrain: {
        providerUID: script,
        subProvider: script.slice(0, 50),
        nickname: script,
        firstName: script,
      },
    };
    const body = signedBody(url, secret, {
      apiKey: 'pages',
      siteUID: '7',
      providerSessions: JSON.stringify(providerSessions),
    });
    const answer = (await (await handler(new Request(url, { method: 'POST', body }))).json()) as {
      cookieValue?: string;
    };
    if (answer.cookieValue)
      await context.addCookies([
        { name: 'glt_pages', value: answer.cookieValue, url: origins.outro },
      ]);
    const good = { vhost: '1', uid: '7', redirectUrl: '/x' };
    const addresses = [
      ...Object.keys({ ...good, external_id_provider_name: '', sub_provider_name: '' }).map(
        (name) => `action/v2/unlinkaccount?${new URLSearchParams({ ...good, [name]: script })}`,
      ),
      `action/v2/unlinkaccount?${new URLSearchParams({ ...good, redirectUrl: `/${script}` })}`,
      `action/v2/unlinkaccount?${new URLSearchParams({ ...good, [script]: 'x' })}`,
      `action/v2/unlinkaccount?${new URLSearchParams({ ...good, csrf: script })}`,
      `leave/${encodeURIComponent(script)}?return=${encodeURIComponent(script)}`,
      `leave/return?${new URLSearchParams({ state: script, error: script, RelayState: script })}`,
      `inbound/deletion/${encodeURIComponent(script)}`,
      `inbound/pages/${encodeURIComponent(script)}/webhook`,
      `${encodeURIComponent(script)}?${new URLSearchParams({ apiKey: script, context: script })}`,
      `socialize.getUserInfo?${new URLSearchParams({ apiKey: 'pages', context: script, [script]: script })}`,
    ];
    for (const address of addresses) {
      await page.goto(`${origins.outro}/${address}`).catch((error: Error) => {
        // A redirect to a path that the shop would have: there is none here.
        if (!error.message.includes('ERR_')) throw error;
      });
      await isClean(page, address);
      questions.push(await page.getByRole('button', { name: 'Disconnect' }).count());
    }
  }
  expect(questions.filter(Boolean).length).toBeGreaterThan(0);
  await context.close();
  await stop();
}, 120_000);

it('the demo: a person whose name is a script, everywhere that the page shows it, under a policy that reports nothing', async () => {
  const { page, context, problems } = await world.newPage();
  await page.goto(world.origins.shop);
  await connect(page, 'Facebook', 'ada');
  await expect.poll(() => page.locator('#user').textContent()).toContain('"UID"');
  const { UID } = JSON.parse((await page.locator('#user').textContent()) ?? '') as { UID: string };
  const [script = ''] = scripts.slice(1);
  const url = `${world.origins.outro}/accounts.setAccountInfo`;
  const profile = JSON.stringify({ nickname: script, firstName: script, photoURL: script });
  const body = signedBody(url, world.demo.secret, { apiKey: world.demo.apiKey, UID, profile });
  const answer = await world.fetch(url, { method: 'POST', body });
  expect(await answer.json()).toMatchObject({ errorCode: 0 });
  await page.reload();
  await expect.poll(() => page.locator('#user').textContent()).toContain('<img src=x');
  await isClean(page, 'signed in');
  await page.locator('[data-remove="facebook"]').first().click();
  await expect
    .poll(() => page.locator('#message').textContent())
    .toContain(`User ${script} has been disconnected`);
  await isClean(page, 'disconnected');
  expect(problems).toEqual([]);
  await context.close();
});
