// How the backend plans the leaving of providers: the table's ways, filled for one person, in the answer of every method.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Departure, Step } from '../../src/core/receipt.ts';
import { startHouse, type House } from '../support/house.ts';
import { listen } from '../support/revocation.ts';

afterEach(() => vi.restoreAllMocks());

type Site = NonNullable<Parameters<typeof startHouse>[0]>;
type Configured = NonNullable<Site['providers']>[string];

const person = { providerUID: 'fb/1', authToken: 'to ken&', idToken: 'e30.e30.e30' };

const open = (facebook: Configured, site: Site = {}): Promise<House> =>
  startHouse({ providers: { facebook }, ...site }, undefined, { allowPrivateProviders: true });

const plan = async (house: House, given: object = person, params: Record<string, string> = {}) => {
  const providers = { facebook: { ...given } };
  const { cookieValue } = await house.signIn({ siteUID: 'u', providers });
  const answer = await house.post('socialize.logout', {
    login_token: String(cookieValue),
    ...params,
  });
  expect(answer.errorCode).toBe(0);
  const receipt = answer['receipt'] as Step[];
  return {
    departures: answer['departures'] as Departure[],
    steps: receipt.filter(({ step }) => step === 'provider-session'),
  };
};

const visit = { by: 'visit', url: 'https://op.example/end', parameters: {} } as const;
const script = { by: 'script', call: 'FB.logout', reason: 'it said so' } as const;

describe('a way of the table', () => {
  it.each([
    [
      { ...script, ends: 'provider-session', answers: true },
      { answers: true, status: 'done' },
    ],
    [
      { ...script, ends: 'provider-session' },
      { answers: false, status: 'asked' },
    ],
    [
      { ...script, ends: 'site', answers: true },
      { answers: true, status: 'unsupported' },
    ],
  ] as const)(
    "script %o proves no more than its answer about the provider's session",
    async (logout, told) => {
      const { departures, steps } = await plan(await open({ logout }));
      const way = { by: 'script', call: 'FB.logout', reason: 'it said so', ...told };
      expect(departures).toEqual([{ provider: 'facebook', ways: [way] }]);
      expect(steps).toEqual([]);
    },
  );

  it('frame: each value is one part of the address, the token from the sealed store among them', async () => {
    const url = 'https://{tenant}/out?to={returnUrl}&token={accessToken}&app={clientId}';
    const house = await open({
      logout: { by: 'frame', url, needs: ['accessToken'] },
      clientId: 'a b/c',
      tenant: 'acme.example',
    });
    const { departures } = await plan(house);
    expect(departures[0]?.ways).toEqual([
      {
        by: 'frame',
        url: 'https://acme.example/out?to=https%3A%2F%2Foutro.example%2Fleave%2Freturn&token=to%20ken%26&app=a%20b%2Fc',
      },
    ]);
  });

  it('the same after a removal, which has forgotten the token', async () => {
    const house = await open({
      logout: { by: 'frame', url: 'https://x.example/?t={accessToken}' },
    });
    const { cookieValue } = await house.signIn({ siteUID: 'u', providers: { facebook: person } });
    const answer = await house.post('socialize.removeConnection', {
      login_token: String(cookieValue),
      lastIdentityHandling: 'remove',
    });
    const [departure] = answer['departures'] as Departure[];
    expect(departure?.ways).toEqual([{ by: 'frame', url: 'https://x.example/?t=to%20ken%26' }]);
  });

  it('link and none: as they are, in their order', async () => {
    const link = { by: 'link', url: 'https://x.example/out', reason: 'there' } as const;
    const none = { by: 'none', reason: 'no' } as const;
    const { departures } = await plan(await open({ logout: [link, none] }));
    expect(departures[0]?.ways).toEqual([link, none]);
  });

  it('nothing but none: a step, and nothing for the browser to do', async () => {
    const { departures, steps } = await plan(
      await open({ logout: { by: 'none', reason: 'nobody knows how' } }),
    );
    expect(departures).toEqual([]);
    const about = { step: 'provider-session', provider: 'facebook' };
    expect(steps).toEqual([{ ...about, status: 'unsupported', reason: 'nobody knows how' }]);
  });
});

