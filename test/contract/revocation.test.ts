// Taking the permission back: a real OpenID provider, and a server that misbehaves in every known way.
import type { Provider } from 'oidc-provider';
import { describe, expect, it, vi } from 'vitest';
import { createNetwork } from '../../examples/demo/network.ts';
import { openStorage } from '../../examples/demo/storage.ts';
import { providers } from '../../src/providers/providers.ts';
import { startHouse, type House } from '../support/house.ts';
import {
  credentials,
  grantStep,
  errands,
  listen,
  openHouse,
  revoke,
  signIn,
  tokens,
} from '../support/revocation.ts';

describe('a real OpenID provider', () => {
  const startNetwork = async (): Promise<{ provider: Provider; origin: string }> => {
    const { server, origin } = await listen();
    const storage = openStorage(':memory:');
    const options = {
      id: 'facebook',
      name: 'Facebook',
      origin,
      siteOrigin: 'https://shop.example',
      storage,
    };
    const provider = createNetwork({ ...options, clientSecret: credentials.clientSecret });
    const callback = provider.callback();
    server.on('request', (request, response) => void callback(request, response));
    return { provider, origin };
  };

  const signUp = async (provider: Provider) => {
    const grant = new provider.Grant({ accountId: 'ada', clientId: 'shop' });
    grant.addOIDCScope('openid offline_access');
    const grantId = await grant.save();
    const client = await provider.Client.find('shop');
    if (!client) return expect.fail('no client');
    const shared = {
      client,
      accountId: 'ada',
      grantId,
      gty: 'authorization_code',
      scope: 'openid offline_access',
    };
    const refreshToken = await new provider.RefreshToken(shared).save();
    const authToken = await new provider.AccessToken(shared).save();
    return { grantId, refreshToken, authToken };
  };

  it('loses grant and tokens with the removal; the receipt has seen it, the errand keeps no token', async () => {
    const { provider, origin } = await startNetwork();
    const { grantId, ...given } = await signUp(provider);
    const house = await openHouse(origin);
    await signIn(house, given);
    expect(await provider.Grant.find(grantId)).toBeDefined();
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(grantStep(receipt)).toMatchObject({ step: 'grant', status: 'done' });
    expect(await provider.Grant.find(grantId)).toBeUndefined();
    expect(await provider.RefreshToken.find(given.refreshToken)).toBeUndefined();
    expect(await provider.AccessToken.find(given.authToken)).toBeUndefined();
    expect(await errands(house)).toMatchObject([
      { state: 'done', attempts: 1, sealed_payload: null },
    ]);
  });

  it('scenario 1 of ShopSocially for real: {is_permissions_revoked: true, is_unlinked: true}', async () => {
    const { provider, origin } = await startNetwork();
    const { grantId, ...given } = await signUp(provider);
    const house = await openHouse(origin);
    await signIn(house, given);
    const { is_unlinked, is_permissions_revoked } = await house.client.unlink({
      email: 'ada@x.example',
    });
    expect({ is_permissions_revoked, is_unlinked }).toEqual({
      is_permissions_revoked: true,
      is_unlinked: true,
    });
    expect(await provider.Grant.find(grantId)).toBeUndefined();
  });

  it('a refused removal contacts nobody and writes no errand', async () => {
    const { provider, origin } = await startNetwork();
    const { grantId, ...given } = await signUp(provider);
    const house = await openHouse(origin);
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f', ...given } } });
    await expect(
      house.client.removeConnection({ lastIdentityHandling: 'fail' }),
    ).rejects.toMatchObject({ code: 400030 });
    expect(await errands(house)).toEqual([]);
    expect(await provider.Grant.find(grantId)).toBeDefined();
  });

  it('a soft removal of the last way in and a deleted account take it back as well', async () => {
    const { provider, origin } = await startNetwork();
    for (const remove of [
      (house: House) => house.signed('socialize.removeConnection', { UID: 'u' }),
      (house: House) => house.signed('socialize.deleteAccount', { UID: 'u' }),
    ]) {
      const { grantId, ...given } = await signUp(provider);
      const house = await openHouse(origin);
      await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f', ...given } } });
      const { receipt } = await remove(house);
      expect(grantStep(receipt as never)).toMatchObject({ status: 'done' });
      expect(await provider.Grant.find(grantId)).toBeUndefined();
    }
  });
});

