import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { startHouse, type House } from './house.ts';

// What tests of revocation share: servers that play a provider, and a house that has one configured.

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

export const listen = async (
  listener?: RequestListener,
): Promise<{ server: Server; origin: string }> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

export const credentials = { clientId: 'shop', clientSecret: 'a client secret' };
export const revoke = {
  by: 'request',
  method: 'POST',
  authorization: 'basic',
  form: { token: '{token}' },
  removes: 'grant',
} as const;
export const tokens = { authToken: 'access-token', refreshToken: 'refresh-token' };

/** A provider that counts how often it is asked, and answers with a status. */
export const answering = async (answer: { status: number }) => {
  const calls: string[] = [];
  const { origin } = await listen((request, response) => {
    calls.push(request.url ?? '');
    response.writeHead(answer.status).end();
  });
  return { origin, calls };
};

export const openHouse = (origin: string, change: object = {}): Promise<House> => {
  const facebook = {
    ...credentials,
    revoke: { ...revoke, url: `${origin}/token/revocation`, ...change },
  };
  return startHouse({ providers: { facebook } }, undefined, { allowPrivateProviders: true });
};

export const signIn = (house: House, given: object = tokens) =>
  house.signIn({
    siteUID: 'u',
    providers: {
      facebook: { providerUID: 'f', email: 'ada@x.example', ...given },
      github: { providerUID: 'g' },
    },
  });

/** What is owed at the provider. */
export const errands = (house: House) =>
  house.database.query(
    'select state, attempts, reason, sealed_payload, next_at from outro.errands where site = $1 order by created_at, id',
    [house.apiKey],
  );

/** As when the time has passed until it is tried again. */
export const makeDue = (house: House) =>
  house.database.query(
    `with due as (update outro.errands set next_at = now() - interval '1 second' where site = $1)
     update outro.destinations set paused_until = null where site = $1`,
    [house.apiKey],
  );

/** As when so many days have passed since the removal. */
export const age = (house: House, days: number) =>
  house.database.query(
    "update outro.errands set created_at = created_at - $2 * interval '1 day' where site = $1",
    [house.apiKey, days],
  );

export const grantStep = (receipt: { step: string; provider?: string }[]) =>
  receipt.find(
    ({ step, provider }) => provider === 'facebook' && (step === 'grant' || step === 'token'),
  );
