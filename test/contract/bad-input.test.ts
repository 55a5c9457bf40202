// Bad input: the documented code, a message that names the parameter, nothing changed, no 5xx.
import { describe, expect, it } from 'vitest';
import { startHouse, secret, type House } from '../support/house.ts';
import { signedBody } from '../support/signed.ts';

const method = 'socialize.removeConnection';

const signedIn = async (): Promise<{ house: House; token: string }> => {
  const house = await startHouse();
  const providers = { facebook: { providerUID: 'f' }, linkedin: { providerUID: 'l' } };
  const { cookieValue } = await house.signIn({ siteUID: 'u', providers });
  return { house, token: String(cookieValue) };
};

const hostile: [title: string, params: Record<string, string>, code: number, names: string][] = [
  ['an unknown provider', { provider: 'friendster' }, 400006, 'provider'],
  ['a provider of prototype names', { provider: '__proto__' }, 400006, 'provider'],
  ['a provider called constructor', { provider: 'constructor' }, 400006, 'provider'],
  ['a provider with a NUL', { provider: 'facebook\0' }, 400006, 'provider'],
  ['a provider of 51 characters', { provider: 'f'.repeat(51) }, 400006, 'provider'],
  ['a provider that is not connected', { provider: 'github' }, 400106, 'provider'],
  ['a providerUID nobody has', { provider: 'facebook', providerUID: 'x' }, 400106, 'provider'],
  ['a cid over 100', { cid: 'c'.repeat(101) }, 400006, 'cid'],
  ['a cid with control characters', { cid: 'a\nb' }, 400006, 'cid'],
  ['a removeLoginID that is no boolean', { removeLoginID: 'maybe' }, 400006, 'removeLoginID'],
  ['an unknown lastIdentityHandling', { lastIdentityHandling: 'hard' }, 400006, 'lastIdentity'],
  ['an unknown format', { format: 'yaml' }, 400006, 'format'],
  ['a bad httpStatusCodes', { httpStatusCodes: '2' }, 400006, 'httpStatusCodes'],
];

describe('a removal is refused and changes nothing, given', () => {
  it.each(hostile)('%s', async (_title, params, errorCode, names) => {
    const { house, token } = await signedIn();
    const before = await house.rows();
    const answer = await house.post(method, { ...params, login_token: token });
    expect(answer).toMatchObject({ errorCode });
    expect(answer.errorDetails).toMatch(new RegExp(`^${names}`));
    expect(await house.rows()).toEqual(before);
  });

  it('a parameter twice, in any case', async () => {
    const { house, token } = await signedIn();
    const before = await house.rows();
    for (const second of ['provider', 'PROVIDER']) {
      const body = `apiKey=${house.apiKey}&login_token=${token}&provider=facebook&${second}=linkedin`;
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const url = `https://outro.example/${method}`;
      const response = await house.handler(new Request(url, { method: 'POST', body, headers }));
      expect(await response.json()).toMatchObject({
        errorCode: 400006,
        errorDetails: `${second}: expected once, given twice`,
      });
    }
    expect(await house.rows()).toEqual(before);
  });

  it('a value without a name, which must stand for nothing', async () => {
    const { house, token } = await signedIn();
    const before = await house.rows();
    const answer = await house.post(method, { '': 'all', login_token: token, provider: 'github' });
    expect(answer).toMatchObject({ errorCode: 400106 });
    expect(await house.post('socialize.logout', { '': token })).toMatchObject({
      errorCode: 403005,
    });
    expect(await house.rows()).toEqual(before);
  });

  it('no session, a made-up session, an ended session', async () => {
    const { house, token } = await signedIn();
    await house.client.logout();
    const before = await house.rows();
    for (const login_token of ['', 'made-up', token])
      expect(await house.post(method, { login_token }), login_token).toMatchObject({
        errorCode: 403005,
        errorMessage: 'Unauthorized user',
      });
    expect(await house.rows()).toEqual(before);
  });

  it('no session: answered in the browser, without a request or an event', async () => {
    const house = await startHouse();
    house.client.on('connectionRemoved', () => expect.fail('no event'));
    const removal = house.client.removeConnection({ provider: 'facebook' });
    await expect(removal).rejects.toMatchObject({ failure: 'unauthorizedUser', code: 403005 });
    expect(house.requests).toEqual([]);
  });

  it('a wrong key, a missing key', async () => {
    const { house, token } = await signedIn();
    for (const apiKey of ['3_nobody', ''])
      expect(await house.post(method, { apiKey, login_token: token })).toMatchObject({
        errorCode: 400093,
        errorMessage: 'Invalid ApiKey parameter',
        errorDetails: expect.stringMatching(/^apiKey: /) as string,
      });
  });

  it("a session of another site, a token in another site's name", async () => {
    const { token } = await signedIn();
    const other = await startHouse();
    expect(await other.post(method, { login_token: token })).toMatchObject({ errorCode: 403005 });
  });

  it('an origin that is not on the list', async () => {
    const { house, token } = await signedIn();
    const before = await house.rows();
    const headers = { Origin: 'https://evil.example' };
    const answer = await house.post(method, { login_token: token }, headers);
    expect(answer).toMatchObject({ errorCode: 400120 });
    expect(await house.rows()).toEqual(before);
  });

  it('a GET, which any page could cause', async () => {
    const { house, token } = await signedIn();
    const before = await house.rows();
    const query = new URLSearchParams({ apiKey: house.apiKey, login_token: token });
    const response = await house.handler(new Request(`https://outro.example/${method}?${query}`));
    expect(await response.json()).toMatchObject({ errorCode: 400001 });
    expect(await house.rows()).toEqual(before);
  });
});