const facebookApps = providers.facebook.connectedApps.url;

describe('a provider that answers', () => {
  const answering = async (status: number, body = '', headers: Record<string, string> = {}) => {
    const seen: { headers: Record<string, unknown>; body: string }[] = [];
    const { origin } = await listen((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        seen.push({ headers: request.headers, body: text });
        response.writeHead(status, headers).end(body);
      });
    });
    return { origin, seen };
  };

  it.each([
    ['200', 200, '', {}, 'done'],
    ['204', 204, '', {}, 'done'],
    ['1.14 200 with a page', 200, '<html>?', {}, 'pending'],
    ['200 with what is no page', 200, 'OK?', {}, 'done'],
    ['200 with an error body', 200, '{"ok":false,"error":"x"}', {}, 'failed'],
    ['400 that means: gone before', 400, '{"error":"invalid_token"}', {}, 'already'],
    ["3.5 400 that is the site's own mistake", 400, '{"error":"invalid_client"}', {}, 'pending'],
    ['400', 400, '{"error":"invalid_request"}', {}, 'failed'],
    ['422', 422, 'no', {}, 'failed'],
    [
      '3.5 a redirect, which is never followed',
      302,
      '',
      { Location: 'http://127.0.0.1:1/' },
      'pending',
    ],
    ['429', 429, '', { 'Retry-After': '120' }, 'pending'],
    ['503', 503, '', {}, 'pending'],
  ] as const)('%s', async (_title, status, body, headers, expected) => {
    const { origin, seen } = await answering(status, body, headers);
    const house = await openHouse(origin, {
      answers: [
        { when: '^400 .*invalid_token', means: 'already' },
        { when: '"ok":\\s*false', means: 'never' },
      ],
    });
    await signIn(house);
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    const step = grantStep(receipt);
    expect(step).toMatchObject({ step: 'grant', status: expected });
    const [errand] = await errands(house);
    expect(errand).toMatchObject({ state: expected });
    expect(errand?.['sealed_payload'] === null).toBe(expected !== 'pending');
    expect(seen).toMatchObject([{ body: 'token=refresh-token' }]);
    const basic = Buffer.from('shop:a%20client%20secret').toString('base64');
    expect(seen[0]?.headers['authorization']).toBe(`Basic ${basic}`);
    // Neither the answer nor the row has anything secret to tell.
    expect(JSON.stringify([receipt, errand])).not.toMatch(
      /refresh-token|access-token|client secret|invalid_client/,
    );
    if (expected === 'pending') expect((step as { retryAt?: string }).retryAt).toMatch(/^\d{4}-/);
    if (status === 429) expect(Number(errand?.['next_at']) - Date.now()).toBeGreaterThan(100_000);
  });

  it('nothing at all: the person does not wait for it, the worker goes on', async () => {
    const { origin } = await listen(() => {});
    const house = await openHouse(origin);
    await signIn(house);
    // The client itself refuses what has taken five seconds.
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(grantStep(receipt)).toMatchObject({
      status: 'pending',
      reason: 'no answer from the provider',
    });
  });

  it('the database is gone right after the removal: it has happened, and the rest is pending', async () => {
    const { origin, seen } = await answering(200);
    const house = await openHouse(origin);
    await signIn(house);
    const { exits } = house.database.store;
    const asked = vi.spyOn(exits, 'leasedErrands').mockRejectedValue(new Error('connection lost'));
    const { errorCode, receipt } = await house.client.removeConnection({ provider: 'facebook' });
    asked.mockRestore();
    expect(errorCode).toBe(0);
    expect(grantStep(receipt)).toMatchObject({ status: 'pending' });
    expect(seen).toEqual([]);
    expect(await errands(house)).toMatchObject([{ state: 'pending' }]);
  });

  it('no token, no client secret, a provider without a way: said plainly, no errand', async () => {
    const { origin } = await answering(200);
    const house = await openHouse(origin);
    await signIn(house, {});
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(grantStep(receipt)).toMatchObject({
      status: 'unsupported',
      reason: expect.stringContaining('no token') as string,
      url: facebookApps,
    });
    expect(await errands(house)).toEqual([]);
  });

  it('only an id token was kept: nobody is asked with an empty token', async () => {
    const { origin, seen } = await answering(401, 'invalid_token');
    const house = await openHouse(origin, { answers: [{ when: '^401', means: 'already' }] });
    await signIn(house, { idToken: 'id-token' });
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(grantStep(receipt)).toMatchObject({
      status: 'unsupported',
      reason: expect.stringContaining('was not kept') as string,
      url: facebookApps,
    });
    expect(seen).toEqual([]);
  });

  it('a token only: token done, and the grant is not claimed', async () => {
    const { origin } = await answering(200);
    const house = await openHouse(origin, { removes: 'token', eachToken: true });
    await signIn(house);
    const answer = await house.client.unlink({ email: 'ada@x.example' });
    const about = answer.receipt
      .filter(({ provider }) => provider === 'facebook')
      .map(({ step, status }) => `${step} ${status}`);
    expect(about).toContain('token done');
    expect(about).toContain('grant unsupported');
    const grant = answer.receipt.find(({ step }) => step === 'grant');
    expect(grant).toMatchObject({ provider: 'facebook', url: facebookApps });
    expect(answer['is_permissions_revoked']).toBe(false);
  });

  it('an address inside the house is refused unless development is configured', async () => {
    const { origin, seen } = await answering(200);
    for (const url of [
      origin,
      'https://127.0.0.1:1',
      'https://[::1]:1',
      'https://localhost:8443',
    ]) {
      const facebook = { ...credentials, revoke: { ...revoke, url: `${url}/revoke` } };
      const house = await startHouse({ providers: { facebook } });
      await signIn(house);
      const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
      expect(grantStep(receipt), url).toMatchObject({
        status: 'pending',
        reason: expect.stringContaining('refused') as string,
      });
    }
    expect(seen).toEqual([]);
  });
});

