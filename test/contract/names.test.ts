// Who an e-mail address or a name means: the same at every door, for writing and for looking up.
import { describe, expect, it } from 'vitest';
import { createSsmi } from '../../src/facade/ssmi.ts';
import { unlinkUser } from '../../src/facade/unlink-user.ts';
import { startHouse, type House } from '../support/house.ts';

const stored = 'andr\u00e9@b\u00fccher.example';

/** TABLE: spellings of one address, and of others that are easily taken for it. */
const same = [
  'ANDR\u00c9@B\u00dcCHER.EXAMPLE',
  'andre\u0301@bu\u0308cher.example',
  'Andr\u00e9@xn--bcher-kva.example',
];
const different = [
  'andre@b\u00fccher.example',
  'andr\u00e9+x@b\u00fccher.example',
  'andr\u00e9@bucher.example',
];
const refused = [
  '\uff41ndr\u00e9@b\u00fccher.example',
  'andr\u00e9@b\u00fccher\uff0eexample',
  'an\u200ddr\u00e9@b\u00fccher.example',
];
const spellings = [
  ...same.map((one) => [one, 'same'] as const),
  ...different.map((one) => [one, 'different'] as const),
  ...refused.map((one) => [one, 'refused'] as const),
];

const providers = { facebook: { providerUID: 'f', email: stored } };

const open = async (): Promise<House> => {
  const house = await startHouse();
  const loginIDs = [{ value: stored }, { value: 'Andr\u00e9', kind: 'username' }];
  await house.signIn({ siteUID: 'u', providers, loginIDs });
  await house.signed('socialize.notifyLogin', { siteUID: 'v' });
  return house;
};

const refusal = (parameter: RegExp) => ({
  errorCode: 400006,
  errorDetails: expect.stringMatching(parameter) as string,
});

const loginIDs = (value: string, kind = 'email') => JSON.stringify([{ value, kind }]);

describe('4.15 an address, in several spellings', () => {
  it.each(spellings)(
    '4.15 told of at notifyLogin as another person\u2019s: %j is %s',
    async (email, is) => {
      const house = await open();
      const before = await house.rows();
      const answer = await house.signed('socialize.notifyLogin', {
        siteUID: 'v',
        loginIDs: loginIDs(email),
      });
      if (is === 'different') return expect(answer).toMatchObject({ errorCode: 0 });
      // Reported, never merged.
      expect(answer).toMatchObject(
        is === 'same' ? { errorCode: 403043 } : refusal(/^loginIDs\.0\.value: /),
      );
      expect(await house.rows()).toEqual(before);
    },
  );

  it.each(spellings)('4.15 told of by setAccountInfo: %j is %s', async (email, is) => {
    const house = await open();
    const set = (UID: string) =>
      house.signed('accounts.setAccountInfo', { UID, loginIDs: loginIDs(email) });
    const expected = { same: { errorCode: 403043 }, different: { errorCode: 0 } };
    expect(await set('v')).toMatchObject(
      is === 'refused' ? refusal(/^loginIDs\.0\.value: /) : expected[is],
    );
    // One's own, in whatever spelling, is there already.
    if (is === 'same') {
      expect(await set('u')).toMatchObject({ errorCode: 0 });
      expect((await house.rows())['login_ids']).toHaveLength(2);
    }
  });

  it.each(spellings)('4.15 forgotten by setAccountInfo: %j is %s', async (email, is) => {
    const house = await open();
    const answer = await house.signed('accounts.setAccountInfo', {
      UID: 'u',
      removeLoginEmails: ` ${email} , other@x.example,`,
    });
    expect(answer).toMatchObject(
      is === 'refused' ? refusal(/^removeLoginEmails: /) : { errorCode: 0 },
    );
    expect((await house.rows())['login_ids']).toHaveLength(is === 'same' ? 1 : 2);
  });

  it.each(spellings)('4.15 unlinked by a server: %j is %s', async (email, is) => {
    const house = await open();
    const answer = await house.signed('socialize.unlink', { email });
    expect(answer).toMatchObject(
      is === 'refused' ? refusal(/^email: /) : { errorCode: 0, is_unlinked: is === 'same' },
    );
  });

  it.each(spellings)('4.15 unlinked by the person, by ss_mi: %j is %s', async (email, is) => {
    const house = await open();
    await house.signIn({ siteUID: 'u' });
    const ssmi = createSsmi((given) => unlinkUser(() => house.client, given), globalThis);
    const answer = await ssmi.ssmi_unlink_user(email);
    if (is === 'refused') expect(answer).toMatchObject({ error: true });
    else expect(answer).toMatchObject({ is_unlinked: is === 'same' });
    const linked = (await house.rows())['identities'] as { state: string }[];
    expect(linked.some(({ state }) => state === 'linked')).toBe(is !== 'same');
  });
});

it.each([
  ['ANDRE\u0301', { errorCode: 403043 }],
  ['andre', { errorCode: 0 }],
  ['\uff41ndr\u00e9', { errorCode: 400006 }],
  ['andr\u00e9\u2163', { errorCode: 400006 }],
])('4.15 a user name: %j', async (name, expected) => {
  const house = await open();
  const answer = await house.signed('socialize.notifyLogin', {
    siteUID: 'v',
    loginIDs: loginIDs(name, 'username'),
  });
  expect(answer).toMatchObject(expected);
});

it('4.15 what a provider calls an address opens nobody, where it is none', async () => {
  const house = await startHouse();
  const email = '\uff41da@shop.example';
  await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f', email } } });
  const before = await house.rows();
  await expect(house.client.unlink({ email: 'ada@shop.example' })).resolves.toMatchObject({
    is_unlinked: false,
  });
  expect(await house.rows()).toEqual(before);
});
