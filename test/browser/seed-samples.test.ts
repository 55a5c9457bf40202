// The code samples of the vendor's pages, on pages that hold nothing but them and the script tag.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedBody } from '../support/signed.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

// gigya-js-removeConnection, "Code Sample": as it stands there, with the three brackets put back that
// its conversion to text has lost (marked), and the call of its comment "Disconnect from all providers".
const removeSample = `
function printResponse(response) {  
    if ( response.errorCode == 0 ) {             
        var user = response.user;
        var msg = 'User '+user.nickname + ' has been disconnected';
    }/* lost */
    else {
        alert('Error :' + response.errorMessage);
    }/* lost */
}/* lost */

// Remove Connection from one specific provider, for example Facebook:
gigya.socialize.removeConnection({callback:printResponse, provider:'facebook'});
`;

// gigya-js-logout, "Code Sample", unchanged.
const logoutSample = `
function printResponse(response) {
  if ( response.errorCode == 0 ) {
    alert('User has logged out');
  }
  else {
    alert('Error :' + response.errorMessage);
  }
}

gigya.socialize.logout({callback:printResponse});
`;

/** A page of the shop under the strictest policy that lets the sample itself run. */
const visit = async (page: Page, sample: string, ...files: string[]): Promise<void> => {
  const { shop, outro, facebook, linkedin } = world.origins;
  const policy = `default-src 'none'; script-src 'nonce-sample' ${outro}; connect-src ${outro}; frame-src ${facebook} ${linkedin} ${shop}; require-trusted-types-for 'script'; trusted-types outro`;
  const tags = ['gigya.js', ...files].map(
    (file) => `<script src="${outro}/js/${file}?apiKey=${world.demo.apiKey}"></script>`,
  );
  const html = `<!doctype html><title>sample</title>${tags.join('')}<script nonce="sample">${sample}</script>`;
  const headers = { 'Content-Security-Policy': policy, 'Content-Type': 'text/html' };
  await page.route(`${shop}/sample`, (route) => route.fulfill({ body: html, headers }));
  await page.goto(`${shop}/sample`);
};

const signIn = async (page: Page, siteUID: string): Promise<void> => {
  const { shop, outro } = world.origins;
  const url = `${outro}/socialize.notifyLogin`;
  const providerSessions = JSON.stringify({
    facebook: { providerUID: siteUID },
    linkedin: { providerUID: siteUID },
  });
  const body = signedBody(url, world.demo.secret, {
    apiKey: world.demo.apiKey,
    siteUID,
    providerSessions,
  });
  const answer = (await (await world.fetch(url, { method: 'POST', body })).json()) as Record<
    string,
    string
  >;
  await page
    .context()
    .addCookies([
      { name: answer['cookieName'] ?? '', value: answer['cookieValue'] ?? '', url: shop },
    ]);
};

const identitiesOf = (uid: string) =>
  world.database.query('select provider from outro.identities where provider_uid = $1 order by 1', [
    uid,
  ]);

const liveSessionsOf = (uid: string) =>
  world.database.query(
    'select s.id from outro.sessions s join outro.accounts a on a.id = s.account_id where a.uid = $1 and s.ended_at is null',
    [uid],
  );

describe('the samples run verbatim on a page with only the script tag', () => {
  it('removeConnection: Facebook is gone, the sample reports no error', async () => {
    const { page, context, problems } = await world.newPage();
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await signIn(page, 'sample-1');
    await visit(page, removeSample);
    await expect.poll(() => identitiesOf('sample-1')).toEqual([{ provider: 'linkedin' }]);
    expect({ dialogs, problems }).toEqual({ dialogs: [], problems: [] });
    await context.close();
  });

  it('removeConnection without a session: the sample says so', async () => {
    const { page, context } = await world.newPage();
    const dialog = page.waitForEvent('dialog');
    page.on('dialog', (one) => void one.dismiss());
    await visit(page, removeSample);
    expect((await dialog).message()).toBe('Error :Unauthorized user');
    await context.close();
  });

  it('logout: the sample says that the user has logged out, and it is so', async () => {
    const { page, context, problems } = await world.newPage();
    const dialog = page.waitForEvent('dialog');
    page.on('dialog', (one) => void one.dismiss());
    await signIn(page, 'sample-2');
    expect(await liveSessionsOf('sample-2')).toHaveLength(1);
    await visit(page, logoutSample);
    expect((await dialog).message()).toBe('User has logged out');
    expect(await liveSessionsOf('sample-2')).toEqual([]);
    expect(problems).toEqual([]);
    await context.close();
  });
});

describe('the script', () => {
  it('announces itself to a handler that a later script defines, and takes its inline configuration without eval', async () => {
    const { page, context, problems } = await world.newPage();
    await visit(
      page,
      'var heard = []; function onGigyaServiceReady(name) { heard.push(name, gigya.isReady) }',
    );
    await expect.poll(() => page.evaluate('heard')).toEqual(['socialize', true]);
    expect(problems).toEqual([]);
    await context.close();
  });

  it('loaded twice, and beside another gigya, it breaks neither', async () => {
    const { page, context, problems } = await world.newPage();
    // The first copy's objects are noted as they are set; a second copy would set them anew.
    await page.addInitScript(() => {
      const sets: string[] = [];
      for (const name of ['gigya', 'outro']) {
        let kept: unknown;
        const set = (value: unknown): void => {
          kept = value;
          sets.push(name);
        };
        Object.defineProperty(window, name, { get: () => kept, set });
      }
      Object.assign(window, { sets });
    });
    await visit(page, '', 'socialize.js', 'outro.js');
    expect(await page.evaluate('sets')).toEqual(['outro', 'gigya']);
    expect(problems).toEqual([]);
    await context.close();

    const beside = await world.newPage();
    await beside.page.addInitScript('window.gigya = { vendor: true }');
    await visit(beside.page, '');
    expect(await beside.page.evaluate('gigya')).toEqual({ vendor: true });
    expect(await beside.page.evaluate('typeof outro.client.logout')).toBe('function');
    expect(beside.problems).toEqual([]);
    await beside.context.close();
  });

  it('evaluating it touches nothing of the page', async () => {
    const { page, context } = await world.newPage();
    await page.addInitScript(() => {
      const touched: string[] = [];
      Object.assign(window, { touched });
      // The parser calls none of these; a script that changes the page calls one.
      const watched: [object, string[]][] = [
        [Document.prototype, ['createElement', 'write', 'append', 'createTextNode']],
        [Node.prototype, ['appendChild', 'insertBefore', 'removeChild']],
        [Element.prototype, ['append', 'prepend', 'setAttribute', 'remove', 'insertAdjacentHTML']],
        [Storage.prototype, ['getItem', 'setItem']],
      ];
      for (const [prototype, names] of watched)
        for (const name of names) {
          const methods = prototype as Record<string, (...given: unknown[]) => unknown>;
          const real = methods[name];
          methods[name] = function watch(this: unknown, ...given) {
            touched.push(name);
            return real?.apply(this, given);
          };
        }
    });
    await visit(page, 'window.after = touched.slice()');
    expect(await page.evaluate('after')).toEqual([]);
    expect(await page.evaluate("document.createElement('p'), touched")).toContain('createElement');
    await context.close();
  });
});
