// What a request says, wherever it says it: nothing that narrows a call is ever dropped (faults 1.9, 1.10, 4.2, 4.13, 5.3).
import { describe, expect, it } from 'vitest';
import { startHouse, secret, type Answer, type House } from '../support/house.ts';
import { signedBody, signText } from '../support/signed.ts';

const method = 'socialize.removeConnection';
const url = `https://outro.example/${method}`;

const signedIn = async (): Promise<{ house: House; token: string }> => {
  const house = await startHouse();
  const providers = { facebook: { providerUID: 'f' }, linkedin: { providerUID: 'l' } };
  const { cookieValue } = await house.signIn({ siteUID: 'u', providers });
  return { house, token: String(cookieValue) };
};

const connected = async ({ database, apiKey }: House): Promise<unknown[]> =>
  (
    await database.query(
      "select provider from outro.identities where site = $1 and state = 'linked' order by 1",
      [apiKey],
    )
  ).map(({ provider }) => provider);

const post = async (
  house: House,
  query: Record<string, string>,
  body: Record<string, string>,
): Promise<Answer> => {
  const request = new Request(`${url}?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { Origin: 'https://shop.example' },
    body: new URLSearchParams({ apiKey: house.apiKey, ...body }),
  });
  return (await (await house.handler(request)).json()) as Answer;
};

describe('1.9 a parameter in the address of a POST', () => {
  it('counts like one of the body', async () => {
    const { house, token } = await signedIn();
    const query = { provider: 'facebook', lastIdentityHandling: 'fail' };
    expect(await post(house, query, { login_token: token })).toMatchObject({ errorCode: 0 });
    expect(await connected(house)).toEqual(['linkedin']);
  });

  it('is refused where the body has it too, in any case', async () => {
    const { house, token } = await signedIn();
    const twice = await post(
      house,
      { PROVIDER: 'facebook' },
      { login_token: token, provider: 'linkedin' },
    );
    expect(twice).toMatchObject({
      errorCode: 400006,
      errorDetails: 'provider: expected once, given twice',
    });
    expect(await connected(house)).toEqual(['facebook', 'linkedin']);
  });

  it('may be no secret', async () => {
    const { house } = await signedIn();
    for (const name of ['secret', 'client_secret'])
      expect(await post(house, { [name]: secret }, { UID: 'u' }), name).toMatchObject({
        errorCode: 400001,
        errorDetails: 'secret: expected in the body of a POST',
      });
    expect(await connected(house)).toEqual(['facebook', 'linkedin']);
  });
});

describe('1.10 a name that comes near one that narrows', () => {
  const misses: [given: string, meant: string][] = [
    ['providers', 'provider'],
    ['provider[]', 'provider'],
    ['provider[0]', 'provider'],
    ['Provders', 'provider'],
    ['porvider', 'provider'],
    ['provider_uid', 'providerUID'],
    ['providerUIDs', 'providerUID'],
    ['lastIdentityHandeling', 'lastIdentityHandling'],
    ['removeLoginIDs', 'removeLoginID'],
    ['forceProviderLogout', 'forceProvidersLogout'],
    ['uids', 'UID'],
    ['emails', 'email'],
    ['e-mail', 'email'],
  ];

  it.each(misses)('%s is refused, and %s suggested', async (given, meant) => {
    const { house, token } = await signedIn();
    const answer = await post(house, {}, { login_token: token, [given]: 'facebook' });
    expect(answer).toMatchObject({
      errorCode: 400006,
      errorDetails: `${given}: unknown; did you mean ${meant}?`,
    });
    expect(await connected(house)).toEqual(['facebook', 'linkedin']);
  });

  it('what vendors and clients send besides is ignored', async () => {
    const { house, token } = await signedIn();
    const body = {
      login_token: token,
      provider: 'facebook',
      sdk: 'js_1',
      authMode: 'cookie',
      cid: 'c',
      regSource: 'x',
      pageURL: 'y',
      sid: 'z',
      source: 'q',
      lang: 'en',
      context: 'R1',
      environment: '{}',
      _host: 'h',
      ctag: 'a',
      include: 'b',
      targetEnv: 'jssdk',
      sdkBuild: '1',
      gmid: 'm',
      ucid: 'u',
      riskContext: '{}',
    };
    expect(await post(house, {}, body)).toMatchObject({ errorCode: 0 });
  });
});

describe('4.2 a signed request', () => {
  it('cut anew, so that two parameters become one unknown name, is refused', async () => {
    const { house } = await signedIn();
    const params = {
      apiKey: house.apiKey,
      UID: 'u',
      nonce: crypto.randomUUID(),
      timestamp: String(Math.floor(Date.now() / 1000)),
    };
    const sig = signText('POST', url, secret, {
      ...params,
      lastIdentityHandling: 'fail',
      provider: 'facebook',
    });
    // As the base string has it: `lastIdentityHandling=fail&nonce=…` as one name.
    const body = new URLSearchParams({
      apiKey: params.apiKey,
      UID: 'u',
      sig,
      timestamp: params.timestamp,
    });
    body.set(`lastIdentityHandling=fail&nonce=${params.nonce}&provider`, 'facebook');
    const answer = (await (
      await house.handler(new Request(url, { method: 'POST', body }))
    ).json()) as Answer;
    expect(answer.errorCode).toBe(400006);
    expect(answer.errorDetails).toContain('in a signed request');
    expect(await connected(house)).toEqual(['facebook', 'linkedin']);
  });

  it('4.13 with more than 200 parameters is refused before anything is computed', async () => {
    const { house } = await signedIn();
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`p${index}`, '1']));
    const body = signedBody(url, secret, { apiKey: house.apiKey, UID: 'u', ...many });
    const answer = (await (
      await house.handler(new Request(url, { method: 'POST', body }))
    ).json()) as Answer;
    expect(answer).toMatchObject({
      errorCode: 400001,
      errorDetails: 'parameters: expected at most 200',
    });
  });

  it('3.8 with a nonce that no index takes is refused by name', async () => {
    const { house } = await signedIn();
    const body = signedBody(url, secret, {
      apiKey: house.apiKey,
      UID: 'u',
      nonce: 'n'.repeat(3000),
    });
    const answer = (await (
      await house.handler(new Request(url, { method: 'POST', body }))
    ).json()) as Answer;
    expect(answer).toMatchObject({ errorCode: 400006 });
    expect(answer.errorDetails).toMatch(/^nonce: /);
  });
});

describe('5.3 an empty value', () => {
  it('of an optional parameter that cannot be empty is not given', async () => {
    const { house, token } = await signedIn();
    const empty = {
      lastIdentityHandling: '',
      removeLoginID: '',
      forceProvidersLogout: '',
      providerUID: '',
      cid: '',
      format: '',
      httpStatusCodes: '',
    };
    const answer = await post(house, {}, { login_token: token, provider: 'facebook', ...empty });
    expect(answer).toMatchObject({ errorCode: 0 });
    expect(await connected(house)).toEqual(['linkedin']);
  });

  it('of an e-mail says that it is missing: left out, it would mean all', async () => {
    const { house, token } = await signedIn();
    const request = new Request('https://outro.example/socialize.unlink', {
      method: 'POST',
      headers: { Origin: 'https://shop.example' },
      body: new URLSearchParams({ apiKey: house.apiKey, login_token: token, email: '' }),
    });
    expect(await (await house.handler(request)).json()).toMatchObject({ errorCode: 400002 });
    expect(await connected(house)).toEqual(['facebook', 'linkedin']);
  });
});

describe('3.8 a text that was cut inside a sign', () => {
  const half = 'Ada \ud83d';
  const signIn = (house: House, person: object, loginIDs: object[] = []): Promise<Answer> =>
    house.signed('socialize.notifyLogin', {
      siteUID: 'w',
      providerSessions: JSON.stringify({ facebook: { providerUID: 'w', ...person } }),
      loginIDs: JSON.stringify(loginIDs),
      userInfo: JSON.stringify({ nickname: half }),
    });

  it('is mended where people read it', async () => {
    const { house } = await signedIn();
    expect(await signIn(house, { nickname: half })).toMatchObject({ errorCode: 0 });
    const user = await house.signed('socialize.getUserInfo', { UID: 'w' });
    expect(user).toMatchObject({ nickname: 'Ada \ufffd' });
  });

  it('is refused by name where it tells people apart', async () => {
    const { house } = await signedIn();
    const openedBy = JSON.stringify({ provider: 'facebook', providerUID: half });
    const opener = await house.signed('socialize.notifyLogin', {
      siteUID: 'w',
      providerSessions: JSON.stringify({ facebook: { providerUID: 'w' } }),
      openedBy,
    });
    expect(opener).toMatchObject({ errorCode: 400_006 });
    expect(opener.errorDetails).toMatch(/^openedBy/);
    for (const [person, loginIDs, name] of [
      [{ providerUID: half }, [], 'providerSessions.facebook.providerUID'],
      [{ sid: half }, [], 'providerSessions.facebook.sid'],
      [{}, [{ value: `${half}@shop.example` }], 'loginIDs.0.value'],
    ] as const) {
      const answer = await signIn(house, person, [...loginIDs]);
      expect(answer.errorCode, name).toBe(400_006);
      expect(answer.errorDetails).toMatch(new RegExp(`^${name}: `));
    }
  });

  it('has its limit in the same units everywhere: a sign of two counts as two', async () => {
    const { house } = await signedIn();
    const person = (providerUID: string) =>
      house.signed('socialize.notifyLogin', {
        siteUID: 'w',
        providerSessions: JSON.stringify({ facebook: { providerUID } }),
      });
    const longest = '\u{1f600}'.repeat(150);
    expect(await person(longest)).toMatchObject({ errorCode: 0 });
    const removal = { UID: 'w', provider: 'facebook', providerUID: longest };
    expect(await house.signed('socialize.removeConnection', removal)).toMatchObject({
      errorCode: 0,
    });
    const answer = await person(`${longest}x`);
    expect(answer).toMatchObject({ errorCode: 400_006 });
    expect(answer.errorDetails).toMatch(/^providerSessions.facebook.providerUID: /);
  });

  it.each(['authToken', 'refreshToken', 'idToken', 'tokenSecret'])(
    'a provider’s %s of any text is kept sealed, and breaks nothing',
    async (name) => {
      const { house } = await signedIn();
      for (const value of [half, '\0', 'x'.repeat(20_000)])
        expect(await signIn(house, { [name]: value })).toMatchObject({ errorCode: 0 });
    },
  );

  it.each([1e300, -1e300, 1e-300, 0.5, -1])('a time of %d breaks nothing', async (seconds) => {
    const { house } = await signedIn();
    for (const name of ['tokenExpiration', 'startedAt']) {
      const { errorCode } = await signIn(house, { authToken: 'T', [name]: seconds });
      expect([0, 400_006, 403_002]).toContain(errorCode);
    }
  });
});
