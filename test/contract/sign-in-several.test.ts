// One sign-in that tells of several people at providers: all are kept, told apart, and one of them opened the session or none.
import { describe, expect, it } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';
import { areLive, stepsOf } from '../support/sessions.ts';

const method = 'socialize.notifyLogin';

interface Identity {
  provider: string;
  subProvider?: string;
  providerUID: string;
  isLoginIdentity: boolean;
}

const tell = (house: House, providers: object, more: Record<string, string> = {}) =>
  house.signed(method, { siteUID: 'u', providerSessions: JSON.stringify(providers), ...more });

/** Who opened the session of a sign-in, as the session itself is told. */
const openerOf = async (house: House, { cookieValue }: Answer) => {
  const user = await house.post('socialize.getUserInfo', { login_token: String(cookieValue) });
  const identities = (user['identities'] ?? []) as Identity[];
  return {
    loginProvider: user['loginProvider'],
    loginProviderUID: user['loginProviderUID'],
    marked: identities
      .filter(({ isLoginIdentity }) => isLoginIdentity)
      .map(({ provider, providerUID }) => `${provider} ${providerUID}`),
  };
};

const identitiesOf = async (house: House): Promise<string[]> => {
  const { identities } = await house.signed('socialize.getUserInfo', { UID: 'u' });
  return ((identities ?? []) as Identity[])
    .map(
      ({ provider, subProvider = '-', providerUID }) => `${provider} ${subProvider} ${providerUID}`,
    )
    .toSorted();
};

const site = { loginProvider: 'site', loginProviderUID: undefined, marked: [] };

const two = { facebook: [{ providerUID: 'one' }, { providerUID: 'two' }] };

describe('3.17 several people at one provider', () => {
  it('3.17 are both kept, each with what was told of it', async () => {
    const house = await startHouse();
    const facebook = [
      { providerUID: 'one', nickname: 'Ada', authToken: 'first token' },
      { providerUID: 'two', nickname: 'Augusta', allowsLogin: false },
    ];
    expect(await tell(house, { facebook, github: { providerUID: 'g' } })).toMatchObject({
      errorCode: 0,
    });
    const { identities } = await house.signed('socialize.getUserInfo', { UID: 'u' });
    expect(identities).toHaveLength(3);
    expect(identities).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ providerUID: 'one', nickname: 'Ada', allowsLogin: true }),
        expect.objectContaining({ providerUID: 'two', nickname: 'Augusta', allowsLogin: false }),
      ]),
    );
    const rows = (await house.rows())['identities'] as {
      provider_uid: string;
      sealed_tokens: unknown;
    }[];
    const sealed = rows.filter(({ sealed_tokens }) => sealed_tokens !== null);
    expect(sealed.map(({ provider_uid }) => provider_uid)).toEqual(['one']);
    expect((await house.rows())['provider_sessions']).toHaveLength(3);
  });

  it('3.17 one is removed and the other stays', async () => {
    const house = await startHouse();
    await tell(house, two);
    const params = { UID: 'u', provider: 'facebook', providerUID: 'one' };
    expect(await house.signed('socialize.removeConnection', params)).toMatchObject({
      errorCode: 0,
    });
    expect(await identitiesOf(house)).toEqual(['facebook - two']);
  });

  it.each<[string, object, string]>([
    [
      'a person who is told of twice',
      { facebook: [{ providerUID: 'x' }, { providerUID: 'x' }] },
      'providerSessions.facebook[1]',
    ],
    [
      'one by two names of the provider',
      { facebook: { providerUID: 'x' }, FACEBOOK: { providerUID: 'x' } },
      'providerSessions.FACEBOOK',
    ],
    [
      'a list with something else in it',
      { facebook: [{ providerUID: 'x' }, null] },
      'providerSessions.facebook.1',
    ],
    [
      'a person without an id',
      { facebook: [{ providerUID: 'x' }, {}] },
      'providerSessions.facebook.1.providerUID',
    ],
  ])('3.17 refuses %s by its name', async (_title, providers, name) => {
    const house = await startHouse();
    const answer = await tell(house, providers);
    expect([400002, 400006]).toContain(answer.errorCode);
    expect(answer.errorDetails?.startsWith(`${name}: `), answer.errorDetails).toBe(true);
    expect((await house.rows())['accounts']).toEqual([]);
  });

  it('3.17 nobody at all, in an empty list, is nobody', async () => {
    const house = await startHouse();
    expect(await tell(house, { facebook: [] })).toMatchObject({ errorCode: 0, UID: 'u' });
    expect(await house.signed(method, { providerSessions: '{"facebook":[]}' })).toMatchObject({
      errorCode: 400002,
    });
  });
});

