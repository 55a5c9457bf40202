// Three providers in one logout: one ends its session, one refuses to be framed, one offers nothing.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modesHere, startBrowser } from '../support/browsers.ts';
import { playLogout } from '../support/logout-scene.ts';
import { startProvidersWorld, type ProvidersWorld } from '../support/providers-world.ts';

let world: ProvidersWorld;
beforeAll(async () => {
  world = await startProvidersWorld();
});
afterAll(() => world?.close());

// Milliseconds, in place of the client's own five seconds, which three browsers at once may take for their navigations; and
// what a busy machine takes for request and click.
const limit = 12_000;
const slack = 3000;

it.each(modesHere)(
  'one call, three truthful steps, within the limit, no frame or window left behind (%s)',
  async (mode) => {
    const browser = await startBrowser(mode);
    try {
      const { steps, time } = await playLogout(world, browser, {
        providers: ['oidc-visit-openid', 'oidc-frame-refused', 'oidc-nothing'],
        call: 'click',
        limit,
      });
      const sorted = steps.toSorted((one, other) => one.provider.localeCompare(other.provider));
      expect(sorted).toEqual([
        // Its page has ended the session before the browser refuses to show it, where its cookie is sent at all.
        { provider: 'oidc-frame-refused', status: 'asked', isSignedIn: mode !== 'chromium' },
        { provider: 'oidc-nothing', status: 'unsupported', isSignedIn: true },
        { provider: 'oidc-visit-openid', status: 'done', isSignedIn: false },
      ]);
      expect(time).toBeLessThan(limit + slack);
    } finally {
      await browser.close();
    }
  },
);
