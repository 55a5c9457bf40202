// A leave ticket made from a dead token: it ends what was opened before its own session ended, once, for a day.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { timesDone } from '../support/journal.ts';
import { areLive, device, stepsOf, ticketOf } from '../support/sessions.ts';

const redeem = (house: House, token: string, sessions = 'all') =>
  house.post('socialize.redeemLeaveTicket', { ticket: ticketOf(token), sessions });

const logout = (house: House, login_token: string) =>
  house.post('socialize.logout', { login_token, forceProvidersLogout: 'false' });

/** Everything of the site was so many minutes earlier. */
const pass = (house: House, minutes: number) =>
  house.database.query(
    `update outro.sessions set created_at = created_at - $2 * interval '1 minute',
       ended_at = ended_at - $2 * interval '1 minute' where site = $1`,
    [house.apiKey, minutes],
  );

// Of the others it says nothing that is not known: some may be alive.
const nothing = ['session already', 'sessions failed'];

// A ticket that counts no longer says nothing of the others.
const unknown = ['session already', 'sessions failed'];

describe('4.7 a ticket made from a token whose session has ended', () => {
  it('4.7 ends no later sign-in', async () => {
    const house = await startHouse();
    const dead = await device(house, 'u', 'facebook');
    await logout(house, dead);
    const later = [await device(house, 'u', 'facebook'), await device(house, 'u')] as const;
    const before = await house.rows();
    expect(stepsOf(await redeem(house, dead))).toEqual(nothing);
    expect(await areLive(house, ...later)).toEqual([true, true]);
    expect(await house.rows()).toEqual(before);
  });

  it('4.7 ends what was opened before, and not what came after', async () => {
    const house = await startHouse();
    const [dead, beside] = [await device(house, 'u', 'facebook'), await device(house, 'u')];
    await logout(house, dead);
    const later = await device(house, 'u');
    expect(stepsOf(await redeem(house, dead))).toEqual(['session already', 'sessions done']);
    expect(await areLive(house, beside, later)).toEqual([false, true]);
  });

  it('4.7 dies a day after the logout', async () => {
    for (const [minutes, steps, isLive] of [
      [23 * 60, ['session already', 'sessions done'], false],
      [25 * 60, unknown, true],
    ] as const) {
      const house = await startHouse();
      const [dead, beside] = [await device(house, 'u', 'facebook'), await device(house, 'u')];
      await logout(house, dead);
      await pass(house, minutes);
      expect(stepsOf(await redeem(house, dead)), String(minutes)).toEqual(steps);
      expect(await areLive(house, beside), String(minutes)).toEqual([isLive]);
    }
  });

  it.each([
    ['that the limit ended', 'limit'],
    ['that a removal ended', 'unlink'],
  ])('4.7 ends no later sign-in either where the session is one %s', async (_title, reason) => {
    const house = await startHouse(reason === 'limit' ? { sessionsPerAccount: 1 } : {});
    const dead = await device(house, 'u', 'facebook');
    if (reason === 'unlink') {
      const kept = { loginIDs: [{ value: 'ada', kind: 'username', wayIn: 'password' }] };
      await house.signIn({ siteUID: 'u', ...kept, elsewhere: true });
      await house.signed('socialize.removeConnection', { UID: 'u', provider: 'facebook' });
    }
    const later = await device(house, 'u');
    expect(await areLive(house, dead)).toEqual([false]);
    await redeem(house, dead);
    expect(await areLive(house, later)).toEqual([true]);
  });

  it('4.7 of a deleted account ends nothing of the next one of that name', async () => {
    const house = await startHouse();
    const dead = await device(house, 'u', 'facebook');
    await house.signed('socialize.deleteAccount', { UID: 'u' });
    const later = await device(house, 'u', 'facebook');
    expect(stepsOf(await redeem(house, dead))).toEqual(unknown);
    expect(await areLive(house, later)).toEqual([true]);
  });
});

describe('4.7 a ticket is used up', () => {
  it.each(['this', 'all'])(
    '4.7 by its use for %s: whoever signs in afterwards stays',
    async (sessions) => {
      const house = await startHouse();
      const [own, beside] = [await device(house, 'u', 'facebook'), await device(house, 'u')];
      expect(stepsOf(await redeem(house, own, sessions))).toContain('session done');
      const later = await device(house, 'u');
      expect(stepsOf(await redeem(house, own))).toEqual(unknown);
      expect(await areLive(house, beside, later)).toEqual([sessions === 'this', true]);
      expect(await timesDone(house, 'redeemLeaveTicket')).toBe(1);
    },
  );

  it('4.7 also where twenty come at once, among sign-ins', async () => {
    const house = await startHouse();
    const own = await device(house, 'u', 'facebook');
    await logout(house, own);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        index % 4 === 0 ? device(house, 'u') : redeem(house, own),
      ),
    );
    const tokens = answers.filter((one) => typeof one === 'string');
    expect(await areLive(house, ...tokens)).toEqual(tokens.map(() => true));
  });
});
