// Counters that several instances share: they count together, and one that fails refuses nobody.
import { randomUUID } from 'node:crypto';
import { createHandler, type CounterStore, type Handler } from 'outro/server';
import { expect, it, onTestFinished, vi } from 'vitest';
import { secret, startHouse, type Answer } from '../support/house.ts';
import { device } from '../support/sessions.ts';
import { openTestDatabase } from '../support/store.ts';

/** Counters of a process of their own, as far as instances can tell. */
const createStore = (): CounterStore & { names: Map<string, number> } => {
  const names = new Map<string, number>();
  return {
    names,
    add(name) {
      const count = (names.get(name) ?? 0) + 1;
      names.set(name, count);
      return Promise.resolve({ count, endsIn: 30_000 });
    },
  };
};

/** Two instances for one site. */
const openTwo = async (store: CounterStore) => {
  const { store: people } = await openTestDatabase();
  const apiKey = `3_${randomUUID()}`;
  const publicUrl = 'https://outro.example';
  const rateLimits = { refusals: 6, address: 6 };
  const open = () =>
    createHandler({
      sites: [{ apiKey, secret, publicUrl, rateLimits }],
      encryptionKeys: [{ id: 'a', key: secret }],
      store: people,
      rateLimits: { store },
    });
  const ask = async (handler: Handler): Promise<number> => {
    const body = new URLSearchParams({ apiKey, login_token: randomUUID() });
    const request = new Request(`${publicUrl}/socialize.getUserInfo`, { method: 'POST', body });
    const answer = (await (await handler(request, { address: '203.0.113.7' })).json()) as Answer;
    return answer.errorCode;
  };
  return { one: open(), other: open(), ask };
};

const repeat = async (times: number, ask: () => Promise<number>): Promise<number[]> => {
  const codes: number[] = [];
  while (codes.length < times) codes.push(await ask());
  return codes;
};

it('two instances count together, under names that say nothing of anybody', async () => {
  const store = createStore();
  const { one, other, ask } = await openTwo(store);
  expect(await repeat(3, () => ask(one))).toEqual([403005, 403005, 403005]);
  expect(await repeat(4, () => ask(other))).toEqual([403005, 403005, 403005, 403048]);
  expect(await ask(one)).toBe(403048);
  for (const name of store.names.keys()) expect(name).toMatch(/^[\w-]{43}$/);
});

it('whoever has proved something waits for no counter', async () => {
  const add = vi.fn<CounterStore['add']>(() => new Promise<never>(() => {}));
  const house = await startHouse({}, undefined, { rateLimits: { store: { add } } });
  const login_token = await device(house, 'u', 'facebook');
  for (const path of ['getUserInfo', 'removeConnection', 'logout'])
    expect((await house.post(`socialize.${path}`, { login_token })).errorCode).toBe(0);
  expect(add).not.toHaveBeenCalled();
});

it.each<[string, () => Promise<never>]>([
  ['one that fails', () => Promise.reject(new Error('no connection'))],
  ['one that hangs', () => new Promise<never>(() => {})],
])(
  '%s: the instance goes by its own counts, and asks it again only after a while',
  async (_, add) => {
    const spy = vi.fn<CounterStore['add']>(add);
    // The while is five seconds, and does not pass meanwhile.
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const { one, ask } = await openTwo({ add: spy });
    const codes = await repeat(8, () => ask(one));
    expect(codes).toEqual([...Array<number>(6).fill(403005), 403048, 403048]);
    expect(spy).toHaveBeenCalledTimes(1);
  },
);
