import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { endMotion } from './looking.ts';
import { signedBody } from './signed.ts';
import type { World } from './world.ts';

/** A person as the shop's server tells of one. */
export interface Person {
  siteUID: string;
  providers: Record<string, object> | object[];
  loginIDs?: object[];
}

/** Signs a person in and gives the browser the session. */
export const signIn = async (world: World, page: Page, person: Person): Promise<void> => {
  const url = `${world.origins.outro}/socialize.notifyLogin`;
  const body = signedBody(url, world.demo.secret, {
    apiKey: world.demo.apiKey,
    siteUID: person.siteUID,
    providerSessions: JSON.stringify(person.providers),
    // With the first of them.
    openedBy: Object.keys(person.providers)[0] ?? 'none',
    ...(person.loginIDs && { loginIDs: JSON.stringify(person.loginIDs) }),
  });
  const answer = (await (await world.fetch(url, { method: 'POST', body })).json()) as Record<
    string,
    string
  >;
  if (!answer['cookieName']) throw new Error(JSON.stringify(answer));
  const { shop } = world.origins;
  await page
    .context()
    .addCookies([{ name: answer['cookieName'], value: answer['cookieValue'] ?? '', url: shop }]);
};

/** Calls a method as the shop's server does. */
export const callSigned = async (
  world: World,
  method: string,
  params: Record<string, string>,
): Promise<void> => {
  const url = `${world.origins.outro}/${method}`;
  const body = signedBody(url, world.demo.secret, { apiKey: world.demo.apiKey, ...params });
  const answer = (await (await world.fetch(url, { method: 'POST', body })).json()) as object;
  if (!('errorCode' in answer) || answer.errorCode !== 0) throw new Error(JSON.stringify(answer));
};

/** What a page of the shop is made of. */
export interface PageParts {
  body?: string;
  /** Module script of the page. */
  script?: string;
  /** Attributes of `<html>`. */
  html?: string;
}

const defining = 'void outro.defineConnections();';

/**
 * Opens a page of the shop under the strictest policy that we document, with the script tag; by default it defines the
 * element and holds one.
 *
 * @returns what the browser reported to the policy's collector, as long as the page is open.
 */
export const openPage = async (
  { origins, demo }: World,
  page: Page,
  { body = '<outro-connections></outro-connections>', script, html = 'lang="en"' }: PageParts = {},
): Promise<string[]> => {
  const { shop, outro, facebook, linkedin } = origins;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-page' ${outro}`,
    `connect-src ${outro}`,
    `frame-src ${facebook} ${linkedin} ${shop}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types outro',
    'report-uri /reports',
  ].join('; ');
  const document = `<!doctype html><html ${html}><meta name="color-scheme" content="light dark"><title>Settings</title>
    <script src="${outro}/js/gigya.js?apiKey=${demo.apiKey}"></script>
    <script type="module" nonce="page">${script ?? defining}</script>
    <main><h1>Settings</h1>${body}</main>`;
  const reports: string[] = [];
  await page.route(`${shop}/reports`, async (route) => {
    reports.push(route.request().postData() ?? '');
    await route.fulfill({ status: 204 });
  });
  const headers = { 'Content-Security-Policy': policy, 'Content-Type': 'text/html' };
  await page.route(`${shop}/settings`, (route) => route.fulfill({ body: document, headers }));
  await page.goto(`${shop}/settings`);
  return reports;
};

/** A part of the element in a page. */
export const part = (page: Page, name: string): Locator =>
  page.locator(`outro-connections [part~="${name}"]`);

/** The sentences of the receipt, once it is there. */
export const receiptOf = async (page: Page): Promise<string[]> => {
  await part(page, 'receipt').waitFor();
  return (await part(page, 'receipt').locator('li').allTextContents()).map((text) => text.trim());
};

/** What axe finds in a page as it is now: each rule that is broken, and where. */
export const findingsOf = async (page: Page): Promise<string[]> => {
  // Not through a tag: the page's policy would refuse it.
  await page.evaluate(axe.source);
  await page.evaluate(endMotion);
  const { violations, passes } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(),
  );
  if (passes.length < 10) throw new Error('axe has looked at nothing');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
};

/** The same in both colour schemes. */
export const findingsInBoth = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await findingsOf(page)).map((one) => `${colorScheme}: ${one}`));
  }
  return found;
};
