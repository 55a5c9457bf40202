// The one line in a library's sign-in event: newest tokens, who opened which session, and gone stays gone.
import { tables } from 'outro/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import { libraries } from './schemas.ts';
import { openSite, revocable, stepsOf, type BesideSite } from './site.ts';

const { passport, authjs } = libraries;

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe.each(Object.entries({ passport, authjs }))('signedIn beside %s', (_name, library) => {
  let site: BesideSite;
  const asked: string[] = [];
  beforeAll(async () => {
    site = await openSite(
      library,
      { providers: { google: revocable, github: revocable } },
      {
        allowPrivateProviders: true,
        fetch: async (input, init) => {
          asked.push(await new Request(input, init).text());
          return new Response('{}');
        },
      },
    );
  });
  afterAll(() => site.close());

  const remove = (key: string) =>
    site.ask('removeConnection', key, { provider: 'google', lastIdentityHandling: 'remove' });
  const providersOf = async (uid: string): Promise<unknown> =>
    (await site.signed('getUserInfo', { UID: uid }))['providers'];
  const opens = async (key: string): Promise<boolean> =>
    (await site.ask('getUserInfo', key)).errorCode === 0;

  it('the newest tokens are those that are taken back', async () => {
    const { uid, key } = await site.enter('ada');
    const told = { uid, provider: 'google', subject: 'ada there', session: key };
    await site.handler.signedIn({ ...told, tokens: { access: 'a1', refresh: 'newest' } });
    // Later sign-ins bring an access token only.
    await site.handler.signedIn({ ...told, tokens: { access: 'a2' } });
    const answer = await remove(key);
    expect(answer['receipt']).toContainEqual({
      step: 'grant',
      status: 'done',
      provider: 'google',
      identity: 'ada there',
    });
    expect(asked.at(-1)).toBe('token=newest');
  });

  it('a removal ends the sessions that the identity had opened, and no others', async () => {
    const { uid, key } = await site.enter('bob');
    const [own, others] = [library.newKey(), library.newKey()];
    for (const one of [own, others]) await library.openSession(site.query, uid, one);
    const told = { uid, subject: 'bob there' };
    await site.handler.signedIn({ ...told, provider: 'google', session: own });
    await site.handler.signedIn({ ...told, provider: 'github', session: others });
    await site.handler.signedIn({ uid, session: key });
    expect(await site.ask('getUserInfo', own)).toMatchObject({ loginProvider: 'google' });
    await remove(key);
    expect([await opens(key), await opens(own), await opens(others)]).toEqual([true, false, true]);
  });

  it.each([
    ['that began before the removal', minutesAgo(1)],
    ['of which nobody knows when it began', undefined],
  ])('a sign-in %s is undone: link, session, tokens', async (_title, beganAt) => {
    const { uid, key } = await site.enter(`cy ${String(beganAt)}`);
    const subject = `cy ${String(beganAt)} there`;
    await remove(key);
    // What the library does: the row is back, and somebody is signed in.
    await library.link(site.query, uid, 'google', subject);
    const late = library.newKey();
    await library.openSession(site.query, uid, late);
    const told = site.handler.signedIn({
      uid,
      provider: 'google',
      subject,
      session: late,
      tokens: { refresh: `late ${subject}` },
      ...(beganAt && { beganAt }),
    });
    await expect(told).rejects.toMatchObject({ failure: 'requestExpired' });
    expect(await providersOf(uid)).toBe('github');
    expect([await opens(key), await opens(late)]).toEqual([true, false]);
    await site.handler.work();
    expect(asked).toContain(new URLSearchParams({ token: `late ${subject}` }).toString());
  });

  it('where nobody says which session it was, all end that were not there at the removal', async () => {
    const { uid, key } = await site.enter('dee');
    await remove(key);
    await library.link(site.query, uid, 'google', 'dee there');
    const late = [library.newKey(), library.newKey()];
    for (const one of late) await library.openSession(site.query, uid, one);
    await expect(
      site.handler.signedIn({
        uid,
        provider: 'google',
        subject: 'dee there',
        beganAt: minutesAgo(1),
      }),
    ).rejects.toMatchObject({ failure: 'requestExpired' });
    expect(await Promise.all([key, ...late].map(opens))).toEqual([true, false, false]);
  });

  it('whoever signs in after the removal is welcome, and a late one harms that no more', async () => {
    const { uid, key } = await site.enter('eve');
    await remove(key);
    await library.link(site.query, uid, 'google', 'eve there');
    const told = { uid, provider: 'google', subject: 'eve there' };
    const fresh = library.newKey();
    await library.openSession(site.query, uid, fresh);
    await site.handler.signedIn({ ...told, session: fresh, beganAt: new Date() });
    await expect(
      site.handler.signedIn({ ...told, session: 'none', beganAt: minutesAgo(5) }),
    ).rejects.toMatchObject({ failure: 'requestExpired' });
    expect(await providersOf(uid)).toContain('google');
    expect(await opens(fresh)).toBe(true);
  });

  it('an identity that came back is never taken where it is the only way in', async () => {
    const { uid, key } = await site.enter('fay', ['google']);
    await remove(key);
    await library.link(site.query, uid, 'google', 'fay there');
    await expect(
      site.handler.signedIn({
        uid,
        provider: 'google',
        subject: 'fay there',
        beganAt: minutesAgo(1),
      }),
    ).rejects.toMatchObject({ failure: 'requestExpired' });
    expect(
      await site.query(`select 1 from ${library.identities} as t where t::text like '%fay there%'`),
    ).toHaveLength(1);
  });

  it('a linked-again identity keeps what its new link was given', async () => {
    const { uid, key } = await site.enter('gus');
    const told = { uid, provider: 'google', subject: 'gus there', session: key };
    await site.handler.signedIn({ ...told, tokens: { refresh: 'old' } });
    await site.query(`update outro.destinations set paused_until = null`);
    const before = asked.length;
    await remove(key);
    await library.link(site.query, uid, 'google', 'gus there');
    await site.handler.signedIn({ ...told, tokens: { refresh: 'new' }, beganAt: new Date() });
    await site.handler.work();
    expect(asked.slice(before).filter((body) => body.includes('new'))).toEqual([]);
  });

  it('a person that the tables do not have is refused by name', async () => {
    await expect(site.handler.signedIn({ uid: '0' })).rejects.toMatchObject({
      failure: 'unauthorizedUser',
      details: expect.stringContaining('uid') as string,
    });
    const { uid } = await site.enter('hal');
    await expect(site.handler.signedIn({ uid, provider: 'google' })).rejects.toMatchObject({
      failure: 'missingParameter',
    });
  });

  it.each([
    ['session', 'empty', '', 'ivy'],
    ['session', 'too long', 's'.repeat(2001), 'jan'],
    ['session', 'of a NUL', 's\0', 'kim'],
    ['subject', 'too long', 's'.repeat(301), 'lea'],
    ['subject', 'of a NUL', 's\0', 'max'],
    ['uid', 'too long', 'u'.repeat(301), 'nia'],
    ['uid', 'of a NUL', 'u\0', 'oto'],
  ])('a %s that is %s is refused by name, and nothing is noted', async (name, _is, value, who) => {
    const { uid } = await site.enter(who);
    const noted = () => site.query('select * from outro.site_sessions where account = $1', [uid]);
    const before = await noted();
    const given = { uid, provider: 'google', subject: `${who} there`, [name]: value };
    await expect(site.handler.signedIn(given)).rejects.toMatchObject({
      failure: 'invalidParameter',
      details: expect.stringMatching(new RegExp(`^${name}: expected text of 1 to \\d+`)) as string,
    });
    expect(await noted()).toEqual(before);
  });
});