describe('a request is refused, given', () => {
  const url = `https://outro.example/${method}`;
  const send = async (house: House, init: RequestInit, path = url) =>
    (await (await house.handler(new Request(path, { method: 'POST', ...init }))).json()) as unknown;

  it('an unknown method', async () => {
    const { house } = await signedIn();
    for (const path of ['socialize.nothing', 'toString', '__proto__', ''])
      expect(await house.post(path, {}), path).toMatchObject({ errorCode: 405001 });
  });

  it('a body over 64 KiB, announced or not', async () => {
    const { house, token } = await signedIn();
    const body = new URLSearchParams({
      apiKey: house.apiKey,
      login_token: token,
      x: 'x'.repeat(65_536),
    });
    expect(await send(house, { body })).toMatchObject({ errorCode: 413001 });
    const stream = new Blob([body.toString()]).stream();
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Transfer-Encoding': 'chunked',
    };
    const streamed = { body: stream, headers, duplex: 'half' } as RequestInit;
    expect(await send(house, streamed)).toMatchObject({ errorCode: 413001 });
  });

  it('a body that is not a form', async () => {
    const { house } = await signedIn();
    const headers = { 'Content-Type': 'application/json' };
    expect(await send(house, { body: '{"provider":"facebook"}', headers })).toMatchObject({
      errorCode: 400001,
      errorDetails: 'content-type: expected application/x-www-form-urlencoded',
    });
  });

  it("a body that the host's parser has already read: never 'no parameters'", async () => {
    const { house, token } = await signedIn();
    const before = await house.rows();
    const body = new URLSearchParams({ provider: 'facebook' });
    const query = new URLSearchParams({ apiKey: house.apiKey, login_token: token });
    const request = new Request(`${url}?${query}`, { method: 'POST', body });
    await request.text();
    const answer = (await (await house.handler(request)).json()) as unknown;
    expect(answer).toMatchObject({
      errorCode: 400001,
      errorDetails: expect.stringMatching(/^body: /) as string,
    });
    const headers = { 'Content-Length': '17', 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await send(house, { body: '', headers }, request.url)).toMatchObject({
      errorCode: 400001,
    });
    expect(await house.rows()).toEqual(before);
  });
});

describe('a signed request is refused, given', () => {
  const url = `https://outro.example/${method}`;
  const now = (): number => Math.floor(Date.now() / 1000);
  const send = async (
    house: House,
    given: Record<string, string>,
    change: (body: URLSearchParams) => void,
  ) => {
    const body = signedBody(url, secret, { apiKey: house.apiKey, UID: 'u', ...given });
    change(body);
    return (await (
      await house.handler(new Request(url, { method: 'POST', body }))
    ).json()) as unknown;
  };

  it('a wrong signature, a parameter changed or added after signing', async () => {
    const { house } = await signedIn();
    const before = await house.rows();
    const sig = { errorCode: 403003, errorDetails: expect.stringMatching(/^sig: /) as string };
    const changes: ((body: URLSearchParams) => void)[] = [
      (body) =>
        body.set(
          'sig',
          String(body.get('sig')).replace(/^./, (one) => (one === 'A' ? 'B' : 'A')),
        ),
      (body) => body.set('sig', `${body.get('sig')} `),
      (body) => body.set('sig', ''),
      (body) => body.set('UID', 'v'),
      (body) => body.append('provider', 'facebook'),
      (body) => body.set('nonce', 'another'),
    ];
    for (const change of changes) expect(await send(house, {}, change)).toMatchObject(sig);
    expect(await house.rows()).toEqual(before);
  });

  it('a timestamp more than 180 s away', async () => {
    const { house } = await signedIn();
    for (const timestamp of [now() - 200, now() + 200, Number.NaN].map(String))
      expect(await send(house, { timestamp }, () => {})).toMatchObject({ errorCode: 403002 });
    for (const timestamp of [now() - 170, now() + 170, now() * 1000].map(String))
      expect(await send(house, { timestamp, UID: 'x' }, () => {})).toMatchObject({
        errorCode: 403005,
      });
  });

  it('a nonce that was used before, but not one that a refused request used', async () => {
    const { house } = await signedIn();
    const nonce = 'once';
    const late = { nonce, timestamp: String(now() - 999) };
    expect(await send(house, late, () => {})).toMatchObject({ errorCode: 403002 });
    expect(await send(house, { nonce }, () => {})).toMatchObject({ errorCode: 0 });
    expect(await send(house, { nonce }, () => {})).toMatchObject({ errorCode: 403004 });
  });

  it('a missing timestamp or nonce', async () => {
    const { house } = await signedIn();
    for (const name of ['timestamp', 'nonce'])
      expect(await send(house, {}, (body) => body.delete(name))).toMatchObject({
        errorCode: 400002,
        errorDetails: `${name}: expected with every signed request`,
      });
  });

  it('a user nobody knows', async () => {
    const { house } = await signedIn();
    expect(await house.signed(method, { UID: 'nobody' })).toMatchObject({ errorCode: 403005 });
    expect(await house.signed('socialize.logout', { UID: 'nobody' })).toMatchObject({
      errorCode: 403005,
    });
  });
});
