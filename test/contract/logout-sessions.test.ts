// logout({ sessions }): this one, all others, all; the receipt says truthfully which have ended.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { journalOf, toldOf } from '../support/journal.ts';
import { areLive, device, stepsOf } from '../support/sessions.ts';

const open = async () => {
  const house = await startHouse();
  const own = await device(house, 'u', 'facebook');
  const others = [await device(house, 'u', 'github'), await device(house, 'u')] as const;
  return { house, own, others, stranger: await device(house, 'v', 'facebook') };
};

const logout = (house: House, login_token: string, sessions?: string) =>
  house.post('socialize.logout', {
    login_token,
    forceProvidersLogout: 'false',
    ...(sessions && { sessions }),
  });

const ours = (steps: string[]): string[] => steps.filter((one) => one.startsWith('session'));

describe('by a session', () => {
  it.each([
    [undefined, ['session done'], [false, true, true]],
    ['this', ['session done'], [false, true, true]],
    ['OTHERS', ['session kept', 'sessions done'], [true, false, false]],
    ['all', ['session done', 'sessions done'], [false, false, false]],
  ] as const)('%s', async (sessions, steps, live) => {
    const { house, own, others, stranger } = await open();
    const answer = await logout(house, own, sessions);
    expect(answer.errorCode).toBe(0);
    expect(ours(stepsOf(answer))).toEqual(steps);
    expect(await areLive(house, own, ...others, stranger)).toEqual([...live, true]);
    expect((await journalOf(house)).at(-1)).toMatchObject({
      method: 'logout',
      receipt: (answer['receipt'] as { step: string }[]).filter(
        ({ step }) => step !== 'provider-session',
      ),
    });
  });

  it('says already where there are no others', async () => {
    const { house, stranger } = await open();
    expect(ours(stepsOf(await logout(house, stranger, 'others')))).toEqual([
      'session kept',
      'sessions already',
    ]);
    expect(await areLive(house, stranger)).toEqual([true]);
    expect(ours(stepsOf(await logout(house, stranger, 'all')))).toEqual([
      'session done',
      'sessions already',
    ]);
  });

  it('others: this browser stays at its providers; all: it leaves them', async () => {
    const { house, own } = await open();
    const params = { login_token: own, sessions: 'others' };
    const kept = await house.post('socialize.logout', params);
    expect(kept).not.toHaveProperty('departures');
    expect(JSON.stringify(kept)).not.toContain('provider-session');
    const left = await house.post('socialize.logout', { ...params, sessions: 'all' });
    expect(left).toMatchObject({ departures: [{ provider: 'facebook' }, { provider: 'github' }] });
  });

  it('pages of those that end hear it, the one that asked does not', async () => {
    const { house, own } = await open();
    await logout(house, own, 'others');
    const { sessions } = await house.rows();
    const ended = (sessions as { id: string; ended_at: unknown }[])
      .filter(({ ended_at }) => ended_at !== null)
      .map(({ id }) => id);
    expect(ended).toHaveLength(2);
    const told = await toldOf(house);
    expect(told).toMatchObject([{ name: 'logout', exceptSession: expect.any(String) as string }]);
    const [{ sessions: heard = [] } = {}] = told;
    expect(heard.toSorted()).toEqual(ended.toSorted());
  });

  it('that has ended before: out already; others refused, and nobody claims that all have ended', async () => {
    const { house, own, others } = await open();
    await logout(house, own);
    expect(stepsOf(await logout(house, own))).toEqual(['session already']);
    expect(await logout(house, own, 'others')).toMatchObject({ errorCode: 403005 });
    expect(stepsOf(await logout(house, own, 'all'))).toEqual([
      'session already',
      'sessions failed',
    ]);
    expect(await areLive(house, ...others)).toEqual([true, true]);
  });

  it('refuses other words', async () => {
    const { house, own } = await open();
    for (const sessions of ['none', 'this,others', 'true'])
      expect(await logout(house, own, sessions)).toMatchObject({
        errorCode: 400006,
        errorDetails: expect.stringMatching(/^sessions: /) as string,
      });
    expect(await areLive(house, own)).toEqual([true]);
  });
});

describe.each(['socialize.logout', 'accounts.logout'])('by a server, %s', (method) => {
  it.each([undefined, 'this', 'all'])(
    'sessions %s: all devices, as before there was a choice',
    async (sessions) => {
      const { house, own, others, stranger } = await open();
      const answer = await house.signed(method, { UID: 'u', ...(sessions && { sessions }) });
      expect(ours(stepsOf(answer))).toEqual(['sessions done']);
      expect(await areLive(house, own, ...others, stranger)).toEqual([false, false, false, true]);
    },
  );

  it('others: refused, since a server has no session to keep', async () => {
    const { house, own, others } = await open();
    expect(await house.signed(method, { UID: 'u', sessions: 'others' })).toMatchObject({
      errorCode: 400006,
      errorDetails: expect.stringMatching(/^sessions: /) as string,
    });
    expect(await areLive(house, own, ...others)).toEqual([true, true, true]);
  });
});

it('two sessions that end each other at once: never both kept, never a lie', async () => {
  const house = await startHouse();
  for (let round = 0; round < 20; round += 1) {
    const [one, two] = [await device(house, `u${round}`), await device(house, `u${round}`)];
    const answers = await Promise.all([logout(house, one, 'others'), logout(house, two, 'others')]);
    const codes = answers.map(({ errorCode }) => errorCode);
    expect(codes.toSorted((a, b) => a - b)).toEqual([0, 403005]);
    expect(await areLive(house, one, two)).toEqual(codes.map((code) => code === 0));
  }
});
