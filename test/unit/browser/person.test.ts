// A call is about the person that the page has read, and about the session that counts.
import { Window } from 'happy-dom';
import { createClient, isOutroError, type Client } from 'outro';
import { describe, expect, it } from 'vitest';
import { echoing } from '../../support/echoing.ts';
import { settle } from '../../support/settle.ts';

let count = 0;

/** A page, and a backend that knows people by their tokens; a dead token opens nothing. */
const open = (people: Record<string, string>, options: object = {}) => {
  const window = new Window({ url: 'https://www.shop.example/account/settings' });
  const key = `person-${(count += 1)}`;
  const sent: Record<string, string>[] = [];
  const put = (value: string, where = 'path=/'): void => {
    window.document.cookie = `glt_${key}=${value}; ${where}`;
  };
  put(Object.keys(people)[0] ?? '');
  const client = createClient({
    apiKey: key,
    apiDomain: 'outro.example',
    live: false,
    document: window.document as unknown as Document,
    fetch: echoing(async (input, init) => {
      const request = new Request(input, init);
      const body = Object.fromEntries(new URLSearchParams(await request.text()));
      const method = new URL(request.url).pathname.split('.')[1] ?? '';
      sent.push({ method, ...body });
      const uid = people[body['login_token'] ?? ''];
      const refuse = (errorDetails: string) =>
        Response.json({ errorCode: 403005, errorMessage: 'Unauthorized user', errorDetails });
      if (method === 'logout')
        return Response.json({
          errorCode: 0,
          receipt: [{ step: 'session', status: uid ? 'done' : 'already' }],
        });
      if (!uid) return refuse('login_token: expected the token of a live session');
      if (body['UID'] !== undefined && body['UID'] !== uid)
        return refuse("UID: expected the session's own user, or none");
      return Response.json({
        errorCode: 0,
        UID: uid,
        user: { UID: uid },
        receipt: [{ step: 'identity', provider: 'facebook', status: 'done' }],
      });
    }),
    ...options,
  });
  const heard: object[] = [];
  client.on('logout', (event) => heard.push(event));
  const methods = (): string[] => sent.map(({ method = '' }) => method);
  return { window, client, sent, put, heard, methods, key };
};

const refusalOf = async (call: Promise<unknown>): Promise<string> => {
  const error: unknown = await call.then(
    () => 'nothing was refused',
    (cause: unknown) => cause,
  );
  return isOutroError(error) ? error.failure : String(error);
};

describe('1.1 somebody else has signed in since the page was read', () => {
  it.each(['removeConnection', 'unlink', 'explainRemoval'] as const)(
    '%s is refused, the page hears a logout, and once',
    async (method) => {
      const page = open({ adas: 'ada', bobs: 'bob' });
      await page.client.getUserInfo();
      page.put('bobs');
      const call = (client: Client) => client[method]({ provider: 'facebook' });
      expect(await refusalOf(call(page.client))).toBe('unauthorizedUser');
      expect(await refusalOf(call(page.client))).toBe('unauthorizedUser');
      expect(page.heard).toEqual([expect.objectContaining({ remote: true })]);
      const named = page.sent.filter((one) => one['method'] === method);
      for (const one of named) expect(one['UID']).toBe('ada');
      expect((await page.client.getUserInfo()).user.UID).toBe('bob');
      expect((await call(page.client)).errorCode).toBe(0);
    },
  );

  it('logout too: his session stays', async () => {
    const page = open({ adas: 'ada', bobs: 'bob' });
    await page.client.getUserInfo();
    page.put('bobs');
    expect(await refusalOf(page.client.logout())).toBe('unauthorizedUser');
    expect(page.window.document.cookie).toContain('bobs');
    expect(page.methods()).not.toContain('logout');
    expect(page.heard).toHaveLength(1);
  });

  it('a page that has read nobody hears it, and its calls are about whoever is there', async () => {
    const page = open({ adas: 'ada', bobs: 'bob' });
    await settle(60);
    page.put('bobs');
    expect((await page.client.removeConnection({ provider: 'facebook' })).errorCode).toBe(0);
    expect(page.methods().slice(0, 2)).toEqual(['getUserInfo', 'getUserInfo']);
    expect(page.heard).toHaveLength(1);
  });

  it('the same person with a newer session is not somebody else', async () => {
    const page = open({ adas: 'ada', newer: 'ada' });
    await page.client.getUserInfo();
    page.put('newer');
    expect((await page.client.removeConnection({ provider: 'facebook' })).errorCode).toBe(0);
    page.put('adas');
    expect((await page.client.logout()).receipt).toMatchObject([{ status: 'done' }]);
    // Its own logout, and no other.
    expect(page.heard).toEqual([expect.not.objectContaining({ remote: true })]);
  });

  it('by a tab that logged out and in again: refused until the page has read who it is', async () => {
    const page = open({ adas: 'ada', bobs: 'bob' });
    await page.client.getUserInfo();
    const channel = new BroadcastChannel(`outro_${page.key}`);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
    channel.postMessage({ eventName: 'logout' });
    await settle(60);
    channel.close();
    page.put('bobs');
    expect(await refusalOf(page.client.removeConnection())).toBe('unauthorizedUser');
  });
});

