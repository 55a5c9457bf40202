// People who come along from elsewhere, by lines of our own format.
import { importAccounts } from 'outro/server';
import pg from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { operatorOf, piecesOf, startImport } from '../support/import.ts';

const ada = {
  UID: 'ada+/=~ü',
  isSiteUID: false,
  created: '2011-02-03T04:05:06.789Z',
  profile: { firstName: 'Ada', nickname: 'Ådä 🐙', email: 'Ada@x.example' },
  identities: [
    {
      provider: 'facebook',
      providerUID: '100001',
      lastLoginTime: 1_300_000_000,
      linkedAt: '2011-02-03T04:05:06Z',
      mappedProviderUIDs: [{ providerUID: '7', apiKey: '3_other' }],
      email: 'ada@x.example',
      refreshToken: 'the token of ada',
    },
    { provider: 'Google', providerUID: '200002', allowsLogin: false },
  ],
  loginIDs: [
    { value: 'Ada@x.example', wayIn: 'password' },
    { value: 'ada@fb.example', providers: ['facebook'] },
    { value: 'ada@new.example', verified: false },
    { value: 'ada', kind: 'username', wayIn: 'password' },
  ],
};

const bob = { UID: 'bob', identities: [{ provider: 'github', providerUID: '300003' }] };

describe('importAccounts', () => {
  it('brings people as they were: times as given or none, tokens sealed, and no session', async () => {
    const { house, bring, info } = await startImport();
    const { report, troubles } = await bring([ada, bob]);
    expect(troubles).toEqual([]);
    expect(report).toMatchObject({
      read: 2,
      new: 2,
      changed: 0,
      same: 0,
      refused: 0,
      identities: 3,
      loginIds: 4,
      tokens: 1,
      withoutWayIn: 0,
    });
    const { user, account } = await info(ada.UID);
    expect(user).toMatchObject({
      UID: ada.UID,
      isSiteUID: false,
      isLoggedIn: false,
      ...ada.profile,
      providers: 'google,facebook',
      identities: [
        { provider: 'google', providerUID: '200002', allowsLogin: false },
        {
          provider: 'facebook',
          providerUID: '100001',
          allowsLogin: true,
          lastLoginTime: 1_300_000_000,
          mappedProviderUIDs: [{ providerUID: '7', apiKey: '3_other' }],
          email: 'ada@x.example',
        },
      ],
    });
    expect(account).toMatchObject({
      created: ada.created,
      loginIDs: {
        username: 'ada',
        emails: expect.arrayContaining(['Ada@x.example', 'ada@fb.example']) as string[],
        unverifiedEmails: ['ada@new.example'],
      },
      socialProviders: 'google,facebook,site',
    });
    expect((await info('bob')).account['created']).toBeUndefined();
    const rows = await house.rows();
    expect(rows['sessions']).toEqual([]);
    expect(JSON.stringify(rows)).not.toContain('the token of ada');
    expect(rows['journal']).toMatchObject([
      { method: 'importAccounts', actor: 'operator', account: null, uid: null, announced: null },
    ]);
    const untimed = rows['identities']?.filter((one) => !(one as { linked_at: unknown }).linked_at);
    expect(untimed).toHaveLength(2);
  });

  it('changes nothing the second time: no row, no count of changes, no journal', async () => {
    const { house, bring } = await startImport();
    await bring([ada, bob]);
    const before = await house.rows();
    const { report } = await bring([ada, bob]);
    expect(report).toMatchObject({ read: 2, new: 0, changed: 0, same: 2 });
    expect(await house.rows()).toEqual(before);
  });

  it('adds what is news, and takes nothing away: an account’s rev moves once', async () => {
    const { house, bring, info } = await startImport();
    await house.signIn({
      siteUID: 'bob',
      providers: { github: { providerUID: '300003', refreshToken: 'newer' } },
      userInfo: { nickname: 'Bobby' },
      loginIDs: [{ value: 'bob@x.example', wayIn: 'password', verified: false }],
    });
    const before = await house.rows();
    const { report } = await bring([
      {
        UID: 'bob',
        profile: { firstName: 'Bob' },
        identities: [
          { provider: 'github', providerUID: '300003', allowsLogin: false, refreshToken: 'older' },
          { provider: 'twitter', providerUID: '5' },
        ],
        loginIDs: [{ value: 'BOB@x.example' }],
      },
    ]);
    expect(report).toMatchObject({ changed: 1, identities: 1, loginIds: 1, tokens: 0 });
    const { user, account } = await info('bob');
    expect(user).toMatchObject({
      nickname: 'Bobby',
      firstName: 'Bob',
      providers: 'twitter,github',
    });
    expect(account['loginIDs']).toEqual({ emails: ['bob@x.example'], unverifiedEmails: [] });
    const after = await house.rows();
    const of = (rows: typeof before, table: string) => rows[table] as Record<string, unknown>[];
    expect(of(after, 'accounts')[0]!['rev']).toBe(
      String(Number(of(before, 'accounts')[0]!['rev']) + 1),
    );
    const github = (rows: typeof before) =>
      of(rows, 'identities').find(({ provider }) => provider === 'github');
    expect(github(after)).toEqual(github(before));
    expect(of(after, 'login_ids')[0]).toMatchObject({ way_in: 'password', is_verified: true });
  });

  it('lets what was disconnected or deleted here stay gone, until a sign-in that came later', async () => {
    const { house, bring, info } = await startImport();
    await bring([ada, bob]);
    await house.signed('socialize.removeConnection', { UID: ada.UID, provider: 'facebook' });
    await house.signed('socialize.deleteAccount', { UID: 'bob' });
    const { report, troubles } = await bring([ada, bob, { ...bob, UID: 'robert' }]);
    expect(troubles).toMatchObject([
      { place: 1, uid: ada.UID, kind: 'removedHere', path: 'identities.0', isRefused: false },
      { place: 2, uid: 'bob', kind: 'deletedHere', path: 'UID', isRefused: true },
      { place: 3, uid: 'robert', kind: 'removedHere', path: 'identities.0', isRefused: false },
    ]);
    expect(report).toMatchObject({ same: 1, refused: 1, new: 1, withoutWayIn: 1 });
    expect((await info(ada.UID)).user['providers']).toBe('google');
    expect((await info('bob')).user).toMatchObject({ errorCode: 403005 });
    const lastLoginTime = Math.ceil(Date.now() / 1000) + 1;
    await bring([{ ...ada, identities: [{ ...ada.identities[0], lastLoginTime }] }]);
    expect((await info(ada.UID)).user['providers']).toBe('google,facebook');
  });
});

