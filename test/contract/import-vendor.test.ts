// People who come along from the vendor: live, page by page, and by its files.
import {
  examine,
  importFromVendor,
  type ImportTrouble,
  type VendorImportOptions,
} from 'outro/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { operatorOf, startImport } from '../support/import.ts';
import { openVendorCloud, vendorKey, type VendorAccount } from '../support/vendor-cloud.ts';

const ada: VendorAccount = {
  UID: '_guid_Ab+/=~ü (1)',
  isRegistered: true,
  isActive: true,
  isVerified: true,
  created: '2011-02-03T04:05:06.789Z',
  lastLogin: '2020-01-01T00:00:00Z',
  loginProvider: 'facebook',
  socialProviders: 'facebook,googleplus,site',
  profile: { firstName: 'Ada', lastName: 'L', email: 'ada@x.example', gender: 'f', photoURL: '' },
  loginIDs: {
    username: 'ada',
    emails: ['ada@x.example', 'Ada@fb.example'],
    unverifiedEmails: ['ada@new.example', 'ADA@x.example'],
  },
  password: { hash: 'x', hashSettings: { algorithm: 'pbkdf2' } },
  identities: [
    { provider: 'site', providerUID: '_guid_Ab+/=~ü (1)', allowsLogin: false },
    {
      provider: 'facebook',
      providerUID: '100001',
      allowsLogin: true,
      isLoginIdentity: true,
      lastLoginTime: 1_300_000_000,
      mappedProviderUIDs: [{ providerUID: '7', apiKey: '3_other' }],
      nickname: 'Ådä 🐙',
      email: 'ada@fb.example',
      likes: [],
    },
    { provider: 'googleplus', providerUID: '200002', allowsLogin: 'false', lastLoginTime: '0' },
  ],
  data: { shoe: 4 },
};

const others = Array.from({ length: 7 }, (_, index): VendorAccount => ({
  UID: `other-${index}`,
  loginIDs: { emails: [`other-${index}@x.example`] },
}));

const startScene = async (accounts: VendorAccount[]) => {
  const { house, info } = await startImport();
  const vendor = await openVendorCloud(accounts);
  onTestFinished(vendor.close);
  const bring = async (given: Partial<VendorImportOptions> = {}) => {
    const troubles: ImportTrouble[] = [];
    const operator = operatorOf(house);
    const sources = { gigya: { ...vendorKey, domain: vendor.url } };
    const report = await importFromVendor(
      { ...operator, sites: [{ ...operator.sites[0]!, sources }] },
      {
        from: 'gigya',
        site: house.apiKey,
        onTrouble: (one) => troubles.push(one),
        firstWait: 1,
        ...given,
      },
    );
    return { report, troubles };
  };
  return { house, info, vendor, bring };
};

/** What the vendor says of somebody, field by field, as far as outro holds it. */
const expectSame = async (
  { info }: Pick<Awaited<ReturnType<typeof startScene>>, 'info'>,
  { UID }: VendorAccount,
): Promise<void> => {
  const { user, account } = await info(UID);
  const facebook = {
    provider: 'facebook',
    providerUID: '100001',
    allowsLogin: true,
    lastLoginTime: 1_300_000_000,
    mappedProviderUIDs: [{ providerUID: '7', apiKey: '3_other' }],
    nickname: 'Ådä 🐙',
    email: 'ada@fb.example',
  };
  const google = { provider: 'googleplus', providerUID: '200002', allowsLogin: false };
  const identities = [expect.objectContaining(facebook), expect.objectContaining(google)];
  expect(user).toMatchObject({
    UID,
    isSiteUID: false,
    isSiteUser: true,
    firstName: 'Ada',
    lastName: 'L',
    email: 'ada@x.example',
    providers: 'facebook,googleplus',
    identities,
  });
  expect(user['photoURL']).toBeUndefined();
  expect((user['identities'] as object[])[1]).not.toHaveProperty('lastLoginTime');
  expect(account).toMatchObject({
    UID,
    isActive: true,
    isRegistered: true,
    created: ada['created'],
    socialProviders: ada['socialProviders'],
    profile: { firstName: 'Ada', lastName: 'L', email: 'ada@x.example' },
    loginIDs: {
      username: 'ada',
      emails: expect.arrayContaining(['ada@x.example', 'Ada@fb.example']) as string[],
      unverifiedEmails: ['ada@new.example'],
    },
    identities,
  });
};

