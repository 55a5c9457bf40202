// What is sent twice, in two places, or under the names of JavaScript's own properties, means nothing more.
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { device } from '../support/sessions.ts';

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

const open = async (): Promise<{ house: House; token: string }> => {
  const house = await startHouse({ providers: { facebook: { clientId: '1', clientSecret: 's' } } });
  await house.signIn({ siteUID: 'u', providers: { linkedin: { providerUID: 'l' } } });
  return { house, token: await device(house, 'u', 'facebook') };
};

const send = async (house: House, query: string, body: string): Promise<Answer> =>
  (await (
    await house.handler(
      new Request(`https://outro.example/socialize.removeConnection${query}`, {
        method: 'POST',
        body,
        headers: form,
      }),
    )
  ).json()) as Answer;

describe('parameter pollution', () => {
  it('the address of a POST says what the body may say, and nothing twice; a secret it may not hold', async () => {
    const { house, token } = await open();
    const before = await house.rows();
    const key = `apiKey=${house.apiKey}`;
    const refused: [query: string, body: string, code: number][] = [
      [`?secret=${encodeURIComponent(secret)}&UID=u`, `${key}&provider=facebook`, 400_001],
      ['?provider=linkedin', `${key}&login_token=${token}&provider=facebook`, 400_006],
      [`?login_token=${token}`, `${key}&login_token=${token}&provider=facebook`, 400_006],
    ];
    for (const [query, body, code] of refused)
      expect((await send(house, query, body)).errorCode, query).toBe(code);
    expect(await house.rows()).toEqual(before);
    const narrowed = await send(house, '?provider=facebook', `${key}&login_token=${token}`);
    expect(narrowed).toMatchObject({ errorCode: 0, user: { providers: 'linkedin' } });
  });

  it.each([
    'provider=facebook&provider=linkedin',
    'provider=facebook&PROVIDER=linkedin',
    'provider=facebook&%70rovider=linkedin',
    'apikey=other&provider=facebook',
    'login_token=other&provider=facebook',
    'UID=u&uid=v&provider=facebook',
  ])('%s is refused, whichever somebody else would take', async (more) => {
    const { house, token } = await open();
    const before = await house.rows();
    const answer = await send(house, '', `apiKey=${house.apiKey}&login_token=${token}&${more}`);
    expect(answer).toMatchObject({
      errorCode: 400006,
      errorDetails: expect.stringContaining('expected once, given twice') as string,
    });
    expect(await house.rows()).toEqual(before);
  });

  it.each([
    'provider[]=facebook',
    'provider.0=facebook',
    ' provider=facebook',
    'provider%00=facebook',
  ])('%s comes near a name that narrows: refused, and never stored', async (more) => {
    const { house, token } = await open();
    const before = await house.rows();
    const params = `apiKey=${house.apiKey}&login_token=${token}&provider=linkedin`;
    expect(await send(house, '', `${params}&${more}`)).toMatchObject({
      errorCode: 400_006,
      errorDetails: expect.stringContaining('did you mean provider?') as string,
    });
    expect(await house.rows()).toEqual(before);
  });
});

describe('prototype pollution', () => {
  const own = (key: string) => `{"${key}":{"polluted":"yes","isSigned":true},"nickname":"Ada"}`;

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'JSON parameters with %s change no object, and store nothing of it',
    async (key) => {
      const { house } = await open();
      const attacks: [string, Record<string, string>][] = [
        ['socialize.notifyLogin', { siteUID: 'u', userInfo: own(key) }],
        ['socialize.notifyLogin', { siteUID: 'u', providerSessions: own(key) }],
        ['socialize.notifyLogin', { siteUID: 'u', loginIDs: `[${own(key)}]` }],
        ['accounts.setAccountInfo', { UID: 'u', profile: own(key) }],
        ['accounts.setAccountInfo', { UID: 'u', loginIDs: `[${own(key)}]` }],
      ];
      for (const [method, params] of attacks) {
        const answer = await house.signed(method, params);
        expect(answer.errorCode, method).toBeLessThan(500_000);
        expect(Object.keys({}), method).toEqual([]);
        expect(({} as Record<string, unknown>)['polluted'], method).toBeUndefined();
      }
      expect(JSON.stringify(await house.rows())).not.toContain('polluted');
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s as the name of a method, a provider, a key, a parameter or a place finds nothing',
    async (name) => {
      const { house, token } = await open();
      const before = await house.rows();
      const at = async (url: string, params: Record<string, string> = {}): Promise<Answer> => {
        const body = new URLSearchParams({ apiKey: house.apiKey, login_token: token, ...params });
        const request = new Request(`https://outro.example/${url}`, { method: 'POST', body });
        return (await (await house.handler(request)).json()) as Answer;
      };
      expect((await at(`socialize.${name}`)).errorCode).toBe(405001);
      expect((await at(name)).errorCode).toBe(405001);
      const removal = 'socialize.removeConnection';
      expect((await at(removal, { provider: name })).errorCode).toBe(400006);
      expect((await at(removal, { apiKey: name })).errorCode).toBe(400093);
      expect((await at(removal, { provider: 'github', [name]: 'x' })).errorCode).toBe(400106);
      for (const place of [
        `${name}/facebook/deauthorize`,
        `${house.apiKey}/${name}/deauthorize`,
        `${house.apiKey}/facebook/${name}`,
      ]) {
        const request = new Request(`https://outro.example/inbound/${place}`, { method: 'POST' });
        expect((await house.handler(request)).status, place).toBe(404);
      }
      expect(await house.rows()).toEqual(before);
    },
  );
});
