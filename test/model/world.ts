import { createHandler, type Handler, type Store } from 'outro/server';
import { secret } from '../support/house.ts';
import { signedBody } from '../support/signed.ts';
import type { TestDatabase } from '../support/store.ts';
import { keyOf, people, providers } from './people.ts';
import type { Row, Rows } from './rows.ts';
import {
  loadTab,
  messagesUnderWay,
  openBrowser,
  scope,
  type ModelBrowser,
  type Sent,
  type Tab,
} from './tabs.ts';

/** The stores of two servers over one database. */
export interface Stores {
  stores: [Store, Store];
  query: TestDatabase['query'];
}

export type Mood = 'accepts' | 'refuses' | 'down' | 'gone';

/** A call that arrived at the provider's endpoint. */
export interface ProviderCall {
  token: string;
  /** Links, at this instant, of the person that the token is of. */
  linked: Row[];
}

/** A request that may arrive again. */
export interface Repeatable {
  path: string;
  params: Record<string, string>;
  isSigned: boolean;
  answer: Sent['answer'] | undefined;
}

/** One site, two servers, two browsers with two tabs each, and a provider. */
export interface World {
  site: string;
  query: TestDatabase['query'];
  servers: [Handler, Handler];
  browsers: ModelBrowser[];
  tabs: Tab[];
  fetch: typeof globalThis.fetch;
  mood: Mood;
  providerCalls: ProviderCall[];
  /** Whose each token at the provider is. */
  providerTokens: Map<string, string>;
  /** Session tokens, oldest first. */
  tokens: string[];
  /** Those of which an answer has said that they are over. */
  over: Set<string>;
  /** Those that a page has left behind with a leave ticket. */
  pending: Set<string>;
  /** When each moment began, Unix milliseconds. */
  moments: number[];
  /** Every row as the present moment found it. */
  rows: Rows | undefined;
  repeatable: Repeatable[];
  trips: string[];
  paths: Set<string>;
  errors: unknown[];
  count: number;
  /** Sends a request to one of the servers and notes it. */
  deliver(server: number, request: Request): Promise<Response>;
  /** Waits until no request and no message is under way. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const origin = 'https://shop.example';
const host = 'https://outro.example';

/** Posts a form as a page does. */
export const post = async (
  world: World,
  server: number,
  path: string,
  params: Record<string, string>,
): Promise<Sent['answer']> => {
  const body = new URLSearchParams({ apiKey: world.site, ...params });
  const headers = { Origin: origin };
  const request = new Request(`${host}/${path}`, { method: 'POST', body, headers });
  return (await (await world.deliver(server, request)).json()) as Sent['answer'];
};

/** Calls a method as a server of the site does. */
export const signed = async (
  world: World,
  server: number,
  path: string,
  params: Record<string, string>,
): Promise<Sent['answer']> => {
  const url = `${host}/${path}`;
  const body = signedBody(url, secret, { apiKey: world.site, ...params });
  const response = await world.deliver(server, new Request(url, { method: 'POST', body }));
  return (await response.json()) as Sent['answer'];
};

const answers: Record<Mood, () => Response> = {
  accepts: () => Response.json({}),
  refuses: () => Response.json({ error: 'invalid_request' }, { status: 400 }),
  down: () => new Response('', { status: 503 }),
  gone: () => Response.json({ error: 'gone' }, { status: 400 }),
};

const linkedAs = `select id, generation from outro.identities
  where site = $1 and provider || ' ' || provider_uid = $2 and state = 'linked'`;

/** The provider's endpoint: notes what it is asked, and answers as it is disposed. */
const providerOf =
  (world: World): typeof globalThis.fetch =>
  async (input, init) => {
    const body = new URLSearchParams(await new Request(input, init).text());
    const token = body.get('token') ?? '';
    const linked = await world.query(linkedAs, [world.site, world.providerTokens.get(token)]);
    world.providerCalls.push({ token, linked });
    return answers[world.mood]();
  };

/** A store whose calls wait for their turn. */
const inTurn = (store: Store, turn: (name: string) => Promise<unknown>): Store => ({
  ...store,
  people: portInTurn(store.people, turn),
  exits: portInTurn(store.exits, turn),
});

const portInTurn = <Port extends object>(
  port: Port,
  turn: (name: string) => Promise<unknown>,
): Port =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || name === 'listen') return member;
      return async (...given: unknown[]): Promise<unknown> => {
        await turn(String(name));
        return Reflect.apply(member, target, given) as unknown;
      };
    },
  });

