// node examples/rest/main.ts: a server that calls the REST API signed, as one written for Gigya does.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { getRequestListener } from '@hono/node-server';
import { createHandler, fromPglite, signForm } from 'outro/server';

const apiKey = 'rest-example';
const secret = Buffer.from('made up for this example, 32 b.').toString('base64');

// The backend, for this once in the same process.
const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const store = await fromPglite(await PGlite.create());
const encryptionKeys = [{ id: 'example', key: Buffer.alloc(32, 1).toString('base64') }];
const handler = createHandler({ sites: [{ apiKey, secret, publicUrl }], encryptionKeys, store });
const listener = getRequestListener(handler);
server.on('request', (request, response) => void listener(request, response));

/** Calls a method with the site's signature. */
const call = async (method: string, params: Record<string, string>): Promise<void> => {
  const url = `${publicUrl}/${method}`;
  const body = await signForm(url, secret, { apiKey, ...params });
  const response = await fetch(url, { method: 'POST', body });
  console.log(method, JSON.stringify(await response.json(), null, 2));
};

const person = { facebook: { providerUID: 'fb-1' }, twitter: { providerUID: 'tw-1' } };
await call('socialize.notifyLogin', { siteUID: '42', providerSessions: JSON.stringify(person) });
await call('socialize.getUserInfo', { UID: '42' });
await call('socialize.removeConnection', { UID: '42', provider: 'facebook' });
// Refused, and nothing changes: it is the last way in.
await call('socialize.removeConnection', { UID: '42', lastIdentityHandling: 'fail' });
await call('socialize.logout', { UID: '42' });

server.close();
await store.close();
