// Runs in a page: every state of <outro-connections> at once, each element asking a backend that has one thing to say.
import { defineConnections } from 'outro/connections';
import type { Client } from 'outro';
import { openOver } from '../../src/element/open-over.ts';
import type { Resources } from '../../src/element/resources.ts';

type Answers = Partial<Record<string, (params: Record<string, unknown>) => unknown>>;

interface State {
  answers: Answers;
  /** Set on the element before it asks. */
  properties?: object;
  attributes?: string;
  /** Accessible names of buttons that are pressed one after the other. */
  presses?: ('first' | 'all' | 'yes')[];
}

const never = (): Promise<never> => new Promise(() => {});
const refuse =
  (failure: string): (() => never) =>
  () => {
    throw Object.assign(new Error(failure), { [Symbol.for('outro.error')]: true, failure });
  };

const person = (provider: string, more: object = {}) => ({
  provider,
  providerUID: `${provider}-1`,
  subProvider: '',
  nickname: '',
  firstName: '',
  lastName: '',
  email: '',
  isLoginIdentity: false,
  ...more,
});

const names: Record<string, string> = {
  google: 'Google',
  github: 'GitHub',
  facebook: 'Facebook',
  linkedin: 'LinkedIn',
};

const step = (name: string, status: string, provider: string | undefined, more: object = {}) => ({
  step: name,
  status,
  ...(provider && { provider }),
  ...more,
});

// One of each kind.
const looked = (provider: string) => ({
  provider,
  ...(provider === 'facebook' && { status: 'asked', by: 'frame' }),
  ...(provider === 'google' && { status: 'asked', by: 'popup' }),
  ...(provider === 'github' && { status: 'unsupported', reason: 'none is documented' }),
});

const explanation = (params: Record<string, unknown>, more: object = {}) => {
  const providers = params['provider']
    ? [params['provider'] as string]
    : ['google', 'github', 'facebook'];
  return {
    errorCode: 0,
    allowed: true,
    receipt: [
      ...providers.flatMap((one) => [
        step('identity', 'done', one),
        step('data', 'done', one),
        step('grant', 'pending', one),
      ]),
      step('login-id', 'kept', undefined),
      step('sessions', 'done', undefined),
      step('session', 'kept', undefined),
    ],
    providerSessions: providers.map((one) => looked(one)),
    waysInLeft: params['provider']
      ? [{ kind: 'identity', provider: 'google' }, { kind: 'password' }]
      : [{ kind: 'password' }],
    keepsMapping: false,
    names,
    ...more,
  };
};

const refused = (addFirst: string[]) => (params: Record<string, unknown>) =>
  explanation(params, { allowed: false, addFirst, receipt: [] });

const user =
  (...identities: object[]) =>
  () => ({ user: { UID: 'u', identities } });

const ada = [
  person('facebook', { nickname: 'Ada L.' }),
  person('github', { nickname: 'ada' }),
  person('google', { email: 'ada.lovelace@analytical-engines.example', isLoginIdentity: true }),
];

const removal = (receipt: object[]) => () => ({
  errorCode: 0,
  callId: '4f2a91c7d0e84b6fa3c5d7e9f1a2b3c4',
  receipt,
});

const list: Answers = { getUserInfo: user(...ada), explainRemoval: explanation };
const settings = 'https://login.network-one.example/settings';
const done = [
  step('identity', 'done', 'facebook'),
  step('data', 'done', 'facebook'),
  step('grant', 'done', 'facebook'),
  step('session', 'kept', undefined),
];
const mixed = [
  ...done.slice(0, 2),
  step('grant', 'needs-user', 'facebook', { url: settings }),
  step('token', 'pending', 'facebook', { retryAt: new Date(Date.now() + 300_000).toISOString() }),
  step('provider-session', 'asked', 'facebook'),
  step('sessions', 'failed', undefined),
  step('session', 'kept', undefined),
];

const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(9).slice(0, 300);