describe('3.17 openedBy says who opened the session', () => {
  const all = {
    ...two,
    github: { providerUID: 'g' },
    janrain: { providerUID: 'j', subProvider: 'yahoo' },
  };

  it.each<[string, object, string | undefined, object]>([
    [
      'left out, the only one',
      { github: { providerUID: 'g' } },
      undefined,
      { loginProvider: 'github', loginProviderUID: 'g', marked: ['github g'] },
    ],
    ['left out, of several none', all, undefined, site],
    ['left out, of two of one provider none', two, undefined, site],
    [
      'a provider',
      all,
      'github',
      { loginProvider: 'github', loginProviderUID: 'g', marked: ['github g'] },
    ],
    [
      'a provider in another spelling',
      all,
      'GitHub',
      { loginProvider: 'github', loginProviderUID: 'g', marked: ['github g'] },
    ],
    [
      'one of two',
      all,
      '{"provider":"facebook","providerUID":"two"}',
      { loginProvider: 'facebook', loginProviderUID: 'two', marked: ['facebook two'] },
    ],
    [
      'a network',
      all,
      '{"provider":"janrain","subProvider":"yahoo"}',
      { loginProvider: 'janrain', loginProviderUID: 'j', marked: ['janrain j'] },
    ],
    ['none, though there is only one', { github: { providerUID: 'g' } }, 'none', site],
    ['the site', all, 'site', site],
  ])('3.17 %s', async (_title, providers, openedBy, expected) => {
    const house = await startHouse();
    const answer = await tell(house, providers, openedBy === undefined ? {} : { openedBy });
    expect(answer.errorCode, answer.errorDetails).toBe(0);
    expect(await openerOf(house, answer)).toEqual(expected);
  });

  it.each([
    ['nobody who was told of', 'linkedin'],
    ['more than one', 'facebook'],
    ['no provider', 'friendster'],
    ['nobody of that id', '{"provider":"facebook","providerUID":"three"}'],
    ['nobody of that network', '{"provider":"janrain","subProvider":"twitter"}'],
    ['no JSON', '{'],
    ['JSON without a provider', '{"providerUID":"one"}'],
  ])('3.17 refuses %s, and nobody is signed in', async (_title, openedBy) => {
    const house = await startHouse();
    const answer = await tell(house, all, { openedBy });
    expect([400002, 400006]).toContain(answer.errorCode);
    expect(answer.errorDetails).toMatch(/^(openedBy|provider)/);
    expect((await house.rows())['sessions']).toEqual([]);
  });

  it('3.17 so a password sign-in told with all connections outlives the first of them', async () => {
    const house = await startHouse();
    const providers = { facebook: { providerUID: 'f' }, github: { providerUID: 'g' } };
    const byPassword = await house.signIn({ siteUID: 'u', providers, elsewhere: true });
    const byFacebook = await house.signIn({
      siteUID: 'u',
      providers,
      openedBy: 'facebook',
      elsewhere: true,
    });
    const params = { UID: 'u', provider: 'facebook' };
    expect(stepsOf(await house.signed('socialize.removeConnection', params))).toContain(
      'sessions done',
    );
    expect(
      await areLive(house, String(byPassword['cookieValue']), String(byFacebook['cookieValue'])),
    ).toEqual([true, false]);
  });
});
