// Open pages hear of what happens to the person elsewhere: who hears what, and who does not.
import { describe, expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';
import { listen, signInElsewhere, startInstance, type OpenPage } from '../support/listening.ts';

const names = ({ heard }: OpenPage) => heard.map(({ event }) => event);
const events = (
  database: { query(sql: string, values: unknown[]): Promise<unknown[]> },
  site: string,
) => database.query('select * from outro.journal where site = $1 and told is not null', [site]);

describe('a logout', () => {
  it('by the site: every page of the person hears it with its receipt, and its stream ends', async () => {
    const house = await startHouse();
    const pages = await Promise.all([
      listen(house, await signInElsewhere(house)),
      listen(house, await signInElsewhere(house)),
    ]);
    const stranger = await listen(house, await signInElsewhere(house, 'v'));
    await house.signed('socialize.logout', { UID: 'u' });
    for (const page of pages) {
      await expect.poll(() => page.isOver).toBe(true);
      expect(page.heard).toEqual([
        {
          event: 'logout',
          id: expect.stringMatching(/^\d+$/) as string,
          data: {
            eventName: 'logout',
            callId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
            receipt: [{ step: 'sessions', status: 'done' }],
          },
        },
      ]);
    }
    await house.signed('socialize.logout', { UID: 'v' });
    await expect.poll(() => stranger.isOver).toBe(true);
    expect(stranger.heard).toHaveLength(1);
  });

  it('of one device: no other hears it; its own streams end without a word, since it has the answer', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house);
    const tab = await listen(house, token);
    const other = await listen(house, await signInElsewhere(house));
    await house.post('socialize.logout', { login_token: token });
    await expect.poll(() => tab.isOver).toBe(true);
    expect(tab.heard).toEqual([]);
    // What came afterwards is the first that the other hears.
    await house.signed('socialize.logout', { UID: 'u' });
    await expect.poll(() => other.isOver).toBe(true);
    expect(names(other)).toEqual(['logout']);
  });

  it('that ended nothing tells nothing', async () => {
    const house = await startHouse();
    await signInElsewhere(house);
    await house.signed('socialize.logout', { UID: 'u' });
    await house.signed('socialize.logout', { UID: 'u' });
    expect(await events(house.database, house.apiKey)).toHaveLength(1);
  });

  it('by deletion of the account: every page hears it', async () => {
    const house = await startHouse();
    const page = await listen(house, await signInElsewhere(house, 'u', 'facebook'));
    await house.signed('socialize.deleteAccount', { UID: 'u' });
    await expect.poll(() => page.isOver).toBe(true);
    expect(names(page)).toEqual(['logout']);
    expect(page.heard[0]?.data.receipt).toContainEqual({ step: 'sessions', status: 'done' });
  });
});

describe('a removal', () => {
  it('is heard by the other devices, not by the page that asked; sessions that it ends hear that too', async () => {
    const house = await startHouse();
    const asking = await signInElsewhere(house, 'u', 'linkedin', 'github');
    const byFacebook = await signInElsewhere(house, 'u', 'facebook');
    const byGithub = await signInElsewhere(house, 'u', 'github');
    const [own, ended, other] = await Promise.all([
      listen(house, asking),
      listen(house, byFacebook),
      listen(house, byGithub),
    ]);
    const answer = await house.post('socialize.removeConnection', {
      login_token: asking,
      provider: 'Facebook',
    });
    await expect.poll(() => ended.isOver).toBe(true);
    expect(names(ended)).toEqual(['connectionRemoved', 'logout']);
    await expect.poll(() => names(other)).toEqual(['connectionRemoved']);
    const { eventName, provider, receipt = [] } = other.heard[0]?.data ?? {};
    expect({ eventName, provider }).toEqual({
      eventName: 'connectionRemoved',
      provider: 'Facebook',
    });
    expect(answer['receipt']).toEqual(expect.arrayContaining(receipt));
    expect(receipt).toContainEqual(expect.objectContaining({ step: 'identity', status: 'done' }));
    await house.signed('socialize.removeConnection', { UID: 'u', provider: 'github' });
    await expect.poll(() => names(own)).toEqual(['connectionRemoved']);
    expect(own.heard[0]?.data.provider).toBe('github');
  });

  it('of everything names no provider; by e-mail it names those that went', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house, 'u', 'facebook');
    const providers = {
      linkedin: { providerUID: 'l' },
      github: { providerUID: 'g' },
    };
    const loginIDs = [{ value: 'ada@shop.example', provider: 'linkedin' }];
    await house.signIn({ siteUID: 'u', providers, loginIDs, elsewhere: true });
    const page = await listen(house, token);
    await house.signed('socialize.unlink', { email: 'ada@shop.example' });
    await house.signed('socialize.removeConnection', { UID: 'u' });
    await expect.poll(() => page.isOver).toBe(true);
    const told = page.heard.map(({ event, data }) => [event, data.provider]);
    expect(told).toEqual([
      ['connectionRemoved', 'linkedin'],
      ['connectionRemoved', ''],
      ['logout', undefined],
    ]);
  });

  it('that is refused tells nothing: no row, no event', async () => {
    const house = await startHouse();
    const token = await signInElsewhere(house, 'u', 'facebook');
    const page = await listen(house, token);
    const refused = [
      { provider: 'facebook', lastIdentityHandling: 'fail' },
      { provider: 'linkedin' },
      { provider: 'friendster' },
    ];
    for (const params of refused) {
      const answer = await house.signed('socialize.removeConnection', { UID: 'u', ...params });
      expect(answer.errorCode).not.toBe(0);
    }
    expect(await events(house.database, house.apiKey)).toEqual([]);
    await house.signed('socialize.logout', { UID: 'u' });
    await expect.poll(() => page.isOver).toBe(true);
    expect(names(page)).toEqual(['logout']);
  });

  it('that fails while it is written tells nothing', async () => {
    const house = await startHouse();
    const page = await listen(house, await signInElsewhere(house, 'u', 'facebook'));
    const { people } = house.database.store;
    const receipt = [{ step: 'session', status: 'done' } as const];
    const entry = { callId: 'c', actor: 'app', method: 'm', provider: undefined, receipt } as const;
    const change = { tell: [{ name: 'logout' as const }] };
    // No text of a database holds one.
    const failing = { ...change, journal: { ...entry, cid: 'c\0' } };
    const who = { site: house.apiKey, uid: 'u' };
    await expect(
      people.update(who, () => ({ change: failing, answer: undefined })),
    ).rejects.toThrow();
    expect(await events(house.database, house.apiKey)).toEqual([]);
    expect(page.heard).toEqual([]);
    await people.update(who, () => ({
      change: { ...change, journal: { ...entry, cid: undefined } },
      answer: undefined,
    }));
    await expect.poll(() => names(page)).toEqual(['logout']);
  });
});

describe('the same on another handler of the store', () => {
  it('hears of it too, and a site hears nothing of another', async () => {
    const house = await startHouse();
    const elsewhere = await startHouse();
    const page = await listen(house, await signInElsewhere(house, 'u', 'facebook'), {
      handler: startInstance(house),
    });
    const stranger = await listen(elsewhere, await signInElsewhere(elsewhere, 'u', 'facebook'));
    await house.signed('socialize.removeConnection', { UID: 'u', provider: 'facebook' });
    await expect.poll(() => names(page)).toEqual(['connectionRemoved', 'logout']);
    await elsewhere.signed('socialize.logout', { UID: 'u' });
    await expect.poll(() => stranger.isOver).toBe(true);
    expect(names(stranger)).toEqual(['logout']);
  });
});
