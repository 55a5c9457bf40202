// The stream itself: who gets one, how it goes on after a break, when it ends.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import {
  askToListen,
  listen,
  refusalOf,
  signInElsewhere,
  startInstance,
  type OpenPage,
} from '../support/listening.ts';

afterEach(() => {
  vi.useRealTimers();
});

type Exits = House['database']['store']['exits'];

const receipt = [{ step: 'identity', status: 'done' } as const];

/** Tells the person's pages, as many events as wanted, in one change. */
const tell = (house: House, ...providers: string[]) =>
  house.database.store.people.update({ site: house.apiKey, uid: 'u' }, () => ({
    change: {
      tell: providers.map((provider) => ({ name: 'connectionRemoved', provider })),
      journal: {
        callId: 'c',
        actor: 'app',
        method: 'm',
        provider: undefined,
        cid: undefined,
        receipt,
      },
    },
    answer: undefined,
  }));

/** The store of the house, with some of its exits replaced. */
const withExits = (house: House, exits: Partial<Exits>) => {
  const { store } = house.database;
  return { ...store, exits: { ...store.exits, ...exits } };
};

const told = ({ heard }: Awaited<ReturnType<typeof listen>>) =>
  heard.map(({ data }) => data.provider);

describe('who gets a stream', () => {
  it('a page with a session; the answer is neither kept, compressed nor held back on the way', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const stream = await askToListen(
      house,
      { login_token: token },
      { headers: { 'Accept-Encoding': 'gzip, br' } },
    );
    expect(stream.status).toBe(200);
    expect(Object.fromEntries(stream.headers)).toEqual({
      'access-control-allow-credentials': 'true',
      'access-control-allow-origin': 'https://shop.example',
      'cache-control': 'no-store, no-transform',
      'content-type': 'text/event-stream',
      vary: 'Origin',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    await stream.body?.cancel();
  });

  it('nobody else: no session, one that ended, a server, another user’s UID', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const refused = [{}, { login_token: 'x' }, { login_token: token, UID: 'v' }];
    for (const params of refused)
      expect(await refusalOf(askToListen(house, params))).toMatchObject({ errorCode: 403005 });
    expect(await house.signed('socialize.listen', { UID: 'u' })).toMatchObject({
      errorCode: 403005,
    });
    await house.post('socialize.logout', { login_token: token });
    const answer = await refusalOf(askToListen(house, { login_token: token }));
    expect(answer).toMatchObject({ errorCode: 403005 });
    expect(answer.errorDetails).toMatch(/^login_token: /);
  });

  it('not by GET, since a token in an address is everybody’s, and not from a foreign origin', async () => {
    const house = await startHouse();
    const login_token = await signInElsewhere(house);
    const query = new URLSearchParams({ apiKey: house.apiKey, login_token }).toString();
    const response = await house.handler(
      new Request(`https://outro.example/socialize.listen?${query}`),
    );
    expect(await response.json()).toMatchObject({ errorCode: 400001 });
    const headers = { Origin: 'https://evil.example' };
    const foreign = await askToListen(house, { login_token }, { headers });
    expect(foreign.headers.has('access-control-allow-origin')).toBe(false);
    expect(await foreign.json()).toMatchObject({ errorCode: 400120 });
  });

  it.each(['x', '-1', '1.5', '1'.repeat(19)])('refuses lastEventId %s', async (lastEventId) => {
    const house = await startHouse();
    const login_token = await signInElsewhere(house);
    const answer = await refusalOf(askToListen(house, { login_token, lastEventId }));
    expect(answer).toMatchObject({ errorCode: 400006 });
    expect(answer.errorDetails).toMatch(/^lastEventId: /);
  });

  it('3.10 a hundred of one person, whatever the sessions, until one leaves', async () => {
    const house = await startHouse();
    const tokens = [await signInElsewhere(house), await signInElsewhere(house)];
    const pages: OpenPage[] = [];
    for (let open = 0; open < 100; open += 1)
      pages.push(await listen(house, tokens[open % 2] ?? ''));
    for (const login_token of [...tokens, await signInElsewhere(house)]) {
      const refusal = await refusalOf(askToListen(house, { login_token }));
      expect(refusal).toMatchObject({ errorCode: 400030 });
    }
    await listen(house, await signInElsewhere(house, 'v'));
    await pages[0]?.leave();
    await listen(house, tokens[1] ?? '');
  });
});