describe('a way whose needs are not met', () => {
  const frame = (name: string) => ({ by: 'frame', url: `https://x.example/?x={${name}}` }) as const;
  it.each([
    [frame('clientId'), 'the site has not configured clientId for this provider'],
    [frame('tenant'), 'the site has not configured tenant for this provider'],
    [frame('accessToken'), 'the site has given outro no token of this person'],
    [{ ...visit, needs: ['idToken'] }, 'the site has given outro no ID token of this sign-in'],
    [{ ...visit, needs: ['clientId'] }, 'the site has not configured clientId for this provider'],
    [
      { ...visit, url: '{endSessionEndpoint}' },
      'the site has not configured issuer for this provider',
    ],
    [{ by: 'saml' }, 'the site has not configured saml for this provider'],
  ] as const)('%o is passed over, and the step says what is missing', async (logout, reason) => {
    const house = await open({ logout: logout as NonNullable<Configured['logout']> });
    const { departures, steps } = await plan(house, { providerUID: 'f' });
    expect(departures).toEqual([]);
    expect(steps).toMatchObject([{ status: 'unsupported', reason }]);
  });

  it('leaves the next way standing', async () => {
    const house = await open({ logout: [frame('clientId'), frame('returnUrl')] });
    const { departures } = await plan(house);
    expect(departures[0]?.ways).toHaveLength(1);
  });
});

describe('discovery', () => {
  const end = { ...visit, url: '{endSessionEndpoint}' };
  it.each([
    ['that names no logout page', 'its discovery document names no logout page', {}],
    [
      'of somebody else',
      'its discovery document could not be read in time',
      { issuer: 'https://evil.example' },
    ],
  ])('a document %s', async (_, reason, change) => {
    const issuer: { origin?: string } = {};
    const { origin } = await listen((_request, response) => {
      response.end(JSON.stringify({ issuer: issuer.origin, ...change }));
    });
    issuer.origin = origin;
    const { steps } = await plan(await open({ logout: end, issuer: origin }));
    expect(steps).toMatchObject([{ status: 'unsupported', reason }]);
  });

  it('a provider that does not answer holds a logout up for one second at most', async () => {
    const { origin } = await listen(() => {});
    const house = await open({ logout: end, issuer: origin });
    await house.signIn({ siteUID: 'u' });
    const begun = Date.now();
    const { steps } = await plan(house);
    // A document by itself has five seconds.
    expect(Date.now() - begun).toBeLessThan(4500);
    expect(steps).toMatchObject([
      { status: 'unsupported', reason: 'its discovery document could not be read in time' },
    ]);
  });
});

describe('what it costs', () => {
  it('no query of its own where no page is to be visited; one and a row where one is', async () => {
    for (const [logout, queries] of [
      [{ by: 'frame', url: 'https://x.example/' }, [0, 0]],
      [script, [0, 0]],
      [visit, [1, 1]],
    ] as const) {
      const ends = logout.by === 'script' ? { ends: 'site' as const } : {};
      const house = await open({
        logout: { ...logout, ...ends } as NonNullable<Configured['logout']>,
      });
      const { exits } = house.database.store;
      const spies = [vi.spyOn(exits, 'providerSessions'), vi.spyOn(exits, 'openTrip')];
      await plan(house);
      expect(
        spies.map(({ mock }) => mock.calls.length),
        logout.by,
      ).toEqual(queries);
      vi.restoreAllMocks();
    }
  });

  it('no visit, no query either, when nobody is to be left', async () => {
    const house = await open({ logout: visit });
    const spy = vi.spyOn(house.database.store.exits, 'providerSessions');
    await plan(house, person, { forceProvidersLogout: 'false' });
    expect(spy).not.toHaveBeenCalled();
  });
});

describe('a database that fails after the session has ended', () => {
  it.each(['openTrip', 'providerSessions'] as const)(
    '%s: the logout stands, the step says what could not be done, the error is logged',
    async (name) => {
      const errors = vi.spyOn(console, 'error').mockReturnValue();
      const house = await open({ logout: { ...visit, needs: ['idToken'] } });
      vi.spyOn(house.database.store.exits, name).mockRejectedValueOnce(
        new Error('connection lost'),
      );
      const { departures, steps } = await plan(house);
      expect(departures).toEqual([]);
      expect(steps).toMatchObject([{ provider: 'facebook', status: 'unsupported' }]);
      expect(errors).toHaveBeenCalledWith(expect.stringContaining('"message":"connection lost"'));
    },
  );
});

describe('a connection made by FedCM', () => {
  it('is named to the browser by a removal, and by no logout', async () => {
    const fedcm = 'https://login.example/fedcm.json';
    const configured = {
      logout: { by: 'none', reason: 'nothing' },
      clientId: 'shop',
      fedcm,
    } as const;
    const house = await open(configured);
    expect((await plan(house)).departures).toEqual([]);
    const { cookieValue } = await house.signIn({ siteUID: 'u', providers: { facebook: person } });
    const removed = await house.post('socialize.removeConnection', {
      login_token: String(cookieValue),
    });
    expect(removed['departures']).toMatchObject([
      {
        provider: 'facebook',
        fedcm: { configURL: fedcm, clientId: 'shop', accountHint: person.providerUID },
      },
    ]);
  });
});
