import { AsyncLocalStorage } from 'node:async_hooks';
import { Browser as HappyBrowser, type BrowserPage } from 'happy-dom';
import { createClient, type Client } from 'outro';
import { IDBFactory } from 'fake-indexeddb';
import { vi } from 'vitest';
import { giveDatabases, readNotes, readTickets } from '../support/tickets.ts';

/** A request as it went over the wire, and what came back. */
export interface Sent {
  path: string;
  body: string;
  answer: Record<string, unknown> & { errorCode: number; callId?: string };
}

/** On whose behalf code runs just now. */
export interface Scope {
  tab?: Tab;
  sent: Sent[];
  server: number;
  /** `offline`: nothing arrives; `lost`: the first answer does not come back. */
  trouble?: 'offline' | 'lost' | undefined;
}

export const scope = new AsyncLocalStorage<Scope>();

/** An event as one listener heard it. */
export interface Heard {
  eventName: string;
  context: unknown;
  remote?: true;
}

/** A page of the site; loading it again gives it a new window and a new client. */
export interface Tab {
  name: string;
  browser: ModelBrowser;
  page: BrowserPage;
  client: Client;
  /** What two listeners heard, each after one that throws. */
  heard: [Heard[], Heard[]];
  channels: TabChannel[];
  /** Whether its client knows that somebody is signed in. */
  knows: boolean;
  /** Sessions that came in place of the one that the page has seen: another person's is heard as a logout, once each. */
  replaced: number;
}

/** What tabs of one browser share. */
export interface ModelBrowser {
  name: string;
  happy: HappyBrowser;
  tabs: Tab[];
  databases: IDBFactory;
  /** Pages that are closed when what they had begun has ended. */
  left: BrowserPage[];
}

// Milliseconds after which a page has been idle.
const idleAfter = 20;

let underWay = 0;

/** Messages that have not arrived, and tickets that are being made. */
export const messagesUnderWay = (): number => underWay;

const { digest } = crypto.subtle;
crypto.subtle.digest = async (...given) => {
  underWay += 1;
  try {
    return await digest.apply(crypto.subtle, given);
  } finally {
    underWay -= 1;
  }
};

/**
 * The platform's own joins whatever runs in this process; here, as in life, it joins the tabs of one browser. Messages
 * are copies, and arrive later.
 */
class TabChannel extends EventTarget {
  readonly #owner = scope.getStore()?.tab;
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
    this.#owner?.channels.push(this);
  }

  postMessage(message: unknown): void {
    const channels = this.#owner?.browser.tabs.flatMap((tab) => tab.channels) ?? [];
    for (const one of channels) if (one !== this && one.name === this.name) one.#take(message);
  }

  #take(message: unknown): void {
    const data: unknown = structuredClone(message);
    const tab = this.#owner;
    if (!tab) return;
    underWay += 1;
    setImmediate(() => {
      underWay -= 1;
      if (!tab.channels.includes(this)) return;
      scope.run({ tab, sent: [], server: 0 }, () =>
        this.dispatchEvent(new MessageEvent('message', { data })),
      );
    });
  }

  close(): void {
    const channels = this.#owner?.channels;
    channels?.splice(channels.indexOf(this), 1);
  }
}

export const stubChannels = (): unknown => vi.stubGlobal('BroadcastChannel', TabChannel);

const cookieOf = (site: string): string => `glt_${site}`;

/** The session token that the browser holds. */
export const tokenIn = ({ page }: Tab, site: string): string | undefined =>
  page.mainFrame.window.document.cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${cookieOf(site)}=`))
    ?.slice(cookieOf(site).length + 1) || undefined;

export const setToken = ({ page, browser }: Tab, site: string, token: string): void => {
  for (const tab of browser.tabs) tab.replaced += 1;
  page.mainFrame.window.document.cookie = `${cookieOf(site)}=${token}; path=/`;
};

const hearAll = (client: Client, heard: [Heard[], Heard[]]): void => {
  for (const name of ['logout', 'connectionRemoved'] as const) {
    client.on(name, () => {
      throw new Error('a bad listener');
    });
    for (const list of heard)
      client.on(name, ({ eventName, context, remote }) =>
        list.push({ eventName, context, ...(remote && { remote }) }),
      );
  }
};

/** Loads a page in place of the tab's present one, if it has one. */
export const loadTab = async (
  tab: Tab,
  site: string,
  fetch: typeof globalThis.fetch,
): Promise<void> => {
  const { browser } = tab;
  tab.channels = [];
  tab.heard = [[], []];
  tab.replaced = 0;
  if (tab.page) browser.left.push(tab.page);
  tab.page = browser.happy.newPage();
  tab.page.mainFrame.url = 'https://shop.example/';
  const { window } = tab.page.mainFrame;
  giveDatabases(window, browser.databases);
  // A popup blocker: nobody clicks here.
  Object.defineProperty(window, 'open', { value: () => null });
  await scope.run({ tab, sent: [], server: 0 }, async () => {
    tab.client = createClient({
      apiKey: site,
      apiDomain: 'outro.example',
      fetch,
      document: window.document as unknown as Document,
      live: false,
    });
    hearAll(tab.client, tab.heard);
    tab.knows = tokenIn(tab, site) !== undefined;
    // The rest of the client comes when the page has loaded and is idle; what it begins then, a moment waits for.
    const state: string = window.document.readyState;
    if (state !== 'complete')
      await new Promise((resolve) => window.addEventListener('load', resolve, { once: true }));
    await new Promise((resolve) => setTimeout(resolve, idleAfter));
  });
};

/** How many leave tickets wait in the browser, in its database or noted in a cookie. */
export const ticketsIn = async (
  { databases, tabs: [tab] }: ModelBrowser,
  site: string,
): Promise<number> => {
  const notes = tab?.page ? readNotes(tab.page.mainFrame.window, site) : [];
  return (await readTickets(databases, site)).length + notes.length;
};

/** A browser with two tabs, not loaded yet. */
export const openBrowser = (name: string): ModelBrowser => {
  const browser: ModelBrowser = {
    name,
    happy: new HappyBrowser(),
    tabs: [],
    databases: new IDBFactory(),
    left: [],
  };
  for (const letter of ['a', 'b'])
    browser.tabs.push({
      name: `${name}${letter}`,
      browser,
      channels: [],
      heard: [[], []],
      knows: false,
      replaced: 0,
    } as unknown as Tab);
  return browser;
};
