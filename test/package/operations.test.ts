// `outro serve` in operation, over real sockets: how it is, what it writes, how it ends, what slow and long requests get.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder, secret, type Served } from '../support/served.ts';
import { signedBody } from '../support/signed.ts';

const folder = openFolder({ metrics: true });
const start = ['serve', '--config', 'outro.json', '--port', '0'];
let served: Served;
let address: string;

beforeAll(async () => {
  served = folder.run(...start, '--log');
  address = await served.ready;
}, 60_000);
afterAll(() => folder.close());

const getUser = async (login_token: string): Promise<unknown> => {
  const body = new URLSearchParams({ apiKey: '3_key', login_token });
  return (await fetch(`${address}/socialize.getUserInfo`, { method: 'POST', body })).json();
};

/** Writes to a socket of its own; gives what came back when the other side has closed, and after how long. */
const speak = (text: string, more?: () => string): Promise<{ answer: string; seconds: number }> =>
  new Promise((resolve) => {
    const startedAt = Date.now();
    let answer = '';
    const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write(text));
    // Once what has arrived is read: whoever writes to a side that has closed loses its last words.
    const write = () => socket.writable && more && socket.write(more());
    const timer = more && setInterval(() => setImmediate(write), 50);
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ answer, seconds: (Date.now() - startedAt) / 1000 });
    });
  });

const head = (...lines: string[]): string =>
  `${['POST /socialize.getUserInfo HTTP/1.1', 'Host: localhost', 'Content-Type: application/x-www-form-urlencoded', ...lines].join('\r\n')}\r\n\r\n`;

describe('how it is', () => {
  it('/healthz and /readyz answer in plain text', async () => {
    for (const path of ['healthz', 'readyz']) {
      const response = await fetch(`${address}/${path}`);
      expect([response.status, response.headers.get('cache-control')], path).toEqual([
        200,
        'no-store',
      ]);
    }
  });

  it('/metrics counts requests by route and code, in the form of OpenMetrics, and says nothing of anybody', async () => {
    await getUser('a planted token');
    const response = await fetch(`${address}/metrics`);
    expect(response.headers.get('content-type')).toContain(
      'application/openmetrics-text; version=1.0.0',
    );
    const text = await response.text();
    expect(text).toMatch(
      /^outro_request_seconds_count\{route="getUserInfo",code="403005"\} [1-9]/m,
    );
    expect(text).toMatch(/^outro_request_seconds_sum\{route="getUserInfo",code="403005"\} 0\.\d+/m);
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect(text).not.toContain('planted');
  });

  it('with --log writes a line of JSON for each request, with its callId and without what was sent', async () => {
    const answer = (await getUser('a planted token')) as { callId: string };
    await expect.poll(() => served.output()).toContain(answer.callId);
    const line =
      served
        .output()
        .split('\n')
        .find((one) => one.includes(answer.callId)) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      route: 'getUserInfo',
      code: 403005,
      site: '3_key',
      callId: answer.callId,
    });
    expect(served.output()).not.toContain('planted');
    expect(served.output()).not.toContain(secret);
  });
});

describe('requests that want to hold it up', () => {
  it('a body that is too long, in chunks without an end, is cut off; others are served meanwhile', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const long = speak(head('Transfer-Encoding: chunked'), () => chunk);
    expect(await getUser('x')).toMatchObject({ errorCode: 403005 });
    const { answer, seconds } = await long;
    expect(answer).toContain('"errorCode":413001');
    expect(seconds).toBeLessThan(20);
  }, 90_000);

  it('a length that is announced and never comes, and two lengths at once, are no request', async () => {
    const both = await speak(
      head('Content-Length: 5', 'Transfer-Encoding: chunked', 'Connection: close'),
    );
    expect(both.answer).toContain('400 Bad Request');
    const twice = await speak(head('Content-Length: 5', 'Content-Length: 6'));
    expect(twice.answer).toContain('400 Bad Request');
  }, 90_000);

  it('who sends too slowly is let go, and nobody waits for it', async () => {
    const slow = Promise.all(
      Array.from({ length: 50 }, () =>
        speak('POST /socialize.getUserInfo HTTP/1.1\r\nHost: localhost\r\n', () => 'X-A: b\r\n'),
      ),
    );
    const startedAt = Date.now();
    expect(await getUser('x')).toMatchObject({ errorCode: 403005 });
    expect(Date.now() - startedAt).toBeLessThan(5000);
    for (const { answer, seconds } of await slow) {
      expect(answer).toMatch(/408 Request Timeout|431 Request Header/);
      expect(seconds).toBeLessThan(25);
    }
  }, 90_000);
});

describe('its end and its beginning', () => {
  it('SIGTERM: what is under way is answered, then it ends with 0', async () => {
    const url = 'http://localhost:1/socialize.notifyLogin';
    const body = signedBody(url, secret, { apiKey: '3_key', siteUID: 'u' }).toString();
    const [first, second] = [body.slice(0, 20), body.slice(20)];
    let rest: string | undefined = second;
    let turns = 0;
    const under = speak(
      head(`Content-Length: ${body.length}`, 'Connection: close').replace(
        'getUserInfo',
        'notifyLogin',
      ) + first,
      () => {
        // It has begun to read by then.
        turns += 1;
        if (turns < 10) return '';
        if (!served.child.killed) {
          served.child.kill('SIGTERM');
          return '';
        }
        const text = rest ?? '';
        rest = undefined;
        return text;
      },
    );
    expect((await under).answer).toContain('"errorCode":0');
    expect(await served.ended).toBe(0);
  }, 90_000);

  it('3.2 SIGTERM with a request that never ends: it is given up, and said so', async () => {
    const stuck = folder.run(...start, '--data', 'stuck');
    const { port } = new URL(await stuck.ready);
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(`${head('Content-Length: 100')}apiKey=`),
    );
    socket.on('error', () => {});
    // Connections are taken in their order.
    await fetch(`http://localhost:${port}/healthz`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    stuck.child.kill('SIGTERM');
    expect(await stuck.ended).toBe(1);
    expect(stuck.output()).toContain('gave up on requests that were still under way');
    socket.destroy();
  }, 90_000);

  it('outro migrate brings the schema up to date and ends; serve goes on with it', async () => {
    const migrate = folder.run('migrate', '--data', 'fresh');
    expect(await migrate.ended).toBe(0);
    expect(migrate.output()).toContain('the schema is up to date');
    const again = folder.run('migrate', '--data', 'fresh');
    expect(await again.ended).toBe(0);
    const next = folder.run(...start, '--data', 'fresh');
    expect((await fetch(`${await next.ready}/readyz`)).status).toBe(200);
  }, 90_000);
});
