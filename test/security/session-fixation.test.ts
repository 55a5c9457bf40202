// A session that somebody else chose is nobody's.
import { describe, expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';
import { origin } from '../support/loot.ts';
import { areLive, device } from '../support/sessions.ts';

describe('session fixation', () => {
  it('a sign-in never takes over a token that was given, wherever it stands', async () => {
    const house = await startHouse();
    const planted = 'planted'.padEnd(43, 'x');
    const attacks = [
      { login_token: planted },
      { cookieValue: planted },
      { session: planted },
      { sessionToken: planted },
    ];
    for (const attack of attacks) {
      const params = {
        siteUID: '7',
        providerSessions: '{"facebook":{"providerUID":"f"}}',
        ...attack,
      };
      const answer = await house.signed('socialize.notifyLogin', params);
      expect(answer.errorCode).toBe(0);
      expect(answer['cookieValue']).not.toBe(planted);
    }
    expect(await areLive(house, planted)).toEqual([false]);
  });

  it('each sign-in has a token of its own, and no cookie is set for whoever asked', async () => {
    const house = await startHouse();
    const tokens = await Promise.all(
      Array.from({ length: 20 }, () => device(house, '7', 'facebook')),
    );
    expect(new Set(tokens).size).toBe(20);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const response = await house.handler(
      new Request(`${origin}/socialize.getUserInfo`, {
        method: 'POST',
        body: new URLSearchParams({ apiKey: house.apiKey, login_token: tokens[0] ?? '' }),
      }),
    );
    expect(response.headers.get('set-cookie')).toBeNull();
  });
});