describe('live, by cursor and user key', () => {
  it('says field by field what the vendor said, and the second time changes nothing', async () => {
    const scene = await startScene([ada, ...others]);
    const { report, troubles } = await scene.bring();
    expect(troubles).toEqual([]);
    expect(report).toMatchObject({ read: 8, new: 8, identities: 2, tokens: 0, withoutWayIn: 7 });
    expect(report.ignored).toMatchObject({ data: 1, 'profile.gender': 1, lastLogin: 1 });
    await expectSame(scene, ada);
    const rows = await scene.house.rows();
    const ways = rows['login_ids']?.map((one) => one as Record<string, unknown>) ?? [];
    const waysOf = Object.fromEntries(ways.map(({ value, way_in }) => [value, way_in]));
    expect(waysOf).toMatchObject({
      ada: 'password',
      'ada@x.example': 'password',
      'ada@new.example': null,
      'other-1@x.example': null,
    });
    const again = await scene.bring();
    expect(again.report).toMatchObject({ read: 8, same: 8, new: 0, changed: 0 });
    expect(await scene.house.rows()).toEqual(rows);
  });

  it('--password-way-in: who has a login id has a password, where an export cannot tell', async () => {
    const { bring } = await startScene([
      ...others,
      { ...others[0]!, UID: 'told', password: {}, loginIDs: { username: 'told' } },
    ]);
    expect((await bring({ passwordWayIn: true })).report).toMatchObject({ withoutWayIn: 1 });
  });

  it('403048 is waited for; when it goes on, the import says what to do and can be gone on with', async () => {
    const scene = await startScene([ada, ...others]);
    const limit = { errorCode: 403048, errorMessage: 'Api rate limit exceeded' };
    scene.vendor.instead.push(limit, limit);
    expect((await scene.bring({ dryRun: true })).report).toMatchObject({ read: 8 });
    const stop = async (answer: object, times: number): Promise<void> => {
      const seen = scene.vendor.asked.length;
      // Only behind the first page.
      const { onProgress } = {
        onProgress: () => {
          if (scene.vendor.asked.length === seen + 1)
            scene.vendor.instead.push(...Array.from({ length: times }, () => answer));
        },
      };
      await expect(scene.bring({ onProgress, firstWait: 1 })).rejects.toThrow(
        /run the same command/,
      );
    };
    await stop(limit, 10);
    expect((await scene.house.rows())['accounts']).toHaveLength(3);
    await stop({ errorCode: 301001, apiDomain: 'eu1.gigya.com' }, 1);
    const { report } = await scene.bring();
    expect(report).toMatchObject({ read: 8, new: 8 });
    const cursors = scene.vendor.asked.map((params) => params.get('cursorId'));
    expect(cursors.filter((one) => one === null)).toHaveLength(2 + 3 - 1);
  }, 60_000);

  it('301001 names the data centre; a cursor that the vendor has forgotten leads to the beginning', async () => {
    const scene = await startScene([ada, ...others]);
    scene.vendor.instead.push({ errorCode: 301001, apiDomain: 'eu1.gigya.com' });
    await expect(scene.bring()).rejects.toThrow(/the site is at eu1.gigya.com; run the same/);
    const onProgress = () => {
      scene.vendor.instead.push({ errorCode: 301001 });
      scene.vendor.cursors.clear();
    };
    await expect(scene.bring({ onProgress })).rejects.toThrow('another data centre');
    const { report } = await scene.bring();
    expect(report).toMatchObject({ read: 8, new: 5, same: 3 });
    scene.vendor.instead.push({ errorCode: 403007, errorMessage: 'Permission denied' });
    await expect(scene.bring()).rejects.toThrow('the user key must be permitted');
  });

  it('the doctor says whether the user key is taken, and which address to register', async () => {
    const { house, vendor } = await startScene([]);
    const look = async (secret = vendorKey.secret) => {
      const operator = operatorOf(house);
      const sources = { gigya: { ...vendorKey, secret, domain: vendor.url } };
      const sites = [{ ...operator.sites[0]!, sources }];
      const findings = await examine({ ...operator, sites, allowPrivateProviders: true });
      return findings.filter(({ about }) => about.startsWith('people at gigya'));
    };
    expect(await look()).toMatchObject([
      { level: 'fine', found: 'it answers, and takes the user key' },
      {
        level: 'note',
        found: `its webhook (JWT, version 2.0): https://outro.example/inbound/${house.apiKey}/gigya/accounts`,
      },
    ]);
    expect(await look(Buffer.alloc(32).toString('base64'))).toMatchObject([
      { level: 'fault', found: expect.stringContaining('with 403003') as string },
      {},
    ]);
    vendor.close();
  });

  it('names what it cannot reach: another vendor, a site without settings, or without a user key', async () => {
    const { bring, house } = await startScene([]);
    await expect(bring({ from: 'other' })).rejects.toThrow('from: expected one of gigya');
    await expect(
      importFromVendor(operatorOf(house), { from: 'gigya', site: house.apiKey }),
    ).rejects.toThrow('sources.gigya: expected { userKey, secret, domain }');
    // Its sessions are traded, and nobody comes along: nothing is asked there, nor registered.
    const operator = operatorOf(house);
    const sites = [{ ...operator.sites[0]!, sources: { gigya: { tradesSessions: true } } }];
    const trading = { ...operator, sites };
    await expect(importFromVendor(trading, { from: 'gigya', site: house.apiKey })).rejects.toThrow(
      'sources.gigya: expected { userKey, secret, domain }',
    );
    expect((await examine(trading)).filter(({ about }) => about.startsWith('people'))).toEqual([]);
  });
});

