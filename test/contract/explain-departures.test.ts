// explainRemoval foretells what is done about the sessions at providers: as the removal then does it, and never more.
import { describe, expect, it } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';
import { departuresOf, foretoldOf } from '../support/removal.ts';

type Configured = NonNullable<
  NonNullable<NonNullable<Parameters<typeof startHouse>[0]>['providers']>[string]
>;

const frame = { by: 'frame', url: 'https://x.example/?t={accessToken}' } as const;
const visit = { by: 'visit', url: 'https://op.example/end', parameters: {} } as const;
const link = { by: 'link', url: 'https://x.example/out', reason: 'it asks there' } as const;
const none = { by: 'none', reason: 'nobody knows how' } as const;
const script = { by: 'script', call: 'FB.logout', reason: 'r', ends: 'provider-session' } as const;
const forgets = { ...script, ends: 'site' } as const;
const person = { providerUID: 'fb/1', authToken: 'to ken&', idToken: 'e30.e30.e30' };
const stranger = { providerUID: 'fb/1' };

const explain = (house: House, params: Record<string, string> = {}): Promise<Answer> =>
  house.signed('socialize.explainRemoval', { UID: 'u', ...params });

const open = async (facebook: Configured, given: object = person): Promise<House> => {
  const house = await startHouse({ providers: { facebook } });
  await house.signIn({ siteUID: 'u', providers: { facebook: { ...given } } });
  return house;
};

describe('what is foretold of a provider is what the removal then has the browser do', () => {
  it.each([
    ['a frame', [frame], person, { status: 'asked', by: 'frame' }],
    ['a frame without its token', [frame, link], stranger, { status: 'needs-user', by: 'link' }],
    ['a page that comes back', [visit], person, { status: 'asked', by: 'popup' }],
    [
      'one that needs an ID token, and there is none',
      [{ ...visit, needs: ['idToken'] }],
      stranger,
      {
        status: 'unsupported',
        reason: 'the site has given outro no ID token of this sign-in',
      },
    ],
    [
      'a page of its own',
      [link],
      person,
      { status: 'needs-user', by: 'link', url: link.url, reason: link.reason },
    ],
    ['nothing', [none], person, { status: 'unsupported', reason: none.reason }],
    ['nothing configured', [], person, { status: 'unsupported' }],
    [
      'a script, and nothing where the page has it not',
      [script],
      person,
      { status: 'unsupported', script: 'FB.logout' },
    ],
    ['a script, else a frame', [script, frame], person, { status: 'asked', script: 'FB.logout' }],
    ['a script that comes too late', [frame, script], person, { status: 'asked', by: 'frame' }],
    ['a script that ends nothing there', [forgets, link], person, { status: 'needs-user' }],
  ] as const)('%s', async (_name, logout, given, expected) => {
    const house = await open({ logout: [...logout] as NonNullable<Configured['logout']> }, given);
    const before = await house.rows();
    const told = await explain(house);
    expect(told['providerSessions']).toEqual([
      expect.objectContaining({ provider: 'facebook', ...expected }),
    ]);
    if (!('script' in expected)) expect(JSON.stringify(told)).not.toContain('FB.logout');
    // No token, and no trip that anybody could go; a call's id is random digits, with `e30` among them now and then.
    const said = JSON.stringify({ ...told, callId: '' });
    expect(said).not.toMatch(/to ken|to%20ken|e30|\/leave\//);
    expect(await house.rows()).toEqual(before);
    const real = await house.signed('socialize.removeConnection', { UID: 'u' });
    expect(foretoldOf(told)).toEqual(departuresOf(real));
  });

  it('a provider that the call does not want left is kept, and says why', async () => {
    const house = await open({ logout: frame });
    for (const [forceProvidersLogout, reason] of [
      ['false', 'forceProvidersLogout is false'],
      ['google', 'forceProvidersLogout names other providers'],
    ] as const)
      expect((await explain(house, { forceProvidersLogout }))['providerSessions']).toEqual([
        { provider: 'facebook', status: 'kept', reason },
      ]);
  });

  it('two accounts of one provider are one session there; a refusal ends none', async () => {
    const house = await startHouse();
    for (const providerUID of ['1', '2'])
      await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID } } });
    expect((await explain(house))['providerSessions']).toHaveLength(1);
    const refused = await explain(house, { lastIdentityHandling: 'fail' });
    expect(refused).toMatchObject({ allowed: false, providerSessions: [] });
  });
});

describe("the site's own names and marks of providers", () => {
  const mark = 'https://shop.example/company.svg';

  it('are told beside those of the table, and count more', async () => {
    const house = await startHouse({
      providers: {
        'oidc-company': { name: 'Company login', mark },
        'oidc-other': {},
        facebook: { name: 'Meta' },
      },
    });
    const providers = {
      'oidc-company': { providerUID: 'c' },
      'oidc-other': { providerUID: 'o' },
      facebook: { providerUID: 'f' },
      google: { providerUID: 'g' },
    };
    await house.signIn({ siteUID: 'u', providers });
    const { names, marks } = await explain(house);
    expect(names).toEqual({ 'oidc-company': 'Company login', facebook: 'Meta', google: 'Google' });
    expect(marks).toEqual({ 'oidc-company': mark });
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ mark: 'http://shop.example/company.svg' }, 'mark'],
    [{ mark: 'javascript:alert(1)' }, 'mark'],
  ])('%o is refused at start, by its path', async (company, field) => {
    await expect(startHouse({ providers: { 'oidc-company': company } })).rejects.toThrow(
      `providers.oidc-company.${field}`,
    );
  });
});
