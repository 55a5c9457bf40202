// A session at the vendor becomes one here: signed in there, out here, and never asked to sign in.
import { getRequestListener } from '@hono/node-server';
import { createHandler, readScript, signForm } from 'outro/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modesHere, startBrowser } from '../support/browsers.ts';
import { openLoopback, serve } from '../support/loopback.ts';
import { openOwnDatabase } from '../support/store.ts';
import { createVendorSessions, type VendorSessions } from '../support/vendor-sessions.ts';

const secret = Buffer.alloc(32, 5).toString('base64');
// As a site keeps it: then both have their session in the same cookie.
const apiKey = '3_moved';
const hosts = {
  shop: 'www.shop.example',
  outro: 'outro.backend.example',
  vendor: 'accounts.vendor.example',
};

let origins: Record<keyof typeof hosts, string>;
let cloud: VendorSessions;
let stops: (() => Promise<void>)[] = [];
let handler: ReturnType<typeof createHandler>;

beforeAll(async () => {
  const loopback = await openLoopback(hosts);
  ({ origins } = loopback);
  cloud = await createVendorSessions(apiKey);
  handler = createHandler({
    sites: [
      {
        apiKey,
        secret,
        publicUrl: origins.outro,
        origins: [origins.shop],
        sources: { gigya: { domain: origins.vendor, tradesSessions: true } },
      },
    ],
    encryptionKeys: [{ id: 'test', key: secret }],
    allowPrivateProviders: true,
    store: (await openOwnDatabase()).store,
    script: await readScript(new URL('../../dist/', import.meta.url)),
    fetch: loopback.fetch,
  });
  // As the guide has it.
  const page = `<!doctype html><title>moving</title>
    <script src="${origins.outro}/js/outro.js?apiKey=${apiKey}"></script>
    <script>
      const vendor = outro.createClient({ apiKey: '${apiKey}', apiDomain: '${origins.vendor}', live: false });
      const heard = [];
      outro.client.on('logout', () => heard.push('logout'));
      const moved = outro.client
        .getUserInfo()
        .then(({ user }) => user.UID, () => '')
        .then(async (UID) => {
          if (UID) return UID;
          const { id_token } = await vendor.getJWT();
          return (await outro.client.exchangeIdToken({ id_token })).UID;
        });
    </script>`;
  const shop = getRequestListener(
    () => new Response(page, { headers: { 'Content-Type': 'text/html' } }),
  );
  stops = await Promise.all([
    serve(origins.shop, loopback.tls, shop),
    serve(origins.outro, loopback.tls, getRequestListener(handler)),
    serve(
      origins.vendor,
      loopback.tls,
      getRequestListener((request) => cloud.fetch(request)),
    ),
  ]);
});
afterAll(async () => {
  await handler?.close();
  await Promise.all(stops.map((stop) => stop()));
});

it.each(modesHere.filter((mode) => mode !== 'chromium-blocked'))(
  'in %s: signed in at the vendor, then here, out here, and nobody was asked',
  async (mode) => {
    const url = `${origins.outro}/socialize.notifyLogin`;
    const body = await signForm(url, secret, { apiKey, siteUID: `_guid_${mode}` });
    await handler(new Request(url, { method: 'POST', body }));
    const browser = await startBrowser(mode);
    try {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(origins.shop);
      const token = cloud.signIn(`_guid_${mode}`);
      await page.evaluate(`document.cookie = 'glt_${apiKey}=${token}; path=/; secure'`);
      cloud.asked.length = 0;
      await page.reload();
      expect(await page.evaluate('moved')).toBe(`_guid_${mode}`);
      expect(cloud.asked).toContain('accounts.getJWT');
      // It is the same person: nobody was logged out.
      expect(await page.evaluate('heard')).toEqual([]);
      // From now on the vendor is not needed.
      cloud.asked.length = 0;
      await page.reload();
      expect(await page.evaluate('moved')).toBe(`_guid_${mode}`);
      expect(cloud.asked).not.toContain('accounts.getJWT');
      const left = (await page.evaluate(
        `outro.client.logout().then(function (r) { return r.receipt.map(function (s) { return s.step + ' ' + s.status; }).concat(document.cookie.indexOf('glt_${apiKey}')); })`,
      )) as unknown[];
      expect(left).toEqual(['session done', -1]);
    } finally {
      await browser.close();
    }
  },
);