/**
 * Opens a world on a site of its own.
 *
 * @param turn lets calls to the stores, and answers to pages, go on in an order of its choosing.
 */
export const openWorld = async (
  { stores, query }: Stores,
  site: string,
  turn: (name: string) => Promise<unknown>,
): Promise<World> => {
  let underWay = 0;
  const browsers = [openBrowser('1'), openBrowser('2')];
  const world: World = {
    site,
    query,
    servers: [] as unknown as World['servers'],
    browsers,
    tabs: browsers.flatMap(({ tabs }) => tabs),
    mood: 'accepts',
    providerCalls: [],
    providerTokens: new Map(),
    tokens: [],
    over: new Set(),
    pending: new Set(),
    moments: [],
    rows: undefined,
    repeatable: [],
    trips: [],
    paths: new Set(),
    errors: [],
    count: 0,

    async deliver(server, request) {
      underWay += 1;
      try {
        const path = new URL(request.url).pathname.slice(1);
        const body = await request.clone().text();
        const response = await world.servers[server % 2]?.(request);
        if (!response) throw new Error('there is no such server');
        const text = await response.text();
        world.paths.add(path);
        // What providers are answered has no such number.
        const errorCode = response.ok ? 0 : response.status;
        const answer = { errorCode, ...(text.startsWith('{') ? (JSON.parse(text) as object) : {}) };
        scope.getStore()?.sent.push({ path, body, answer });
        return new Response(text, response);
      } finally {
        underWay -= 1;
      }
    },

    async fetch(input, init) {
      const request = new Request(input, init);
      request.headers.set('Origin', origin);
      const current = scope.getStore();
      underWay += 1;
      try {
        if (current?.trouble === 'offline') throw new TypeError('Failed to fetch');
        const response = await world.deliver(current?.server ?? 0, request);
        await turn('answer');
        if (current?.trouble !== 'lost') return response;
        current.trouble = undefined;
        throw new TypeError('Failed to fetch');
      } finally {
        underWay -= 1;
      }
    },

    async settle() {
      // A database of the browser opens, reads and answers in turns of its own.
      for (let quiet = 0; quiet < 20; quiet += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        if (underWay + messagesUnderWay() > 0) quiet = -1;
      }
      const left = browsers.flatMap((browser) => browser.left.splice(0));
      await Promise.all(left.map((page) => page.close()));
    },

    async close() {
      await Promise.all(browsers.map(({ happy }) => happy.close()));
      await Promise.all(world.servers.map((server) => server.close()));
    },
  };
  world.servers = stores.map((store) =>
    createHandler({
      sites: [
        {
          apiKey: site,
          secret,
          publicUrl: host,
          origins: [origin],
          providers,
          allowAccountDeletion: true,
        },
      ],
      encryptionKeys: [{ id: 'test', key: secret }],
      allowPrivateProviders: true,
      store: inTurn(store, turn),
      fetch: providerOf(world),
      logError: ({ error }) => world.errors.push(error),
    }),
  ) as World['servers'];
  for (const tab of world.tabs) await loadTab(tab, site, world.fetch);
  return world;
};

/** `providerSessions` for a sign-in, with a new token of each person, and the first of them as `openedBy` names it. */
export const sessionsOf = (
  world: World,
  which: number[],
  more: Record<string, unknown>,
): { json: string; persons: string[]; first: string | undefined } => {
  const persons: string[] = [];
  const sessions: Record<string, object[]> = {};
  let first: string | undefined;
  for (const index of which) {
    const { provider, subProvider, providerUID } = people[index] ?? {};
    if (!provider) continue;
    first ??= JSON.stringify({ provider, providerUID });
    const authToken = `token ${(world.count += 1)}`;
    const person = keyOf(provider, providerUID);
    persons.push(person);
    world.providerTokens.set(authToken, person);
    const email = providerUID === 'f-1' ? { email: 'ada@shop.example' } : {};
    const one = { providerUID, subProvider, authToken, ...email, ...more };
    sessions[provider] = [...(sessions[provider] ?? []), one];
  }
  return { json: JSON.stringify(sessions), persons, first };
};