async function* pieces(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += 37) yield bytes.subarray(at, at + 37);
}

describe('its files', () => {
  const withToken = {
    ...others[0]!,
    identities: [
      {
        provider: 'facebook',
        providerUID: '5',
        authToken: 'secret words',
        refreshToken: 'more of them',
        expiration: 1_700_000_000,
      },
    ],
  };

  it.each([
    ['JSON lines', [ada, withToken].map((one) => JSON.stringify(one)).join('\n')],
    ['an array', JSON.stringify([ada, withToken])],
    ['an array on many lines', `\ufeff${JSON.stringify([ada, withToken], null, 2)}`],
  ])('%s: the same as live, and tokens sealed', async (_title, text) => {
    const scene = await startScene([]);
    const { report, troubles } = await scene.bring({ stream: pieces(text) });
    expect(troubles).toEqual([]);
    expect(report).toMatchObject({ read: 2, new: 2, identities: 3, tokens: 1 });
    await expectSame(scene, ada);
    expect(JSON.stringify(await scene.house.rows())).not.toContain('secret words');
  });

  it('CSV with paths as heads: quotes, line breaks within, lists', async () => {
    const scene = await startScene([]);
    const text = `UID,created,profile.firstName,profile.email,loginIDs.username,loginIDs.emails,loginIDs.unverifiedEmails.0,password.hash,identities.0.provider,identities.0.providerUID,identities[1].provider,identities[1].providerUID,data.note\r
u1,2011-02-03T04:05:06Z,"A ""d"", 🐙",u1@x.example,u1,"u1@x.example,u1@y.example",u1@z.example,x,line,9,github,8,"two
lines"\r
u2,,B,,,"[""u2@x.example""]",,,,,,,\r
u3,too,short\r
`;
    const { report, troubles } = await scene.bring({ stream: pieces(text) });
    expect(report).toMatchObject({ read: 3, new: 2, refused: 1, identities: 2, loginIds: 5 });
    expect(troubles).toMatchObject([{ place: 3, text: 'expected 13 columns, got 3' }]);
    const { user, account } = await scene.info('u1');
    expect(user).toMatchObject({ firstName: 'A "d", 🐙', providers: 'github,line' });
    expect(account['loginIDs']).toEqual({
      username: 'u1',
      emails: expect.arrayContaining(['u1@x.example', 'u1@y.example']) as string[],
      unverifiedEmails: ['u1@z.example'],
    });
  });

  it('broken ones: each account by name, nothing half-done, and the rest goes on', async () => {
    const scene = await startScene([]);
    const many = Array.from({ length: 300 }, (_, index) => ({
      provider: 'line',
      providerUID: String(index),
    }));
    const records: [title: string, record: object, kind: string, path: string, comes: boolean][] = [
      ['unknown fields', { UID: 'a1', shoe: 1, profile: { hat: 2 } }, '', '', true],
      ['e-mail one', { UID: 'a2', loginIDs: { emails: ['same@x.example'] } }, '', '', true],
      ['e-mail two', { UID: 'a3', loginIDs: { emails: ['b@x.example', 'SAME@x.example'] } }, 'loginIdExists', 'loginIDs.emails.1', false],
      ['person one', { UID: 'a4', identities: [{ provider: 'github', providerUID: '1' }] }, '', '', true],
      ['person two', { UID: 'a5', identities: [{ provider: 'site', providerUID: 'a5' }, { provider: 'github', providerUID: '1' }] }, 'identityExists', 'identities.1', false],
      ['300 identities', { UID: 'a6', identities: many }, 'invalid', 'identities', false],
      ['an emoji cut in half', { UID: 'a7\ud83d' }, 'invalid', 'UID', false],
      ['a name cut in half', { UID: 'a8', profile: { nickname: 'x\ud83d' } }, '', '', true],
      ['a date of year 0', { UID: 'a9', created: '0000-00-00T00:00:00Z' }, 'leftOut', 'created', true],
      ['a sign-in of no time', { UID: 'b1', identities: [{ provider: 'line', providerUID: 'b1', lastLoginTime: 'soon' }] }, 'leftOut', 'identities.0.lastLoginTime', true],
      ['a network that is gone', { UID: 'b2', identities: [{ provider: 'friendster', providerUID: '1' }] }, 'leftOut', 'identities.0.provider', true],
      ['one that is locked', { UID: 'b3', isActive: false }, 'inactive', 'isActive', false],
      ['one that never registered', { UID: 'b4', isRegistered: 'false' }, 'inactive', 'isRegistered', false],
      ['no UID', { profile: {} }, 'invalid', 'UID', false],
      ['identities that are none', { UID: 'b5', identities: 'facebook' }, 'invalid', 'identities', false],
      ['no e-mail', { UID: 'b6', loginIDs: { emails: ['nobody'] } }, 'invalid', 'loginIDs.emails.0', false],
      ['the last', { UID: 'b7' }, '', '', true],
    ]; // prettier-ignore
    const texts = records.map(([, record]) => JSON.stringify(record));
    const check = (troubles: ImportTrouble[], shift: number): void => {
      for (const [index, [title, record, kind, path, comes]] of records.entries()) {
        const found = troubles.filter(({ place }) => place === index + 1 + shift);
        const uid = (record as { UID?: string }).UID?.replace('\ud83d', '\ufffd');
        const wanted = kind ? [{ uid, kind, path, isRefused: !comes }] : [];
        expect(found, title).toMatchObject(wanted);
      }
    };
    const half = '{"UID":"cut","profile":{"firstName":"A';
    const byLines = await scene.bring({ stream: pieces([half, ...texts].join('\n')) });
    check(byLines.troubles, 1);
    expect(byLines.troubles[0]).toMatchObject({ place: 1, uid: 'cut', kind: 'unreadable' });
    expect(byLines.report).toMatchObject({ read: 18, new: 8, refused: 10 });
    const before = await scene.house.rows();
    const array = `[${half}\n${texts.join(',\n')},{"UID":"x","profile":{"a":1},{"UID":"last"}]`;
    const byArray = await scene.bring({ stream: pieces(array) });
    check(byArray.troubles, 1);
    expect(byArray.troubles[0]).toMatchObject({ place: 1, uid: 'cut', kind: 'unreadable' });
    expect(byArray.report).toMatchObject({ read: 20, same: 8, new: 1, refused: 11 });
    const after = await scene.house.rows();
    expect(after['identities']).toEqual(before['identities']);
    expect(after['login_ids']).toEqual(before['login_ids']);
    const bytes = new Uint8Array([
      ...new TextEncoder().encode('[{"UID":"n"},{"UID":"'),
      0xf0,
      0x9f,
      ...new TextEncoder().encode('"}]'),
    ]);
    const cut = await scene.bring({ stream: pieces(bytes) });
    expect(cut.report).toMatchObject({ new: 1, refused: 1, troubles: { unreadable: 1 } });
  });

  it('conflicts: ignore and connect bring the account without what is another’s', async () => {
    const scene = await startScene([]);
    const person = [{ provider: 'github', providerUID: '1' }];
    const text = ['a', 'b'].map((UID) => JSON.stringify({ UID, identities: person })).join('\n');
    const stream = (): AsyncGenerator<Uint8Array> => pieces(text);
    expect((await scene.bring({ stream: stream() })).report).toMatchObject({ new: 1, refused: 1 });
    for (const conflicts of ['ignore', 'connect'] as const) {
      const { report, troubles } = await scene.bring({ stream: stream(), conflicts });
      expect(report).toMatchObject({ refused: 0, identities: 0, withoutWayIn: 1 });
      expect(troubles).toMatchObject([{ uid: 'b', kind: 'identityExists', isRefused: false }]);
    }
  });
});
