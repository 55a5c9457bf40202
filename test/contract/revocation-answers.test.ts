// What a provider's answer means for what is owed to it: only what can never work is final; what the site has to put
// right waits, and is seen.
import { describe, expect, it } from 'vitest';
import { createHandler, type Handler } from 'outro/server';
import { secret, startHouse, type House } from '../support/house.ts';
import {
  age,
  credentials,
  errands,
  grantStep,
  listen,
  makeDue,
  openHouse,
  revoke,
  signIn,
  tokens,
} from '../support/revocation.ts';

const start = async (first: [status: number, body?: string]) => {
  const now = { answer: first, asked: 0 };
  const { origin } = await listen((_request, response) => {
    now.asked += 1;
    const [status, body = ''] = now.answer;
    response.writeHead(status).end(body);
  });
  return { origin, now };
};

const remove = async (house: House) =>
  grantStep((await house.client.removeConnection({ provider: 'facebook' })).receipt);

describe('3.5 what the site has to put right waits', () => {
  it.each<[number, string, RegExp]>([
    [401, '{"error":"invalid_client"}', /401: .*clientSecret is wrong/],
    [401, '', /401: .*clientSecret is wrong/],
    [403, '{"error":"forbidden"}', /403: .*not permitted/],
    [404, '<html>not found</html>', /404: .*finds nothing at this address/],
    [410, '', /410: .*finds nothing/],
    [301, '', /301: .*redirects/],
    [400, '{"error":"unauthorized_client"}', /400: .*clientId/],
  ])(
    '3.5 %i %s: pending with what to mend, the tokens kept; done once it is mended',
    async (status, body, reason) => {
      const { origin, now } = await start([status, body]);
      const house = await openHouse(origin);
      await signIn(house);
      const step = await remove(house);
      expect(step).toMatchObject({
        status: 'pending',
        reason: expect.stringMatching(reason) as string,
        retryAt: expect.stringMatching(/^\d{4}-/) as string,
      });
      await age(house, 29);
      await makeDue(house);
      await house.work();
      expect(await errands(house)).toMatchObject([
        { state: 'pending', attempts: 2, sealed_payload: expect.stringMatching(/^v1\./) as string },
      ]);
      now.answer = [200];
      await makeDue(house);
      await house.work();
      expect(await errands(house)).toMatchObject([
        { state: 'done', attempts: 3, reason: null, sealed_payload: null },
      ]);
    },
  );

  it('3.5 given up after 30 days, or as many seconds as the site says; the tokens go then', async () => {
    const { origin } = await start([401]);
    for (const [site, days, expected] of [
      [{}, 29, 'pending'],
      [{}, 31, 'failed'],
      [{ errandLifetime: 172_800 }, 1, 'pending'],
      [{ errandLifetime: 172_800 }, 3, 'failed'],
    ] as const) {
      const facebook = { ...credentials, revoke: { ...revoke, url: `${origin}/revoke` } };
      const given = { providers: { facebook }, ...site };
      const house = await startHouse(given, undefined, { allowPrivateProviders: true });
      await signIn(house);
      await remove(house);
      await age(house, days);
      await makeDue(house);
      await house.work();
      const [errand] = await errands(house);
      expect(errand).toMatchObject({ state: expected, attempts: 2 });
      expect(errand?.['sealed_payload'] === null).toBe(expected === 'failed');
      if (expected === 'failed') expect(errand?.['reason']).toMatch(/given up after (30|2) days$/);
    }
  });

  it('3.5 how long is checked when the handler is made', async () => {
    for (const errandLifetime of [0, 59, 1.5, 31_536_001, '30 days'])
      await expect(startHouse({ errandLifetime } as never)).rejects.toThrow(
        /sites\[0\]\.errandLifetime/,
      );
  });

  it('3.5 a client secret that was left out: nobody is asked, and it goes on when it is there', async () => {
    const { origin, now } = await start([200]);
    const configured = (provider: object) => ({
      facebook: { ...provider, revoke: { ...revoke, url: `${origin}/revoke` } },
    });
    const house = await startHouse({ providers: configured({ clientId: 'shop' }) }, undefined, {
      allowPrivateProviders: true,
    });
    await signIn(house);
    expect(await remove(house)).toMatchObject({
      status: 'pending',
      reason: 'the site has not configured clientSecret for this provider',
    });
    expect([now.asked, await errands(house)]).toMatchObject([0, [{ state: 'pending' }]]);
    const mended: Handler = createHandler({
      sites: [
        {
          apiKey: house.apiKey,
          secret,
          publicUrl: 'https://outro.example',
          providers: configured(credentials),
        },
      ],
      encryptionKeys: [{ id: 'test', key: secret }],
      allowPrivateProviders: true,
      store: house.database.store,
    });
    await makeDue(house);
    await mended.work();
    expect([now.asked, await errands(house)]).toMatchObject([1, [{ state: 'done' }]]);
  });

  it('3.5 the log names site, provider and what to mend, once an hour and without anything secret', async () => {
    const { origin, now } = await start([
      401,
      '{"error":"invalid_client","error_description":"bad secret"}',
    ]);
    const told: { site: string; provider: string; reason: string }[] = [];
    const facebook = { ...credentials, revoke: { ...revoke, url: `${origin}/revoke` } };
    const house = await startHouse({ providers: { facebook } }, undefined, {
      allowPrivateProviders: true,
      logMend: (entry) => told.push(entry),
    });
    await signIn(house);
    await remove(house);
    for (let round = 0; round < 3; round += 1) {
      await makeDue(house);
      await house.work();
    }
    expect(now.asked).toBe(4);
    expect(told).toEqual([
      {
        site: house.apiKey,
        provider: 'facebook',
        reason: expect.stringMatching(/clientId or clientSecret is wrong/) as string,
      },
    ]);
    expect(JSON.stringify(told)).not.toMatch(
      /refresh-token|access-token|a client secret|bad secret/,
    );
  });
});