describe('1.3 several cookies of the name', () => {
  it.each([
    ['stale', 'live'],
    ['live', 'stale'],
  ])('%s before %s: the live one is used, and both are ended and deleted', async (near, far) => {
    const page = open({ live: 'ada' });
    page.put(near, 'path=/account');
    page.put(far, 'domain=shop.example; path=/');
    await settle(60);
    expect((await page.client.getUserInfo()).user.UID).toBe('ada');
    expect((await page.client.removeConnection({ provider: 'facebook' })).errorCode).toBe(0);
    page.sent.length = 0;
    const { receipt } = await page.client.logout();
    expect(receipt).toMatchObject([{ step: 'session', status: 'done' }]);
    expect(new Set(page.sent.map((one) => one['login_token']))).toEqual(new Set(['live', 'stale']));
    expect(page.window.document.cookie).toBe('');
  });
});

describe('1.4 a cookie on another path', () => {
  it.each(['/account', '/account/', '/account/settings'])('%s is deleted too', async (path) => {
    const page = open({ live: 'ada' });
    page.put('live', `path=${path}`);
    await page.client.logout();
    expect(page.window.document.cookie).toBe('');
    expect((await page.client.getUserInfo()).user.UID).toBe('');
  });

  it('one that cannot be deleted is said, and signs nobody in on this page again', async () => {
    const page = open({ live: 'ada' });
    const kept = `glt_${page.key}=live`;
    Object.defineProperty(Object.getPrototypeOf(page.window.document), 'cookie', {
      get: () => kept,
      set: () => {},
    });
    const { receipt } = await page.client.logout();
    expect(receipt).toMatchObject([
      { step: 'session', status: 'done', reason: 'its cookie can still be read here' },
    ]);
    expect((await page.client.getUserInfo()).user.UID).toBe('');
  });
});

describe('1.11 an answer about a person who has left meanwhile', () => {
  it('is heard by nobody, and shows nobody', async () => {
    const page = open({ adas: 'ada' });
    await page.client.getUserInfo();
    const removed: object[] = [];
    page.client.on('connectionRemoved', (event) => removed.push(event));
    const removing = page.client.removeConnection({ provider: 'facebook' });
    const leaving = page.client.logout();
    const { receipt, user } = await removing;
    await leaving;
    expect(receipt[0]).toMatchObject({ step: 'identity', status: 'done' });
    expect(user.UID).toBe('');
    expect(removed).toEqual([]);
  });
});

describe('1.12 a logout that ends nothing', () => {
  it('called by whoever hears of a logout, it is not heard for ever', async () => {
    const page = open({ adas: 'ada' });
    let calls = 0;
    const inner: Promise<unknown>[] = [];
    page.client.on('logout', () => {
      calls += 1;
      if (calls < 50) inner.push(page.client.logout());
    });
    await page.client.logout();
    await settle(60);
    await Promise.all(inner);
    expect({ calls, heard: page.heard.length }).toEqual({ calls: 1, heard: 1 });
  });
});

describe('1.15 a handler that another one takes away', () => {
  it('is not called any more, within the same event', async () => {
    const page = open({ adas: 'ada' });
    const called: string[] = [];
    let stop = (): void => {};
    page.client.on('logout', () => {
      called.push('first');
      stop();
    });
    stop = page.client.on('logout', () => called.push('second'));
    await page.client.logout();
    expect(called).toEqual(['first']);
  });
});

describe('1.16 offline and online', () => {
  it.each(['this', 'all'] as const)('sessions: %s has the same shape', async (sessions) => {
    const page = open({ adas: 'ada' }, { fetch: () => Promise.reject(new TypeError('offline')) });
    const { receipt, callId } = await page.client.logout({ sessions });
    expect(receipt.map(({ step }) => step)).toEqual(
      sessions === 'all' ? ['session', 'sessions'] : ['session'],
    );
    expect(callId).toMatch(/^[\da-f]{32}$/);
    expect((await page.client.logout()).callId).toMatch(/^[\da-f]{32}$/);
  });
});

