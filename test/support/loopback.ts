import { createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { freePort } from './port.ts';

/** Host names of our own on this machine, reached over HTTPS with one self-made certificate. */
export interface Loopback<Part extends string> {
  origins: Record<Part, string>;
  tls: { key: string; cert: string };
  /** Reaches the origins from outside the browser, as the shop's server does. */
  fetch: typeof globalThis.fetch;
}

/** Answers one request of Node's server. */
export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

// What the shop's server needs and a browser has: our host names lead here, and our authority is trusted.
const fetchHere =
  (ca: string): typeof globalThis.fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          host: '127.0.0.1',
          port: url.port,
          servername: url.hostname,
          ca,
          path: url.pathname + url.search,
          method: request.method,
          headers: {
            ...Object.fromEntries(request.headers),
            host: url.host,
            'content-length': body.length,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () => {
            const { statusCode: status = 500, headers } = incoming;
            const entries = Object.entries(headers).map(([name, value]): [string, string] => [
              name,
              String(value),
            ]);
            resolve(
              new Response(status === 204 ? null : Buffer.concat(chunks), {
                status,
                headers: entries,
              }),
            );
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };

/** Gives each host an origin on a free port, and all of them one certificate. */
export const openLoopback = async <Part extends string>(
  hosts: Record<Part, string>,
): Promise<Loopback<Part>> => {
  const names = Object.values<string>(hosts);
  const ports = await Promise.all(names.map(freePort));
  const origins = Object.fromEntries(
    Object.keys(hosts).map((part, index) => [part, `https://${names[index]}:${ports[index]}`]),
  ) as Record<Part, string>;
  const pems = await generate([{ name: 'commonName', value: 'outro tests' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
    ],
  });
  return {
    origins,
    tls: { key: pems.private, cert: pems.cert },
    fetch: fetchHere(pems.cert),
  };
};

/**
 * Serves one origin.
 *
 * @param delay milliseconds that a new connection waits before anybody speaks on it.
 * @returns the function that stops it, open connections included.
 */
export const serve = async (
  origin: string,
  tls: Loopback<never>['tls'],
  listener: Listener,
  delay = 0,
): Promise<() => Promise<void>> => {
  const server = createHttpsServer(tls, (incoming, outgoing) => void listener(incoming, outgoing));
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    if (delay) setTimeout(() => socket.destroyed || server.emit('connection', socket), delay);
    else server.emit('connection', socket);
  });
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject);
    door.listen(Number(new URL(origin).port), '127.0.0.1', resolve);
  });
  return () =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      door.close(() => resolve());
    });
};
