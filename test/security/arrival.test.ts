// Whose address a request has, and how it came: known from the connection, and from proxies as they were described.
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';

const limits = { key: 1000, session: 5, address: 6, refusals: 4 };
const badSignature = { UID: 'u', sig: 'AAAA', nonce: 'n', timestamp: '1' };

type TrustProxy = number | string[] | undefined;

const open = (trustProxy?: TrustProxy) =>
  startHouse({ rateLimits: limits }, undefined, trustProxy === undefined ? {} : { trustProxy });

const ask = async (house: House, forwarded: string | undefined, peer: object): Promise<number> => {
  const request = new Request('https://outro.example/socialize.getUserInfo', {
    method: 'POST',
    headers: forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded },
    body: new URLSearchParams({ apiKey: house.apiKey, ...badSignature }),
  });
  return ((await (await house.handler(request, peer)).json()) as Answer).errorCode;
};

/** Whether two clients are told apart: the first uses up what it has, the second asks then. */
const areApart = async (house: House, one: string, other: string, peer: object) => {
  for (let count = 0; count < 5; count += 1) await ask(house, one, peer);
  expect(await ask(house, one, peer)).toBe(403048);
  return (await ask(house, other, peer)) !== 403048;
};

const proxy = { address: '10.0.0.1' };

describe('4.4 behind proxies', () => {
  it.each([
    ['IPv4-mapped', '::ffff:203.0.113.7', '::ffff:203.0.113.8'],
    ['mapped in hexadecimal', '::ffff:cb00:7107', '::ffff:cb00:7108'],
    ['with ports', '203.0.113.7:1', '203.0.113.8:1'],
    ['in brackets', '[2001:db8:0:1::1]:1', '[2001:db8:0:2::1]:1'],
    ['with zones', '2001:db8:0:1::1%a', '2001:db8:0:2::1%a'],
  ])('4.4 clients that a proxy writes %s are told apart', async (_, one, other) => {
    expect(await areApart(await open(1), one, other, proxy)).toBe(true);
  });

  it('4.4 one client in several spellings is one', async () => {
    const house = await open(1);
    const spellings = [
      '203.0.113.7',
      '::ffff:203.0.113.7',
      '[::ffff:cb00:7107]:9',
      '203.0.113.7:80',
    ];
    for (const spelling of spellings) expect(await ask(house, spelling, proxy)).toBe(403002);
    expect(await ask(house, '203.0.113.7:81', proxy)).toBe(403048);
  });

  it('4.4 two proxies deep the client is not the inner proxy', async () => {
    const chain = (client: string) => `198.51.100.1, ${client}, 192.0.2.1`;
    expect(await areApart(await open(2), chain('203.0.113.7'), chain('203.0.113.8'), proxy)).toBe(
      true,
    );
    const networks = ['10.0.0.0/8', '192.0.2.0/24'];
    const named = await open(networks);
    expect(await areApart(named, chain('203.0.113.7'), chain('203.0.113.8'), proxy)).toBe(true);
  });

  it.each([
    [1, '203.0.113.7'],
    [2, '203.0.113.7, 192.0.2.1'],
    [['10.0.0.0/8'], '203.0.113.7'],
    [['10.0.0.0/8', '192.0.2.1'], '203.0.113.7, 192.0.2.1'],
  ] as const)(
    '4.4 trustProxy %j: what the client wrote itself helps nobody',
    async (trust, told) => {
      const house = await open(typeof trust === 'number' ? trust : [...trust]);
      for (let count = 0; count < 4; count += 1)
        expect(await ask(house, `198.51.100.${count}, ${told}`, proxy)).toBe(403002);
      expect(await ask(house, `198.51.100.9, ${told}`, proxy)).toBe(403048);
    },
  );

  it('4.4 a peer of none of the networks is the client, whatever it forwards', async () => {
    const house = await open(['10.0.0.0/8']);
    const peer = { address: '203.0.113.9' };
    expect(await areApart(house, '198.51.100.1', '198.51.100.2', peer)).toBe(false);
  });

  it('4.4 a chain shorter than described ends at what is known', async () => {
    const house = await open(3);
    expect(await areApart(house, '203.0.113.7', '203.0.113.8', proxy)).toBe(true);
  });
});