describe('collisions', () => {
  it('of an e-mail or a person at a provider are named by account, and never merged; the rest goes on', async () => {
    const { house, bring, info } = await startImport();
    await house.signIn({
      siteUID: 'here',
      providers: { facebook: { providerUID: '1' } },
      loginIDs: [{ value: 'here@x.example' }],
      elsewhere: true,
    });
    const lines = [
      { UID: 'one', identities: [{ provider: 'facebook', providerUID: '1' }] },
      { UID: 'two', loginIDs: [{ value: 'HERE@x.example' }, { value: 'two@x.example' }] },
      { UID: 'three', identities: [{ provider: 'line', providerUID: '9' }] },
      { UID: 'four', identities: [{ provider: 'line', providerUID: '9' }] },
      { UID: 'five', loginIDs: [{ value: 'two@x.example' }] },
    ];
    const named = [
      { place: 1, uid: 'one', kind: 'identityExists', text: 'belongs to the account here' },
      { place: 2, uid: 'two', kind: 'loginIdExists', text: 'belongs to the account here' },
      { place: 4, uid: 'four', kind: 'identityExists', text: 'belongs to the account three' },
    ];
    const foretold = await bring(lines, { dryRun: true });
    const { report, troubles } = await bring(lines);
    expect(foretold).toEqual({ report, troubles });
    expect(troubles).toMatchObject(named);
    expect(report).toMatchObject({ new: 2, refused: 3, troubles: { identityExists: 2 } });
    expect((await info('one')).user).toMatchObject({ errorCode: 403005 });
    expect((await info('here')).user['providers']).toBe('facebook');
    const again = await bring(lines, { conflicts: 'ignore' });
    expect(again.report).toMatchObject({ new: 3, same: 2, refused: 0, withoutWayIn: 4 });
    expect((await info('one')).user).toMatchObject({ errorCode: 0, isConnected: false });
  });

  it('of one uid twice in a file: the second line adds to the first', async () => {
    const { bring, info } = await startImport();
    const { report } = await bring([bob, { UID: 'bob', profile: { nickname: 'B' } }, bob]);
    expect(report).toMatchObject({ new: 1, changed: 1, same: 1 });
    expect((await info('bob')).user).toMatchObject({ nickname: 'B', providers: 'github' });
  });

  it('a dry run says all of it across batches, and writes nothing', async () => {
    const { house, bring } = await startImport();
    const many = Array.from({ length: 600 }, (_, index) => ({
      UID: `u${index}`,
      loginIDs: [{ value: index === 599 ? 'u0@x.example' : `u${index}@x.example` }],
    }));
    const { report, troubles } = await bring(many, { dryRun: true });
    expect(report).toMatchObject({ read: 600, new: 599, refused: 1 });
    expect(troubles).toMatchObject([{ place: 600, uid: 'u599', kind: 'loginIdExists' }]);
    expect(Object.values(await house.rows()).flat()).toEqual([]);
  });
});