describe('the page of connected apps at the provider', () => {
  const none = { by: 'none', reason: 'nobody is asked here' } as const;

  it.each([
    ['no call is known: only the person can do it', 'spotify', undefined, 'grant needs-user'],
    ['the site has configured none', 'spotify', { revoke: none }, 'grant unsupported'],
    ['what is needed is not configured', 'kakao', undefined, 'grant unsupported'],
    ['and a token is all', 'gitlab', undefined, 'token unsupported, grant unsupported'],
  ] as const)('%s', async (_title, provider, configured, expected) => {
    const house = await startHouse(configured && { providers: { [provider]: configured } });
    const about = { providerUID: 'p', ...tokens };
    await house.signIn({
      siteUID: 'u',
      providers: { [provider]: about, github: { providerUID: 'g' } },
    });
    const { receipt } = await house.client.removeConnection({ provider });
    const found = receipt.filter(({ step }) => step === 'grant' || step === 'token');
    expect(found.map(({ step, status }) => `${step} ${status}`).join(', ')).toBe(expected);
    for (const { url } of found) expect(url).toBe(providers[provider].connectedApps.url);
  });

  it('is left out where none is known, and what a site says of it comes first', async () => {
    const url = 'https://network.example/apps';
    const house = await startHouse({ providers: { spotify: { revoke: { ...none, url } } } });
    await house.signIn({
      siteUID: 'u',
      providers: {
        spotify: { providerUID: 's' },
        mixi: { providerUID: 'm' },
        github: { providerUID: 'g' },
      },
    });
    const own = await house.client.removeConnection({ provider: 'spotify' });
    expect(own.receipt).toContainEqual(expect.objectContaining({ status: 'needs-user', url }));
    const { receipt } = await house.client.removeConnection({ provider: 'mixi' });
    const grant = receipt.find(({ step }) => step === 'grant');
    expect(grant).toMatchObject({ status: 'unsupported' });
    expect(grant).not.toHaveProperty('url');
  });
});
