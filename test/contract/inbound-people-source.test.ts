// While the vendor and outro both run: what the vendor tells of its accounts, and what comes of it here.
import { importFromVendor } from 'outro/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHouse } from '../support/house.ts';
import { operatorOf } from '../support/import.ts';
import { openVendorCloud, vendorKey, type VendorAccount } from '../support/vendor-cloud.ts';

const ada = (): VendorAccount => ({
  UID: 'ada',
  profile: { firstName: 'Ada' },
  loginIDs: { emails: ['ada@x.example'] },
  identities: [
    { provider: 'facebook', providerUID: '1' },
    { provider: 'line', providerUID: '2' },
  ],
});

/** A vendor with Ada, whom it has brought along. */
const startScene = async () => {
  const vendor = await openVendorCloud([ada()]);
  onTestFinished(vendor.close);
  const mends: object[] = [];
  const sources = { gigya: { ...vendorKey, domain: vendor.url } };
  const house = await startHouse({ sources }, undefined, {
    allowPrivateProviders: true,
    logError: () => {},
    logMend: (one) => mends.push(one),
  });
  const operator = operatorOf(house);
  const sites = [{ ...operator.sites[0]!, sources }];
  await importFromVendor({ ...operator, sites }, { from: 'gigya', site: house.apiKey });
  const post = async (
    { body, headers }: { body: string; headers: Record<string, string> },
    source = 'gigya',
  ) => {
    const url = `https://outro.example/inbound/${house.apiKey}/${source}/accounts`;
    const response = await house.handler(new Request(url, { method: 'POST', body, headers }));
    return { status: response.status, text: await response.text() };
  };
  const tell = async (...events: [string, string][]) =>
    post(await vendor.message(house.apiKey, events));
  const journal = async () => {
    const rows = (await house.rows())['journal'] as Record<string, unknown>[];
    return rows.filter(({ method }) => method !== 'importAccounts');
  };
  return { vendor, house, post, tell, journal, mends };
};

describe('accountDeleted', () => {
  it('deletes the account as our own call does, once; the import does not bring it back', async () => {
    const { vendor, house, post, journal } = await startScene();
    const message = await vendor.message(house.apiKey, [['accountDeleted', 'ada']]);
    expect(await post(message)).toMatchObject({ status: 200 });
    const told = await journal();
    expect(told).toMatchObject([{ method: 'deleteAccount', actor: 'provider' }]);
    expect(told[0]!['announced']).toMatchObject([{ type: 'outro.account.deleted' }]);
    expect((await house.rows())['accounts']).toEqual([]);
    expect(await post(message)).toMatchObject({ status: 200 });
    expect(
      await post(await vendor.message(house.apiKey, [['accountDeleted', 'nobody']])),
    ).toMatchObject({ status: 200 });
    expect(await journal()).toHaveLength(1);
    const operator = operatorOf(house);
    const sites = [
      { ...operator.sites[0]!, sources: { gigya: { ...vendorKey, domain: vendor.url } } },
    ];
    expect(
      await importFromVendor({ ...operator, sites }, { from: 'gigya', site: house.apiKey }),
    ).toMatchObject({ refused: 1 });
  });
});

