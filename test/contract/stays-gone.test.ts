// Gone stays gone: a sign-in that began before a removal does not undo it, and what it brought is taken back.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';
import { deliver } from '../support/inbound.ts';
import { credentials } from '../support/revocation.ts';

const method = 'socialize.notifyLogin';
const seconds = (): number => Date.now() / 1000;
// Before the removal by more than the clocks of providers are given.
const earlier = (): number => seconds() - 120;
// The clock of the removal and ours may read the same millisecond.
const later = (): number => seconds() + 1;

const encode = (content: object): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');
const idToken = (claims: object): string => `${encode({ alg: 'none' })}.${encode(claims)}.`;

const person = { providerUID: 'f-1', authToken: 'T', refreshToken: 'R' };
const other = { linkedin: { providerUID: 'l-1' } };

const open = async (providers: object = other): Promise<House> => {
  const house = await startHouse({ providers: { facebook: credentials } });
  await house.signIn({ siteUID: 'u', providers: { facebook: person, ...providers } });
  return house;
};

const notify = (house: House, session: object, params: Record<string, string> = {}) =>
  house.signed(method, {
    ...params,
    providerSessions: JSON.stringify({ facebook: { ...person, ...session } }),
  });

const providersOf = async (house: House): Promise<unknown[]> => {
  const linked = await house.database.query(
    "select provider from outro.identities where site = $1 and state = 'linked' order by 1",
    [house.apiKey],
  );
  return linked.map(({ provider }) => provider);
};

/** Every row but the record of the attempt, the errand for its tokens, and the count of changes. */
const people = async (house: House) => {
  const { journal: _record, errands: _errands, accounts = [], ...rows } = await house.rows();
  return {
    ...rows,
    accounts: accounts.map((account) => ({ ...(account as object), rev: undefined })),
  };
};

const expectRefused = (answer: Answer, parameter = 'startedAt'): void => {
  expect(answer).toMatchObject({ errorCode: 403002 });
  expect(answer.errorDetails).toMatch(
    new RegExp(
      `^providerSessions\\.facebook\\.${parameter}: facebook was disconnected at \\d{4}-.*Z, .*must sign in again`,
    ),
  );
  expect(answer['cookieValue']).toBeUndefined();
};

const deauthorize = async (house: House): Promise<Answer> => {
  const issued_at = Math.floor(seconds());
  const payload = encode({ algorithm: 'HMAC-SHA256', issued_at, user_id: person.providerUID });
  const signature = createHmac('sha256', credentials.clientSecret).update(payload);
  const signed_request = `${signature.digest('base64url')}.${payload}`;
  const body = new URLSearchParams({ signed_request });
  const { status } = await deliver(house, 'facebook/deauthorize', body);
  return { errorCode: status === 200 ? 0 : status };
};

const remove = (house: House, params: Record<string, string> = {}) =>
  house.signed('socialize.removeConnection', { UID: 'u', provider: 'facebook', ...params });

describe.each<[string, object, (house: House) => Promise<Answer>]>([
  ['by removeConnection', other, remove],
  ['softly, as the last way in', {}, remove],
  [
    'for good, as the last way in',
    {},
    (house) => remove(house, { lastIdentityHandling: 'remove' }),
  ],
  ['by unlink', {}, (house) => house.signed('socialize.unlink', { UID: 'u' })],
  ['with its account', other, (house) => house.signed('socialize.deleteAccount', { UID: 'u' })],
  ['by the provider', other, deauthorize],
  ['by the provider, as the last way in', {}, deauthorize],
])('an identity that was removed %s', (_title, providers, removal) => {
  it('is not brought back by a sign-in that began before; one that began after it is welcome', async () => {
    const house = await open(providers);
    expect((await removal(house)).errorCode).toBe(0);
    const before = await people(house);
    for (const params of [{}, { siteUID: 'u' }, { siteUID: 'somebody else' }] as const)
      expectRefused(await notify(house, { startedAt: earlier() }, params));
    expectRefused(await notify(house, { idToken: idToken({ iat: earlier() }) }), 'idToken');
    expect(await people(house)).toEqual(before);
    expect(await providersOf(house)).not.toContain('facebook');

    expect(await notify(house, { startedAt: later() })).toMatchObject({ errorCode: 0 });
    expect(await providersOf(house)).toContain('facebook');
    // The old one comes too late even now, and harms nobody.
    expectRefused(await notify(house, { startedAt: earlier() }));
    expect(await providersOf(house)).toContain('facebook');
  });
});