describe('when the database does not let this instance listen', () => {
  it('the page is told so, and the next one gets its stream', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const { exits } = house.database.store;
    const failing = vi.fn(exits.listen).mockRejectedValueOnce(new Error('no connection left'));
    const logError = vi.spyOn(console, 'error').mockImplementation(() => {});
    const handler = startInstance(house, withExits(house, { listen: failing }));
    const refusal = askToListen(house, { login_token: token }, { handler });
    expect(await refusalOf(refusal)).toMatchObject({ errorCode: 500001 });
    expect(logError).toHaveBeenCalledOnce();
    logError.mockRestore();
    const page = await listen(house, token, { handler });
    await tell(house, 'facebook');
    await expect.poll(() => told(page)).toEqual(['facebook']);
  });
});

describe('after a break', () => {
  it('a page that comes again hears what it missed, once, and nothing that it knows', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const first = await listen(house, token);
    await tell(house, 'facebook');
    await expect.poll(() => told(first)).toEqual(['facebook']);
    await first.leave();
    await tell(house, 'github', 'linkedin');
    const second = await listen(house, token, { lastEventId: first.lastEventId() });
    await expect.poll(() => told(second)).toEqual(['github', 'linkedin']);
    await tell(house, 'yahoo');
    await expect.poll(() => told(second)).toEqual(['github', 'linkedin', 'yahoo']);
    // A page of the backend's own origin may say so in the header.
    const headers = { 'Last-Event-ID': first.lastEventId() };
    const third = await listen(house, token, { headers });
    await expect.poll(() => told(third)).toEqual(['github', 'linkedin', 'yahoo']);
  });

  it('also one that had heard nothing yet; a page that opens anew hears nothing old', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    await tell(house, 'facebook');
    const first = await listen(house, token);
    await first.leave();
    await tell(house, 'github');
    const second = await listen(house, token, { lastEventId: first.lastEventId() });
    await expect.poll(() => told(second)).toEqual(['github']);
    const fresh = await listen(house, token);
    await tell(house, 'linkedin');
    await expect.poll(() => told(fresh)).toEqual(['linkedin']);
    expect(told(first)).toEqual([]);
  });

  it('hears once what its notification tells late', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const { exits } = house.database.store;
    const lag: typeof exits.listen = ({ holds, hear }) =>
      exits.listen({ holds, hear: (event) => void setTimeout(() => hear(event), 200) });
    const handler = startInstance(house, withExits(house, { listen: lag }));
    const first = await listen(house, token, { handler });
    await tell(house, 'facebook');
    const again = await listen(house, token, { handler, lastEventId: '0' });
    const fresh = await listen(house, token, { handler });
    await expect.poll(() => told(first)).toEqual(['facebook']);
    await tell(house, 'github');
    await expect.poll(() => told(again)).toEqual(['facebook', 'github']);
    await expect.poll(() => told(fresh)).toEqual(['github']);
  });

  it('hears what happens while its stream begins, also that its session ends', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const { store } = house.database;
    const { people, exits } = store;
    const liveSessions: typeof people.liveSessions = async (ids) => {
      const live = await people.liveSessions(ids);
      await tell(house, 'facebook');
      // Until its notification has come as well.
      await expect.poll(() => told(witness)).toEqual(['facebook']);
      return live;
    };
    const witness = await listen(house, token);
    const handler = startInstance(house, { ...store, people: { ...people, liveSessions } });
    const page = await listen(house, token, { handler });
    await expect.poll(() => told(page)).toEqual(['facebook']);
    const pageEvents: typeof exits.pageEvents = async (of) => {
      await house.signed('socialize.logout', { UID: 'u' });
      return exits.pageEvents(of);
    };
    const late = startInstance(house, withExits(house, { pageEvents }));
    const refusal = askToListen(house, { login_token: token }, { handler: late });
    expect(await refusalOf(refusal)).toMatchObject({ errorCode: 403005 });
  });

  it('hears nothing that is older than ten minutes or was for other sessions', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    await signInElsewhere(house);
    const { query } = house.database;
    for (const provider of ['facebook', 'github', 'linkedin']) await tell(house, provider);
    await query(
      `update outro.journal set at = at - interval '11 minutes'
       where site = $1 and told #>> '{0,provider}' = 'facebook'`,
      [house.apiKey],
    );
    await query(
      `update outro.journal
       set told = jsonb_set(told, '{0,sessions}', '["00000000-0000-0000-0000-000000000000"]')
       where site = $1 and told #>> '{0,provider}' = 'github'`,
      [house.apiKey],
    );
    const page = await listen(house, token, { lastEventId: '0' });
    await expect.poll(() => told(page)).toEqual(['linkedin']);
  });

  it('a page too slow to read loses its stream, not its events', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const slow = await askToListen(house, { login_token: token });
    const providers = Array.from({ length: 100 }, (_, index) => `p${index}`);
    const quick = await listen(house, token);
    // Told in several changes, as pages are that read in between.
    for (let from = 0; from < 100; from += 25) {
      await tell(house, ...providers.slice(from, from + 25));
      await expect.poll(() => told(quick)).toHaveLength(from + 25);
    }
    const text = await new Response(slow.body).text();
    const heard = [...text.matchAll(/^id: (\d+)\ndata: {"eventName"/gm)].map(([, id]) => id ?? '');
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.length).toBeLessThan(100);
    const again = await listen(house, token, { lastEventId: heard.at(-1) ?? '' });
    await expect.poll(() => told(again)).toEqual(providers.slice(heard.length));
  });
});

