// A request that arrives again, with the same `idempotencyKey`, is answered with what the first one was.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { timesDone } from '../support/journal.ts';
import { two } from '../support/removal.ts';

const removal = 'socialize.removeConnection';

const open = async (): Promise<{ house: House; login_token: string }> => {
  const house = await startHouse();
  const { cookieValue } = await house.signIn({ siteUID: 'u', providers: two });
  return { house, login_token: String(cookieValue) };
};

/** An answer without the time at which it was written. */
const timeless = ({ time: _time, ...answer }: Answer) => answer;

const refused = {
  errorCode: 400006,
  errorDetails: expect.stringContaining('idempotencyKey: was used for another') as string,
};

describe('the same request again', () => {
  it('is answered with the first one’s result, call id and all, and done once', async () => {
    const { house, login_token } = await open();
    const params = { login_token, provider: 'facebook', idempotencyKey: randomUUID() };
    const first = await house.post(removal, params);
    expect(first).toMatchObject({ errorCode: 0, user: { UID: 'u' } });
    const before = await house.rows();
    expect(timeless(await house.post(removal, params))).toEqual(timeless(first));
    // The parameters count, not how they are written, nor what is not the method's.
    const again = await house.post('SOCIALIZE.REMOVECONNECTION', {
      ...params,
      removeLoginID: '0',
      context: 'c',
      sdk: 'js',
    });
    expect(timeless(again)).toEqual({ ...timeless(first), context: 'c' });
    expect(await house.rows()).toEqual(before);
    // Without the key it is a new request.
    const { idempotencyKey: _key, ...keyless } = params;
    expect(await house.post(removal, keyless)).toMatchObject({ errorCode: 400106 });
  });

  it('is answered also when its session has ended with the first', async () => {
    const { house, login_token } = await open();
    const params = { login_token, idempotencyKey: randomUUID() };
    const first = await house.post('socialize.logout', params);
    expect(first['receipt']).toContainEqual({ step: 'session', status: 'done' });
    expect(timeless(await house.post('socialize.logout', params))).toEqual(timeless(first));
    expect(await timesDone(house, 'logout')).toBe(1);
  });

  it('signed anew, by a server: the account may be gone by then', async () => {
    const { house } = await open();
    const params = { UID: 'u', idempotencyKey: randomUUID() };
    const first = await house.signed('socialize.deleteAccount', params);
    expect(first.errorCode).toBe(0);
    const again = await house.signed('socialize.deleteAccount', params);
    expect(timeless(again)).toEqual(timeless(first));
  });

  it('that changed nothing may be made again: nothing is kept for nobody', async () => {
    const house = await startHouse();
    const params = { email: 'ada@facebook.example', idempotencyKey: randomUUID() };
    const first = await house.signed('socialize.unlink', params);
    expect(first).toMatchObject({ errorCode: 0, is_unlinked: false });
    expect((await house.rows())['journal']).toEqual([]);
    const loginIDs = [{ value: params.email }];
    await house.signIn({ siteUID: 'u', providers: two, loginIDs });
    const again = await house.signed('socialize.unlink', params);
    expect(again).toMatchObject({ errorCode: 0, is_unlinked: true });
    // From now on it is the answer, whatever happens.
    expect(timeless(await house.signed('socialize.unlink', params))).toEqual(timeless(again));
  });

  it('that was refused runs again: a refusal has changed nothing', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: two.facebook } });
    const params = { UID: 'u', lastIdentityHandling: 'fail', idempotencyKey: randomUUID() };
    expect(await house.signed(removal, params)).toMatchObject({ errorCode: 400030 });
    await house.signIn({
      siteUID: 'u',
      loginIDs: [{ value: 'ada', kind: 'username', wayIn: 'password' }],
    });
    expect(await house.signed(removal, params)).toMatchObject({ errorCode: 0 });
  });

  it('a sign-in refused because it began before a removal is refused again', async () => {
    const { house } = await open();
    await house.signed(removal, { UID: 'u', provider: 'facebook' });
    const facebook = { ...two.facebook, startedAt: Date.now() / 1000 - 60 };
    const params = {
      providerSessions: JSON.stringify({ facebook }),
      idempotencyKey: randomUUID(),
    };
    for (let time = 0; time < 2; time += 1)
      expect(await house.signed('socialize.notifyLogin', params)).toMatchObject({
        errorCode: 403002,
      });
  });
});

describe('the same request at the same time', () => {
  const calls: [string, string, Record<string, string>][] = [
    [removal, 'removeConnection', { UID: 'u', provider: 'facebook' }],
    ['socialize.logout', 'logout', { UID: 'u' }],
    ['socialize.deleteAccount', 'deleteAccount', { UID: 'u' }],
    ['socialize.setUID', 'setUID', { UID: 'u', siteUID: 'v' }],
    ['socialize.notifyLogin', 'notifyLogin', { siteUID: 'new' }],
    [
      'socialize.notifyLogin',
      'notifyLogin',
      { providerSessions: '{"github":{"providerUID":"g"}}' },
    ],
    ['socialize.getToken', 'getToken', { grant_type: 'none', x_siteUID: 'u' }],
  ];
  it.each(calls)(
    '%s is done once, and every caller has the first one’s answer',
    async (...call) => {
      const [path, method, params] = call;
      const { house } = await open();
      const done = await timesDone(house, method);
      const given = { ...params, idempotencyKey: randomUUID() };
      const answers = await Promise.all(Array.from({ length: 8 }, () => house.signed(path, given)));
      expect(answers[0]).toMatchObject({ errorCode: 0 });
      for (const answer of answers)
        expect(timeless(answer)).toEqual(timeless(answers[0] as Answer));
      expect(await timesDone(house, method)).toBe(done + 1);
    },
  );
});

