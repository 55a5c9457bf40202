// explainRemoval: what removeConnection would do, by the same rule, as data; nothing is executed.
import { describe, expect, it } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';
import { two } from '../support/removal.ts';
import { device } from '../support/sessions.ts';

const everything = ['password', 'passkey', 'code', 'another-identity'];
const facebook = { facebook: two.facebook };

const explain = (house: House, params: Record<string, string> = {}): Promise<Answer> =>
  house.signed('socialize.explainRemoval', { UID: 'u', ...params });

const open = async (
  providers: Record<string, Record<string, unknown>> = two,
  loginIDs: object[] = [],
) => {
  const house = await startHouse();
  await house.signIn({ siteUID: 'u', providers, loginIDs });
  return house;
};

describe('what would happen', () => {
  it('the steps, the ways in that are left, and nothing executed', async () => {
    const house = await open();
    const before = await house.rows();
    const answer = await explain(house, { provider: 'facebook', cid: 'settings' });
    expect(answer).toMatchObject({
      errorCode: 0,
      allowed: true,
      waysInLeft: [{ kind: 'identity', provider: 'linkedin' }],
      keepsMapping: false,
    });
    expect(answer).not.toHaveProperty('wouldFail');
    expect(answer).not.toHaveProperty('departures');
    expect(answer).not.toHaveProperty('user');
    expect(await house.rows()).toEqual(before);
    const real = await house.signed('socialize.removeConnection', {
      UID: 'u',
      provider: 'facebook',
      forceProvidersLogout: 'false',
    });
    const steps = (real['receipt'] as { step: string }[]).filter(
      ({ step }) => step !== 'provider-session',
    );
    expect(answer['receipt']).toEqual(steps);
  });

  it('soft, on the last way in: the mapping is kept, and is no way in', async () => {
    const house = await open(facebook);
    expect(await explain(house)).toMatchObject({
      allowed: true,
      keepsMapping: true,
      waysInLeft: [],
      receipt: [
        { step: 'identity', status: 'kept' },
        { step: 'data', status: 'done' },
        { step: 'grant' },
        { step: 'sessions' },
      ],
    });
    expect(await explain(house, { lastIdentityHandling: 'remove' })).toMatchObject({
      allowed: true,
      keepsMapping: false,
      waysInLeft: [],
    });
  });

  it('ways in are told by kind, never by value; a network behind another by both names', async () => {
    const janrain = { janrain: { providerUID: 'j', subProvider: 'yahoo' } };
    const house = await open({ ...facebook, ...janrain }, [
      { value: 'ada@shop.example', wayIn: 'code' },
      { value: 'ada', kind: 'username', wayIn: 'password' },
      { value: 'idle@shop.example' },
    ]);
    const answer = await explain(house, { provider: 'facebook' });
    expect(answer['waysInLeft']).toHaveLength(3);
    expect(answer['waysInLeft']).toEqual(
      expect.arrayContaining([
        { kind: 'identity', provider: 'janrain/yahoo' },
        { kind: 'code', loginIdKind: 'email' },
        { kind: 'password', loginIdKind: 'username' },
      ]),
    );
    expect(JSON.stringify(answer)).not.toContain('shop.example');
  });
});

it('the providers that are connected have the names that people know, refused or not', async () => {
  const janrain = { janrain: { providerUID: 'j', subProvider: 'yahoo' } };
  const house = await startHouse({ providers: { 'oidc-corp': {} } });
  const providers = { ...facebook, ...janrain, 'oidc-corp': { providerUID: 'c' } };
  await house.signIn({ siteUID: 'u', providers });
  const names = { facebook: 'Facebook', janrain: 'Janrain', 'janrain/yahoo': 'Yahoo' };
  expect((await explain(house, { provider: 'facebook' }))['names']).toEqual(names);
  const refused = await explain(house, { lastIdentityHandling: 'fail' });
  expect(refused).toMatchObject({ allowed: false });
  expect(refused['names']).toEqual(names);
});