describe('the check of live sessions', () => {
  it('3.11 takes more sessions than a statement takes parameters', async () => {
    const house = await startHouse();
    await signInElsewhere(house);
    const [row] = await house.database.query('select id from outro.sessions where site = $1', [
      house.apiKey,
    ]);
    const { people } = house.database.store;
    const many = Array.from({ length: 65_536 }, () => crypto.randomUUID());
    expect(await people.liveSessions([...many, String(row?.['id'])])).toEqual([row?.['id']]);
  });
});

describe('the end', () => {
  it('every 20 s a sign of life, until the session has run out', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const other = await signInElsewhere(house, 'v');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const handler = startInstance(house);
    const page = await listen(house, token, { handler });
    const stays = await listen(house, other, { handler });
    await vi.advanceTimersByTimeAsync(20_000);
    await vi.waitFor(() => expect([page.comments, stays.comments]).toEqual([1, 1]), 5000);
    expect(page.isOver).toBe(false);
    await house.database.query(
      `update outro.sessions set expires_at = now() - interval '1 second'
       from outro.accounts where accounts.id = account_id and uid = 'u' and sessions.site = $1`,
      [house.apiKey],
    );
    await vi.advanceTimersByTimeAsync(20_000);
    await vi.waitFor(() => expect(page.isOver).toBe(true), 5000);
    expect(stays.isOver).toBe(false);
    expect(page.heard).toEqual([]);
  });

  it('of an instance: its streams end, it takes no new ones, and the others go on', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const closing = startInstance(house);
    const page = await listen(house, token, { handler: closing });
    const stays = await listen(house, token);
    await closing.close();
    await expect.poll(() => page.isOver).toBe(true);
    expect(
      await refusalOf(askToListen(house, { login_token: token }, { handler: closing })),
    ).toMatchObject({ errorCode: 500001 });
    await tell(house, 'facebook');
    await expect.poll(() => told(stays)).toEqual(['facebook']);
    expect(stays.isOver).toBe(false);
  });

  it('of the request ends the stream as well', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const leaving = new AbortController();
    const { signal } = leaving;
    const stream = await askToListen(house, { login_token: token }, { signal });
    leaving.abort();
    expect(await new Response(stream.body).text()).toMatch(/^event: ready\n/);
  });
});
