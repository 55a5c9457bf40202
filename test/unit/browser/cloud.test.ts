// The SDK against the vendor's own cloud: a stand-in that answers as the protocol reference says the cloud does,
// and knows nothing of our extensions (receipt, departures, user in a removal's answer).
import { Window } from 'happy-dom';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { configure, vendorDomain } from '../../../src/browser/config.ts';
import { createClient } from 'outro';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerTo } from '../../support/echoing.ts';

const server = setupServer();
beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const basics = {
  callId: '3353d2fbac894289977c102298df60d1',
  apiVersion: 2,
  time: '2020-01-01T00:00:00.000Z',
};
const ok = { ...basics, errorCode: 0, statusCode: 200, statusReason: 'OK' };
const user = {
  UID: '_guid_x',
  isSiteUID: false,
  isConnected: true,
  providers: 'Twitter',
  nickname: 'Ada',
  identities: [{ provider: 'twitter', providerUID: 't' }],
  capabilities: 'Login',
};

/** Answers the three methods on one data centre's hosts, and notes what it was asked. */
const cloud = (dataCenter: string) => {
  const asked: { url: string; body: Record<string, string> }[] = [];
  const answer =
    (fields: object) =>
    async ({ request }: { request: Request }) => {
      const body = Object.fromEntries(new URLSearchParams(await request.text()));
      asked.push({ url: request.url, body });
      const needsToken = body['login_token'] === 'st2.s.token' && body['authMode'] === 'cookie';
      return HttpResponse.json(
        needsToken
          ? { ...ok, ...fields }
          : {
              ...basics,
              errorCode: 403005,
              errorMessage: 'Unauthorized user',
              statusCode: 403,
              statusReason: 'Forbidden',
            },
      );
    };
  server.use(
    http.post(`https://socialize.${dataCenter}/socialize.getUserInfo`, answer(user)),
    http.post(`https://socialize.${dataCenter}/socialize.removeConnection`, answer({})),
    http.post(
      `https://socialize.${dataCenter}/socialize.logout`,
      answer({ connectedProviders: 'twitter', logoutActiveSession: true }),
    ),
    http.post(
      `https://accounts.${dataCenter}/accounts.getAccountInfo`,
      answer({ UID: '_guid_x', profile: {} }),
    ),
  );
  return asked;
};

const connect = (apiDomain: string) => {
  const window = new Window({ url: 'https://shop.example/' });
  window.document.cookie = 'glt_key=st2.s.token%7CUUID; path=/';
  const document = window.document as unknown as Document;
  return { client: createClient({ apiKey: 'key', apiDomain, document }), window };
};

describe('at the vendor’s cloud', () => {
  it.each(['us1.gigya.com', 'eu1.gigya.com', 'cn1.gigya-api.cn', 'cn1.sapcdm.cn'])(
    'each namespace of %s has its host',
    async (dataCenter) => {
      const asked = cloud(dataCenter);
      const { client } = connect(dataCenter);
      await client.getUserInfo();
      await client.getAccountInfo();
      expect(asked.map(({ url }) => url)).toEqual([
        `https://socialize.${dataCenter}/socialize.getUserInfo`,
        `https://accounts.${dataCenter}/accounts.getAccountInfo`,
      ]);
    },
  );

  it('a host of the site’s own (CNAME) serves every namespace', async () => {
    server.use(
      http.post('https://login.shop.example/socialize.getUserInfo', ({ request }) =>
        answerTo(request, { ...ok, ...user }),
      ),
    );
    expect((await connect('login.shop.example').client.getUserInfo()).user.UID).toBe('_guid_x');
  });

  it('removeConnection: the updated user is fetched, the event fires, the receipt claims nothing', async () => {
    const asked = cloud('us1.gigya.com');
    const { client } = connect('us1.gigya.com');
    const events: object[] = [];
    client.on('connectionRemoved', (event) => events.push(event));
    const response = await client.removeConnection({ provider: 'facebook' });
    expect(response).toMatchObject({
      errorCode: 0,
      operation: 'removeConnection',
      receipt: [],
      user: { UID: '_guid_x', nickname: 'Ada', email: '' },
    });
    expect(Object.keys(response.user.identities)).toEqual(['twitter']);
    expect(events).toMatchObject([{ provider: 'facebook', user: { UID: '_guid_x' } }]);
    expect(asked.map(({ url }) => url.split('/').pop())).toEqual([
      'socialize.removeConnection',
      'socialize.getUserInfo',
    ]);
    expect(asked[0]?.body).toMatchObject({
      APIKey: 'key',
      provider: 'facebook',
      format: 'json',
      lastIdentityHandling: 'soft',
    });
  });

  it('removeConnection: it has happened even where the user cannot be fetched afterwards', async () => {
    cloud('us1.gigya.com');
    server.use(
      http.post('https://socialize.us1.gigya.com/socialize.getUserInfo', () =>
        HttpResponse.error(),
      ),
    );
    const response = await connect('us1.gigya.com').client.removeConnection({
      provider: 'facebook',
    });
    expect(response).toMatchObject({ errorCode: 0, user: { UID: '' } });
  });

  it('logout: out here and there', async () => {
    const asked = cloud('us1.gigya.com');
    const { client, window } = connect('us1.gigya.com');
    expect(await client.logout()).toMatchObject({
      errorCode: 0,
      connectedProviders: 'twitter',
      receipt: [],
    });
    expect(asked).toHaveLength(1);
    expect(window.document.cookie).toBe('');
  });

  it('301001: asks again in the data centre that the answer names, and stays there', async () => {
    const elsewhere = {
      ...basics,
      errorCode: 301001,
      errorMessage: 'Invalid data center',
      statusCode: 301,
      apiDomain: 'eu1.gigya.com',
      location: 'https://socialize.eu1.gigya.com/socialize.getUserInfo',
    };
    let redirects = 0;
    server.use(
      http.post('https://socialize.us1.gigya.com/*', () => {
        redirects += 1;
        return HttpResponse.json(elsewhere);
      }),
    );
    const asked = cloud('eu1.gigya.com');
    const { client } = connect('us1.gigya.com');
    expect((await client.getUserInfo()).user.UID).toBe('_guid_x');
    await client.getUserInfo();
    expect({ redirects, asked: asked.length }).toEqual({ redirects: 1, asked: 2 });
  });

  it.each([
    'evil.example/gigya.com',
    'https://evil.example/gigya.com',
    'evil.example?.gigya.com',
    'evil.example#gigya.com',
    'user@gigya.com',
    'evil.example\\.gigya.com',
    'http://gigya.com',
  ])('4.16 a vendorDomain is the host alone: %s is none', (text) => {
    expect(vendorDomain.test(text)).toBe(false);
    expect(configure({ apiKey: 'key', apiDomain: text, fetch }).isVendors).toBe(false);
  });

  it('301001: never follows to a stranger, nor in circles', async () => {
    const others = ['evil.example', 'us1.gigya.com', 'gigya.com.evil.example', ''];
    for (const apiDomain of [...others, 'evil.example/gigya.com', 'evil.example?x=.gigya.com']) {
      server.use(
        http.post('https://socialize.us1.gigya.com/*', () =>
          HttpResponse.json({ ...basics, errorCode: 301001, apiDomain }),
        ),
      );
      const call = connect('us1.gigya.com').client.getUserInfo();
      await expect(call, apiDomain).rejects.toMatchObject({
        failure: 'invalidDataCenter',
        code: 301001,
      });
    }
  });
});