describe('why it would be refused, and what to add first', () => {
  const lastWayIn = { errorCode: 400030, errorMessage: 'Operation not allowed' };

  it('the last way in: any other way in helps', async () => {
    const house = await open(facebook);
    expect(
      await explain(house, { provider: 'facebook', lastIdentityHandling: 'fail' }),
    ).toMatchObject({
      errorCode: 0,
      allowed: false,
      wouldFail: lastWayIn,
      addFirst: everything,
      receipt: [],
      waysInLeft: [{ kind: 'identity', provider: 'facebook' }],
      keepsMapping: false,
    });
  });

  it('all of them: another identity would go as well, so it is not named', async () => {
    const house = await open();
    expect(await explain(house, { lastIdentityHandling: 'fail' })).toMatchObject({
      wouldFail: lastWayIn,
      addFirst: ['password', 'passkey', 'code'],
    });
  });

  it('a login id that the site uses too: nothing helps', async () => {
    const house = await startHouse();
    const shared = { value: 'ada@facebook.example' };
    const loginIDs = [{ ...shared, provider: 'facebook' }, shared];
    await house.signIn({ siteUID: 'u', providers: two, loginIDs });
    const params = { provider: 'facebook', removeLoginID: 'true' };
    const answer = await explain(house, params);
    expect(answer).toMatchObject({ allowed: false, addFirst: [] });
    const real = await house.signed('socialize.removeConnection', { UID: 'u', ...params });
    const { errorCode, errorMessage, errorDetails } = real;
    expect(answer['wouldFail']).toEqual({ errorCode, errorMessage, errorDetails });
  });

  it('not connected: said as data, and nothing to add', async () => {
    const house = await open(facebook);
    expect(await explain(house, { provider: 'github' })).toMatchObject({
      errorCode: 0,
      allowed: false,
      wouldFail: { errorCode: 400106, errorMessage: 'Not connected' },
      addFirst: [],
    });
    // Nor is there anything to add where nothing is connected at all: that would only be removed again.
    await device(house, 'v');
    expect(await explain(house, { UID: 'v' })).toMatchObject({
      wouldFail: { errorCode: 400106 },
      addFirst: [],
    });
  });

  it('what is wrong with the request is refused, as the real call does', async () => {
    const house = await open(facebook);
    for (const params of [
      { provider: 'friendster' },
      { lastIdentityHandling: 'hard' },
      { removeLoginID: 'maybe' },
      { forceProvidersLogout: 'friendster' },
    ]) {
      const answer = await explain(house, params);
      const real = await house.signed('socialize.removeConnection', { UID: 'u', ...params });
      expect(answer.errorCode).toBe(400006);
      expect(answer.errorDetails).toBe(real.errorDetails);
    }
  });
});

describe('who may ask', () => {
  it('the person, of nobody else', async () => {
    const house = await open(facebook);
    const stranger = await device(house, 'v', 'github');
    const ask = (params: Record<string, string>) => house.post('socialize.explainRemoval', params);
    expect(await ask({ login_token: stranger, UID: 'u' })).toMatchObject({ errorCode: 403005 });
    expect(await ask({ login_token: 'nobody' })).toMatchObject({ errorCode: 403005 });
    expect(await ask({ UID: 'u' })).toMatchObject({ errorCode: 403005 });
    expect(await explain(house, { UID: 'nobody' })).toMatchObject({ errorCode: 403005 });
    const own = await ask({ login_token: stranger });
    expect(own).toMatchObject({ allowed: true, keepsMapping: true });
    expect(JSON.stringify(own)).not.toContain('facebook');
  });

  it('other people’s identities and login ids change nothing in what a person is told', async () => {
    const house = await open(facebook);
    const plain = ({ callId: _own, time: _then, ...answer }: Answer) => answer;
    const params = { lastIdentityHandling: 'fail' };
    const alone = plain(await explain(house, params));
    await house.signIn({
      siteUID: 'v',
      providers: { github: { providerUID: 'g' } },
      loginIDs: [{ value: 'bob@shop.example', wayIn: 'password' }],
      elsewhere: true,
    });
    expect(plain(await explain(house, params))).toEqual(alone);
  });
});
