// What signedIn costs, and what may come in between while it looks and writes.
import { createHandler, fromTables, type Handler } from 'outro/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteAccount } from '../store/decisions.ts';
import { postgresEngine, type Between } from '../store/engine.ts';
import { identity } from '../store/scene.ts';
import { secret } from '../support/house.ts';
import { libraries } from './schemas.ts';
import { openSite, revocable, type BesideSite } from './site.ts';

const { authjs } = libraries;

const asked: string[] = [];
const byToken = { revoke: { ...revocable.revoke, removes: 'token' } } as const;
const providers = { google: revocable, github: byToken };
const options = {
  allowPrivateProviders: true,
  fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.push(await new Request(input, init).text());
    return new Response('{}');
  },
};

let site: BesideSite;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  site = await openSite(authjs, { providers }, options);
});
afterAll(async () => {
  for (const close of closing) await close();
  await site.close();
});

/** One more instance of the site, and what comes in between it and the database. */
const openBeside = async (between: Between) => {
  const { openBeside: open } = postgresEngine(site.url, {
    open: (pool) => fromTables(pool, authjs.mapping),
  });
  const store = await open(between);
  const handler: Handler = createHandler({
    ...options,
    store,
    encryptionKeys: [{ id: 'test', key: secret }],
    sites: [{ apiKey: site.apiKey, secret, publicUrl: 'https://outro.example', providers }],
  });
  closing.push(async () => {
    await handler.close();
    await store.close();
  });
  return { store, handler };
};

/** An instance in whose first sign-in this happens once it has looked, before it writes. */
const openInterrupted = async (happens: () => Promise<unknown>): Promise<Handler> => {
  let isFirst = true;
  const { handler } = await openBeside({
    wait: async (where) => {
      if (where !== 'write' || !isFirst) return;
      isFirst = false;
      await happens();
    },
  });
  return handler;
};

const remove = (key: string) =>
  site.ask('removeConnection', key, { provider: 'google', lastIdentityHandling: 'remove' });

describe('what signedIn asks of the database', () => {
  const texts: string[] = [];
  // That something changed is told afterwards, a moment later: also what the test before this one did.
  const since = (): string[] => texts.splice(0).filter((text) => !text.includes('pg_notify'));
  let beside: Awaited<ReturnType<typeof openBeside>>;
  beforeAll(async () => {
    beside = await openBeside({ see: (text) => void texts.push(text) });
  });

  it('two statements note a sign-in, and nobody waits for the disk; a removal waits', async () => {
    const { store, handler } = beside;
    const { uid, key } = await site.enter('ada');
    const told = { uid, provider: 'google', subject: 'ada there', tokens: { access: 'one' } };
    since();
    await handler.signedIn({ ...told, session: key });
    const [look, write, ...more] = since();
    expect(more).toEqual([]);
    expect(look).not.toContain('synchronous_commit');
    expect(write).toContain('synchronous_commit');
    await handler.signedIn({ uid });
    expect(since()).toHaveLength(1);
    await deleteAccount(store.people, { site: site.apiKey, uid });
    expect(since().join('\n')).not.toContain('synchronous_commit');
  });

  it('two take a token back as well that a newer one has replaced, and that is waited for', async () => {
    const { uid, key } = await site.enter('fay');
    const told = { uid, provider: 'github', subject: 'fay there', session: key };
    await beside.handler.signedIn({ ...told, tokens: { refresh: 'old of fay' } });
    since();
    await beside.handler.signedIn({ ...told, tokens: { refresh: 'new of fay' } });
    const [, write, ...more] = since();
    expect(write).not.toContain('synchronous_commit');
    expect(more).toEqual([]);
    await site.handler.work();
    expect(asked).toContain('token=old+of+fay');
    expect(asked).not.toContain('token=new+of+fay');
  });
});

describe('while signedIn looks and writes', () => {
  it('an identity that is removed stays gone', async () => {
    const { uid, key } = await site.enter('bob');
    const late = authjs.newKey();
    await authjs.openSession(site.query, uid, late);
    const beganAt = new Date(Date.now() - 60_000);
    const handler = await openInterrupted(() => remove(key));
    const told = { uid, provider: 'google', subject: 'bob there', session: late, beganAt };
    await expect(handler.signedIn(told)).rejects.toMatchObject({ failure: 'requestExpired' });
    const { providers: left } = await site.signed('getUserInfo', { UID: uid });
    expect(left).toBe('github');
    expect((await site.ask('getUserInfo', late)).errorCode).not.toBe(0);
  });

  it('tokens that another sign-in has told are kept', async () => {
    const { uid, key } = await site.enter('cy');
    const told = { uid, provider: 'google', subject: 'cy there', session: key };
    await site.handler.signedIn({ ...told, tokens: { access: 'first' } });
    const handler = await openInterrupted(() =>
      site.handler.signedIn({ ...told, tokens: { refresh: 'of cy' } }),
    );
    await handler.signedIn({ ...told, tokens: { access: 'last' } });
    await remove(key);
    expect(asked).toContain('token=of+cy');
  });

  it('a person who is being deleted is waited for, and is nobody then', async () => {
    const { uid } = await site.enter('dee');
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = (): void => {};
    const holds = new Promise<void>((resolve) => (begun = resolve));
    const { store } = await openBeside({
      wait: async (where) => {
        if (where !== 'commit') return;
        begun();
        await held;
      },
    });
    const deleted = deleteAccount(store.people, { site: site.apiKey, uid });
    await holds;
    const told = site.handler.signedIn({ uid, session: 'of dee' }).catch((error: unknown) => error);
    const first = await Promise.race([
      told,
      new Promise((resolve) => setTimeout(resolve, 300, 'waits')),
    ]);
    release();
    await deleted;
    expect(first).toBe('waits');
    expect(await told).toMatchObject({ failure: 'unauthorizedUser' });
  });
});

it('a link that was not looked up is refused by name, and leaves nothing', async () => {
  const { uid } = await site.enter('eve');
  const change = { linkIdentities: [identity('one', { provider: 'google' })] };
  for (const linking of [undefined, []])
    await expect(
      site.store.people.update({ site: site.apiKey, uid, ...(linking && { linking }) }, () => ({
        change,
        answer: undefined,
      })),
    ).rejects.toMatchObject({
      failure: 'operationNotAllowed',
      details: expect.stringContaining('linking') as string,
    });
});
