// The contract: shared seed 001_6becc38c7dfc8af1.txt, "gigya-rest-removeConnection".
import { describe, expect, it } from 'vitest';
import { secret, startHouse } from '../support/house.ts';
import { signedBody } from '../support/signed.ts';

const method = 'socialize.removeConnection';

describe('Request URL http[s]://socialize.gigya.com/socialize.removeConnection', () => {
  it('routes on the path alone, whatever the host and the case', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const url = 'https://outro.example/SOCIALIZE.removeconnection';
    const params = { apiKey: house.apiKey, UID: 'u', provider: 'facebook' };
    const body = signedBody(url, secret, params);
    const elsewhere = url.replace('outro.example', 'socialize.us1.example');
    const response = await house.handler(new Request(elsewhere, { method: 'POST', body }));
    expect(await response.json()).toMatchObject({ errorCode: 0 });
  });
});

describe('Parameters', () => {
  it('UID: required when you call this method using the REST API directly', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const before = await house.rows();
    expect(await house.signed(method, { provider: 'facebook' })).toMatchObject({
      errorCode: 400002,
      errorDetails: 'UID: expected the id of the user',
    });
    expect(await house.rows()).toEqual(before);
    const removed = await house.signed(method, { UID: 'u', provider: 'facebook' });
    expect(removed.errorCode).toBe(0);
  });

  it('UID: names are read ignoring case, as real clients send them', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    expect((await house.signed(method, { uid: 'u', Provider: 'facebook' })).errorCode).toBe(0);
  });

  it("provider: 'facebook', 'twitter', 'yahoo', 'messenger', 'linkedin', 'renren', 'vkontakte', 'mixi'", async () => {
    const house = await startHouse();
    const names = 'facebook twitter yahoo messenger linkedin renren vkontakte mixi'.split(' ');
    const providers = Object.fromEntries(names.map((name) => [name, { providerUID: name }]));
    await house.signIn({ siteUID: 'u', providers });
    for (const provider of names)
      expect((await house.signed(method, { UID: 'u', provider })).errorCode).toBe(0);
  });

  it('provider: if this parameter is not set, then the user will be disconnected from all the providers', async () => {
    const house = await startHouse();
    const providers = { facebook: { providerUID: 'f' }, twitter: { providerUID: 't' } };
    await house.signIn({ siteUID: 'u', providers });
    expect((await house.signed(method, { UID: 'u' })).errorCode).toBe(0);
    const user = await house.signed('socialize.getUserInfo', { UID: 'u' });
    expect(user).not.toHaveProperty('identities');
    expect(user).toMatchObject({ isConnected: false });
  });

  it('cid: a string of maximum 100 characters length, kept for reports', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const params = { UID: 'u', provider: 'facebook' };
    const refused = await house.signed(method, { ...params, cid: 'c'.repeat(101) });
    expect(refused).toMatchObject({
      errorCode: 400006,
      errorDetails: expect.stringMatching(/^cid: /) as string,
    });
    expect(await house.signed(method, { ...params, cid: 'widget 7' })).toMatchObject({
      errorCode: 0,
    });
    expect((await house.rows())['journal']?.at(-1)).toMatchObject({
      cid: 'widget 7',
      actor: 'app',
    });
  });

  it('removeLoginID: fails without removing anything unless both conditions are met; default false', async () => {
    const house = await startHouse();
    const loginIDs = [{ value: 'ada@facebook.example', provider: 'facebook' }];
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } }, loginIDs });
    const before = await house.rows();
    const params = { UID: 'u', provider: 'facebook' };
    expect(await house.signed(method, { ...params, removeLoginID: 'true' })).toMatchObject({
      errorCode: 400030,
    });
    expect(await house.rows()).toEqual(before);
    expect(await house.signed(method, params)).toMatchObject({ errorCode: 0 });
    expect((await house.rows())['login_ids']).toHaveLength(1);
  });

  it('lastIdentityHandling: "soft" keeps the mapping, "fail" returns an error', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const handle = (lastIdentityHandling: string) =>
      house.signed(method, { UID: 'u', lastIdentityHandling });
    expect(await handle('fail')).toMatchObject({ errorCode: 400030 });
    expect(await handle('soft')).toMatchObject({ errorCode: 0 });
    expect((await house.rows())['identities']).toMatchObject([{ state: 'mapping' }]);
  });

  it('callback: the name of the callback method to be called in the response, along with the jsonp response data', async () => {
    const house = await startHouse({ jsonp: true });
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const url = `https://outro.example/${method}`;
    const ask = async (given: Record<string, string>) => {
      const params = { apiKey: house.apiKey, UID: 'u', format: 'jsonp', ...given };
      const body = signedBody(url, secret, params);
      return (await house.handler(new Request(url, { method: 'POST', body }))).text();
    };
    expect(await ask({})).toContain('"errorDetails":"callback: expected with format=jsonp"');
    expect(await ask({ callback: 'my.page.done' })).toMatch(
      /^\/\*\*\/my\.page\.done\(\{.*"errorCode":0.*\}\);$/,
    );
  });

  it('format: json; xml is refused in JSON with a word on why', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const before = await house.rows();
    const refused = await house.signed(method, { UID: 'u', format: 'xml' });
    expect(refused).toMatchObject({ errorCode: 400006 });
    expect(refused.errorDetails).toContain('xml is no longer offered');
    expect(await house.rows()).toEqual(before);
  });

  it('httpStatusCodes: the default value of this parameter is false, which means always 200', async () => {
    const house = await startHouse();
    const url = `https://outro.example/${method}`;
    for (const [httpStatusCodes, status] of [
      ['false', 200],
      ['true', 403],
      ['1', 403],
      ['True', 403],
    ] as const) {
      const params = { apiKey: house.apiKey, UID: 'nobody', httpStatusCodes };
      const body = signedBody(url, secret, params);
      const response = await house.handler(new Request(url, { method: 'POST', body }));
      expect(response.status, httpStatusCodes).toBe(status);
      expect(await response.json()).toMatchObject({ errorCode: 403005 });
    }
  });
});