describe('2.6 a session that comes and goes without a new page', () => {
  it.each(['focus', 'pageshow', 'visibilitychange'])('is looked for on %s', async (name) => {
    const page = open({});
    await settle(60);
    page.put('adas');
    const target = name === 'visibilitychange' ? page.window.document : page.window;
    target.dispatchEvent(new page.window.Event(name, { bubbles: true }));
    page.put('', 'path=/; max-age=-1');
    target.dispatchEvent(new page.window.Event(name, { bubbles: true }));
    expect(page.heard).toEqual([expect.objectContaining({ eventName: 'logout', remote: true })]);
  });
});

describe('2.14 one limit for a call', () => {
  it('however often the session changes meanwhile', async () => {
    const page = open({});
    let tokens = 0;
    page.put('t0');
    const client = createClient({
      apiKey: page.key,
      apiDomain: 'outro.example',
      live: false,
      document: page.window.document as unknown as Document,
      fetch: echoing(async () => {
        await settle(100);
        page.put(`t${(tokens += 1)}`);
        return Response.json({ errorCode: 0, UID: 'x' });
      }),
    });
    const begun = Date.now();
    expect(await refusalOf(client.getUserInfo({ timeout: 450 }))).toBe('requestTimeout');
    expect(Date.now() - begun).toBeLessThan(900);
  });
});

describe('2.16 close', () => {
  it('ends what the client listens with; calls still work', async () => {
    const page = open({ adas: 'ada' });
    await settle(60);
    page.client.close();
    page.put('', 'path=/; max-age=-1');
    page.window.dispatchEvent(new page.window.Event('focus'));
    const channel = new BroadcastChannel(`outro_${page.key}`);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
    channel.postMessage({ eventName: 'logout' });
    await settle(60);
    channel.close();
    expect(page.heard).toEqual([]);
    page.put('adas');
    expect((await page.client.logout()).receipt).toMatchObject([{ status: 'done' }]);
  });
});

describe('a session that no script can read, with credentials', () => {
  const connect = (
    answer: (method: string) => Promise<Response> | Response,
    options: object = {},
  ) => {
    const window = new Window({ url: 'https://shop.example/' });
    const seen: Request[] = [];
    const client = createClient({
      apiKey: `credentials-${(count += 1)}`,
      apiDomain: 'outro.example',
      credentials: true,
      live: false,
      document: window.document as unknown as Document,
      ...options,
      fetch: echoing(async (input, init) => {
        const request = new Request(input, init);
        seen.push(request);
        return answer(new URL(request.url).pathname.split('.')[1] ?? '');
      }),
    });
    return { client, seen, window };
  };
  const user = () => Response.json({ errorCode: 0, UID: 'ada', leaveTicket: 'the-ticket' });

  it('1.2 logout is sent, with a header that no form can send, and says what the backend says', async () => {
    const { client, seen } = connect(() =>
      Response.json({ errorCode: 0, receipt: [{ step: 'session', status: 'done' }] }),
    );
    expect((await client.logout()).receipt).toEqual([{ step: 'session', status: 'done' }]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.headers.get('x-outro')).toBe('page');
    expect(seen[0]?.credentials).toBe('include');
  });

  it('1.2 offline it is never over: failed without a ticket, pending with the one last handed out', async () => {
    let isOnline = true;
    const { client, window } = connect(
      (method) => {
        if (!isOnline) throw new TypeError('offline');
        return method === 'getUserInfo' ? user() : Response.json({ errorCode: 0 });
      },
      { guard: 'blank' },
    );
    window.document.body.innerHTML = 'private';
    isOnline = false;
    expect((await client.logout()).receipt).toMatchObject([{ step: 'session', status: 'failed' }]);
    isOnline = true;
    const response = await client.getUserInfo();
    expect(response.user.UID).toBe('ada');
    expect(response).not.toHaveProperty('leaveTicket');
    isOnline = false;
    expect((await client.logout()).receipt).toMatchObject([{ step: 'session', status: 'pending' }]);
    await settle(60);
    expect(window.document.documentElement.innerHTML).toBe('');
  });

  it('a logout within a logout ends, whatever the backend says', async () => {
    const { client } = connect(() => {
      throw new TypeError('offline');
    });
    let calls = 0;
    client.on('logout', () => {
      calls += 1;
      if (calls < 20) void client.logout();
    });
    await client.logout();
    await settle(400);
    expect(calls).toBe(1);
  });
});