/** TABLE of states by name. */
const states: Record<string, State> = {
  list: { answers: list, attributes: 'disconnect-all' },
  loading: { answers: { getUserInfo: never } },
  empty: { answers: { getUserInfo: user() } },
  'signed-out': { answers: { getUserInfo: () => ({ user: { UID: '' } }) } },
  'not-loaded': { answers: { getUserInfo: refuse('networkError') } },
  last: {
    answers: {
      getUserInfo: user(ada[2] as object),
      explainRemoval: refused(['password', 'passkey', 'code', 'another-identity']),
    },
    properties: { links: { password: '#password', passkey: '#passkey' } },
  },
  recent: {
    answers: { getUserInfo: user(...ada), explainRemoval: refused(['recent-login']) },
    properties: { links: { 'recent-login': '#sign-in' } },
    attributes: 'disconnect-all',
  },
  twins: {
    answers: {
      ...list,
      getUserInfo: user(
        person('google', { nickname: 'Ada', email: 'ada@work.example' }),
        person('google', { nickname: 'Ada', email: 'ada@home.example', providerUID: 'google-2' }),
        person('github', { nickname: 'ada' }),
        person('github', { nickname: 'ada', providerUID: 'github-2' }),
      ),
    },
  },
  own: {
    answers: {
      ...list,
      getUserInfo: user(person('oidc-company'), person('linkedin'), person('saml-campus')),
    },
    properties: {
      providers: {
        'oidc-company': {
          name: 'Company login',
          mark: 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"%3E%3Ccircle cx="4" cy="4" r="4" fill="teal"/%3E%3C/svg%3E',
        },
        'saml-campus': { name: 'Campus', mark: 'data:image/png;base64,none' },
      },
    },
  },
  hostile: {
    answers: {
      ...list,
      getUserInfo: user(
        person('unheard-of', { nickname: long }),
        person('facebook', { nickname: '<img src=x onerror=alert(1)><b>bold</b>' }),
        person('github', { nickname: 'آدا لوفلايس (!)', email: 'x@y.example' }),
        person('google', { nickname: '👩🏽‍💻🧮 Ada 👩‍👩‍👧‍👦' }),
        person('oidc-tower', { nickname: 'a '.repeat(150) }),
      ),
    },
    properties: { providers: { 'oidc-tower': { name: long } } },
  },
  many: {
    answers: {
      ...list,
      getUserInfo: user(
        ...Array.from({ length: 60 }, (_, index) =>
          person('github', { providerUID: `g${index}`, nickname: `ada-${index}` }),
        ),
      ),
    },
    attributes: 'disconnect-all',
  },
  busy: { answers: { ...list, removeConnection: never }, presses: ['first', 'yes'] },
  failed: {
    answers: { ...list, removeConnection: refuse('requestTimeout') },
    presses: ['first', 'yes'],
  },
  'receipt-done': {
    answers: { ...list, removeConnection: removal(done) },
    presses: ['first', 'yes'],
  },
  'receipt-mixed': {
    answers: { ...list, removeConnection: removal(mixed), getReceipt: never },
    presses: ['first', 'yes'],
  },
  over: { answers: list },
  question: { answers: list, presses: ['first'] },
  'question-all': { answers: list, attributes: 'disconnect-all', presses: ['all'] },
  'question-hostile': {
    answers: {
      ...list,
      getUserInfo: user(person('oidc-tower', { nickname: long })),
      explainRemoval: (params) =>
        explanation(params, {
          waysInLeft: Array.from({ length: 12 }, (_, index) => ({
            kind: 'identity',
            provider: `saml-${'tower'.repeat(index + 1)}`,
          })),
        }),
    },
    presses: ['first'],
  },
};

type Handler = (event: object) => void;
const handlers = new Map<string, Set<Handler>>();

/** What a test does to the page besides what a person does, and what those hear who do not see it. */
export interface Backstage {
  /** Has every client hear of something. */
  tell: (name: string, event: object) => void;
  /** What live regions have said, oldest first. */
  heard: string[];
}

