// Nobody is locked out by accident: what the site says of ways in is held to the same guard as a removal, races included.
import { randomUUID } from 'node:crypto';
import { createHandler } from 'outro/server';
import { brokenStore } from '../store/broken-store.ts';
import { describe, expect, inject, it } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { areLive, device, stepsOf } from '../support/sessions.ts';
import { signedBody } from '../support/signed.ts';

const email = 'ada@shop.example';
const loginIds = (wayIn?: string, value = email): string =>
  JSON.stringify([{ value, ...(wayIn && { wayIn }) }]);

const say = (house: House, params: Record<string, string>, UID = 'u'): Promise<Answer> =>
  house.signed('accounts.setAccountInfo', { UID, ...params });

const enter = async (house: House, providers: string[], wayIn?: string, UID = 'u') => {
  const sessions = providers.map((provider) => [provider, { providerUID: `${UID} ${provider}` }]);
  await house.signIn({
    siteUID: UID,
    providers: Object.fromEntries(sessions) as Record<string, object & Record<string, unknown>>,
    loginIDs: wayIn ? [{ value: UID === 'u' ? email : `${UID}@shop.example`, wayIn }] : [],
    elsewhere: true,
  });
};

const refused = (parameter: string): object => ({
  errorCode: 400030,
  errorMessage: 'Operation not allowed',
  errorDetails: expect.stringMatching(new RegExp(`^${parameter}: .*add a password`)) as string,
});

describe('setAccountInfo', () => {
  it.each([
    ['wayIn none', { loginIDs: loginIds('none') }, 'loginIDs'],
    ['in another spelling', { loginIDs: loginIds('none', ' ADA@Shop.Example') }, 'loginIDs'],
    ['removeLoginEmails', { removeLoginEmails: email }, 'removeLoginEmails'],
    [
      'forgotten, and said again without a way in',
      { removeLoginEmails: email, loginIDs: loginIds() },
      'removeLoginEmails',
    ],
    [
      'given and taken in one call',
      {
        loginIDs: JSON.stringify([
          { value: email, wayIn: 'passkey' },
          { value: email, wayIn: 'none' },
        ]),
      },
      'loginIDs',
    ],
  ])('%s: the last way in stays, and nothing changes', async (_how, params, parameter) => {
    const house = await startHouse();
    await enter(house, [], 'password');
    const before = await house.rows();
    const profile = JSON.stringify({ nickname: 'Ada' });
    expect(await say(house, { ...params, profile })).toMatchObject(refused(parameter));
    expect(await house.rows()).toEqual(before);
    expect(await say(house, { ...params, lastIdentityHandling: 'remove' })).toMatchObject({
      errorCode: 0,
    });
    expect(await say(house, { ...params, lastIdentityHandling: 'soft' })).toMatchObject({
      errorCode: 400006,
    });
  });

  it.each([
    ['an identity is left', ['facebook'], { loginIDs: loginIds('none') }],
    ['it becomes another', [], { loginIDs: loginIds('passkey') }],
    [
      'another is said in the same call',
      [],
      {
        removeLoginEmails: email,
        loginIDs: JSON.stringify([{ value: 'ada', kind: 'username', wayIn: 'code' }]),
      },
    ],
    [
      'forgotten and said anew',
      [],
      { removeLoginEmails: email, loginIDs: loginIds('password', 'Ada@shop.example') },
    ],
    ['only the profile changes', [], { profile: '{"nickname":"Ada"}' }],
  ])('goes through where %s', async (_why, providers, params) => {
    const house = await startHouse();
    await enter(house, providers, 'password');
    expect(await say(house, params)).toMatchObject({ errorCode: 0 });
  });

  it('a mapping is no way in, and who has none has none to lose', async () => {
    const house = await startHouse();
    await enter(house, ['facebook'], 'password');
    const removal = { UID: 'u', provider: 'facebook', lastIdentityHandling: 'soft' };
    expect(await say(house, { loginIDs: loginIds('none') })).toMatchObject({ errorCode: 0 });
    expect(await house.signed('socialize.removeConnection', removal)).toMatchObject({
      errorCode: 0,
    });
    expect(await say(house, { loginIDs: loginIds('none') })).toMatchObject({ errorCode: 0 });
    expect(await say(house, { loginIDs: loginIds('code') })).toMatchObject({ errorCode: 0 });
    expect(await say(house, { loginIDs: loginIds('none') })).toMatchObject(refused('loginIDs'));
  });
});

