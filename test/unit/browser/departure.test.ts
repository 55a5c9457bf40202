import { Window } from 'happy-dom';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { leaveProviders, type DeparturePlace } from '../../../src/browser/leave/departure.ts';
import type { Departure, Step, Way } from '../../../src/core/receipt.ts';

let window: { document: Document; navigator: Navigator } & Record<string, unknown>;
let place: DeparturePlace;

/** A window that `open` gave: whether it is still there. */
let popups: { url: string; closed: boolean; close(): void }[];
let trip: { isComplete: boolean; receipt: Step[] };

const activation = (isActive: boolean): void =>
  void Object.defineProperty(window.navigator, 'userActivation', {
    value: { isActive },
    configurable: true,
  });

beforeEach(() => {
  vi.useFakeTimers();
  window = new Window({ url: 'https://shop.example/' }) as unknown as typeof window;
  popups = [];
  trip = { isComplete: false, receipt: [] };
  window['open'] = (url: string) => {
    const popup = {
      url,
      closed: false,
      close() {
        popup.closed = true;
      },
    };
    popups.push(popup);
    return popup;
  };
  activation(true);
  place = {
    document: window.document,
    limit: 5000,
    fullPage: false,
    post: async () => ({ errorCode: 0, ...trip }),
  };
  return () => vi.useRealTimers();
});

const link: Way = { by: 'link', url: 'https://login.example/out', reason: 'finish there' };
const popup: Way = { by: 'popup', url: 'https://outro.example/leave/t', trip: 't' };
const page: Way = { by: 'page', url: 'https://outro.example/leave/t', trip: 't' };
const script: Way = {
  by: 'script',
  call: 'Network.session.end',
  answers: true,
  status: 'done',
  reason: 'the script of the network answered',
};

const leave = async (departures: Departure[], time = 6000) => {
  const left = leaveProviders(departures, place);
  await vi.advanceTimersByTimeAsync(time);
  return left;
};

const one = async (...ways: Way[]): Promise<Partial<Step>> => {
  const { receipt } = await leave([{ provider: 'network', ways }]);
  expect(receipt).toHaveLength(1);
  expect(receipt[0]).toMatchObject({ step: 'provider-session', provider: 'network' });
  return receipt[0] ?? {};
};

describe('the ways of a provider are tried in order until one is conclusive', () => {
  it('none at all: unsupported, with the reason that was given', async () => {
    expect(await one({ by: 'none', reason: 'nothing is offered' })).toMatchObject({
      status: 'unsupported',
      reason: 'nothing is offered',
    });
  });

  it('a script that is not there gives way to the link', async () => {
    expect(await one(script, link)).toMatchObject({ status: 'needs-user', url: link.url });
  });

  it('what is conclusive is the last', async () => {
    window['Network'] = { session: { end: (answer: () => void) => answer() } };
    expect(await one(script, link)).toMatchObject({ status: 'done', reason: script.reason });
  });

  it('no list, an empty list, a way of a later version: failed or unsupported, never raised', async () => {
    const bad = [
      { provider: 'a' },
      { provider: 'b', ways: [] },
      { provider: 'c', ways: [{ by: 'telepathy' }] },
    ] as unknown as Departure[];
    const { receipt } = await leave(bad);
    expect(receipt.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '//login.example', 'blob:https://x/y', ''])(
    'no address like %j is opened or handed out, whatever the way',
    async (url) => {
      place.fullPage = true;
      const ways: Way[] = [
        { by: 'frame', url },
        { ...popup, url },
        { ...page, url },
        { ...link, url },
      ];
      const { receipt, goTo } = await leave([{ provider: 'network', ways }]);
      expect(receipt).toMatchObject([{ status: 'failed' }]);
      expect(receipt[0]?.url).toBeUndefined();
      expect(goTo).toBeUndefined();
      expect(popups).toEqual([]);
      expect(window.document.querySelector('iframe')).toBeNull();
    },
  );
});

describe("the provider's own script", () => {
  it('is called on its owner, and its answer is what counts', async () => {
    const owner = {
      isOut: false,
      end(answer: () => void) {
        this.isOut = true;
        setTimeout(answer, 300);
      },
    };
    window['Network'] = { session: owner };
    expect(await one(script)).toMatchObject({ status: 'done' });
    expect(owner.isOut).toBe(true);
  });

  it('that never answers is asked, at the limit', async () => {
    window['Network'] = { session: { end: () => {} } };
    const left = leaveProviders([{ provider: 'network', ways: [script, link] }], place);
    await vi.advanceTimersByTimeAsync(4999);
    await vi.advanceTimersByTimeAsync(1);
    expect((await left).receipt).toMatchObject([{ status: 'asked' }]);
  });

  it('that takes no callback proves what its row says', async () => {
    const end = vi.fn();
    window['Network'] = { session: { end } };
    const silent: Way = { ...script, answers: false, status: 'asked' };
    expect(await one(silent)).toMatchObject({ status: 'asked' });
    expect(end).toHaveBeenCalledExactlyOnceWith();
  });

  it('that throws is inconclusive', async () => {
    const end = (): never => {
      throw new Error('not initialised');
    };
    window['Network'] = { session: { end } };
    expect(await one(script, link)).toMatchObject({ status: 'needs-user' });
    expect(await one(script)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('not initialised') as string,
    });
  });
});

