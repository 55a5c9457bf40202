// Revocation where the address differs per site: the discovery document of the configured issuer names it.
import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/core/receipt.ts';
import { startHouse } from '../support/house.ts';
import { errands, listen } from '../support/revocation.ts';

const start = async (document: object, status = 200) => {
  const place = { issuer: '' };
  const revoked: string[] = [];
  const { origin } = await listen((request, response) => {
    if (request.method === 'GET') {
      const endpoint = { revocation_endpoint: `${place.issuer}/token/revoke?x=a/b` };
      response.writeHead(status);
      response.end(JSON.stringify({ issuer: place.issuer, ...endpoint, ...document }));
      return;
    }
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => revoked.push(`${request.url} ${chunk}`));
    request.on('end', () => response.end());
  });
  place.issuer = origin;
  return { issuer: origin, revoked };
};

const remove = async (configured: object) => {
  const credentials = { clientId: 'shop', clientSecret: 'a client secret' };
  const house = await startHouse(
    { providers: { 'oidc-acme': { ...credentials, ...configured } } },
    undefined,
    { allowPrivateProviders: true },
  );
  const tokens = { authToken: 'access', refreshToken: 'refresh' };
  await house.signIn({
    siteUID: 'u',
    providers: { 'oidc-acme': { providerUID: 'a', ...tokens }, github: { providerUID: 'g' } },
  });
  const { receipt } = await house.client.removeConnection({ provider: 'oidc-acme' });
  return { house, step: receipt.find(({ step }) => step === 'token') as Step };
};

describe('a provider of a site, by its issuer alone', () => {
  it('refresh and access token are taken back where its document says', async () => {
    const { issuer, revoked } = await start({});
    const { step } = await remove({ issuer });
    expect(step).toMatchObject({ status: 'done' });
    expect(revoked).toEqual([
      '/token/revoke?x=a/b token=refresh',
      '/token/revoke?x=a/b token=access',
    ]);
  });

  it.each([
    [
      'names none',
      { revocation_endpoint: undefined },
      'unsupported',
      'its discovery document names no revocation',
    ],
    [
      'is of another issuer',
      { issuer: 'https://evil.example' },
      'pending',
      'its discovery document could not be read',
    ],
    [
      'leads to a script',
      { revocation_endpoint: 'javascript:1' },
      'pending',
      'its discovery document could not be read',
    ],
  ])('a document that %s: nothing is sent anywhere', async (_, document, status, reason) => {
    const { issuer, revoked } = await start(document);
    const { step } = await remove({ issuer });
    expect(step).toMatchObject({ status, reason });
    expect(revoked).toEqual([]);
  });

  it('a provider that is down is asked again later: the errand keeps its tokens', async () => {
    const { issuer } = await start({}, 503);
    const { house, step } = await remove({ issuer });
    expect(step).toMatchObject({ status: 'pending' });
    expect(await errands(house)).toMatchObject([{ state: 'pending' }]);
    const paused = await house.database.query(
      'select 1 from outro.destinations where site = $1 and paused_until > (select min(created_at) from outro.errands where site = $1)',
      [house.apiKey],
    );
    expect(paused).toHaveLength(1);
  });

  it('without an issuer the receipt says what the site has not configured', async () => {
    const { step } = await remove({});
    const reason = 'the site has not configured issuer for this provider';
    expect(step).toMatchObject({ status: 'unsupported', reason });
  });
});