describe('3.5 what passes by itself is tried again', () => {
  it.each([408, 425, 429, 500, 502, 504])('3.5 %i', async (status) => {
    const { origin, now } = await start([status]);
    const house = await openHouse(origin);
    await signIn(house);
    expect(await remove(house)).toMatchObject({
      status: 'pending',
      reason: `the provider answered ${status}`,
    });
    now.answer = [200];
    await makeDue(house);
    await house.work();
    expect(await errands(house)).toMatchObject([{ state: 'done', attempts: 2 }]);
  });
});

describe('1.14 what is seen to be done, and what is not', () => {
  const openGithub = async (origin: string): Promise<House> => {
    const { providers } = await import('../../src/providers/providers.ts');
    const { url: _url, ...call } = providers.github.revoke;
    const github = { ...credentials, revoke: { ...call, url: `${origin}/grant` } };
    const house = await startHouse({ providers: { github } }, undefined, {
      allowPrivateProviders: true,
    });
    await house.signIn({
      siteUID: 'u',
      providers: { github: { providerUID: 'g', ...tokens }, facebook: { providerUID: 'f' } },
    });
    return house;
  };

  it.each<[string, [number, string?], string]>([
    ['a page with status 200', [200, '<!doctype html><title>GitHub</title>'], 'pending'],
    ['JSON with status 200', [200, '{}'], 'pending'],
    ['204', [204], 'done'],
  ])('1.14 GitHub, %s', async (_title, answer, expected) => {
    const { origin } = await start(answer);
    const house = await openGithub(origin);
    const { receipt } = await house.client.removeConnection({ provider: 'github' });
    expect(receipt.find(({ step }) => step === 'grant')).toMatchObject({ status: expected });
    expect(await errands(house)).toMatchObject([{ state: expected }]);
  });

  it.each([400, 401])(
    '1.14 a generic OpenID provider, %i invalid_token: the token was gone before',
    async (status) => {
      const { origin } = await start([status, '{"error":"invalid_token"}']);
      const house = await openHouse(origin, { removes: 'token' });
      await signIn(house);
      expect(await remove(house)).toMatchObject({ step: 'token', status: 'already' });
    },
  );

  it('1.14 where the permission is meant, a dead token is no word on it', async () => {
    const { origin } = await start([400, '{"error":"invalid_token"}']);
    const house = await openHouse(origin);
    await signIn(house);
    expect(await remove(house)).toMatchObject({
      step: 'grant',
      status: 'failed',
      reason: expect.stringContaining('whether the permission stands is not known') as string,
    });
  });
});
