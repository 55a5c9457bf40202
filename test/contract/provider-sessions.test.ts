// People's sessions at providers: learned with a sign-in, ended by the provider's word.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const idToken = (payload: unknown): string => `${encode({ alg: 'RS256' })}.${encode(payload)}.x`;
const issuer = 'https://login.example';

const signIn = async (house: House, siteUID: string, providers: Record<string, object>) => {
  await house.signIn({
    siteUID,
    providers,
    elsewhere: true,
  });
  const [row] = await house.database.query(
    `select accounts.id::text as account, sessions.id as session from outro.sessions
     join outro.accounts on accounts.id = account_id
     where sessions.site = $1 and uid = $2 order by sessions.created_at desc limit 1`,
    [house.apiKey, siteUID],
  );
  return { account: String(row?.['account']), session: String(row?.['session']) };
};

const facebook = (sid: string, more: object = {}) => ({
  facebook: { providerUID: 'f', idToken: idToken({ iss: issuer, sid }), ...more },
});

const providerRows = (house: House) =>
  house.database.query(
    `select provider, issuer, sid, sealed_id_token, ended_at from outro.provider_sessions
     where site = $1 order by created_at, provider`,
    [house.apiKey],
  );

const profiles = async (house: House) =>
  (
    await house.database.query(
      'select profile from outro.identities where site = $1 order by provider',
      [house.apiKey],
    )
  ).map(({ profile }) => profile);

describe('notifyLogin', () => {
  it('keeps issuer and session id of the ID token, the token sealed, a row for each provider', async () => {
    const house = await startHouse();
    const token = idToken({ iss: issuer, sid: 'sid-1', sub: 'f', secret: 'claim' });
    const { account, session } = await signIn(house, 'u', {
      facebook: { providerUID: 'f', idToken: token, nickname: 'Ada' },
      github: { providerUID: 'g' },
    });
    const kept = await house.database.store.exits.providerSessions({ site: house.apiKey, account });
    const of = { session, endedAt: undefined };
    expect(kept.toSorted((a, b) => a.provider.localeCompare(b.provider))).toMatchObject([
      { ...of, provider: 'facebook', providerUid: 'f', issuer, sid: 'sid-1' },
      { ...of, provider: 'github', providerUid: 'g', sealedIdToken: undefined, sid: undefined },
    ]);
    const rows = await providerRows(house);
    expect(rows[0]?.['sealed_id_token']).toMatch(/^v1\.test\./);
    expect(JSON.stringify(rows)).not.toContain(token.split('.')[1]);
    // They belong to the session, not to what is known of the person.
    expect(await profiles(house)).toEqual([{ nickname: 'Ada' }, {}]);
  });

  it('takes what the site says before what the token says', async () => {
    const house = await startHouse();
    await signIn(house, 'u', facebook('sid-1', { issuer: 'https://told.example', sid: 'told' }));
    expect(await providerRows(house)).toMatchObject([
      { issuer: 'https://told.example', sid: 'told' },
    ]);
    expect(await profiles(house)).toEqual([{}]);
    await signIn(house, 'v', { github: { providerUID: 'g', sid: 'alone' } });
    expect((await providerRows(house))[1]).toMatchObject({ issuer: null, sid: 'alone' });
  });

  it.each([
    ['no token at all', ''],
    ['one part', 'x'],
    ['no JSON', `x.${encode('{')}.x`],
    ['no object', idToken('null')],
    ['no text', idToken({ iss: 1, sid: ['a'] })],
    ['too long', idToken({ iss: issuer, sid: 'x'.repeat(301) })],
    ['nothing', idToken({ iss: '', sid: '' })],
    ['control characters', idToken({ iss: issuer, sid: 'a\u0000b' })],
  ])('signs in as before with an ID token that is malformed: %s', async (_title, token) => {
    const house = await startHouse();
    await signIn(house, 'u', { facebook: { providerUID: 'f', idToken: token } });
    expect(await providerRows(house)).toMatchObject([{ issuer: null, sid: null }]);
  });

  it.each([
    ['issuer', 1],
    ['issuer', ''],
    ['sid', 'x'.repeat(301)],
    ['sid', 'a\u0000'],
  ])('refuses a bad %s', async (name, value) => {
    const house = await startHouse();
    const answer = await house.signed('socialize.notifyLogin', {
      siteUID: 'u',
      providerSessions: JSON.stringify({ facebook: { providerUID: 'f', [name]: value } }),
    });
    expect(answer).toMatchObject({ errorCode: 400006 });
    expect(answer.errorDetails).toMatch(new RegExp(`^providerSessions\\.facebook\\.${name}: `));
    expect((await house.rows())['accounts']).toEqual([]);
  });
});

