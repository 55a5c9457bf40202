// The address of the profile, where the identity that gave it goes; and which addresses have been seen to be the person's.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';

const given = 'ada@facebook.example';
const facebook = { facebook: { providerUID: 'f', email: given } };

const emailOf = async (house: House): Promise<unknown[]> => {
  const user = await house.signed('socialize.getUserInfo', { UID: 'u' });
  const account = await house.signed('accounts.getAccountInfo', { UID: 'u' });
  return [user['email'], (account['profile'] as { email?: string }).email];
};

const loginIDsOf = async (house: House): Promise<unknown> =>
  (await house.signed('accounts.getAccountInfo', { UID: 'u', include: 'loginIDs' }))['loginIDs'];

const remove = (house: House, params: Record<string, string> = {}) =>
  house.signed('socialize.removeConnection', { UID: 'u', provider: 'facebook', ...params });

const open = async (
  loginIDs: object[],
  others: Record<string, Record<string, unknown>> = {},
  userInfo: object = { nickname: 'Ada', email: given },
): Promise<House> => {
  const house = await startHouse();
  await house.signIn({ siteUID: 'u', providers: { ...facebook, ...others }, loginIDs, userInfo });
  return house;
};

describe('1.17 the identity that gave the primary e-mail is removed', () => {
  it.each<[string, object[], string | undefined]>([
    ['with no other address, none is left', [], undefined],
    ['another verified one takes its place', [{ value: 'ada@shop.example' }], 'ada@shop.example'],
    ['an unverified one does not', [{ value: 'ada@shop.example', verified: false }], undefined],
    [
      'the verified one among several',
      [
        { value: 'a@shop.example', verified: false },
        { value: 'b@shop.example' },
        { value: 'ada', kind: 'username' },
      ],
      'b@shop.example',
    ],
    [
      'nor does one that came with the same identity',
      [{ value: 'second@facebook.example', provider: 'facebook' }],
      undefined,
    ],
  ])('1.17 %s', async (_title, loginIDs, expected) => {
    const house = await open(loginIDs);
    expect(await emailOf(house)).toEqual([given, given]);
    expect(await remove(house)).toMatchObject({ errorCode: 0 });
    expect(await emailOf(house)).toEqual([expected, expected]);
    const rows = JSON.stringify((await house.rows())['accounts']);
    expect(rows).not.toContain(given);
    expect(rows).toContain('Ada');
  });

  it('1.17 in the words of the answer as well, softened as well', async () => {
    const house = await startHouse();
    const userInfo = { email: given };
    await house.signIn({ siteUID: 'u', providers: facebook, userInfo });
    const { user, receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(receipt).toContainEqual(expect.objectContaining({ step: 'identity', status: 'kept' }));
    expect(user.email).toBe('');
    expect((await house.client.getUserInfo()).user.email).toBe('');
  });

  it('1.17 by the unlink action as by any other removal', async () => {
    const house = await open([{ value: 'ada@shop.example' }]);
    const params = { UID: 'u', externalIdProviderName: 'facebook', subProviderName: 'none' };
    expect(await house.signed('socialize.unlink', params)).toMatchObject({ errorCode: 0 });
    expect(await emailOf(house)).toEqual(['ada@shop.example', 'ada@shop.example']);
  });

  it('1.17 that gave it as a login id and in no other way', async () => {
    const house = await startHouse();
    await house.signIn({
      siteUID: 'u',
      providers: { facebook: { providerUID: 'f' } },
      loginIDs: [
        { value: given.toUpperCase(), provider: 'facebook' },
        { value: 'ada@shop.example' },
      ],
      userInfo: { email: given },
    });
    await remove(house);
    expect(await emailOf(house)).toEqual(['ada@shop.example', 'ada@shop.example']);
  });
});

describe('1.17 an address that others know as well stays', () => {
  it.each<[string, object[], Record<string, Record<string, unknown>>]>([
    ['the site itself', [{ value: given, wayIn: 'password' }], {}],
    ['the site itself, in another spelling', [{ value: ' ADA@Facebook.example' }], {}],
    ['another identity', [], { github: { providerUID: 'g', email: given } }],
    [
      'another identity, as a login id',
      [{ value: given, provider: 'github' }],
      { github: { providerUID: 'g' } },
    ],
  ])('1.17 %s', async (_title, loginIDs, others) => {
    const house = await open(loginIDs, others);
    expect(await remove(house)).toMatchObject({ errorCode: 0 });
    expect(await emailOf(house)).toEqual([given, given]);
  });

  it('1.17 and one that another identity never gave stays with it', async () => {
    const house = await open([], {}, { email: 'site@shop.example' });
    await remove(house);
    expect(await emailOf(house)).toEqual(['site@shop.example', 'site@shop.example']);
  });
});

describe('1.17 loginIDs', () => {
  it('1.17 lists an unverified address among the unverified, until somebody has seen it to be theirs', async () => {
    const house = await open([
      { value: 'seen@shop.example' },
      { value: 'unseen@shop.example', verified: false },
    ]);
    const seen = { emails: ['seen@shop.example'], unverifiedEmails: ['unseen@shop.example'] };
    expect(await loginIDsOf(house)).toEqual(seen);
    const say = (loginIDs: object[]) =>
      house.signed('accounts.setAccountInfo', { UID: 'u', loginIDs: JSON.stringify(loginIDs) });
    // Who says nothing has seen it; and what was seen once is not unseen.
    await say([{ value: 'SEEN@shop.example', verified: false }]);
    expect(await loginIDsOf(house)).toMatchObject({ unverifiedEmails: ['unseen@shop.example'] });
    await say([{ value: 'unseen@shop.example', verified: true }]);
    expect(await loginIDsOf(house)).toMatchObject({ unverifiedEmails: [] });
  });

  it('1.17 verified is true or false and nothing else', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u' });
    const before = await house.rows();
    const loginIDs = JSON.stringify([{ value: 'a@shop.example', verified: 'perhaps' }]);
    expect(await house.signed('accounts.setAccountInfo', { UID: 'u', loginIDs })).toMatchObject({
      errorCode: 400006,
      errorDetails: expect.stringMatching(/^loginIDs\.0\.verified: /) as string,
    });
    expect(await house.rows()).toEqual(before);
  });
});