describe('a window', () => {
  it('is one for all providers of a trip, and each has what the backend knows of it', async () => {
    trip = {
      isComplete: true,
      receipt: [
        { step: 'provider-session', provider: 'first', status: 'done' },
        { step: 'provider-session', provider: 'second', status: 'asked' },
      ],
    };
    const { receipt } = await leave([
      { provider: 'first', ways: [popup] },
      { provider: 'second', ways: [popup] },
      { provider: 'third', ways: [popup] },
    ]);
    expect(receipt.map(({ status }) => status)).toEqual(['done', 'asked', 'asked']);
    expect(popups).toEqual([expect.objectContaining({ url: popup.url, closed: true })]);
  });

  it('is closed at the limit, and what is left is the person’s', async () => {
    trip.receipt = [
      { step: 'provider-session', provider: 'network', status: 'needs-user', url: popup.url },
    ];
    expect(await one(popup, link)).toMatchObject({ status: 'needs-user', url: popup.url });
    expect(popups[0]?.closed).toBe(true);
  });

  it('goes with the limit even when the backend does not answer', async () => {
    place.post = () => new Promise(() => {});
    expect(await one(popup, link)).toMatchObject({ status: 'asked' });
    expect(popups[0]?.closed).toBe(true);
  });

  it('2.7 that looks closed, as one does under COOP, is asked about until the limit', async () => {
    const left = leaveProviders([{ provider: 'network', ways: [popup, link] }], place);
    await vi.advanceTimersByTimeAsync(300);
    if (popups[0]) popups[0].closed = true;
    await vi.advanceTimersByTimeAsync(2500);
    trip.isComplete = true;
    trip.receipt = [{ step: 'provider-session', provider: 'network', status: 'done' }];
    await vi.advanceTimersByTimeAsync(300);
    expect((await left).receipt).toMatchObject([{ status: 'done' }]);
  });

  it('is not tried outside a gesture; refused by the browser it is blocked, and the next way is taken', async () => {
    activation(false);
    expect(await one(popup)).toMatchObject({ status: 'blocked' });
    expect(popups).toEqual([]);
    activation(true);
    window['open'] = () => null;
    expect(await one(popup)).toMatchObject({ status: 'blocked' });
    expect(await one(popup, link)).toMatchObject({ status: 'needs-user' });
  });
});

describe('the full page', () => {
  it('is left only when the caller allows it, and then no window is opened', async () => {
    activation(false);
    expect(await one(popup, page, link)).toMatchObject({ status: 'needs-user' });
    activation(true);
    place.fullPage = true;
    const left = await leave([{ provider: 'network', ways: [popup, page, link] }]);
    expect(left).toMatchObject({
      receipt: [{ status: 'pending', url: page.url }],
      goTo: `${page.url}?return=https%3A%2F%2Fshop.example%2F&lang=`,
    });
    expect(popups).toEqual([]);
  });
});

describe('the language of the page', () => {
  const finish: Way = { ...link, url: popup.url };
  const given = [{ provider: 'network', ways: [popup, page, finish] }];

  it('goes along with a trip, whatever way it begins, and with nothing else', async () => {
    window.document.documentElement.lang = 'pt-BR';
    await leave(given);
    expect(popups).toMatchObject([{ url: `${popup.url}?lang=pt-BR` }]);
    activation(false);
    expect(await one(popup, finish)).toMatchObject({ url: `${popup.url}?lang=pt-BR` });
    expect(await one(popup, link)).toMatchObject({ url: link.url });
    activation(true);
    place.fullPage = true;
    const { goTo } = await leave(given);
    expect(goTo).toBe(`${page.url}?return=https%3A%2F%2Fshop.example%2F&lang=pt-BR`);
  });

  it('that is none of ours changes nothing else of the address; none is not named', async () => {
    window.document.documentElement.lang = 'de&stop=1"><b>';
    await leave(given);
    expect([...new URL(popups[0]?.url ?? '').searchParams]).toEqual([['lang', 'de&stop=1"><b>']]);
    window.document.documentElement.lang = '';
    await leave(given);
    expect(popups[1]).toMatchObject({ url: popup.url });
  });
});

describe('a connection made by FedCM', () => {
  const fedcm = {
    configURL: 'https://login.example/fedcm.json',
    clientId: 'shop',
    accountHint: 'ada',
  };
  const forget = async (): Promise<Partial<Step>[]> =>
    (await leave([{ provider: 'network', ways: [link], fedcm }])).receipt;

  it('is forgotten by browser and provider', async () => {
    const disconnect = vi.fn(async () => {});
    window['IdentityCredential'] = { disconnect };
    expect(await forget()).toMatchObject([
      { step: 'grant', provider: 'network', status: 'done' },
      { step: 'provider-session', status: 'needs-user' },
    ]);
    expect(disconnect).toHaveBeenCalledExactlyOnceWith(fedcm);
  });

  it.each([
    ['a browser without it', undefined, 'unsupported'],
    [
      'a refusal, which proves nothing',
      { disconnect: () => Promise.reject(new Error('no')) },
      'asked',
    ],
    ['no answer', { disconnect: () => new Promise(() => {}) }, 'asked'],
  ])('%s', async (_, credential, status) => {
    window['IdentityCredential'] = credential;
    expect((await forget())[0]).toMatchObject({ step: 'grant', status });
  });
});

it('all providers at once, one limit for all: the slowest ends it', async () => {
  window['Network'] = { session: { end: () => {} } };
  const started = Date.now();
  const left = leaveProviders(
    Array.from({ length: 5 }, (_, index) => ({ provider: `network-${index}`, ways: [script] })),
    place,
  ).then(({ receipt }) => ({ receipt, took: Date.now() - started }));
  await vi.advanceTimersByTimeAsync(20_000);
  const { receipt, took } = await left;
  expect(receipt).toHaveLength(5);
  expect(took).toBe(5000);
});
