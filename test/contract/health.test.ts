// What orchestrators ask of an instance: `/healthz`, `/readyz`, `/metrics`.
import { createHandler, type Store } from 'outro/server';
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type House } from '../support/house.ts';

const get = (house: Pick<House, 'handler'>, path: string) =>
  house.handler(new Request(`https://outro.example${path}`));

const configuration = {
  sites: [{ apiKey: 'k', secret, publicUrl: 'https://outro.example' }],
  encryptionKeys: [{ id: 'a', key: secret }],
};

const withRead = (store: Store, read: Store['people']['read']): Store => ({
  ...store,
  people: { ...store.people, read },
});

describe('readiness', () => {
  it('is given while the store answers, and taken back while it does not', async () => {
    const { database, handler } = await startHouse();
    expect((await get({ handler }, '/readyz')).status).toBe(200);
    const read = () => Promise.reject(new Error('no connection'));
    const broken = createHandler({ ...configuration, store: withRead(database.store, read) });
    const answer = await get({ handler: broken }, '/readyz');
    expect([answer.status, await answer.text()]).toEqual([503, 'the store does not answer\n']);
    // A restart would not help: the process itself is well.
    expect((await get({ handler: broken }, '/healthz')).status).toBe(200);
  });

  it('is not waited for: a store that hangs is not ready after two seconds', async () => {
    const { database } = await startHouse();
    const store = withRead(database.store, () => new Promise<never>(() => {}));
    const handler = createHandler({ ...configuration, store });
    expect((await get({ handler }, '/readyz')).status).toBe(503);
  });

  it('ends with close, so that no balancer sends more', async () => {
    const { handler } = await startHouse();
    await handler.close();
    const answer = await get({ handler }, '/readyz');
    expect([answer.status, await answer.text()]).toEqual([503, 'shutting down\n']);
  });
});

it('/metrics is for nobody unless it is switched on', async () => {
  const { handler } = await startHouse();
  expect(await (await get({ handler }, '/metrics')).text()).not.toContain('outro_request');
});

it('POST asks nothing there', async () => {
  const { handler } = await startHouse();
  const answer = await handler(new Request('https://outro.example/healthz', { method: 'POST' }));
  expect(await answer.json()).toMatchObject({ errorCode: 400093 });
});
