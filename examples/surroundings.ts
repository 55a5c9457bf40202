import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createHandler } from 'outro/server';
import { createNetwork } from './demo/network.ts';
import { createShop } from './demo/site.ts';
import { openStorage } from './demo/storage.ts';
import { apiKey, configure, openStore, provider, secretFor, type Place } from './site.ts';

/** Serves one origin; resolves when it is open. */
export const listen = (origin: string, listener: RequestListener): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer(listener).once('error', reject);
    // Other machines have nothing to do with an example.
    server.listen(Number(new URL(origin).port), process.env['HOST'] ?? '127.0.0.1', resolve);
  });

/** The network that stands in for Facebook: a real OpenID provider. */
export const startNetwork = (place: Place): Promise<void> => {
  const network = createNetwork({
    id: provider,
    name: 'Facebook',
    origin: place.network,
    siteOrigin: place.shop,
    clientSecret: secretFor(provider),
    storage: openStorage(':memory:'),
  });
  const answer = network.callback();
  return listen(place.network, (request, response) => void answer(request, response));
};

/** The outro backend on an origin of its own, with the script; `npx outro serve` is the same. */
export const startOutro = async (place: Place): Promise<void> => {
  const handler = createHandler({ ...configure(place), store: await openStore() });
  handler.start();
  const answer = getRequestListener(handler);
  await listen(place.outro, (request, response) => void answer(request, response));
};

/** Answers a request of Node's server, or hands on: as Express, Vite and Connect take it. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void;

/**
 * The shop's own way of signing people in, which tells outro about them: `/connect/facebook`, where that leads back to,
 * and where the network sends a browser that it has signed out. Every other path is the example's.
 */
export const createSignIn = (place: Place): Middleware => {
  const shop = createShop({
    origin: place.shop,
    outroOrigin: place.outro,
    apiKey,
    secret: secretFor('site'),
    networks: {
      [provider]: { name: 'Facebook', origin: place.network, clientSecret: secretFor(provider) },
    },
    fetch: globalThis.fetch,
  });
  const answer = getRequestListener((request) => shop.fetch(request));
  return (request, response, next) =>
    /^\/(connect|callback|signed-out)\b/.test(request.url ?? '')
      ? void answer(request, response)
      : next();
};
