// Errands: at least once, never lost, never on top of a new connection.
import { createHandler, dropErrands, examine, listErrands } from 'outro/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { secret, startHouse } from '../support/house.ts';
import {
  age,
  answering,
  credentials,
  errands,
  listen,
  makeDue,
  openHouse,
  revoke,
  signIn,
} from '../support/revocation.ts';

describe('errands', () => {
  it('tries again until the provider is back, by whichever instance; nobody twice at once', async () => {
    let isUp = false;
    let calls = 0;
    const { origin } = await listen((_request, response) => {
      calls += 1;
      setTimeout(() => response.writeHead(isUp ? 200 : 503).end(), 50);
    });
    const house = await openHouse(origin);
    await signIn(house);
    await house.client.removeConnection({ provider: 'facebook' });
    expect(await errands(house)).toMatchObject([{ state: 'pending', attempts: 1 }]);
    isUp = true;
    await makeDue(house);
    await Promise.all([house.work(), house.work(), house.work()]);
    expect(await errands(house)).toMatchObject([
      { state: 'done', attempts: 2, sealed_payload: null },
    ]);
    expect(calls).toBe(2);
  });

  it('a process that died in the middle: its errand is invisible while leased, then somebody else’s', async () => {
    let calls = 0;
    const { origin } = await listen((_request, response) => {
      calls += 1;
      // The first attempt never answers, as if its caller had died meanwhile.
      if (calls > 1) response.writeHead(200).end();
    });
    const house = await openHouse(origin);
    await signIn(house);
    const dying = house.client.removeConnection({ provider: 'facebook' });
    await expect.poll(() => calls).toBe(1);
    await house.work();
    expect(calls).toBe(1);
    await house.database.query(
      "update outro.errands set lease_until = now() - interval '1 second' where site = $1",
      [house.apiKey],
    );
    // On a slow machine the first attempt has been given up, and told of, by now.
    await makeDue(house);
    await house.work();
    expect(await errands(house)).toMatchObject([{ state: 'done', attempts: 2 }]);
    await dying;
    // The late attempt has lost its lease, and with it its say.
    expect(await errands(house)).toMatchObject([{ state: 'done', attempts: 2 }]);
  });

  it('an attempt that outlived its lease has no say while another is under way', async () => {
    const answers: ((status: number) => void)[] = [];
    const { origin } = await listen((_request, response) => {
      answers.push((status) => response.writeHead(status).end());
    });
    const house = await openHouse(origin);
    await signIn(house);
    const late = house.client.removeConnection({ provider: 'facebook' });
    await expect.poll(() => answers.length).toBe(1);
    await house.database.query(
      "update outro.errands set lease_until = now() - interval '1 second' where site = $1",
      [house.apiKey],
    );
    const second = house.work();
    await expect.poll(() => answers.length).toBe(2);
    answers[0]?.(400);
    await late;
    expect(await errands(house)).toMatchObject([{ state: 'pending', attempts: 2 }]);
    answers[1]?.(200);
    await second;
    expect(await errands(house)).toMatchObject([{ state: 'done', attempts: 2 }]);
  });

  it('gone stays gone, and what came back stays: a reconnected identity is not hit by the old errand', async () => {
    let calls = 0;
    const { origin } = await listen((_request, response) => {
      calls += 1;
      response.writeHead(503).end();
    });
    const house = await openHouse(origin);
    await signIn(house);
    await house.client.removeConnection({ provider: 'facebook' });
    expect(calls).toBe(1);
    await signIn(house);
    await makeDue(house);
    await house.work();
    expect(calls).toBe(1);
    expect(await errands(house)).toMatchObject([{ state: 'skipped', sealed_payload: null }]);
  });

  it('leaves the errands of sites that it does not know to those who do', async () => {
    const { origin } = await listen((_request, response) => void response.writeHead(503).end());
    const house = await openHouse(origin);
    await signIn(house);
    await house.client.removeConnection({ provider: 'facebook' });
    await makeDue(house);
    const stranger = await startHouse();
    await stranger.work();
    expect(await errands(house)).toMatchObject([{ state: 'pending', attempts: 1 }]);
  });

  it('of a site that is configured no more are named by the doctor, and can be given up', async () => {
    const { origin } = await listen((_request, response) => void response.writeHead(503).end());
    const house = await openHouse(origin);
    await signIn(house);
    const { callId } = await house.client.removeConnection({ provider: 'facebook' });
    const others = {
      sites: [{ apiKey: 'another', secret, publicUrl: 'https://outro.example' }],
      encryptionKeys: [{ id: 'test', key: secret }],
      store: house.database.store,
    };
    const named = async () =>
      (await examine(others)).filter(({ about }) => about.endsWith(house.apiKey));
    expect(await named()).toEqual([
      {
        level: 'warning',
        about: `errands to facebook of ${house.apiKey}`,
        found: '1 waits, and no site of this configuration has that key',
        advice: `put the site back, or give them up: outro errands drop --site ${house.apiKey}`,
      },
    ]);
    await makeDue(house);
    expect(await dropErrands(others, { site: house.apiKey })).toBe(1);
    expect(await named()).toEqual([]);
    // The person can still be told, once the site is back.
    expect(await house.signed('socialize.getReceipt', { callId: String(callId) })).toMatchObject({
      isComplete: true,
    });
  });

  it('whose key is gone wait and say so, the doctor names the key, and put back they are done', async () => {
    const answer = { status: 503 };
    const { origin } = await answering(answer);
    const house = await openHouse(origin);
    await signIn(house);
    await house.client.removeConnection({ provider: 'facebook' });
    const url = `${origin}/token/revocation`;
    const facebook = { ...credentials, revoke: { ...revoke, url } };
    const { apiKey } = house;
    const without = {
      sites: [{ apiKey, secret, publicUrl: 'https://outro.example', providers: { facebook } }],
      encryptionKeys: [{ id: 'other', key: Buffer.alloc(32, 7).toString('base64') }],
      allowPrivateProviders: true,
      store: house.database.store,
    };
    const handler = createHandler(without);
    onTestFinished(() => handler.close());
    answer.status = 200;
    await makeDue(house);
    await handler.work();
    expect(await listErrands(without, { site: apiKey, isStuck: true })).toMatchObject([
      { state: 'pending', reason: 'the tokens could not be opened with the configured keys' },
    ]);
    expect(await examine(without)).toContainEqual({
      level: 'fault',
      about: 'encryption key test',
      found: expect.stringContaining('sealed with it, and it is not configured') as string,
      advice: 'put it back behind the first key of encryptionKeys, then run outro keys reseal',
    });
    await makeDue(house);
    await house.work();
    expect(await errands(house)).toMatchObject([{ state: 'done' }]);
  });

  it('gives up in the end, visibly', async () => {
    const { origin } = await listen((_request, response) => void response.writeHead(503).end());
    const house = await openHouse(origin);
    await signIn(house);
    await house.client.removeConnection({ provider: 'facebook' });
    await age(house, 30);
    await makeDue(house);
    await house.work();
    expect(await errands(house)).toMatchObject([
      {
        state: 'failed',
        reason: 'the provider answered 503; given up after 30 days',
        sealed_payload: null,
      },
    ]);
  });
});