describe('4.16 nobody switches counting off', () => {
  it.each(['10.0.0.1', '192.168.1.1', '127.0.0.1', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
    '4.16 X-Forwarded-For by the peer %s, where no proxy is described',
    async (address) => {
      const house = await open();
      expect(await areApart(house, '198.51.100.1', '198.51.100.2', { address })).toBe(false);
    },
  );

  it('4.16 an invented chain of a hundred addresses', async () => {
    const house = await open(1);
    const chain = Array.from({ length: 100 }, (_, index) => `198.51.100.${index}`).join(', ');
    const at = (client: string) => `${chain}, ${client}`;
    expect(await areApart(house, at('203.0.113.7'), at('203.0.113.8'), proxy)).toBe(true);
  });

  it('@hono/node-server hands the address over by itself', async () => {
    const house = await open();
    const peer = { incoming: { socket: { remoteAddress: '::ffff:203.0.113.7' } } };
    expect(await areApart(house, '', '198.51.100.2', peer)).toBe(false);
  });
});

describe('4.16 a secret over plain http is refused', () => {
  const start = async (trustProxy?: TrustProxy) => {
    const house = await open(trustProxy);
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const server = serve({ fetch: house.handler, port: 0, hostname: '127.0.0.1' });
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return { house, port: (server.address() as AddressInfo).port };
  };

  /** Sends a request as its bytes, for no client of ours writes such ones. */
  const send = async (port: number, target: string, headers: string[], body: string) => {
    const socket = connect(port, '127.0.0.1');
    const lines = [
      `POST ${target} HTTP/1.1`,
      'Host: outro.example',
      'Connection: close',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
      ...headers,
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return Number(/"errorCode":(\d+)/.exec(text)?.[1]);
  };
  const bodyOf = (house: House) =>
    String(new URLSearchParams({ apiKey: house.apiKey, UID: 'u', secret }));

  it.each([
    ['absolute form', 'https://outro.example/socialize.getUserInfo', []],
    ['a header that nobody may write', '/socialize.getUserInfo', ['X-Forwarded-Proto: https']],
    ['both', 'https://outro.example/socialize.getUserInfo', ['X-Forwarded-Proto: https, https']],
  ])('4.16 in %s', async (_, target, headers) => {
    const { house, port } = await start();
    const before = await house.rows();
    expect(await send(port, target, headers, bodyOf(house))).toBe(403006);
    expect(await house.rows()).toEqual(before);
  });

  it('4.16 X-Forwarded-Proto: https, http: what the nearest proxies have said counts', async () => {
    const path = '/socialize.getUserInfo';
    const one = await start(1);
    const say = (protocols: string, of = one) =>
      send(of.port, path, [`X-Forwarded-Proto: ${protocols}`], bodyOf(of.house));
    expect(await say('https, http')).toBe(403006);
    expect(await say('http, https')).toBe(0);
    const two = await start(2);
    expect(await say('https, http', two)).toBe(0);
    expect(await say('http, https', two)).toBe(403006);
    expect(await say('https, http, http', two)).toBe(403006);
    const named = await start(['127.0.0.0/8']);
    expect(await say('https, http', named)).toBe(403006);
    expect(await say('https', named)).toBe(0);
    const elsewhere = await start(['10.0.0.0/8']);
    expect(await say('https', elsewhere)).toBe(403006);
    expect(await say('gopher')).toBe(400001);
  });

  it('4.16 in absolute form, through a proxy that ends TLS, it is taken', async () => {
    const { house, port } = await start(1);
    const target = 'https://outro.example/socialize.getUserInfo';
    expect(await send(port, target, ['X-Forwarded-Proto: https'], bodyOf(house))).toBe(0);
    expect(await send(port, target, [], bodyOf(house))).toBe(403006);
  });
});

it.each(['999.1.1.1', 'a b', 'evil.example/x', '[::1', '[1::2::3]', 'a:99999', '', '\u00e9.example'])(
  '3.8 X-Forwarded-Host %j is refused by name, whatever is asked',
  async (host) => {
    const house = await open(1);
    for (const params of [badSignature, { login_token: 'x' }, {}]) {
      const request = new Request('https://outro.example/socialize.getUserInfo', {
        method: 'POST',
        headers: { 'X-Forwarded-Host': host },
        body: new URLSearchParams({ apiKey: house.apiKey, ...params }),
      });
      const answer = (await (await house.handler(request, proxy)).json()) as Answer;
      expect(answer.errorCode).toBe(400001);
      expect(answer.errorDetails).toMatch(/^X-Forwarded-Host: /);
    }
  },
); // prettier-ignore
