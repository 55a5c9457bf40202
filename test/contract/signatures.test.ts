// How real clients sign: protocol reference sections 11 and 12.
import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { form, method, open, send, url, userSecret } from '../support/callers.ts';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { signedBody, signText } from '../support/signed.ts';

describe('3. signatures, as each official client makes them', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const shaped = (house: House, address: string, params: Record<string, string>, key = secret) =>
    signedBody(address, key, { apiKey: house.apiKey, UID: 'u', provider: 'facebook', ...params });

  it('Python: booleans as True and False', async () => {
    const house = await open();
    const body = shaped(house, url, {
      removeLoginID: 'False',
      httpStatusCodes: 'False',
      sdk: 'python_3.6.0',
    });
    expect(await send(house, { body })).toMatchObject({ errorCode: 0 });
  });

  it('PHP: booleans as 1 and 0, and parameters about the CMS', async () => {
    const house = await open();
    const params = {
      removeLoginID: '0',
      forceProvidersLogout: '1',
      environment: '{"cms_name":"x"}',
    };
    expect(await send(house, { body: shaped(house, url, params) })).toMatchObject({ errorCode: 0 });
  });

  it('.NET leaves a port out of the base string, Java and PHP put it in', async () => {
    for (const signed of ['https://outro.example:8443', 'https://outro.example']) {
      const house = await startHouse({ publicUrl: 'https://outro.example:8443' });
      await house.signIn({
        siteUID: 'u',
        providers: { facebook: { providerUID: 'f' } },
        elsewhere: true,
      });
      const body = shaped(house, `${signed}/${method}`, {});
      const address = `https://outro.example:8443/${method}`;
      expect(await send(house, { url: address, body }), signed).toMatchObject({ errorCode: 0 });
    }
  });

  it('npm gigya: milliseconds with a user key, and falsy values signed as empty', async () => {
    const house = await open();
    const timestamp = String(Date.now());
    const sent = {
      apiKey: house.apiKey,
      userKey: 'AKall',
      UID: 'u',
      provider: 'facebook',
      removeLoginID: 'false',
      format: 'json',
      nonce: randomUUID(),
      timestamp,
    };
    const sig = signText('POST', url, userSecret, { ...sent, removeLoginID: '' });
    expect(await send(house, { body: new URLSearchParams({ ...sent, sig }) })).toMatchObject({
      errorCode: 0,
    });
    const forged = { ...sent, nonce: randomUUID(), removeLoginID: 'true' };
    const body = new URLSearchParams({
      ...forged,
      sig: signText('POST', url, userSecret, { ...forged, removeLoginID: '' }),
    });
    expect(await send(house, { body })).toMatchObject({ errorCode: 403003 });
  });

  it('Java repeats after 403002 with the same nonce and a right clock', async () => {
    const house = await open();
    const nonce = randomUUID();
    const late = shaped(house, url, { nonce, timestamp: String(now() - 3600) });
    expect(await send(house, { body: late })).toMatchObject({ errorCode: 403002 });
    expect(await send(house, { body: shaped(house, url, { nonce }) })).toMatchObject({
      errorCode: 0,
    });
  });

  it('Java leaks _host; Android sends the URL-safe alphabet; http addresses may be signed', async () => {
    const house = await open();
    expect(
      await send(house, { body: shaped(house, url, { _host: 'outro.example' }) }),
    ).toMatchObject({ errorCode: 0 });
    const android = shaped(house, url, { provider: 'linkedin' });
    android.set('sig', (android.get('sig') ?? '').replaceAll('+', '-').replaceAll('/', '_'));
    expect(await send(house, { body: android })).toMatchObject({ errorCode: 0 });
    const other = await open();
    const http = url.replace('https', 'http');
    expect(await send(other, { url: http, body: shaped(other, http, {}) })).toMatchObject({
      errorCode: 0,
    });
  });

  it('a proxy shows http to us while the client signed https for another host name', async () => {
    const house = await open();
    const body = shaped(house, `https://socialize.us1.example/${method}`, {});
    expect(
      await send(house, { url: `http://socialize.us1.example/${method}`, body }),
    ).toMatchObject({ errorCode: 0 });
    const stray = shaped(house, `https://elsewhere.example/${method}`, { provider: 'linkedin' });
    expect(await send(house, { body: stray })).toMatchObject({ errorCode: 403003 });
  });

  it('a signed GET may change something, an unsigned one may not', async () => {
    const house = await open();
    const params = {
      apiKey: house.apiKey,
      UID: 'u',
      provider: 'facebook',
      nonce: randomUUID(),
      timestamp: String(now()),
    };
    const query = new URLSearchParams({ ...params, sig: signText('GET', url, secret, params) });
    const get = async () =>
      (await (await house.handler(new Request(`${url}?${query}`))).json()) as Answer;
    expect(await get()).toMatchObject({ errorCode: 0 });
    expect(await get()).toMatchObject({ errorCode: 403004 });
  });

  it('a signature of the session secret’s shape without a key of the site is refused', async () => {
    const house = await open();
    const body = signedBody(url, userSecret, { apiKey: house.apiKey, UID: 'u' });
    expect(await send(house, { body })).toMatchObject({ errorCode: 403003 });
  });
});

describe('12. UID signatures', () => {
  const vectors = [
    ['1700000000_user-1', '/joTmXxBnckhsAHs5FB2Y0y7yl4='],
    ['1700000000__guid_Ab+/=~ü', 'CgLBhZPLRbQDLBlT3gSqAWsDoCM='],
    ['1700000000_friend-2_user-1', 'Hqnc4nth+n2r0udYt5NcDNXraZE='],
    ['1700000000_facebook_100001', '8rQdzx2A4fHrYksKa5hJlyByv58='],
  ] as const;
  const hmac = (text: string, key: string) =>
    createHmac('sha1', Buffer.from(key, 'base64')).update(text).digest('base64');

  it.each(vectors)('%s', async (text, expected) => {
    const { sign, verify } = await import('../../src/server/caller/signature.ts');
    expect(sign(secret, text)).toBe(expected);
    expect(verify(secret, text, expected)).toBe(true);
    expect(verify(secret, `${text}x`, expected)).toBe(false);
  });

  it("exchangeUIDSignature gives one of the user key for one of the site's", async () => {
    const house = await open();
    const address = 'https://outro.example/socialize.exchangeUIDSignature';
    const exchange = (
      signatureTimestamp: string,
      UIDSignature: string,
      key: object = { userKey: 'AKuserKey01', secret: userSecret },
    ) =>
      send(house, {
        url: address,
        body: form(house, { ...key, UIDSignature, signatureTimestamp }),
      });
    const now = String(Math.floor(Date.now() / 1000));
    const answer = await exchange(now, hmac(`${now}_u`, secret));
    const fresh = String(answer['signatureTimestamp']);
    expect(answer).toMatchObject({ errorCode: 0, UIDSignature: hmac(`${fresh}_u`, userSecret) });
    expect(await exchange(now, hmac(`${now}_v`, secret))).toMatchObject({ errorCode: 400006 });
    const old = String(Number(now) - 61);
    expect(await exchange(old, hmac(`${old}_u`, secret))).toMatchObject({ errorCode: 403002 });
  });
});