describe('notifyLogin', () => {
  const tell = (house: House, params: Record<string, string>) =>
    house.signed('socialize.notifyLogin', { siteUID: 'u', ...params });

  it('takes the last way in neither by a login id nor by an identity that no longer signs in', async () => {
    const house = await startHouse();
    await enter(house, [], 'password');
    let before = await house.rows();
    expect(await tell(house, { loginIDs: loginIds('none') })).toMatchObject({ errorCode: 400030 });
    expect(await house.rows()).toEqual(before);

    await enter(house, ['facebook'], 'password', 'v');
    const mere = JSON.stringify({ facebook: { providerUID: 'v facebook', allowsLogin: false } });
    const params = { siteUID: 'v', providerSessions: mere };
    expect(await tell(house, params)).toMatchObject({ errorCode: 0 });
    await enter(house, ['facebook'], undefined, 'w');
    before = await house.rows();
    const last = mere.replace('v facebook', 'w facebook');
    expect(await tell(house, { siteUID: 'w', providerSessions: last })).toMatchObject({
      errorCode: 400030,
    });
    expect(await house.rows()).toEqual(before);
  });

  it('goes through where the identity it brings is a way in', async () => {
    const house = await startHouse();
    await enter(house, [], 'password');
    const providerSessions = JSON.stringify({ facebook: { providerUID: 'f' } });
    expect(await tell(house, { loginIDs: loginIds('none'), providerSessions })).toMatchObject({
      errorCode: 0,
    });
  });
});

/** Removes the last identity and the password at once, of so many people; gives the codes of each pair. */
const race = async (house: House, pairs: number, handler = house.handler): Promise<number[][]> => {
  const ask = async (method: string, params: Record<string, string>): Promise<number> => {
    const url = `https://outro.example/${method}`;
    const body = signedBody(url, secret, { apiKey: house.apiKey, ...params });
    const response = await handler(new Request(url, { method: 'POST', body }));
    return ((await response.json()) as Answer).errorCode;
  };
  const pair = async () => {
    const UID = randomUUID();
    await enter(house, ['facebook'], 'password', UID);
    const codes = await Promise.all([
      ask('socialize.removeConnection', { UID, lastIdentityHandling: 'fail' }),
      ask('accounts.setAccountInfo', { UID, loginIDs: loginIds('none', `${UID}@shop.example`) }),
    ]);
    return codes.toSorted((a, b) => a - b);
  };
  const outcomes: number[][] = [];
  while (outcomes.length < pairs)
    outcomes.push(...(await Promise.all(Array.from({ length: 20 }, pair))));
  return outcomes;
};

const lockedOut = (house: House) =>
  house.database.query(
    `select a.uid from outro.accounts a where a.site = $1
       and not exists (select from outro.identities i where i.account_id = a.id and i.state = 'linked')
       and not exists (select from outro.login_ids l where l.account_id = a.id and l.way_in is not null)`,
    [house.apiKey],
  );

describe('the last identity and the password removed at once', () => {
  // It counts on Postgres: PGlite serialises.
  const pairs = inject('databaseUrl') ? 200 : 20;

  it('leaves one of them, always', async () => {
    const house = await startHouse();
    const outcomes = await race(house, pairs);
    expect(outcomes).toEqual(Array.from({ length: pairs }, () => [0, 400030]));
    expect(await lockedOut(house)).toEqual([]);
    console.log(`${pairs} pairs raced on ${inject('databaseUrl') ? 'Postgres' : 'PGlite'}`);
  });

  it('leaves some people without any, where the guard is outside the transaction', async () => {
    const house = await startHouse();
    const careless = createHandler({
      sites: [{ apiKey: house.apiKey, secret, publicUrl: 'https://outro.example' }],
      encryptionKeys: [{ id: 'test', key: secret }],
      store: brokenStore('guardOutsideTransaction', house.database.store),
    });
    await race(house, 20, careless);
    expect((await lockedOut(house)).length).toBeGreaterThan(0);
  });
});

it('sessions opened with a removed identity end on every device; the one that asks and others stay', async () => {
  const house = await startHouse();
  const byFacebook = [
    await device(house, 'u', 'facebook'),
    await device(house, 'u', 'facebook'),
    await device(house, 'u', 'facebook'),
  ] as const;
  const others = [await device(house, 'u', 'github'), await device(house, 'u')] as const;
  const stranger = await device(house, 'v', 'facebook');
  const [asking, ...devices] = byFacebook;
  const params = { login_token: asking, provider: 'facebook' };
  const answer = await house.post('socialize.removeConnection', params);
  const ours = stepsOf(answer).filter((one) => one.startsWith('session'));
  expect(ours).toEqual(['sessions done', 'session kept']);
  expect(await areLive(house, asking, ...devices)).toEqual([true, false, false]);
  expect(await areLive(house, ...others, stranger)).toEqual([true, true, true]);
});
