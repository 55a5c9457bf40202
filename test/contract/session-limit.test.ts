// How many live sessions one person may have: the oldest end, with a reason, and nobody else's.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { journalOf, toldOf } from '../support/journal.ts';
import { areLive, device, stepsOf } from '../support/sessions.ts';

interface SessionRow {
  id: string;
  ended_at: Date | null;
  end_reason: string | null;
}

const sessionsOf = async (house: House): Promise<SessionRow[]> =>
  (await house.rows())['sessions'] as SessionRow[];

/** So many sessions more of a person, as from a time when nobody counted them. */
const openMany = (house: House, uid: string, count: number) =>
  house.database.query(
    `insert into outro.sessions (site, account_id, token_hash, expires_at, created_at)
     select site, id, sha256(convert_to(concat(site, uid, n), 'UTF8')), now() + interval '1 day', now() - n * interval '1 minute'
     from outro.accounts, generate_series(1, $3::int) n where site = $1 and uid = $2`,
    [house.apiKey, uid, count],
  );

describe('3.10 at most sessionsPerAccount live sessions', () => {
  it('3.10 the oldest end with the next sign-in, by their own reason; their pages hear it', async () => {
    const house = await startHouse({ sessionsPerAccount: 3 });
    const stranger = await device(house, 'v', 'facebook');
    const tokens: string[] = [];
    for (let count = 0; count < 3; count += 1) tokens.push(await device(house, 'u', 'facebook'));
    expect(await toldOf(house)).toEqual([]);
    for (let count = 0; count < 2; count += 1) tokens.push(await device(house, 'u', 'facebook'));
    expect(await areLive(house, ...tokens)).toEqual([false, false, true, true, true]);
    expect(await areLive(house, stranger)).toEqual([true]);
    const ended = (await sessionsOf(house)).filter(({ ended_at }) => ended_at !== null);
    expect(ended).toMatchObject([{ end_reason: 'limit' }, { end_reason: 'limit' }]);
    const told = await toldOf(house);
    expect(told.map(({ name }) => name)).toEqual(['logout', 'logout']);
    const ids = (list: string[]): string[] => list.toSorted((one, next) => one.localeCompare(next));
    expect(ids(told.flatMap(({ sessions = [] }) => sessions))).toEqual(
      ids(ended.map(({ id }) => id)),
    );
    expect((await journalOf(house)).at(-1)).toMatchObject({
      method: 'notifyLogin',
      receipt: [
        { step: 'sessions', status: 'done', reason: expect.stringContaining('as many') as string },
      ],
    });
  });

  it('3.10 by getToken as by notifyLogin', async () => {
    const house = await startHouse({ sessionsPerAccount: 1 });
    const first = await device(house, 'u');
    const { access_token } = await house.signed('socialize.getToken', {
      grant_type: 'none',
      x_siteUID: 'u',
    });
    expect(await areLive(house, first, String(access_token))).toEqual([false, true]);
  });

  it('3.10 sessions that have ended or run out count for nothing', async () => {
    const house = await startHouse({ sessionsPerAccount: 2 });
    const tokens = [await device(house, 'u'), await device(house, 'u')] as const;
    await house.post('socialize.logout', { login_token: tokens[1] });
    const third = await device(house, 'u');
    expect(await areLive(house, tokens[0], third)).toEqual([true, true]);
    await house.database.query(
      'update outro.sessions set expires_at = now() where site = $1 and ended_at is null and created_at = (select min(created_at) from outro.sessions where site = $1)',
      [house.apiKey],
    );
    const fourth = await device(house, 'u');
    expect(await areLive(house, third, fourth)).toEqual([true, true]);
  });

  it('3.10 twenty sign-ins at once: never more, and each that was told is in or was ended by a later one', async () => {
    const house = await startHouse({ sessionsPerAccount: 5 });
    await device(house, 'u');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => device(house, 'u')));
    const live = await areLive(house, ...tokens);
    expect(live.filter(Boolean)).toHaveLength(5);
    const ended = (await sessionsOf(house)).filter(({ end_reason }) => end_reason === 'limit');
    expect(ended).toHaveLength(16);
  });
});

describe('3.10 a person with many sessions', () => {
  it('3.10 has 100 of them after the next sign-in, where the site says nothing; everybody else keeps theirs', async () => {
    const house = await startHouse();
    await device(house, 'u', 'facebook');
    const stranger = await device(house, 'v');
    await openMany(house, 'u', 3000);
    const token = await device(house, 'u', 'facebook');
    const live = (await sessionsOf(house)).filter(({ ended_at }) => ended_at === null);
    expect(live).toHaveLength(100 + 1);
    expect(await areLive(house, token, stranger)).toEqual([true, true]);
  });

  it('3.10 that have ended is answered as quickly as anybody', async () => {
    const house = await startHouse();
    const [many, few] = [
      await device(house, 'u', 'facebook'),
      await device(house, 'v', 'facebook'),
    ];
    await openMany(house, 'u', 20_000);
    await house.database.query(
      "update outro.sessions set ended_at = now(), end_reason = 'logout' where site = $1 and ticket_hash is null",
      [house.apiKey],
    );
    const quickest = async (login_token: string): Promise<number> => {
      const times: number[] = [];
      for (let count = 0; count < 11; count += 1) {
        const begun = performance.now();
        expect(await house.post('socialize.getUserInfo', { login_token })).toMatchObject({
          errorCode: 0,
        });
        times.push(performance.now() - begun);
      }
      return Math.min(...times);
    };
    await quickest(few);
    const [usual, slow] = [await quickest(few), await quickest(many)];
    // Were each of them loaded, it would be 300 milliseconds more.
    expect(slow).toBeLessThan(usual + 150);
  });

  it('3.10 all of which end with a logout everywhere, in one go', async () => {
    const house = await startHouse();
    const token = await device(house, 'u', 'facebook');
    await openMany(house, 'u', 3000);
    const answer = await house.post('socialize.logout', { login_token: token, sessions: 'all' });
    expect(stepsOf(answer)).toEqual(expect.arrayContaining(['session done', 'sessions done']));
    expect((await sessionsOf(house)).filter(({ ended_at }) => ended_at === null)).toEqual([]);
  });
});

it('3.10 sessionsPerAccount is a whole number of at least one', async () => {
  for (const sessionsPerAccount of [0, -1, 1.5, 10_001])
    await expect(startHouse({ sessionsPerAccount })).rejects.toThrow(
      /sites\[0\]\.sessionsPerAccount/,
    );
});
