// The feed: what webhooks are told, to be asked for; complete, in order, from any place.
import { feed, type ChangeEvent } from 'outro/server';
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { enter, newSecret, openTold, startReceiver } from '../support/receiver.ts';

interface Page extends Answer {
  changes: ChangeEvent[];
  cursor: string;
}

const ask = async (house: House, params: Record<string, string> = {}): Promise<Page> =>
  (await house.signed('outro.feed', params)) as Page;

const remove = (house: House, UID: string, provider = 'github') =>
  house.signed('socialize.removeConnection', { UID, provider });

const seen = ({ changes }: Pick<Page, 'changes'>) =>
  changes.map(({ subject, type }) => `${subject} ${type.slice(6)}`);

/**
 * Asks until the changes are there: what somebody else in the same database may still be writing before them, under
 * whatever site, is waited for.
 */
const settled = async (
  house: House,
  expected: string[],
  params: Record<string, string> = {},
): Promise<Page> => {
  let page: Page | undefined;
  await expect
    .poll(async () => seen((page = await ask(house, params))), { timeout: 30_000 })
    .toEqual(expected);
  if (!page) throw new Error('the feed: expected an answer');
  return page;
};

/** Three people, each of whom removed a connection; the last one logged out, too. */
const openBusy = async () => {
  const house = await startHouse();
  for (const uid of ['a', 'b', 'c']) {
    await enter(house, uid);
    await remove(house, uid);
  }
  await house.signed('socialize.logout', { UID: 'c' });
  return house;
};

const all = [
  'a connection.removed',
  'b connection.removed',
  'c connection.removed',
  'c session.ended',
];

describe('the feed', () => {
  it('has everything since the beginning, in order, and goes on behind any cursor', async () => {
    const house = await openBusy();
    const whole = await settled(house, all);
    expect(seen(await ask(house, { after: whole.cursor }))).toEqual([]);
    for (const [index, { cursor }] of whole.changes.entries())
      await settled(house, all.slice(index + 1), { after: cursor });
    await remove(house, 'a', 'facebook');
    await settled(house, ['a connection.removed', 'a session.ended'], { after: whole.cursor });
  });

  it('comes in pages, each of which says where to go on; two things of one call are both there', async () => {
    const house = await openBusy();
    await remove(house, 'a', 'facebook');
    const whole = [...all, 'a connection.removed', 'a session.ended'];
    await settled(house, whole);
    const pages: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await ask(house, { limit: '1', ...(after !== undefined && { after }) });
      if (page.changes.length === 0 && pages.length >= whole.length) break;
      pages.push(...seen(page));
      // As whoever noted only the first of two things that came together.
      after = page.changes[0]?.cursor ?? after;
    }
    expect(pages.filter((one, index) => one !== pages[index - 1])).toEqual(whole);
  });

  it('has the very objects that webhooks are told', async () => {
    const receiver = await startReceiver();
    const house = await openTold([receiver], [newSecret()]);
    await enter(house);
    await remove(house, 'u');
    await house.work();
    const { changes } = await settled(house, ['u connection.removed']);
    expect(changes).toEqual(receiver.arrived.map(({ event }) => event));
    expect(changes).toHaveLength(1);
  });

  it('waits for something to happen, as long as it is asked to', async () => {
    const house = await openBusy();
    const { cursor } = await settled(house, all);
    const begun = performance.now();
    expect(seen(await ask(house, { after: cursor, wait: '1' }))).toEqual([]);
    expect(performance.now() - begun).toBeGreaterThan(900);
    const asked = ask(house, { after: cursor, wait: '20' });
    await remove(house, 'a', 'facebook');
    expect(seen(await asked)).toEqual(['a connection.removed', 'a session.ended']);
  });

  it('answers at once when the instance shuts down', async () => {
    const house = await openBusy();
    const { cursor } = await settled(house, all);
    const asked = ask(house, { after: cursor, wait: '20' });
    await house.handler.close();
    expect(await asked).toMatchObject({ errorCode: 0, changes: [] });
  });

  it('is the site’s server’s only', async () => {
    const house = await openBusy();
    const { cookieValue } = await house.signIn({ siteUID: 'a' });
    expect(await house.post('outro.feed', { login_token: String(cookieValue) })).toMatchObject({
      errorCode: 403007,
    });
    expect(await house.post('outro.feed', {})).toMatchObject({ errorCode: 403005 });
  });

  it('refuses a cursor that is none, another site’s, or of the future', async () => {
    const [house, stranger] = [await openBusy(), await openBusy()];
    const { cursor } = await ask(stranger);
    const mark = (await ask(house)).cursor.split('-')[1] ?? '';
    for (const [after, said] of [
      ['12', 'expected a cursor that an earlier answer has given'],
      [cursor, 'expected a cursor of this site; this one is of another'],
      [`99999999999999-${mark}`, 'expected a cursor of the past'],
    ] as const)
      expect(await ask(house, { after })).toMatchObject({
        errorCode: 400006,
        errorDetails: expect.stringContaining(said) as string,
      });
  });
});

describe('for await (const change of feed(…))', () => {
  const read = async (house: House, count: number, options: { after?: string } = {}) => {
    const stop = new AbortController();
    const changes: ChangeEvent[] = [];
    const of = { url: 'https://outro.example', apiKey: house.apiKey, secret };
    let failures = 0;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      failures += 1;
      if (failures === 1) throw new TypeError('fetch failed');
      return house.handler(new Request(input, init));
    };
    for await (const change of feed({ ...of, ...options, fetch, signal: stop.signal })) {
      changes.push(change);
      if (changes.length === count) stop.abort();
    }
    return changes;
  };

  it('gives what was and what comes, also when the backend was away; and goes on behind a change', async () => {
    const house = await openBusy();
    const reading = read(house, 5);
    await settled(house, all);
    await remove(house, 'b', 'facebook');
    const changes = await reading;
    expect(seen({ changes })).toEqual([...all, 'b connection.removed']);
    const after = changes[3]?.cursor ?? '';
    expect(seen({ changes: await read(house, 1, { after }) })).toEqual(['b connection.removed']);
  });

  it('throws what is refused for good', async () => {
    const house = await openBusy();
    await expect(read(house, 1, { after: 'x' })).rejects.toMatchObject({ code: 400006 });
  });
});
