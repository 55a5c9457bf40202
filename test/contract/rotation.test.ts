// Secrets that are being exchanged: each is accepted, the first signs.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { signedBody } from '../support/signed.ts';

const older = Buffer.from('the secret of last year, 32 byte').toString('base64');
const never = Buffer.from('a secret that nobody configured!').toString('base64');
const url = 'https://outro.example/socialize.getUserInfo';

const post = async (house: House, params: Record<string, string>, to = url): Promise<Answer> => {
  const body = new URLSearchParams({ apiKey: house.apiKey, UID: 'u', ...params });
  return (await (await house.handler(new Request(to, { method: 'POST', body }))).json()) as Answer;
};
const signed = (house: House, key: string, given: Record<string, string> = {}) =>
  post(
    house,
    Object.fromEntries(signedBody(url, key, { apiKey: house.apiKey, UID: 'u', ...given })),
  );
const hmac = (text: string, key: string): string =>
  createHmac('sha1', Buffer.from(key, 'base64')).update(text).digest('base64');
const uidSecret = (answer: Answer): string | undefined =>
  [secret, older].find(
    (one) => hmac(`${String(answer['signatureTimestamp'])}_u`, one) === answer['UIDSignature'],
  );

const open = async (): Promise<House> => {
  const house = await startHouse({
    secret: [secret, older],
    userKeys: [{ userKey: 'AK', secret: [secret, older], permissions: ['*'] }],
  });
  await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
  return house;
};

describe('5.4 several secrets', () => {
  it.each([
    ['of a site', {}],
    ['of a user key', { userKey: 'AK' }],
  ])('%s: each signs and opens, and none besides', async (_, key: Record<string, string>) => {
    const house = await open();
    for (const one of [secret, older]) {
      const byHand = await signed(house, one, key);
      expect(byHand).toMatchObject({ errorCode: 0, UID: 'u' });
      // Whoever still has the older one checks with the older one.
      expect(uidSecret(byHand)).toBe(one);
      expect(await post(house, { ...key, secret: one })).toMatchObject({ errorCode: 0, UID: 'u' });
    }
    expect(await signed(house, never, key)).toMatchObject({ errorCode: 403003 });
    expect(await post(house, { ...key, secret: never })).toMatchObject({ errorCode: 403010 });
  });

  it('a page gets what the first one signs', async () => {
    const house = await open();
    const { cookieValue } = await house.signIn({ siteUID: 'u', elsewhere: true });
    const page = { login_token: String(cookieValue), signIDs: 'true' };
    expect(uidSecret(await house.post('socialize.getUserInfo', page))).toBe(secret);
  });

  it('a UID signature made with either is exchanged', async () => {
    const house = await open();
    const now = String(Math.floor(Date.now() / 1000));
    const exchange = url.replace('getUserInfo', 'exchangeUIDSignature');
    for (const [key, errorCode] of [
      [secret, 0],
      [older, 0],
      [never, 400006],
    ] as const) {
      const asked = { UIDSignature: hmac(`${now}_u`, key), signatureTimestamp: now };
      expect(await post(house, { ...asked, secret: older }, exchange)).toMatchObject({ errorCode });
    }
  });
});

describe('5.6 a wrong signature, where development is on', () => {
  it('is told what should have been signed, and nowhere else', async () => {
    const quiet = await open();
    expect(await signed(quiet, never)).not.toHaveProperty('baseString');
    const house = await startHouse({}, undefined, { development: true });
    const body = signedBody(url, never, {
      apiKey: house.apiKey,
      UID: 'u ü',
      nonce: 'n',
      timestamp: '1',
    });
    body.set('timestamp', String(Math.floor(Date.now() / 1000)));
    const answer = await post(house, Object.fromEntries(body));
    expect(answer).toMatchObject({
      errorCode: 403003,
      baseString: [
        'POST',
        encodeURIComponent(url),
        `UID%3Du%2520%25C3%25BC%26apiKey%3D${house.apiKey}%26format%3Djson%26httpStatusCodes%3Dfalse%26nonce%3Dn%26timestamp%3D${body.get('timestamp')}`,
      ].join('&'),
    });
    // What would be signed is told; the signature never.
    expect(JSON.stringify(answer)).not.toContain(hmac(String(answer['baseString']), secret));
    expect(await post(house, { secret: never })).not.toHaveProperty('baseString');
  });
});

describe('5.7 a secret over http', () => {
  it.each([
    [{}, 'if a proxy before outro ends TLS, set trustProxy to the number of proxies'],
    [
      { 'X-Forwarded-Proto': 'https' },
      'a proxy says that the client used https and is not believed',
    ],
    [
      { Forwarded: 'for=1.2.3.4;proto=https' },
      'set trustProxy to the number of proxies before outro',
    ],
  ])('names the likely cause: %j', async (headers, words) => {
    const house = await open();
    for (const [name, errorCode] of [
      ['secret', 403006],
      ['oauth_token', 403025],
    ] as const) {
      const body = new URLSearchParams({ apiKey: house.apiKey, UID: 'u', [name]: secret });
      const request = new Request(url.replace('https', 'http'), { method: 'POST', body, headers });
      const answer = (await (await house.handler(request)).json()) as Answer;
      expect(answer).toMatchObject({ errorCode });
      expect(answer.errorDetails).toContain(words);
    }
  });
});
