// The network is the subject here: time-out, bad gateway, broken JSON, and what exactly is sent.
import { delay, http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { giveDatabases } from '../../support/tickets.ts';
import { Window } from 'happy-dom';
import { createClient, isOutroError } from 'outro';
import { answerTo } from '../../support/echoing.ts';

// Here at once; else the first call loads it, within its own limit.
await import('../../../src/browser/calls/create-calls.ts');

const server = setupServer();
beforeAll(() => server.listen());
afterEach(() => {
  server.resetHandlers();
  vi.unstubAllGlobals();
});
afterAll(() => server.close());

const url = 'https://outro.example/socialize.getUserInfo';

const connect = (fetch?: typeof globalThis.fetch) => {
  const window = new Window({ url: 'https://shop.example/' });
  window.document.cookie = 'glt_key=token%7Cmore; path=/';
  giveDatabases(window);
  const document = window.document as unknown as Document;
  return createClient({
    apiKey: 'key',
    apiDomain: 'outro.example',
    cid: 'page',
    timeout: 200,
    document,
    fetch,
  });
};

const failureOf = async (promise: Promise<unknown>) => {
  const error: unknown = await promise.then(
    () => 'no failure',
    (cause: unknown) => cause,
  );
  return isOutroError(error) ? error : expect.fail(String(error));
};

describe('the wire format is the vendor’s', () => {
  it('one POST with a form body, no header that asks for a CORS preflight', async () => {
    const seen: Request[] = [];
    server.use(http.post(url, ({ request }) => answerTo(request, { errorCode: 0, UID: 'u' })));
    const watched: typeof fetch = (input, init) => {
      seen.push(new Request(input, init));
      return fetch(seen[0]?.clone() ?? '');
    };
    const client = connect(watched);
    // The first is asked before what it was given is checked.
    await client.getUserInfo();
    seen.length = 0;
    const { user } = await client.getUserInfo();
    expect(user.UID).toBe('u');
    expect(seen).toHaveLength(1);
    const [request] = seen;
    expect(`${request?.method} ${request?.url}`).toBe(`POST ${url}`);
    expect(Object.fromEntries(new URLSearchParams(await request?.text()))).toEqual({
      APIKey: 'key',
      authMode: 'cookie',
      sdk: 'js_outro',
      includeAllIdentities: 'false',
      signIDs: 'false',
      login_token: 'token',
      format: 'json',
      cid: 'page',
      context: expect.stringMatching(/^\d{32}$/),
    });
    // What the Fetch standard lets through without asking first.
    const simple = ['accept', 'accept-language', 'content-language', 'content-type'];
    expect([...(request?.headers.keys() ?? [])].filter((name) => !simple.includes(name))).toEqual(
      [],
    );
    expect(request?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/);
    expect(request?.credentials).toBe('include');
  });
});

describe('every failure of the network becomes an OutroError', () => {
  it('no answer within the limit', async () => {
    server.use(http.post(url, () => delay('infinite')));
    const error = await failureOf(connect().getUserInfo());
    expect(error).toMatchObject({ failure: 'requestTimeout', code: 504002 });
    expect(error.details).toContain('200 ms');
  });

  it('refused', async () => {
    server.use(http.post(url, () => HttpResponse.error()));
    const error = await failureOf(connect().getUserInfo());
    expect(error).toMatchObject({ failure: 'networkError', code: 500026 });
    expect(error.details).toContain('https://outro.example');
  });

  it.each([
    ['a bad gateway', () => new HttpResponse('<html>', { status: 502 })],
    [
      'broken JSON',
      () => new HttpResponse('{"errorCode":', { headers: { 'Content-Type': 'application/json' } }),
    ],
    ['JSON of something else', () => HttpResponse.json({ hello: 'world' })],
    ['null', () => HttpResponse.json(null)],
    ['a receipt that is no list', () => HttpResponse.json({ errorCode: 0, receipt: 'yes' })],
    ['departures that are no list', () => HttpResponse.json({ errorCode: 0, departures: {} })],
    ['nothing', () => new HttpResponse(null, { status: 200 })],
  ])('%s', async (_title, answer) => {
    server.use(http.post(url, answer));
    expect(await failureOf(connect().getUserInfo())).toMatchObject({ failure: 'networkError' });
  });

  const inWorker = { serviceWorker: { controller: {} } };
  it.each([
    ['of another request', { errorCode: 0, UID: 'u', context: '1'.repeat(32) }, {}],
    ['of no request, by a service worker', { errorCode: 0, UID: 'u' }, inWorker],
    ['that refuses another request', { errorCode: 403005, context: '1'.repeat(32) }, {}],
  ])('an answer %s: something before the backend has kept it, or made it up', async (...given) => {
    const [, answer, navigator] = given;
    vi.stubGlobal('navigator', navigator);
    server.use(http.post(url, () => HttpResponse.json(answer)));
    expect(await failureOf(connect().getUserInfo())).toMatchObject({ failure: 'networkError' });
    server.use(
      http.post('https://outro.example/socialize.logout', () => HttpResponse.json(answer)),
    );
    expect((await connect().logout()).receipt).toMatchObject([
      { step: 'session', status: 'pending' },
    ]);
  });

  it('an answer of no request counts where no worker stands before the backend', async () => {
    server.use(http.post(url, () => HttpResponse.json({ errorCode: 0, UID: 'u' })));
    expect((await connect().getUserInfo()).user.UID).toBe('u');
  });

  it('a refusal keeps the number, the details and the callId of the server', async () => {
    const body = {
      errorCode: 400106,
      errorMessage: 'Not connected',
      errorDetails: 'd',
      callId: 'c',
    };
    server.use(http.post(url, () => HttpResponse.json(body, { status: 400 })));
    const expected = { failure: 'notConnected', code: 400106, details: 'd', callId: 'c' };
    expect(await failureOf(connect().getUserInfo())).toMatchObject(expected);
    server.use(http.post(url, () => HttpResponse.json({ errorCode: 403013, errorMessage: 'm' })));
    expect(await failureOf(connect().getUserInfo())).toMatchObject({
      failure: 'serverError',
      code: 403013,
    });
  });
});

describe('logout has a limit', () => {
  it('a backend that never answers: logged out here, said so, in time', async () => {
    server.use(http.post('https://outro.example/socialize.logout', () => delay('infinite')));
    const response = await connect().logout();
    expect(response.errorCode).toBe(0);
    expect(response.receipt).toMatchObject([{ step: 'session', status: 'pending' }]);
    expect(response.receipt[0]?.reason).toContain('200 ms');
  });

  it('a lying backend: steps that make no sense do no harm', async () => {
    const body = {
      errorCode: 0,
      departures: [
        null,
        { provider: 'x' },
        { provider: 'y', logout: { by: 'frame', url: 'javascript:alert(1)' } },
      ],
    };
    server.use(
      http.post('https://outro.example/socialize.logout', ({ request }) => answerTo(request, body)),
    );
    const { errorCode, receipt } = await connect().logout();
    expect(errorCode).toBe(0);
    expect(receipt.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
  });
});