describe('bad input', () => {
  const half = '{"UID":"cut","prof';
  const rows: [title: string, line: object | string, path: string, text: RegExp][] = [
    ['half a line', half, 'line', /broken off/],
    ['no object', '"ada"', 'line', /a JSON object with UID/],
    ['no uid', { profile: {} }, 'UID', /text of 1 to 300 characters/],
    ['an unknown field', { UID: 'x', shoeSize: 4 }, 'shoeSize', /no field of that name/],
    ['a field near one', { UID: 'x', loginIds: [] }, 'loginIds', /no field of that name/],
    ['a uid cut inside an emoji', { UID: 'x\ud83d' }, 'UID', /no half of a sign/],
    [
      'a provider’s id cut inside an emoji',
      { UID: 'x', identities: [{ provider: 'line', providerUID: 'a\udc19' }] },
      'identities.0.providerUID',
      /no half of a sign/,
    ],
    [
      'a provider that nobody knows',
      { UID: 'x', identities: [{ provider: 'friendster', providerUID: '1' }] },
      'identities.0.provider',
      /a provider id such as/,
    ],
    [
      '300 identities',
      {
        UID: 'x',
        identities: Array.from({ length: 300 }, (_, one) => ({
          provider: 'line',
          providerUID: String(one),
        })),
      },
      'identities',
      /at most 100 entries/,
    ],
    [
      'one person twice',
      {
        UID: 'x',
        identities: [
          { provider: 'google', providerUID: '1' },
          { provider: 'Google', providerUID: '1' },
        ],
      },
      'identities.1',
      /each once/,
    ],
    ['a date of year 0', { UID: 'x', created: '0000-01-01T00:00:00Z' }, 'created', /from 1970/],
    ['a day that is none', { UID: 'x', created: '2011-02-30T00:00:00Z' }, 'created', /ISO 8601/],
    ['a time to come', { UID: 'x', created: '2111-02-03T00:00:00Z' }, 'created', /until now/],
    [
      'milliseconds',
      { UID: 'x', identities: [{ provider: 'line', providerUID: '1', lastLoginTime: 1.7e12 }] },
      'identities.0.lastLoginTime',
      /Unix seconds/,
    ],
    ['no e-mail', { UID: 'x', loginIDs: [{ value: 'nobody' }] }, 'loginIDs.0.value', /an e-mail/],
    [
      'a login id of a provider that is not there',
      { UID: 'x', loginIDs: [{ value: 'a@x.example', providers: ['line'] }] },
      'loginIDs.0.providers',
      /providers of identities/,
    ],
    [
      'a way in that is taken back',
      { UID: 'x', loginIDs: [{ value: 'a@x.example', wayIn: 'none' }] },
      'loginIDs.0.wayIn',
      /one of password, passkey, code/,
    ],
  ];

  it('is refused by line, account and path, with nothing half-done; the rest goes on', async () => {
    const { house, bring } = await startImport();
    const { report, troubles } = await bring([...rows.map(([, line]) => line), bob]);
    expect(report).toMatchObject({ read: rows.length + 1, new: 1, refused: rows.length });
    for (const [index, [title, line, path, text]] of rows.entries()) {
      const trouble = troubles.find(({ place }) => place === index + 1);
      expect(trouble, title).toMatchObject({ path, isRefused: true });
      expect(trouble?.text, title).toMatch(text);
      const uid = line === half ? 'cut' : (line as { UID?: unknown }).UID;
      expect(trouble?.uid, title).toBe((uid as string | undefined)?.replace('\ud83d', '\ufffd'));
    }
    expect((await house.rows())['accounts']).toMatchObject([{ uid: 'bob' }]);
  });

  it('text that people read is mended where a sign was cut; lines that are no UTF-8 or endless are refused', async () => {
    const { bring, info } = await startImport();
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('{"UID":"a","profile":{"nickname":"cut \\ud83d"}}\r\n\n');
      yield new Uint8Array([0x22, 0xf0, 0x9f, 0x90, 0x22, 10]);
      for (let count = 0; count < 20; count += 1) yield new Uint8Array(100_000).fill(0x20);
      yield new TextEncoder().encode('\n{"UID":"b"}');
    }
    const { report, troubles } = await bring(pieces());
    expect(report).toMatchObject({ new: 2, refused: 2 });
    expect(troubles).toMatchObject([
      { place: 3, text: 'expected UTF-8' },
      { place: 4, text: 'expected at most 1048576 bytes' },
    ]);
    expect((await info('a')).user['nickname']).toBe('cut \ufffd');
  });

  it('a site, a name and a stream that are not meant are refused by name', async () => {
    const { house, bring } = await startImport();
    await expect(bring([], { site: 'other' })).rejects.toThrow('site: no site');
    await expect(bring([], { name: '' })).rejects.toThrow('name: expected 1 to 300 characters');
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield* piecesOf(Array.from({ length: 501 }, (_, index) => ({ UID: `u${index}` })));
      throw new Error('the disk is gone');
    };
    await expect(bring(broken())).rejects.toThrow('the disk is gone');
    expect((await house.rows())['accounts']).toHaveLength(500);
    await expect(bring(Array.from({ length: 501 }, (_, i) => ({ UID: `v${i}` })))).rejects.toThrow(
      'what is before that is not the same now',
    );
    const { report } = await bring(Array.from({ length: 501 }, (_, i) => ({ UID: `u${i}` })));
    expect(report).toMatchObject({ read: 501, new: 501 });
    expect((await house.rows())['journal']).toHaveLength(1);
  });
});

