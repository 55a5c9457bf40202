// What integrations rely on besides the two documented methods: protocol reference sections 1.5, 2 and 5.
import { Window } from 'happy-dom';
import { createClient } from 'outro';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerName } from '../../../src/facade/answer-name.ts';
import { createGigya, type Later } from '../../../src/facade/gigya.ts';
import { echoing } from '../../support/echoing.ts';

const later: Later = {
  drawing: async () => () => {},
  answers: async () => answerName,
};

beforeEach(() => {
  later.drawing = async () => () => {};
  vi.stubGlobal('location', new URL('https://shop.example/'));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const open = (
  globalConf: Record<string, unknown> = {},
  answer: object = { errorCode: 0, user: { UID: 'u' } },
) => {
  const window = new Window({ url: 'https://shop.example/' });
  window.document.cookie = 'glt_key=token; path=/';
  const paths: string[] = [];
  const fetch = echoing(async (input, init) => {
    paths.push(new URL(new Request(input, init).url).pathname);
    return Response.json(answer);
  });
  const document = window.document as unknown as Document;
  const settings = { apiKey: 'key', apiDomain: 'outro.example', fetch, document };
  const client = createClient({ ...settings, live: false });
  const url = new URL('https://outro.example/js/gigya.js?apiKey=key&Lang=de');
  const params = { apikey: 'key', lang: 'de' };
  const tag = { apiKey: 'key', url, params, scriptElement: undefined, globalConf };
  const { gigya, announceReady } = createGigya(() => client, tag, later);
  return { gigya, announceReady, paths, window };
};

const ready = (...given: Parameters<typeof open>) => {
  const opened = open(...given);
  opened.announceReady({});
  return opened;
};

describe('names', () => {
  it('disconnect is removeConnection, and onDisconnect hears it under its old name', async () => {
    const { gigya } = ready();
    const events: object[] = [];
    const hear = (event: object): number => events.push(event);
    gigya.socialize.addEventHandlers({ onDisconnect: hear, onConnectionRemoved: hear });
    await gigya.socialize.disconnect({ provider: 'facebook' });
    expect(events).toMatchObject([
      { eventName: 'disconnect', fullEventName: 'disconnect', provider: 'facebook' },
      { eventName: 'connectionRemoved', fullEventName: 'connectionRemoved', provider: 'facebook' },
    ]);
  });

  it.each(['connect', 'addConnection', 'login', 'showLoginUI', 'notifyLogin', 'showConnectUI'])(
    '2.15 %s leads nowhere, and says so once everywhere',
    async (name) => {
      const { gigya, paths } = ready();
      const callback = vi.fn();
      const onError = vi.fn();
      const method = gigya.socialize[name] as (params: object) => Promise<unknown>;
      const response = await method({ callback, onError, context: 1 });
      expect(response).toMatchObject({
        errorCode: 400096,
        operation: name,
        context: 1,
        errorDetails: expect.stringMatching(`^socialize.${name}: \\w+`) as string,
      });
      expect(callback.mock.calls).toEqual([[response]]);
      expect(onError.mock.calls).toMatchObject([[{ eventName: 'error', errorCode: 400096 }]]);
      expect(paths).toEqual([]);
    },
  );

  it('2.15 a name that nobody has heard of is a function too, in every namespace', async () => {
    const { gigya } = ready();
    const call = gigya.accounts['neverHeardOf'] as (params: object) => Promise<unknown>;
    expect(await call({})).toMatchObject({
      errorCode: 400096,
      operation: '/accounts.neverHeardOf',
    });
    const { chat } = gigya as unknown as { chat: { deep: { er: () => Promise<unknown> } } };
    expect(await chat.deep.er()).toMatchObject({ operation: '/chat.deep.er' });
    // What languages and libraries ask of any object, and marks that pages set, are no names.
    await expect(Promise.resolve(gigya.socialize)).resolves.toBe(gigya.socialize);
    expect(JSON.stringify(gigya.socialize)).toBe('{}');
    expect(new (Reflect.get(gigya.socialize, 'UserAction') as new () => object)()).toBeTypeOf(
      'object',
    );
    for (const name of ['nodeType', 'jquery', 'then', Symbol.iterator, '_mark'])
      expect(Reflect.get(gigya.socialize, name)).toBeUndefined();
    expect(gigya['pageHasBegun']).toBeUndefined();
  });

  it('2.15 the answers not being there is an answer', async () => {
    const { gigya } = open();
    const { gigya: without, announceReady } = createGigya(
      () => gigya as never,
      {},
      {
        drawing: () => Promise.reject(new Error('no')),
        answers: () => Promise.reject(new Error('no')),
      },
    );
    announceReady({});
    const onError = vi.fn();
    const show = without.accounts['showScreenSet'] as (params: object) => Promise<unknown>;
    expect(await show({ onError })).toMatchObject({ errorCode: 500026 });
    expect(await without.socialize.showEditConnectionsUI({ onError })).toMatchObject({
      errorCode: 500026,
    });
    expect(onError).toHaveBeenCalledTimes(2);
  });

  it('2.1 answers that never come hold no call up, and the next call asks for them again', async () => {
    // Its five seconds are over at once.
    const wait = globalThis.setTimeout;
    const soon = (act: () => void, time = 0) => wait(act, time > 4000 ? 1 : time);
    vi.stubGlobal('setTimeout', soon);
    const load = vi.fn(() => new Promise<never>(() => {}));
    const hanging = createGigya(() => ({}) as never, {}, { drawing: load, answers: load });
    hanging.announceReady({});
    const chat = Reflect.get(hanging.gigya, 'chat') as { showChatUI: () => Promise<object> };
    for (const times of [1, 2]) {
      const both = Promise.all([chat.showChatUI(), chat.showChatUI()]);
      expect(await both).toMatchObject([{ errorCode: 500026 }, { errorCode: 500026 }]);
      expect(load).toHaveBeenCalledTimes(times);
    }
  });

  it('old parameter names are read as their new ones', async () => {
    const { gigya } = ready();
    const { requestParams } = await gigya.socialize.logout({
      timestamp: 1,
      signature: 's',
      nonce: 'n',
      format: 'f',
    });
    expect(requestParams).toEqual({ UIDTimestamp: 1, UIDSig: 's', UIDNonce: 'n', dataFormat: 'f' });
  });

  it('services.socialize and services.accounts are the same objects', () => {
    const { gigya } = ready();
    expect(gigya.services.socialize).toBe(gigya.socialize);
    expect(gigya.services.accounts).toBe(gigya.accounts);
  });
});

describe('before ready', () => {
  it('what only reads waits for ready, while handlers are registered at once', async () => {
    const { gigya, announceReady, paths } = open();
    const order: string[] = [];
    const done = gigya.socialize.getUserInfo({ callback: () => order.push('getUserInfo') });
    gigya.socialize.addEventHandlers({
      onConnectionRemoved: () => {},
      callback: () => order.push('registered'),
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect({ order, paths }).toEqual({ order: ['registered'], paths: [] });
    announceReady({ onGigyaServiceReady: () => order.push('ready') });
    await done;
    expect(order).toEqual(['registered', 'ready', 'getUserInfo']);
  });

  it.each([
    ['socialize', 'logout', '/socialize.logout'],
    ['accounts', 'logout', '/socialize.logout'],
    ['socialize', 'removeConnection', '/socialize.removeConnection'],
    ['socialize', 'disconnect', '/socialize.removeConnection'],
    ['socialize', 'unlink', '/socialize.unlink'],
  ] as const)('1.13 %s.%s does not wait for ready', async (namespace, name, path) => {
    const { gigya, paths } = open();
    const method = gigya[namespace][name] as (given: object) => Promise<{ errorCode: number }>;
    expect((await method({ provider: 'facebook' })).errorCode).toBe(0);
    expect(paths).toEqual([path]);
  });
});

describe('accounts', () => {
  it('logout and getAccountInfo answer under their own names; onLogout carries the namespace', async () => {
    const { gigya } = ready({}, { errorCode: 0, UID: 'u', profile: { firstName: 'Ada' } });
    const info = await gigya.accounts.getAccountInfo();
    expect(info).toMatchObject({
      operation: '/accounts.getAccountInfo',
      UID: 'u',
      profile: { firstName: 'Ada' },
    });
    expect(info).not.toHaveProperty('user');
    const events: object[] = [];
    const onLogout = (event: object): number => events.push(event);
    gigya.accounts.addEventHandlers({ onLogout });
    gigya.socialize.addEventHandlers({ onLogout });
    expect(await gigya.accounts.logout()).toMatchObject({
      errorCode: 0,
      operation: '/accounts.logout',
    });
    expect(events).toMatchObject([
      { eventName: 'logout', fullEventName: 'accounts.logout' },
      { eventName: 'logout', fullEventName: 'logout' },
    ]);
  });
});

describe('handlers', () => {
  it('the same function twice is called twice; removeEventHandlers, our extension, forgets it', async () => {
    const { gigya, window } = ready();
    const onLogout = vi.fn();
    const other = vi.fn();
    gigya.socialize.addEventHandlers({ onLogout });
    gigya.socialize.addEventHandlers({ onLogout });
    gigya.socialize.addEventHandlers({ onLogout: other, onLogin: other });
    await gigya.socialize.logout();
    expect(onLogout).toHaveBeenCalledTimes(2);
    gigya.socialize.removeEventHandlers({ onLogout });
    window.document.cookie = 'glt_key=again; path=/';
    await gigya.socialize.logout();
    expect(onLogout).toHaveBeenCalledTimes(2);
    expect(other).toHaveBeenCalledTimes(2);
  });

  it('events and responses are plain data, as plugins that post them need', async () => {
    const { gigya } = ready();
    const seen: unknown[] = [];
    const keep = (given: unknown): number => seen.push(given);
    gigya.socialize.addEventHandlers({ onConnectionRemoved: keep });
    await gigya.socialize.removeConnection({ provider: 'facebook', callback: keep });
    for (const given of seen) expect(structuredClone(given)).toEqual(given);
  });
});

describe('onError of the page', () => {
  const show = (gigya: ReturnType<typeof ready>['gigya'], params: object = {}) =>
    (gigya.accounts['showScreenSet'] as (params: object) => Promise<object>)(params);

  it('hears, behind that of the call, what is refused or does not come', async () => {
    later.drawing = () => Promise.reject(new Error('no'));
    const told: [string, object][] = [];
    const note = (name: string) => (event: object) => void told.push([name, event]);
    const { gigya } = ready();
    const bad = () => {
      throw new Error('a bad handler');
    };
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    gigya.socialize.addEventHandlers({ onError: bad });
    gigya.socialize.addEventHandlers({ onError: note('page'), context: 'registered' });
    gigya.accounts.addEventHandlers({ onError: note('accounts') });
    await show(gigya, { onError: note('call'), context: 'called' });
    const refused = { eventName: 'error', source: '/accounts.showScreenSet', errorCode: 400096 };
    expect(told).toMatchObject([
      ['call', { ...refused, context: 'called' }],
      ['page', { ...refused, fullEventName: 'error', context: 'called', isGlobal: true }],
      ['accounts', { ...refused, fullEventName: 'accounts.error', response: { info: {} } }],
    ]);
    await gigya.socialize.showEditConnectionsUI({});
    const missing = { eventName: 'error', source: 'showEditConnectionsUI', errorCode: 500026 };
    expect(told.slice(3)).toMatchObject([
      ['page', { ...missing, context: 'registered' }],
      ['accounts', { ...missing, context: null }],
    ]);
    log.mockRestore();
  });

  it('hears nothing of what the callback has alone, and nothing more when it is forgotten', async () => {
    const onError = vi.fn();
    const { gigya } = ready({}, { errorCode: 400106 });
    gigya.socialize.addEventHandlers({ onError });
    expect(await gigya.socialize.removeConnection({ provider: 'facebook' })).toMatchObject({
      errorCode: 400106,
    });
    expect(onError).not.toHaveBeenCalled();
    await show(gigya);
    gigya.socialize.removeEventHandlers({ onError });
    await show(gigya);
    expect(onError).toHaveBeenCalledOnce();
  });
});

describe('customEventMap', () => {
  it('adds its own dispatch: a list or all, with arguments where $event stands for the event', async () => {
    const one = vi.fn();
    const all = vi.fn();
    const customEventMap = [
      { events: 'connectionRemoved, onLogout', method: one, args: ['x', '$event'] },
      { events: '*', method: all },
    ];
    const { gigya } = ready({ customEventMap });
    await gigya.socialize.removeConnection({ provider: 'facebook' });
    await gigya.socialize.logout();
    expect(one.mock.calls).toMatchObject([
      ['x', { eventName: 'connectionRemoved' }],
      ['x', { eventName: 'logout' }],
    ]);
    expect(all.mock.calls).toMatchObject([
      [{ eventName: 'connectionRemoved' }],
      [{ eventName: 'logout' }],
    ]);
    await (gigya.accounts['showScreenSet'] as () => Promise<object>)();
    expect(all.mock.lastCall).toMatchObject([{ eventName: 'error' }]);
  });

  it("override replaces the page's own handlers for its events, and only those", async () => {
    const method = vi.fn();
    const page = vi.fn();
    const { gigya } = ready({ customEventMap: [{ events: 'logout', method, override: true }] });
    gigya.socialize.addEventHandlers({ onLogout: page, onConnectionRemoved: page });
    await gigya.socialize.removeConnection({ provider: 'facebook' });
    await gigya.socialize.logout();
    expect(method).toHaveBeenCalledOnce();
    expect(page.mock.calls).toMatchObject([[{ eventName: 'connectionRemoved' }]]);
  });

  it('one that makes no sense harms nobody', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { gigya } = ready({ customEventMap: [null] });
    expect((await gigya.socialize.logout()).errorCode).toBe(0);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });
});

describe('other globals', () => {
  it('thisScript', () => {
    const { gigya } = ready({ cid: 'c', lang: 'de' });
    expect(gigya.thisScript).toEqual({
      scriptElement: undefined,
      APIKey: 'key',
      protocol: 'https',
      baseDomain: 'outro.example',
      lang: 'de',
      globalConf: { cid: 'c', lang: 'de' },
      URLParams: { apikey: 'key', lang: 'de' },
    });
  });

  it('utils.cookie sets, gets and removes', () => {
    const window = new Window({ url: 'https://www.shop.example/' });
    vi.stubGlobal('document', window.document);
    const { cookie } = ready().gigya.utils;
    expect(cookie.get('a')).toBe('');
    cookie.set('a', 'ü;=', new Date(Date.now() + 60_000), 'shop.example');
    expect(cookie.get('a')).toBe('ü;=');
    cookie.remove('a', 'shop.example');
    expect(cookie.get('a')).toBe('');
  });

  it('setGroupContext and setSSOToken are taken without complaint; isReady, partnerSettings, Promise', () => {
    const { gigya } = ready();
    for (const call of [
      gigya['setGroupContext'],
      gigya['setSSOToken'],
      gigya.accounts['setSSOToken'],
    ])
      expect(() => (call as (given: object) => void)({})).not.toThrow();
    expect(gigya).toMatchObject({ isReady: true, partnerSettings: {}, Promise });
  });
});