describe('Supporting Providers', () => {
  it('each network that the page names', async () => {
    const house = await startHouse();
    const names =
      'Facebook Twitter Yahoo Messenger Google GooglePlus LinkedIn AOL FourSquare Instagram Renren qq sina Kaixin Vkontakte WordPress Blogger Typepad Paypal Amazon liveJournal VeriSign OpenID Netlog Signon orangefrance mixi yahoojapan Odnoklassniki Spiceworks Livedoor Skyrock VZnet Xing';
    for (const provider of names.split(' ')) {
      const providers = { [provider]: { providerUID: 'p' } };
      await house.signIn({ siteUID: provider, providers, elsewhere: true });
      const removed = await house.signed(method, { UID: provider, provider });
      expect(removed, provider).toMatchObject({ errorCode: 0 });
    }
  });
});

describe('Authorization Parameters', () => {
  it('Each REST API request must contain identification and authorization parameters', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const before = await house.rows();
    expect(await house.post(method, { UID: 'u', apiKey: '' })).toMatchObject({ errorCode: 400093 });
    expect(await house.post(method, { UID: 'u' })).toMatchObject({ errorCode: 403005 });
    expect(await house.post(method, { UID: 'u', secret: 'wrong' })).toMatchObject({
      errorCode: 403010,
    });
    expect(await house.rows()).toEqual(before);
    expect(await house.post(method, { UID: 'u', secret })).toMatchObject({ errorCode: 0 });
  });
});

describe('Response data', () => {
  it('errorCode, callId; Response Example: statusCode 200, errorCode 0, statusReason OK, callId', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const answer = await house.signed(method, { UID: 'u' });
    expect(answer).toMatchObject({
      errorCode: 0,
      statusCode: 200,
      statusReason: 'OK',
      callId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    });
  });

  it('errorMessage and errorDetails appear in the response only in case of an error', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const failed = await house.signed(method, { UID: 'u', provider: 'github' });
    expect(failed).toMatchObject({ errorCode: 400106, errorMessage: 'Not connected' });
    const done = await house.signed(method, { UID: 'u', provider: 'facebook' });
    expect(done).not.toHaveProperty('errorMessage');
    expect(done).not.toHaveProperty('errorDetails');
  });

  it('a field that does not contain data will not appear in the response', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const answer = await house.signed('socialize.getUserInfo', { UID: 'u' });
    const empty = (value: unknown): boolean => value === '' || value === null;
    expect(Object.entries(answer).filter(([, value]) => empty(value))).toEqual([]);
    expect(answer['identities']).toEqual([
      expect.not.objectContaining({ nickname: expect.anything() as unknown }),
    ]);
  });
});
