// `outro serve` as an operator runs it: the built command, a real folder, a real port.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { findPorts } from '../support/examples.ts';
import { openFolder, secret } from '../support/served.ts';
import { signedBody } from '../support/signed.ts';

// A new database takes seconds to make: `data` is made by the first that opens it, and the others go on with it.
const folder = openFolder();
const { configure } = folder;
const serve = (...args: string[]) => folder.run('serve', ...args);
const running: ChildProcess[] = [];

afterEach(() => {
  folder.stop();
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(folder.close);

const facebook = { facebook: { providerUID: 'f' } };

const signIn = async (address: string, providers: object = facebook): Promise<unknown> => {
  const params = {
    apiKey: '3_key',
    siteUID: 'u',
    providerSessions: JSON.stringify(providers),
  };
  const body = signedBody('http://localhost:1/socialize.notifyLogin', secret, params);
  return (await fetch(`${address}/socialize.notifyLogin`, { method: 'POST', body })).json();
};

describe('outro serve', () => {
  it('serves methods and the script, keeps its data, stops when asked, and keeps a second process out', async () => {
    const config = configure();
    const first = serve('--config', config, '--port', '0', '--data', 'data');
    const address = await first.ready;
    expect(await signIn(address)).toMatchObject({ errorCode: 0, UID: 'u' });

    const script = await fetch(`${address}/js/GIGYA.js?apiKey=3_key`);
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const code = Buffer.from(await script.arrayBuffer());
    const digest = Buffer.from(await crypto.subtle.digest('SHA-384', code)).toString('base64');
    expect(script.headers.get('integrity')).toBe(`sha384-${digest}`);
    const etag = script.headers.get('etag') ?? '';
    const again = await fetch(`${address}/js/outro.js`, { headers: { 'If-None-Match': etag } });
    expect(again.status).toBe(304);
    const pinned = await fetch(`${address}/js/outro.${/"(.*)"/.exec(etag)?.[1]}.js`);
    expect(pinned.headers.get('cache-control')).toContain('immutable');
    expect(
      (await fetch(`${address}/js/outro.0000000000000000.js`)).headers.get('cache-control'),
    ).toBe('no-store');

    const second = serve('--config', config, '--port', '0', '--data', 'data');
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('another process has the data folder data open');

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const third = serve('--config', config, '--port', '0', '--data', 'data');
    const body = signedBody('http://localhost:1/socialize.getUserInfo', secret, {
      apiKey: '3_key',
      UID: 'u',
    });
    const user = await fetch(`${await third.ready}/socialize.getUserInfo`, {
      method: 'POST',
      body,
    });
    expect(await user.json()).toMatchObject({ errorCode: 0, providers: 'facebook' });
  }, 60_000);

  it.each([
    [() => [], '--config: expected the path of a JSON file'],
    [() => ['--config', 'nowhere.json'], 'nowhere.json'],
    [
      () => ['--config', configure(), '--port', 'x'],
      '--port: expected a whole number from 0 to 65535',
    ],
    [() => ['--config', configure(), '--unknown'], '--unknown'],
    [() => ['--config', configure(), '--host', 'localhost'], '--host: expected the IP address'],
    [
      () => ['--config', configure({}, { trustProxy: true })],
      'trustProxy: expected the number of proxies before this backend, such as 1, or a list of',
    ],
    [
      () => ['--config', configure({ origins: ['shop.example'] })],
      'sites[0].origins[0]: expected an origin such as https://shop.example',
    ],
    [() => ['--config', configure({ secret: undefined })], 'sites[0].secret: '],
  ])('refuses a wrong start and says what was expected (%#)', async (args, message) => {
    const { ended, output } = serve(...args());
    expect(await ended).toBe(1);
    expect(output()).toContain(message);
    expect(output()).not.toContain(secret);
    expect(existsSync(join(folder.path, '.outro'))).toBe(false);
  });

  it('4.16 says at start who can reach it, and with --host nobody else does', async () => {
    const start = (...args: string[]) => serve('--config', configure(), '--port', '0', ...args);
    const open = start('--data', 'data');
    await open.ready;
    expect(open.output()).toContain('reachable on all interfaces; --host 127.0.0.1 keeps');
    open.child.kill('SIGTERM');
    await open.ended;
    const [elsewhere] = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal);
    const kept = start('--data', 'data', '--host', '127.0.0.1');
    const address = await kept.ready;
    expect(kept.output()).toContain(`on ${address}, on that interface only`);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    if (!elsewhere) return;
    const at = address.replace('127.0.0.1', elsewhere.address);
    await expect(fetch(`${at}/healthz`)).rejects.toThrow();
  }, 60_000);

  it('4.16 --host of no interface here ends with the reason', async () => {
    const { ended, output } = serve(
      '--config',
      configure(),
      '--port',
      '0',
      '--host',
      '203.0.113.7',
      '--data',
      'data',
    );
    expect(await ended).toBe(1);
    expect(output()).toContain('outro: listen EADDRNOTAVAIL');
  }, 60_000);

  it('refuses a file that is not JSON', async () => {
    const file = join(folder.path, 'broken.json');
    writeFileSync(file, '{');
    const { ended, output } = serve('--config', file);
    expect(await ended).toBe(1);
    expect(output()).toContain('broken.json is not JSON');
  });
});

describe('pages that listen', () => {
  it('hear at once over the wire, make room when they leave, and hold up no shutdown', async () => {
    const config = configure();
    const { ready, child, ended } = serve('--config', config, '--port', '0', '--data', 'data');
    const address = await ready;
    const providers = { ...facebook, github: { providerUID: 'g' } };
    const { cookieValue } = (await signIn(address, providers)) as { cookieValue: string };
    const listen = async (signal?: AbortSignal) => {
      const body = new URLSearchParams({ apiKey: '3_key', login_token: cookieValue });
      const headers = { 'Accept-Encoding': 'gzip' };
      const init = { method: 'POST', body, headers, ...(signal && { signal }) };
      return fetch(`${address}/socialize.listen`, init);
    };
    const leaving = new AbortController();
    // Held, or they would go with what nobody holds any more.
    const pages: Response[] = [];
    while (pages.length < 100) pages.push(await listen(leaving.signal));
    expect(await (await listen()).json()).toMatchObject({ errorCode: 400030 });
    leaving.abort();
    await Promise.allSettled(pages.map((one) => one.text()));
    const page = await vi.waitFor(async () => {
      const response = await listen();
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      return response;
    }, 5000);
    const reader = page.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^event: ready\n/);
    const params = { apiKey: '3_key', UID: 'u', provider: 'github' };
    const url = 'http://localhost:1/socialize.removeConnection';
    const body = signedBody(url, secret, params);
    await fetch(`${address}/socialize.removeConnection`, { method: 'POST', body });
    expect((await reader?.read())?.value).toMatch(/^event: connectionRemoved\n/);
    // Still read, or the connection would go with what nobody holds any more.
    const over = reader?.read();
    child.kill('SIGTERM');
    expect(await over).toMatchObject({ done: true });
    expect(await ended).toBe(0);
  }, 60_000);
});