it('reads no faster than the database writes, and stops when it is told to', async () => {
  const { house, bring } = await startImport();
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new TextEncoder().encode(`${JSON.stringify({ UID: `u${(given += 1)}` })}\n`);
  }
  const stop = new AbortController();
  const ahead: number[] = [];
  const report = await importAccounts(operatorOf(house), endless(), {
    site: house.apiKey,
    signal: stop.signal,
    onProgress({ read }) {
      ahead.push(given - read);
      if (read >= 1000) stop.abort();
    },
  });
  expect(Math.max(...ahead)).toBeLessThanOrEqual(1);
  expect(report.read).toBe(1000);
  expect((await house.rows())['journal']).toEqual([]);
  const rest = await bring(Array.from({ length: 1500 }, (_, index) => ({ UID: `u${index + 1}` })));
  expect(rest.report).toMatchObject({ read: 1500, new: 1500 });
});

it('a removal that comes between looking and writing is seen all the same', async () => {
  const { house, bring } = await startImport();
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  // Whatever comes, the lock goes: others work in this database.
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('begin');
  await client.query('lock table outro.accounts in share mode');
  const bringing = bring([bob]);
  // Imports of other workers may wait beside it.
  const waits = `select 1 from pg_stat_activity
    where application_name = 'tests ${process.pid}' and wait_event_type = 'Lock' and query like 'with added%'`;
  await expect
    .poll(async () => (await house.database.query(waits)).length, { interval: 20, timeout: 30_000 })
    .toBe(1);
  await client.query(
    `insert into outro.removed_identities (site, provider, sub_provider, person_hash, removed_at, generation, rev)
     values ($1, 'github', '', sha256(convert_to(concat_ws(E'\n', $1::text, 'github', '', '300003'), 'UTF8')),
       clock_timestamp(), 1, 1)`,
    [house.apiKey],
  );
  await client.query('commit');
  expect((await bringing).troubles).toMatchObject([{ uid: 'bob', kind: 'removedHere' }]);
  expect((await house.rows())['identities']).toEqual([]);
});

it('two imports of one name do not overwrite how far the other has come', async () => {
  const { house, bring } = await startImport();
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const linesTo = (count: number, from = 0) =>
    piecesOf(Array.from({ length: count - from }, (_, index) => ({ UID: `u${from + index}` })));
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield* linesTo(501);
    await gate;
    yield* linesTo(900, 501);
  }
  const first = bring(slow());
  const refused = expect(first).rejects.toThrow('name: another import called import is under way');
  const done = 'select done::int from outro.imports where site = $1';
  const progress = () => house.database.query(done, [house.apiKey]);
  await expect.poll(progress, { timeout: 30_000 }).toEqual([{ done: 500 }]);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* linesTo(1001);
    open();
    await refused;
    throw new Error('broken off');
  }
  await expect(bring(broken())).rejects.toThrow('broken off');
  expect(await progress()).toEqual([{ done: 1000 }]);
});
