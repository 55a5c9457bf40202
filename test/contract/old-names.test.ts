// Names of the vendor's earlier versions, and of its other namespace, lead to the same methods.
import { expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';

it('5.6 socialize.disconnect and the other old names do what their methods do', async () => {
  const house = await startHouse();
  const providerSessions = JSON.stringify({
    facebook: { providerUID: 'f' },
    linkedin: { providerUID: 'l' },
  });
  const { UID } = await house.signed('accounts.notifyLogin', { providerSessions });
  const linked = await house.signed('socialize.linkAccounts', { UID: String(UID), siteUID: 'u' });
  expect(linked).toMatchObject({ errorCode: 0, UID: 'u' });
  const remove = (method: string, provider: string) => house.signed(method, { UID: 'u', provider });
  expect(await remove('socialize.disconnect', 'facebook')).toMatchObject({ errorCode: 0 });
  // The last way in stays, softly.
  expect(await remove('accounts.removeConnection', 'linkedin')).toMatchObject({ errorCode: 0 });
  const user = await house.signed('socialize.getUserInfo', { UID: 'u' });
  expect([user['providers'], typeof user['UIDSignature']]).toEqual([undefined, 'string']);
  expect(await house.signed('accounts.deleteAccount', { UID: 'u' })).toMatchObject({
    errorCode: 0,
  });
});