describe('requests as some clients and proxies write them', () => {
  it('an absolute-form request target is served like any other', async () => {
    const { ready } = serve('--config', configure(), '--port', '0', '--data', 'data');
    const { port } = new URL(await ready);
    const address = 'http://localhost:1/socialize.notifyLogin';
    const body = signedBody(address, secret, { apiKey: '3_key', siteUID: 'u' }).toString();
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
      socket.write(
        `POST ${address} HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer).toContain('"errorCode":0');
  }, 30_000);
});

describe('examples', () => {
  it('rest: the script signs, and each answer is the documented one', () => {
    const main = fileURLToPath(new URL('../../examples/rest/main.ts', import.meta.url));
    const output = execFileSync(process.execPath, [main], { encoding: 'utf8' });
    const codes = [...output.matchAll(/"errorCode": (\d+)/g)].map(([, code]) => Number(code));
    expect(codes).toEqual([0, 0, 0, 400030, 0]);
  });

  it('newspark: the template page opens, its link leads to the question', async () => {
    const main = fileURLToPath(new URL('../../examples/newspark/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'], PORT: String(await findPorts()) },
    });
    running.push(child);
    const address = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        const found = /http:\/\/localhost:\d+/.exec(chunk.toString())?.[0];
        if (found) resolve(found);
      });
      child.stderr.on('data', (chunk: Buffer) => reject(new Error(chunk.toString())));
    });
    const signedIn = await fetch(`${address}/sign-in`, { redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await (
      await fetch(new URL(signedIn.headers.get('location') ?? '', address), { headers: { cookie } })
    ).text();
    const link = /href="([^"]*unlinkaccount[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const question = await (await fetch(new URL(link, address), { headers: { cookie } })).text();
    expect(question).toContain('Disconnect');
    expect(question).toContain('name="csrf"');
  });

  it('demo: npm start opens the shop and keeps its data between runs', async () => {
    const main = fileURLToPath(new URL('../../examples/demo/main.ts', import.meta.url));
    const port = await findPorts();
    const open = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, [main], {
        env: { PATH: process.env['PATH'], PORT: String(port), OUTRO_DATA: folder.path },
      });
      running.push(child);
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (chunk: Buffer) => chunk.includes('is open at') && resolve());
        child.stderr.on('data', (chunk: Buffer) => reject(new Error(chunk.toString())));
      });
      return child;
    };
    const first = await open();
    const page = await (await fetch(`http://localhost:${port}/`)).text();
    expect(page).toContain('<h1>A shop that lets people leave</h1>');
    expect(page).toContain(`src="http://localhost:${port + 1}/js/gigya.js?apiKey=demo-shop"`);
    const keys = async (): Promise<unknown> =>
      (await fetch(`http://localhost:${port + 2}/jwks`)).json();
    const before = await keys();
    const ended = new Promise((resolve) => first.once('exit', resolve));
    first.kill('SIGTERM');
    expect(await ended).toBe(0);
    await open();
    expect(await keys()).toEqual(before);
  }, 60_000);
});