describe('endProviderSessions', () => {
  it('by session id: that session of that issuer, once and the same again; nobody else’s', async () => {
    const house = await startHouse();
    const other = await startHouse();
    const { exits } = house.database.store;
    const first = await signIn(house, 'u', facebook('sid-1'));
    await signIn(house, 'u', facebook('sid-2'));
    await signIn(house, 'v', { github: { providerUID: 'g', sid: 'sid-1' } });
    await signIn(other, 'u', facebook('sid-1'));
    const of = { site: house.apiKey, provider: 'facebook', issuer, sid: 'sid-1' };
    expect(await exits.endProviderSessions({ ...of, issuer: 'https://evil.example' })).toEqual([]);
    expect(await exits.endProviderSessions({ ...of, sid: 'sid-3' })).toEqual([]);
    const ended = [{ account: first.account, sessions: [first.session] }];
    expect(await exits.endProviderSessions(of)).toEqual(ended);
    const rows = await providerRows(house);
    expect(rows.map(({ ended_at }) => ended_at !== null)).toEqual([true, false, false]);
    expect(await exits.endProviderSessions(of)).toEqual(ended);
    expect(await providerRows(house)).toEqual(rows);
    expect(await providerRows(other)).toMatchObject([{ ended_at: null }]);
    const [kept] = (
      await exits.providerSessions({ site: house.apiKey, account: first.account })
    ).filter(({ sid }) => sid === 'sid-1');
    expect(kept?.endedAt).toBeInstanceOf(Date);
  });

  it('counts a session whose sign-in told no issuer', async () => {
    const house = await startHouse();
    const opened = await signIn(house, 'u', { facebook: { providerUID: 'f', sid: 'sid-1' } });
    const of = { site: house.apiKey, provider: 'facebook', issuer, sid: 'sid-1' };
    expect(await house.database.store.exits.endProviderSessions(of)).toEqual([
      { account: opened.account, sessions: [opened.session] },
    ]);
  });

  it('names the sessions that were opened, ended or not: which of them live, people know', async () => {
    const house = await startHouse();
    const { account, session } = await signIn(house, 'u', facebook('sid-1'));
    await house.signed('socialize.logout', { UID: 'u' });
    const of = { site: house.apiKey, provider: 'facebook', issuer, sid: 'sid-1' };
    expect(await house.database.store.exits.endProviderSessions(of)).toEqual([
      { account, sessions: [session] },
    ]);
    expect(await providerRows(house)).toMatchObject([{ ended_at: expect.any(Date) as Date }]);
  });

  it('by person: every session that person told of with that provider', async () => {
    const house = await startHouse();
    const { exits } = house.database.store;
    const one = await signIn(house, 'u', facebook('sid-1'));
    const two = await signIn(house, 'u', facebook('sid-2'));
    await signIn(house, 'u', { github: { providerUID: 'f' } });
    await signIn(house, 'v', { facebook: { providerUID: 'g', sid: 'sid-1' } });
    // The same id in a network behind an aggregator is another person.
    await signIn(house, 'w', { facebook: { providerUID: 'f', subProvider: 'other' } });
    const ended = await exits.endProviderSessions({
      site: house.apiKey,
      provider: 'facebook',
      issuer,
      providerUid: 'f',
    });
    expect(ended).toEqual([{ account: one.account, sessions: expect.any(Array) as string[] }]);
    expect(ended[0]?.sessions.toSorted()).toEqual([one.session, two.session].toSorted());
    const rows = await providerRows(house);
    expect(rows.map(({ sid, ended_at }) => [sid, ended_at !== null])).toEqual([
      ['sid-1', true],
      ['sid-2', true],
      [null, false],
      ['sid-1', false],
      [null, false],
    ]);
  });

  it('that names neither session nor person ends nothing', async () => {
    const house = await startHouse();
    await signIn(house, 'u', facebook('sid-1'));
    const of = { site: house.apiKey, provider: 'facebook', issuer };
    expect(await house.database.store.exits.endProviderSessions(of)).toEqual([]);
    expect(await providerRows(house)).toMatchObject([{ ended_at: null }]);
  });
});
