// The typed client of the site's own server: every method, each call signed.
import { createServerClient } from 'outro/server';
import { describe, expect, it } from 'vitest';
import { remoteMethods } from '../../src/server/methods/rows.ts';
import { secret, startHouse } from '../support/house.ts';

const open = async () => {
  const house = await startHouse();
  const options = {
    url: 'https://outro.example/',
    apiKey: house.apiKey,
    secret,
    fetch: (async (input, init) => house.handler(new Request(input, init))) as typeof fetch,
  };
  return { house, options, client: createServerClient(options) };
};

describe('createServerClient', () => {
  it('has every method', async () => {
    const { client } = await open();
    expect(Object.keys(client).toSorted()).toEqual(Object.keys(remoteMethods).toSorted());
  });

  it('tells of a sign-in, asks, and ends it: objects and lists as they are', async () => {
    const { client } = await open();
    const told = await client.notifyLogin({
      siteUID: 'ada',
      providerSessions: { facebook: { providerUID: 'f' }, github: { providerUID: 'g' } },
      loginIDs: [{ value: 'ada@shop.example', wayIn: 'password' }],
    });
    expect(told).toMatchObject({ errorCode: 0, UID: 'ada' });
    expect(await client.getUserInfo({ UID: 'ada' })).toMatchObject({
      providers: 'facebook,github',
    });
    const removed = await client.removeConnection({
      UID: 'ada',
      provider: 'facebook',
      lastIdentityHandling: 'fail',
      forceProvidersLogout: ['facebook', 'github'],
    });
    expect(removed['receipt']).toContainEqual(
      expect.objectContaining({ step: 'identity', status: 'done' }),
    );
    expect((await client.logout({ UID: 'ada', sessions: 'all' })).receipt).toMatchObject([
      { step: 'sessions', status: 'done' },
    ]);
  });

  it('rejects with the failure by its name', async () => {
    const { client, options } = await open();
    await expect(client.getUserInfo({ UID: 'nobody' })).rejects.toMatchObject({
      failure: 'unauthorizedUser',
      code: 403005,
    });
    const wrong = createServerClient({ ...options, secret: Buffer.alloc(32).toString('base64') });
    await expect(wrong.logout({ UID: 'ada' })).rejects.toMatchObject({
      failure: 'invalidSignature',
    });
  });

  it('refuses a name that comes near one that narrows, before anything is sent', async () => {
    const { house, client } = await open();
    await client.notifyLogin({
      siteUID: 'ada',
      providerSessions: { facebook: { providerUID: 'f' } },
      loginIDs: [{ value: 'ada@shop.example', wayIn: 'password' }],
    });
    const before = await house.rows();
    const slip = { UID: 'ada', providers: 'facebook' };
    await expect(client.removeConnection(slip)).rejects.toMatchObject({
      failure: 'invalidParameter',
      details: expect.stringContaining('did you mean provider') as string,
    });
    expect(await house.rows()).toEqual(before);
  });

  it('says that nobody answers, within its limit', async () => {
    const { options } = await open();
    const silent = createServerClient({
      ...options,
      timeout: 50,
      fetch: (_input, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    });
    await expect(silent.logout({ UID: 'ada' })).rejects.toMatchObject({ failure: 'networkError' });
    const page = createServerClient({ ...options, fetch: async () => new Response('<html>') });
    await expect(page.logout({ UID: 'ada' })).rejects.toMatchObject({ failure: 'networkError' });
    const other = createServerClient({ ...options, fetch: async () => new Response('{}') });
    await expect(other.logout({ UID: 'ada' })).rejects.toMatchObject({
      failure: 'networkError',
      details: expect.stringContaining('outro backend') as string,
    });
  });
});