describe('tokens that stand in the site’s own row', () => {
  it('are taken back, and those that cannot be opened are told while the removal goes on', async () => {
    const sealed = {
      ...authjs,
      mapping: {
        ...authjs.mapping,
        identities: {
          ...tables.authjs.identities,
          open: (text: string) => {
            if (text.startsWith('access')) throw new Error('another key');
            return text;
          },
        },
      },
    } as typeof authjs;
    const asked: string[] = [];
    const options = {
      allowPrivateProviders: true,
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
        asked.push(await new Request(input, init).text());
        return new Response('{}');
      },
    };
    const plain = await openSite(authjs, { providers: { google: revocable } }, options);
    const locked = await openSite(sealed, { providers: { google: revocable } }, options);
    const removed = async (site: BesideSite) => {
      const { key } = await site.enter('ada');
      return site.ask('removeConnection', key, { provider: 'google' });
    };
    expect(stepsOf(await removed(plain))).toContain('grant done');
    expect(asked).toEqual(['token=refresh+of+the+first']);
    const { receipt, errorCode } = await removed(locked);
    expect(errorCode).toBe(0);
    expect(receipt as Receipt).toContainEqual(
      expect.objectContaining({
        step: 'grant',
        status: 'needs-user',
        reason: expect.stringContaining('another key') as string,
      }),
    );
    expect(asked).toHaveLength(1);
    await Promise.all([plain.close(), locked.close()]);
  });
});
