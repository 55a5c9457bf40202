// A site may require a recent sign-in for removal: 403110, nothing changed, nothing done later by itself.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { startNewspark } from '../support/newspark.ts';
import { ageSessions, device } from '../support/sessions.ts';

const site = { freshLogin: 300, allowAccountDeletion: true };
const stale = {
  errorCode: 403110,
  errorMessage: 'Pending recent login',
  errorDetails: expect.stringMatching(/^session: .*300 s; sign in again, then confirm/) as string,
};

const open = async (seconds: number, configured: object = site) => {
  const house = await startHouse(configured);
  const loginIDs = [{ value: 'ada@shop.example', wayIn: 'password' }];
  await house.signIn({ siteUID: 'u', loginIDs, elsewhere: true });
  const token = await device(house, 'u', 'facebook');
  await ageSessions(house, seconds);
  return { house, token };
};

const removals = [
  ['socialize.removeConnection', {}],
  ['socialize.removeConnection', { lastIdentityHandling: 'remove' }],
  ['socialize.unlink', {}],
  ['socialize.unlink', { email: 'ada@shop.example' }],
  ['socialize.unlink', { externalIdProviderName: 'facebook', subProviderName: 'none' }],
  ['socialize.deleteAccount', {}],
] as const;

const ask = (house: House, path: string, login_token: string, params: object = {}) =>
  house.post(path, { login_token, ...params });

describe.each(removals)('%s %j', (path, params) => {
  it('an old session is refused and changes nothing; a new one confirms again', async () => {
    const { house, token } = await open(301);
    const before = await house.rows();
    expect(await ask(house, path, token, params)).toMatchObject(stale);
    expect(await house.rows()).toEqual(before);
    const again = await device(house, 'u', 'facebook');
    const signedIn = await house.rows();
    await house.work();
    expect(await house.rows()).toEqual(signedIn);
    expect(await ask(house, path, token, params)).toMatchObject(stale);
    expect(await ask(house, path, again, params)).toMatchObject({ errorCode: 0 });
  });

  it('a session just young enough goes through, and so does an old one where the site does not ask', async () => {
    const young = await open(280);
    expect(await ask(young.house, path, young.token, params)).toMatchObject({ errorCode: 0 });
    const lenient = await open(86_400, { allowAccountDeletion: true });
    expect(await ask(lenient.house, path, lenient.token, params)).toMatchObject({ errorCode: 0 });
  });

  it('a server is not held to it', async () => {
    const { house } = await open(86_400);
    expect(await house.signed(path, { UID: 'u', ...params })).toMatchObject({ errorCode: 0 });
  });
});

it('explainRemoval says so, and what to do first', async () => {
  const { house, token } = await open(301);
  const explained = await ask(house, 'socialize.explainRemoval', token);
  expect(explained).toMatchObject({
    errorCode: 0,
    allowed: false,
    wouldFail: stale,
    addFirst: ['recent-login'],
    receipt: [],
  });
  const again = await device(house, 'u', 'facebook');
  expect(await ask(house, 'socialize.explainRemoval', again)).toMatchObject({ allowed: true });
});

it('leaves logging out alone', async () => {
  const { house, token } = await open(86_400);
  expect(await ask(house, 'socialize.logout', token)).toMatchObject({ errorCode: 0 });
});

it('an e-mail that is not the session’s own is answered as before: not linked, whoever has it', async () => {
  const { house, token } = await open(86_400);
  const params = { email: 'bob@shop.example' };
  expect(await ask(house, 'socialize.unlink', token, params)).toMatchObject({
    errorCode: 0,
    is_unlinked: false,
  });
});

it('the unlink form goes back with the code instead of asking, and does nothing when the page was open too long', async () => {
  const newspark = await startNewspark(['facebook'], { freshLogin: 300 });
  const params = {
    vhost: '1',
    uid: '42',
    redirectUrl: '/userprofile',
    external_id_provider_name: 'facebook',
    sub_provider_name: 'none',
  };
  const asked = await newspark.read(await newspark.send('GET', params));
  await ageSessions(newspark.house, 301);
  const expected = '/userprofile?unlinkaccount=error&errorCode=403110&reason=Pending+recent+login';
  const link = await newspark.send('GET', params);
  expect([link.status, link.headers.get('location')]).toEqual([303, expected]);
  const form = await newspark.send('POST', { ...params, ...asked.fields });
  expect([form.status, form.headers.get('location')]).toEqual([303, expected]);
  expect(await newspark.links()).toEqual(['facebook']);
});
