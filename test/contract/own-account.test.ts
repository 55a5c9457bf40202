// What a person does with their own account from the page: says their name, deletes it.
import { describe, expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';
import { stepsOf } from '../support/sessions.ts';

const userInfo = { nickname: 'Ada', email: 'ada@shop.example' };

describe('2.15 setAccountInfo by a session', () => {
  it('says what the person is called, as an object or as text, and leaves the rest', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', userInfo });
    // Pages write an object.
    const profile = { firstName: 'Ada', nickname: 'Countess' } as never;
    expect(await house.client.setAccountInfo({ profile })).toMatchObject({ UID: 'u' });
    await house.client.setAccountInfo({ profile: '{"lastName":"Lovelace"}' });
    expect((await house.client.getAccountInfo()).profile).toEqual({
      firstName: 'Ada',
      lastName: 'Lovelace',
      nickname: 'Countess',
      email: 'ada@shop.example',
    });
  });

  it.each([
    { profile: '{"email":"eve@shop.example"}' },
    { profile: '{"email":""}' },
    { loginIDs: '[{"value":"eve@shop.example"}]' },
    { removeLoginEmails: 'ada@shop.example' },
  ])('nobody claims or drops an address: %o', async (params) => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', userInfo, loginIDs: [{ value: 'ada@shop.example' }] });
    const before = await house.rows();
    await expect(house.client.setAccountInfo(params)).rejects.toMatchObject({
      failure: 'permissionDenied',
    });
    expect(await house.rows()).toEqual(before);
  });
});

describe('2.15 deleteAccount by a session', () => {
  const signedIn = async (allowAccountDeletion: boolean) => {
    const house = await startHouse({ allowAccountDeletion });
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'f' } } });
    const heard: string[] = [];
    house.client.on('logout', ({ receipt }) => void heard.push(stepsOf({ receipt } as never)[0]!));
    return { ...house, heard };
  };

  it('takes the session along: the cookie goes, the page hears a logout once, and nobody is left', async () => {
    const { client, heard, window, signed } = await signedIn(true);
    const { receipt } = await client.deleteAccount();
    expect(receipt.map(({ step, status }) => `${step} ${status}`)).toEqual(
      expect.arrayContaining(['identity done', 'session done']),
    );
    expect([window.document.cookie, heard]).toEqual(['', ['identity done']]);
    expect((await client.getUserInfo()).user.UID).toBe('');
    expect(await signed('socialize.getUserInfo', { UID: 'u' })).toMatchObject({
      errorCode: 403005,
    });
    expect((await client.logout()).receipt).toEqual([{ step: 'session', status: 'already' }]);
    expect(heard).toHaveLength(1);
  });

  it('refused where the site does not let people do it: nothing has changed, nobody hears of anything', async () => {
    const { client, heard, window, rows } = await signedIn(false);
    const before = await rows();
    await expect(client.deleteAccount()).rejects.toMatchObject({ failure: 'permissionDenied' });
    expect(await rows()).toEqual(before);
    expect([heard, window.document.cookie === '']).toEqual([[], false]);
  });
});
