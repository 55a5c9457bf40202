// Which providers are left: `forceProvidersLogout`, and the site's `leaves`.
import { describe, expect, it } from 'vitest';
import type { Departure, Step } from '../../src/core/receipt.ts';
import { startHouse, type House } from '../support/house.ts';

const logout = { by: 'frame', url: 'https://x.example/' } as const;
const ids = ['facebook', 'linkedin', 'google'] as const;
const configured = Object.fromEntries(ids.map((id) => [id, { logout }]));
const people = Object.fromEntries(ids.map((id) => [id, { providerUID: id }]));

const left = (answer: Record<string, unknown>) => ({
  left: (answer['departures'] as Departure[]).map(({ provider }) => provider),
  kept: (answer['receipt'] as Step[]).flatMap(({ step, status, provider, reason }) =>
    step === 'provider-session' && status === 'kept' ? [[provider, reason]] : [],
  ),
});

const signIn = async (house: House): Promise<string> => {
  const { cookieValue } = await house.signIn({ siteUID: 'u', providers: people });
  return String(cookieValue);
};

describe('forceProvidersLogout', () => {
  const others = 'forceProvidersLogout names other providers';
  const off = 'forceProvidersLogout is false';
  it.each([
    ['true', ['facebook', 'linkedin', 'google'], []],
    ['1', ['facebook', 'linkedin', 'google'], []],
    [
      'facebook',
      ['facebook'],
      [
        ['linkedin', others],
        ['google', others],
      ],
    ],
    ['facebook,google', ['facebook', 'google'], [['linkedin', others]]],
    ['google, FB', ['facebook', 'google'], [['linkedin', others]]],
    [
      'googleplus',
      ['google'],
      [
        ['facebook', others],
        ['linkedin', others],
      ],
    ],
    ['yahoo', [], ids.map((id) => [id, others])],
    ['false', [], ids.map((id) => [id, off])],
    ['0', [], ids.map((id) => [id, off])],
  ] as const)(
    '%s, with logout and removal alike',
    async (forceProvidersLogout, providers, kept) => {
      const house = await startHouse({ providers: configured });
      for (const method of ['socialize.logout', 'socialize.removeConnection', 'socialize.unlink']) {
        const login_token = await signIn(house);
        const answer = await house.post(method, { login_token, forceProvidersLogout });
        const found = left(answer);
        expect(found.left.toSorted(), method).toEqual([...providers].toSorted());
        expect(Object.fromEntries(found.kept), method).toEqual(Object.fromEntries(kept));
      }
    },
  );

  it('an array of the client, and "false" of a page', async () => {
    const house = await startHouse({ providers: configured });
    for (const [given, expected] of [
      [['facebook', 'google'], [others]],
      ['false', [off, off, off]],
    ] as const) {
      await signIn(house);
      const { receipt } = await house.client.logout({ forceProvidersLogout: given });
      const kept = receipt.filter(({ status }) => status === 'kept');
      expect(kept.map(({ reason }) => reason)).toEqual(expected);
    }
  });

  it.each([
    ['friendster', 'forceProvidersLogout[0]: expected a provider id'],
    ['facebook,friendster', 'forceProvidersLogout[1]: expected a provider id'],
    ['facebook,,google', 'forceProvidersLogout: expected true, false, or provider ids'],
    [',', 'forceProvidersLogout: expected true, false, or provider ids'],
    ['face book', 'forceProvidersLogout: expected true, false, or provider ids'],
    ['["facebook"]', 'forceProvidersLogout: expected true, false, or provider ids'],
  ])('"%s" is refused before anything has changed', async (forceProvidersLogout, details) => {
    const house = await startHouse({ providers: configured });
    const login_token = await signIn(house);
    const before = await house.rows();
    for (const method of ['socialize.logout', 'socialize.removeConnection', 'socialize.unlink']) {
      const answer = await house.post(method, { login_token, forceProvidersLogout });
      expect(answer, method).toMatchObject({
        errorCode: 400006,
        errorDetails: expect.stringContaining(details) as string,
      });
    }
    expect(await house.rows()).toEqual(before);
  });
});

describe("the site's `leaves`", () => {
  const reason = 'the session that ended had not signed in there';
  const open = async (leaves: 'connected' | 'signed-in-here') => {
    const house = await startHouse({ providers: configured, leaves });
    const providers = { facebook: { providerUID: 'f' }, google: { providerUID: 'g' } };
    const first = await house.signIn({ siteUID: 'u', providers });
    const linkedin = { providerUID: 'l' };
    const second = await house.signIn({ siteUID: 'u', providers: { linkedin } });
    return { house, tokens: [String(first['cookieValue']), String(second['cookieValue'])] };
  };

  it('connected: every provider of the account', async () => {
    const { house, tokens } = await open('connected');
    const answer = await house.post('socialize.logout', { login_token: tokens[1] ?? '' });
    expect(left(answer)).toMatchObject({ left: ['facebook', 'google', 'linkedin'], kept: [] });
  });

  it('signed-in-here: those that the ended session had signed in with', async () => {
    const { house, tokens } = await open('signed-in-here');
    const [first, second] = tokens;
    expect(left(await house.post('socialize.logout', { login_token: second ?? '' }))).toEqual({
      left: ['linkedin'],
      kept: [
        ['facebook', reason],
        ['google', reason],
      ],
    });
    expect(left(await house.post('socialize.logout', { login_token: first ?? '' }))).toEqual({
      left: ['facebook', 'google'],
      kept: [['linkedin', reason]],
    });
  });

  it('signed-in-here, ended by a server: those of all the sessions that ended', async () => {
    const { house } = await open('signed-in-here');
    const answer = await house.signed('socialize.logout', { UID: 'u' });
    expect(left(answer).left.toSorted()).toEqual(['facebook', 'google', 'linkedin']);
  });

  it('signed-in-here says nothing about a removal, which leaves what it removes', async () => {
    const { house, tokens } = await open('signed-in-here');
    const answer = await house.post('socialize.removeConnection', {
      login_token: tokens[1] ?? '',
      provider: 'facebook',
    });
    expect(left(answer)).toEqual({ left: ['facebook'], kept: [] });
  });
});