const backstage: Backstage = {
  tell: (name, event) => handlers.get(name)?.forEach((handle) => handle(event)),
  heard: [],
};
Object.assign(globalThis, { backstage });

const listen = (element: Element): void => {
  const live = element.shadowRoot?.querySelector('[aria-live]');
  const hear = (): void => {
    if (live?.textContent) backstage.heard.push(live.textContent);
  };
  if (live) new MutationObserver(hear).observe(live, { childList: true, subtree: true });
};

const clientOf = (answers: Answers): Client => {
  const gone = new Set<unknown>();
  return new Proxy({} as Client, {
    get: (_, name) => {
      if (name === 'on')
        return (event: string, handle: Handler) => {
          const all = handlers.get(event) ?? new Set();
          handlers.set(event, all.add(handle));
          return () => all.delete(handle);
        };
      return async (params: Record<string, unknown>) => {
        const answer = (await answers[String(name)]?.(params)) ?? {};
        if (name === 'removeConnection') gone.add(params['providerUID']);
        const found = (answer as { user?: { identities?: { providerUID: string }[] } }).user;
        if (found?.identities)
          found.identities = found.identities.filter((one) => !gone.has(one.providerUID));
        return answer;
      };
    },
  });
};

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

/** A question comes by a file of its own. */
const asked = async (element: Element): Promise<void> => {
  for (let tries = 0; tries < 300; tries += 1) {
    if (element.shadowRoot?.querySelector('[part~=confirm]')) break;
    await settled();
  }
};

const press = async (element: Element, what: 'first' | 'all' | 'yes'): Promise<void> => {
  const selector =
    what === 'yes'
      ? '[part~=confirm]'
      : what === 'all'
        ? '[part=actions] [part~=disconnect]'
        : '[part=connection] [part~=disconnect]';
  for (let tries = 0; tries < 100; tries += 1) {
    const button = element.shadowRoot?.querySelector<HTMLElement>(selector);
    if (button) {
      button.click();
      if (what !== 'yes') await asked(element);
      return settled();
    }
    await settled();
  }
  throw new Error(`${what}: no such button`);
};

const none: Resources = { words: () => undefined, mark: () => undefined };

// As `showEditConnectionsUI` draws it: in a dialog over the page.
const addOpener = (element: HTMLElement): void => {
  const opener = document.createElement('button');
  opener.textContent = 'Edit connections';
  opener.addEventListener('click', () =>
    openOver(element, { captionText: undefined, messages: undefined, resources: none }, () => {}),
  );
  document.querySelector('main')?.append(opener);
};

const show = async (name: string, isIdle: boolean): Promise<void> => {
  const {
    answers,
    properties = {},
    attributes = '',
    presses = [],
  } = states[name] ?? {
    answers: {},
  };
  const element = document.createElement('outro-connections');
  element.dataset['state'] = name;
  if (attributes) element.setAttribute(attributes, '');
  Object.assign(element, { client: clientOf(answers), ...properties });
  listen(element);
  if (name === 'over') return addOpener(element);
  document.querySelector('main')?.append(element);
  const isSettled = name !== 'loading';
  if (isSettled)
    for (let tries = 0; tries < 100; tries += 1) {
      if (element.shadowRoot?.querySelector('[part=connections]')?.ariaBusy === 'false') break;
      await settled();
    }
  for (const what of isIdle ? [] : presses) await press(element, what);
};

/** Shows the states that the address names, all but the questions where it names none. */
const open = async (): Promise<void> => {
  const search = new URLSearchParams(location.search);
  document.documentElement.lang = search.get('lang') ?? 'en';
  document.documentElement.dir = search.get('dir') ?? 'ltr';
  defineConnections(clientOf({}));
  const all = Object.keys(states).filter((name) => !/^(question|many|over)/.test(name));
  for (const name of search.get('states')?.split(',') ?? all) await show(name, search.has('idle'));
  await settled();
  document.documentElement.dataset['ready'] = 'yes';
};
void open();