describe('a key that was used', () => {
  it.each<[string, string, Record<string, string>]>([
    ['with other parameters', removal, { provider: 'linkedin' }],
    ['with fewer parameters', removal, {}],
    ['for another method', 'socialize.logout', { provider: 'facebook' }],
    ['for another user', removal, { provider: 'facebook', UID: 'v' }],
  ])('%s: 400006, nothing changes', async (_title, path, params) => {
    const { house } = await open();
    const idempotencyKey = randomUUID();
    const first = { UID: 'u', provider: 'facebook', idempotencyKey };
    expect(await house.signed(removal, first)).toMatchObject({ errorCode: 0 });
    const before = await house.rows();
    expect(await house.signed(path, { UID: 'u', ...params, idempotencyKey })).toMatchObject(
      refused,
    );
    expect(await house.rows()).toEqual(before);
  });

  it('for two requests at the same time: one is done, the other refused', async () => {
    const { house } = await open();
    const idempotencyKey = randomUUID();
    const answers = await Promise.all(
      Object.keys(two).map((provider) =>
        house.signed(removal, { UID: 'u', provider, idempotencyKey }),
      ),
    );
    const codes = answers.map(({ errorCode }) => errorCode).toSorted((one, next) => one - next);
    expect(codes).toEqual([0, 400006]);
    expect(await timesDone(house, 'removeConnection')).toBe(1);
  });

  it('is another caller’s key as well: nobody reads an answer that is not theirs', async () => {
    const { house, login_token } = await open();
    const { cookieValue } = await house.signIn({ siteUID: 'v', elsewhere: true });
    const params = { provider: 'facebook', idempotencyKey: randomUUID() };
    const first = await house.post(removal, { ...params, login_token });
    expect(first).toMatchObject({ errorCode: 0 });
    // Somebody else’s session, another session of the same person, a server, nobody.
    const strange = { ...params, login_token: String(cookieValue) };
    expect(await house.post(removal, strange)).toMatchObject({ errorCode: 400106 });
    const twin = await house.signIn({ siteUID: 'u', elsewhere: true });
    const own = { ...params, login_token: String(twin['cookieValue']) };
    expect(await house.post(removal, own)).toMatchObject({ errorCode: 400106 });
    expect(await house.signed(removal, { ...params, UID: 'u' })).toMatchObject({
      errorCode: 400106,
    });
    expect(await house.post(removal, params)).toMatchObject({ errorCode: 403005 });
    const neighbour = await startHouse();
    expect(await neighbour.post(removal, { ...params, login_token })).toMatchObject({
      errorCode: 403005,
    });
  });

  it('is forgotten after a day', async () => {
    const { house } = await open();
    const params = { UID: 'u', provider: 'facebook', idempotencyKey: randomUUID() };
    await house.signed(removal, params);
    const age = (hours: number) =>
      house.database.query(
        "update outro.journal set at = at - $2 * interval '1 hour' where site = $1",
        [house.apiKey, hours],
      );
    await age(23);
    expect(await house.signed(removal, params)).toMatchObject({ errorCode: 0 });
    await age(2);
    expect(await house.signed(removal, params)).toMatchObject({ errorCode: 400106 });
    // Forgotten, not gone yet: it can be used anew.
    const next = { ...params, provider: 'linkedin' };
    expect(await house.signed(removal, next)).toMatchObject({ errorCode: 0 });
    expect(await house.signed(removal, params)).toMatchObject(refused);
    await age(25);
    await expect
      .poll(async () => {
        // The oldest go first, whosever they are: tests share the database.
        await house.database.store.exits.purge(1_000_000);
        return house.database.query(
          'select 1 from outro.journal where site = $1 and num_nonnulls(caller, key, request, sealed_answer) > 0',
          [house.apiKey],
        );
      })
      .toEqual([]);
    // What was done is remembered without it.
    expect(await timesDone(house, 'removeConnection')).toBe(2);
  });
});

describe('idempotencyKey', () => {
  it.each(['seven..', '𐳎🁤𘯣𐑈𒅮', 'x'.repeat(101), `tab\there${randomUUID()}`, ''])(
    'refuses %j: 400006, nothing changes',
    async (idempotencyKey) => {
      const { house, login_token } = await open();
      const before = await house.rows();
      const answer = await house.post(removal, { login_token, idempotencyKey });
      expect(answer).toMatchObject({ errorCode: 400006 });
      expect(answer.errorDetails).toMatch(/^idempotencyKey: expected text of 8 to 100 characters/);
      expect(await house.rows()).toEqual(before);
    },
  );

  it('means nothing to a method that changes nothing', async () => {
    const { house, login_token } = await open();
    const params = { login_token, idempotencyKey: randomUUID() };
    const infos = [];
    for (const nickname of ['Ada', 'Augusta']) {
      await house.signIn({ siteUID: 'u', userInfo: { nickname }, elsewhere: true });
      infos.push(await house.post('socialize.getUserInfo', params));
    }
    expect(infos).toMatchObject([{ nickname: 'Ada' }, { nickname: 'Augusta' }]);
  });

  it('is no way around who may ask: a secret or signature is checked each time', async () => {
    const { house } = await open();
    const params = { UID: 'u', provider: 'facebook', idempotencyKey: randomUUID() };
    await house.signed(removal, params);
    const wrong = Buffer.from('wrong').toString('base64');
    expect(await house.post(removal, { ...params, secret: wrong })).toMatchObject({
      errorCode: 403010,
    });
    expect(await house.post(removal, { ...params, secret })).toMatchObject({ errorCode: 0 });
  });
});