describe('when a sign-in began', () => {
  const gone = async (): Promise<House> => {
    const house = await open();
    await remove(house);
    return house;
  };

  it.each<[string, () => object]>([
    ['is not said', () => ({})],
    ['is not said by its ID token', () => ({ idToken: idToken({ sub: 'f-1', iat: 'now' }) })],
    ['is after it by its ID token', () => ({ idToken: idToken({ iat: later() }) })],
    [
      'is after it, by somebody who signed in at the provider long ago',
      () => ({ idToken: idToken({ iat: later(), auth_time: earlier() }) }),
    ],
    [
      'is after it as told, whatever the ID token says',
      () => ({ startedAt: later(), idToken: idToken({ iat: earlier() }) }),
    ],
    ['is a little ahead of our clock', () => ({ startedAt: seconds() + 170 })],
  ])('%s: accepted', async (_title, session) => {
    const house = await gone();
    expect(await notify(house, session())).toMatchObject({ errorCode: 0 });
    expect(await providersOf(house)).toEqual(['facebook', 'linkedin']);
  });

  it.each<[string, () => object, string]>([
    ['is the very second of it', () => ({ startedAt: Math.floor(seconds()) }), 'startedAt'],
    ['is the beginning of time', () => ({ startedAt: -1e300 }), 'startedAt'],
    ['is before it by auth_time alone', () => ({ idToken: idToken({ auth_time: 1 }) }), 'idToken'],
    [
      'is before it as told, whatever the ID token says',
      () => ({ startedAt: earlier(), idToken: idToken({ iat: later() }) }),
      'startedAt',
    ],
  ])('%s: refused', async (_title, session, parameter) => {
    const house = await open();
    const given = session();
    await remove(house);
    expectRefused(await notify(house, given), parameter);
  });

  it.each<[string, () => object, string]>([
    ['is in the future', () => ({ startedAt: seconds() + 200 }), 'facebook.startedAt'],
    ['is in milliseconds', () => ({ startedAt: Date.now() }), 'facebook.startedAt'],
    ['is never', () => ({ startedAt: 1e300 }), 'facebook.startedAt'],
    ['is no number', () => ({ startedAt: 'now' }), 'facebook.startedAt'],
    [
      'is in the future of an ID token',
      () => ({ idToken: idToken({ iat: 1e12 }) }),
      'facebook.idToken',
    ],
  ])('%s: 400006, removed or not', async (_title, session, parameter) => {
    for (const house of [await open(), await gone()]) {
      const before = await house.rows();
      const answer = await notify(house, session());
      expect(answer).toMatchObject({ errorCode: 400006 });
      expect(answer.errorDetails).toContain(`providerSessions.${parameter}: expected Unix seconds`);
      expect(await house.rows()).toEqual(before);
    }
  });
});

describe('a removal is remembered', () => {
  it('for every name of the network', async () => {
    const house = await startHouse();
    const session = { providerUID: 'g-1' };
    await house.signIn({ siteUID: 'u', providers: { googleplus: session, ...other } });
    const providerSessions = JSON.stringify({ google: { ...session, startedAt: seconds() } });
    await house.client.removeConnection({ provider: 'google' });
    expect(await house.signed(method, { providerSessions })).toMatchObject({ errorCode: 403002 });
  });

  it('of that person only, at that site only', async () => {
    const house = await open();
    await remove(house);
    const startedAt = earlier();
    expect(await notify(house, { startedAt, providerUID: 'f-2' })).toMatchObject({ errorCode: 0 });
    const neighbour = await startHouse();
    expect(await notify(neighbour, { startedAt })).toMatchObject({ errorCode: 0 });
  });

  it('without saying whom, for 400 days', async () => {
    const house = await open();
    await remove(house);
    const rows = () =>
      // Whoever is linked is marked there too, for a moment.
      house.database.query(
        'select * from outro.removed_identities where site = $1 and removed_at is not null',
        [house.apiKey],
      );
    const age = (days: number) =>
      house.database.query(
        "update outro.removed_identities set removed_at = removed_at - $2 * interval '1 day', marked_at = marked_at - $2 * interval '1 day' where site = $1",
        [house.apiKey, days],
      );
    expect(await rows()).toMatchObject([{ provider: 'facebook', generation: 1 }]);
    // The key of a site is random, and may happen to hold the id.
    const shown = JSON.stringify(await rows()).replaceAll(house.apiKey, '');
    expect(shown).not.toContain(person.providerUID);
    await age(399);
    const { exits } = house.database.store;
    await exits.purge(10_000);
    expect(await rows()).toHaveLength(1);
    await age(2);
    // Another instance of this run may be purging, which then does it for all.
    await expect
      .poll(async () => {
        await exits.purge(10_000);
        return rows();
      })
      .toEqual([]);
  });
});