describe('accountUpdated', () => {
  it('looks at the account there, and follows: what is news comes, what is gone goes with a receipt', async () => {
    const { vendor, house, tell, journal } = await startScene();
    await house.signIn({
      siteUID: 'ada',
      providers: { github: { providerUID: 'here' } },
      elsewhere: true,
    });
    vendor.accounts[0] = {
      ...ada(),
      profile: { firstName: 'Ada', lastName: 'L' },
      loginIDs: { emails: ['ada@x.example', 'ada@y.example'] },
      identities: [
        { provider: 'line', providerUID: '2' },
        { provider: 'twitter', providerUID: '3' },
      ],
    };
    expect(await tell(['accountUpdated', 'ada'], ['accountLoggedIn', 'ada'])).toMatchObject({
      status: 200,
    });
    const user = await house.signed('socialize.getUserInfo', { UID: 'ada' });
    expect(user).toMatchObject({ lastName: 'L', providers: 'line,twitter,github' });
    const removed = (await journal()).filter(({ method }) => method === 'removeConnection');
    expect(removed).toMatchObject([
      {
        actor: 'provider',
        provider: 'facebook',
        announced: [
          {
            type: 'outro.connection.removed',
            connections: [{ provider: 'facebook', providerUID: '1' }],
          },
        ],
      },
    ]);
  });

  it('somebody new there comes; what is another’s does not, and the site is told what to mend', async () => {
    const { vendor, house, tell, mends } = await startScene();
    vendor.accounts.push(
      { UID: 'bob', loginIDs: { emails: ['bob@x.example'] } },
      { UID: 'eva', loginIDs: { emails: ['ada@x.example'] } },
    );
    expect(
      await tell(
        ['accountRegistered', 'bob'],
        ['accountRegistered', 'eva'],
        ['accountUpdated', 'gone'],
      ),
    ).toMatchObject({ status: 200 });
    const uids = ((await house.rows())['accounts'] as { uid: string }[]).map(({ uid }) => uid);
    expect(uids).toEqual(['ada', 'bob']);
    const reason = 'loginIDs.0: belongs to the account ada';
    expect(mends).toMatchObject([{ site: house.apiKey, provider: 'gigya', reason }]);
  });

  it('the vendor does not answer: told again, nothing is lost', async () => {
    const { vendor, house, post } = await startScene();
    vendor.accounts.push({ UID: 'bob' });
    const message = await vendor.message(house.apiKey, [['accountRegistered', 'bob']]);
    vendor.instead.push({ errorCode: 403048 });
    expect(await post(message)).toMatchObject({ status: 503 });
    expect(await post(message)).toMatchObject({ status: 200 });
    expect((await house.rows())['accounts']).toHaveLength(2);
  });
});

describe('a message that is not the vendor’s', () => {
  it('changes nothing, and says which claim is at fault', async () => {
    const { vendor, house, post } = await startScene();
    const before = await house.rows();
    const events: [string, string][] = [['accountDeleted', 'ada']];
    const now = Math.floor(Date.now() / 1000);
    const good = await vendor.message(house.apiKey, events);
    const stranger = await openVendorCloud([]);
    onTestFinished(stranger.close);
    const refused: [title: string, message: typeof good, said: RegExp][] = [
      ['no token', { ...good, headers: {} as never }, /x-gigya-sig-jwt: expected a signed JWT/],
      ['another body', { ...good, body: `${good.body} ` }, /sub: expected the SHA-256/],
      ['another key', await stranger.message(house.apiKey, events), /signature: expected one/],
      ['another site', await vendor.message('3_other', events), /iss: expected/],
      [
        'an old one',
        await vendor.message(house.apiKey, events, { iat: now - 600, exp: now - 540 }),
        /exp: expected/,
      ],
      ['another nonce', await vendor.message(house.apiKey, events, { jti: 'x' }), /jti: expected/],
    ];
    for (const [title, message, said] of refused) {
      const { status, text } = await post(message);
      expect([status, text], title).toEqual([400, expect.stringMatching(said)]);
    }
    const many = await vendor.message(
      house.apiKey,
      Array.from({ length: 201 }, () => ['accountDeleted', 'ada'] as [string, string]),
    );
    const { status, text } = await post(many);
    expect([status, text]).toEqual([400, expect.stringContaining('at most 200')]);
    expect(await post(good, 'other')).toMatchObject({ status: 404 });
    expect(await house.rows()).toEqual(before);
    const plain = await startHouse();
    const url = `https://outro.example/inbound/${plain.apiKey}/gigya/accounts`;
    const unknown = await plain.handler(new Request(url, { method: 'POST', ...good }));
    expect(unknown.status).toBe(404);
    expect((await plain.handler(new Request(url))).status).toBe(405);
  });
});
