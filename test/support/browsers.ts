import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  launch,
  type Browser,
  type BrowserContext,
  type LaunchOptions,
  type Page,
} from 'puppeteer-core';
import { expect, inject } from 'vitest';
import { findProgram } from './installed.ts';

/** How a browser treats third-party cookies: Chromium's two settings, and Firefox as it comes. */
export type Mode = 'chromium' | 'chromium-blocked' | 'firefox';

/** A real browser in one mode; our host names lead to this machine, and its certificate is believed. */
export interface TestBrowser {
  mode: Mode;
  version: string;
  /** A browser profile of its own: nobody is signed in anywhere. */
  newContext(): Promise<BrowserContext>;
  /** Ends what was opened in it. */
  close(): Promise<void>;
}

/** A browser that only one test has. */
export interface OwnBrowser extends TestBrowser {
  /** The browser's own profile, which outlives it in the folder that it was started with. */
  profile: BrowserContext;
  /** Ends it with SIGKILL, as a crash does. */
  kill(): Promise<void>;
}

/** What somebody may have set in a browser, by the browser's own names. */
interface Settings {
  /** Where its profile is kept. */
  folder?: string;
  /** Preferences of Firefox, or of a profile of Chromium; the packaged one has none. */
  preferences?: Record<string, unknown>;
  /** Of Chromium's command line. */
  args?: string[];
}

const chromium = findProgram('chromium');
const firefox = findProgram('firefox');

/** The modes that this machine can run; `listMissing` says which it cannot, and why. */
export const modesHere: readonly Mode[] = [
  'chromium',
  ...(chromium ? (['chromium-blocked'] as const) : []),
  ...(firefox ? (['firefox'] as const) : []),
];

const chromiumArgs = [
  '--no-sandbox',
  // There is no screen: drawing by the processor costs less than playing a graphics card on it.
  '--disable-gpu',
  '--host-resolver-rules=MAP *.example 127.0.0.1',
  // Our providers are on loopback, where pages may not just go.
  '--disable-features=LocalNetworkAccessChecks',
];

// Milliseconds: several are started at once.
const startLimit = 90_000;

const chromiumOptions: LaunchOptions = {
  timeout: startLimit,
  acceptInsecureCerts: true,
  // Puppeteer turns the popup blocker off, which is what some tests are about.
  ignoreDefaultArgs: ['--disable-popup-blocking'],
};

// The packaged Chromium is a headless shell, which knows no preferences.
const launchShell = ({ folder, args = [] }: Settings): Promise<Browser> => {
  const { executablePath, libraries } = inject('chromium');
  return launch({
    ...chromiumOptions,
    args: [...chromiumArgs, ...args],
    executablePath,
    headless: 'shell',
    ...(folder !== undefined && { userDataDir: folder }),
    env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
  });
};

const launchChromium = async (
  path: string,
  isBlocking: boolean,
  { folder: given, preferences, args = [] }: Settings,
): Promise<Browser> => {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'outro-chromium-'));
  mkdirSync(join(folder, 'Default'), { recursive: true });
  // Both settings are written down: what a fresh profile does depends on version and distribution.
  const profile = {
    cookie_controls_mode: isBlocking ? 1 : 0,
    block_third_party_cookies: isBlocking,
    ...preferences,
  };
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify({ profile }));
  const browser = await launch({
    ...chromiumOptions,
    args: [...chromiumArgs, ...args],
    executablePath: path,
    userDataDir: folder,
  });
  browser.process()?.once('exit', () => {
    if (given === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return browser;
};

const launchFirefox = (path: string, { folder, preferences }: Settings): Promise<Browser> =>
  launch({
    browser: 'firefox',
    timeout: startLimit,
    executablePath: path,
    acceptInsecureCerts: true,
    ...(folder !== undefined && { userDataDir: folder }),
    extraPrefsFirefox: {
      'network.dns.forceResolve': '127.0.0.1',
      // Puppeteer's profile turns these off; here they are as Firefox comes: Total Cookie Protection, popups blocked.
      'browser.contentblocking.features.standard':
        '-tp,tpPrivate,cookieBehavior5,cookieBehaviorPBM5',
      'network.cookie.cookieBehavior': 5,
      'dom.disable_open_during_load': true,
      // What a start is busy with and no page sees: processes in advance, pictures of tabs, questions to Mozilla.
      'dom.ipc.processPrelaunch.enabled': false,
      'browser.pagethumbnails.capturing_disabled': true,
      'browser.newtabpage.enabled': false,
      'browser.region.update.enabled': false,
      'services.settings.server': 'data:,#remote-settings-dummy/v1',
      ...preferences,
    },
  });

const launchMode = (mode: Mode, settings: Settings = {}): Promise<Browser> => {
  if (mode === 'firefox') return launchFirefox(firefox?.path ?? '', settings);
  return chromium
    ? launchChromium(chromium.path, mode === 'chromium-blocked', settings)
    : launchShell(settings);
};

// Its start costs more than most of what is done in one, so each stays for the files that its worker runs next.
const running = new Map<Mode, Promise<Browser>>();

const startShared = async (mode: Mode): Promise<Browser> => {
  const browser = await running.get(mode)?.catch(() => undefined);
  if (browser?.connected) return browser;
  const next = launchMode(mode);
  running.set(mode, next);
  // Puppeteer ends one browser of a worker that is told to end; each of the others would be left over.
  const { pid } = (await next).process() ?? {};
  process.once('SIGTERM', () => {
    try {
      process.kill(-(pid ?? Number.NaN), 'SIGKILL');
    } catch {
      // It is gone already.
    }
  });
  return next;
};

/** Starts a browser in one of `modesHere`, or takes the one that earlier tests have left. */
export const startBrowser = async (mode: Mode): Promise<TestBrowser> => {
  const browser = await startShared(mode);
  const contexts = new Set<BrowserContext>();
  return {
    mode,
    version: await browser.version(),
    async newContext() {
      const context = await browser.createBrowserContext();
      contexts.add(context);
      return context;
    },
    async close() {
      for (const context of contexts) if (!context.closed) await context.close();
    },
  };
};

/** Starts a browser for one test alone, as somebody has set it. */
export const startOwnBrowser = async (mode: Mode, settings: Settings): Promise<OwnBrowser> => {
  const browser = await launchMode(mode, settings);
  const { folder } = settings;
  return {
    mode,
    version: await browser.version(),
    newContext: () => browser.createBrowserContext(),
    profile: browser.defaultBrowserContext(),
    close: () => browser.close(),
    async kill() {
      const process = browser.process();
      const ended = new Promise((resolve) => process?.once('exit', resolve));
      process?.kill('SIGKILL');
      await ended;
      // What Puppeteer has put aside in a profile of Firefox it puts back only now, and whoever starts on it must not meet
      // it half done.
      const isHalfDone = (): boolean =>
        folder !== undefined && readdirSync(folder).some((name) => name.endsWith('.puppeteer'));
      for (let turn = 0; turn < 100 && isHalfDone(); turn += 1)
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
};

/** What a page answers; nothing where its document goes, which then may never answer. */
export const orNothing = <Answer>(asked: Promise<Answer>): Promise<Answer | undefined> =>
  Promise.race([asked.catch(() => undefined), wait(1000, undefined, { ref: false })]);

/** Waits until a page that may be another one meanwhile says yes. */
export const waitUntil = async (
  page: Page,
  look: (name: string) => unknown,
  name = '',
): Promise<void> => {
  const ask = async () => Boolean(await orNothing(page.evaluate(look, name)));
  await expect.poll(ask, { timeout: 30_000, message: page.url() }).toBe(true);
};
