// Thousands of open pages on one instance: what each sign of life costs.
import { Buffer } from 'node:buffer';
import { createHandler, type Store } from 'outro/server';
import { afterEach, expect, it, vi } from 'vitest';
import { secret } from '../../../support/house.ts';

afterEach(() => {
  vi.useRealTimers();
});

const pages = 5000;

/** A list that counts how often somebody looks at one of its elements. */
const counted = (list: string[], look: () => void): string[] =>
  new Proxy(list, {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) look();
      return Reflect.get(target, name, receiver) as unknown;
    },
  });

/** A store of which only what streams ask is there: everybody is a person of their own, with one session. */
const openStore = () => {
  const asked: number[] = [];
  let looks = 0;
  const store = {
    people: {
      read: ({ session }: { session: Uint8Array }) => {
        const id = Buffer.from(session).toString('hex');
        return Promise.resolve({ id, uid: id, session: { id } });
      },
      liveSessions: (ids: string[]) => {
        asked.push(ids.length);
        return Promise.resolve(counted(ids, () => (looks += 1)));
      },
    },
    exits: {
      listen: () => Promise.resolve(() => Promise.resolve()),
      pageEvents: () => Promise.resolve([]),
    },
  } as unknown as Store;
  return { store, asked, looks: () => looks };
};

/** A backend on that store, whose time stands still, and pages that listen to it. */
const openBackend = (store: Store) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const logError = vi.fn();
  const handler = createHandler({
    sites: [{ apiKey: '3_key', secret, publicUrl: 'https://outro.example' }],
    encryptionKeys: [{ id: 'test', key: secret }],
    store,
    logError,
  });
  return {
    handler,
    logError,
    async open(token: string) {
      const body = new URLSearchParams({ apiKey: '3_key', login_token: token });
      const request = new Request('https://outro.example/socialize.listen', {
        method: 'POST',
        body,
      });
      const stream = (await handler(request)).body;
      const reader = stream?.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader?.read())?.value).toMatch(/^event: ready\n/);
      return reader;
    },
  };
};

it(`3.11 a sign of life for ${pages} pages costs as much for each as for one, a thousand at a time`, async () => {
  const { store, asked, looks } = openStore();
  const { handler, open } = openBackend(store);
  const readers = await Promise.all(
    Array.from({ length: pages }, (_, index) => open(`token ${index}`)),
  );
  asked.length = 0;
  const before = looks();
  await vi.advanceTimersByTimeAsync(20_000);
  for (const reader of readers)
    expect(await reader?.read()).toEqual({ done: false, value: ':\n\n' });
  expect(asked).toEqual(Array.from({ length: pages / 1000 }, () => 1000));
  // Once for each, not once for each of each: that took a second of everybody's time.
  expect(looks() - before).toBe(pages);
  await handler.close();
}, 60_000);

it('3.11 a check of live sessions that fails is told, and ends no stream', async () => {
  const { store } = openStore();
  const { handler, logError, open } = openBackend(store);
  const reader = await open('token');
  vi.spyOn(store.people, 'liveSessions').mockRejectedValueOnce(new Error('connection lost'));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(logError).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ path: '/listen', error: new Error('connection lost') }),
  );
  expect(await reader?.read()).toEqual({ done: false, value: ':\n\n' });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await reader?.read()).toEqual({ done: false, value: ':\n\n' });
  await handler.close();
});
