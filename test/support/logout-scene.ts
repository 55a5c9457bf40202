import type { BrowserContext, Page } from 'puppeteer-core';
import { expect } from 'vitest';
import { orNothing, type TestBrowser } from './browsers.ts';
import type { ProvidersWorld } from './providers-world.ts';

/** A person who is signed in through some providers, and how the shop logs this person out. */
export interface LogoutScene {
  providers: string[];
  /** By a click, by the page itself, or by a click that allows to leave the page. */
  call: 'click' | 'load' | 'leave';
  /** Milliseconds, in place of the client's own limit. */
  limit?: number;
  /** What the person says when the provider asks. */
  says?: 'Yes' | 'No';
}

/** What came of it, for each provider: what the receipt says, and the truth. */
export interface LogoutEnd {
  steps: { provider: string; status: string; url?: string; isSignedIn: boolean }[];
  /** Milliseconds from the click to the answer. */
  time: number;
}

const answerProvider = async (context: BrowserContext, says: string): Promise<void> => {
  const find = async (): Promise<boolean> => {
    for (const page of await context.pages()) {
      const button = await orNothing(page.$(`::-p-xpath(//button[.='${says}'])`));
      if (!button) continue;
      await button.click();
      return true;
    }
    return false;
  };
  await expect.poll(find, { interval: 100 }).toBe(true);
};

// What a page wrote and met, for the message of a test that waits in vain.
const watch = (page: Page): string[] => {
  const notes: string[] = [];
  page.on('pageerror', (error) => notes.push(String(error)));
  page.on('console', (message) => notes.push(message.text()));
  page.on('requestfailed', (request) => notes.push(`failed: ${request.url()}`));
  return notes;
};

// Nothing stays: no frame, no window, and the page is where the person began.
const expectNothingLeft = async (page: Page, shop: string): Promise<void> => {
  await expect.poll(async () => (await page.browserContext().pages()).length).toBe(1);
  const look = () => ({
    frames: document.querySelectorAll('iframe').length,
    origin: location.origin,
  });
  let seen: ReturnType<typeof look> | undefined;
  // The page told its server, not the driver, which may not have heard yet that this page took the provider's place: it
  // then asks a document that is gone, and only learns so. Until it has looked once; what it saw is not asked for again.
  await expect.poll(async () => (seen = await orNothing(page.evaluate(look)))).toBeDefined();
  expect(seen).toEqual({ frames: 0, origin: shop });
};

let people = 0;

/**
 * Plays the scene in a browser profile of its own, and looks afterwards what fresh visits to the providers show.
 *
 * @throws when a frame or a window is left behind, or the page never tells what it was answered
 */
export const playLogout = async (
  world: ProvidersWorld,
  browser: TestBrowser,
  { providers, call, limit, says }: LogoutScene,
): Promise<LogoutEnd> => {
  people += 1;
  const person = `person${people}`;
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const notes = watch(page);
    await world.signIn(page, person, providers);
    const query = limit ? `?limit=${limit}` : '';
    if (call !== 'load') await page.goto(`${world.shop}/${query}`);

    const answer = world.hear(person, call === 'leave' ? 'getDeparture' : 'logout');
    // Awaited below; a failure before that is the one to report.
    answer.catch(() => {});
    const begin = Date.now();
    if (call === 'load') await page.goto(`${world.shop}/?onload`);
    else await page.click(call === 'leave' ? '#leave' : '#logout');
    if (says) await answerProvider(context, says);
    const { errorCode, receipt } = await answer.catch((cause: unknown) => {
      throw new Error(`the page told nothing; it met: ${notes.join('; ')}`, { cause });
    });
    const time = Date.now() - begin;
    expect(errorCode).toBe(0);
    await expectNothingLeft(page, world.shop);

    const left = receipt.filter(({ step }) => step === 'provider-session');
    expect(new Set(left.map(({ provider }) => provider))).toEqual(new Set(providers));
    const steps = [];
    for (const { provider = '', status, url } of left) {
      const isSignedIn = (await world.signedInAt(context, provider)) === person;
      steps.push({ provider, status, ...(url && { url }), isSignedIn });
    }
    return { steps, time };
  } finally {
    await context.close();
  }
};
