// What a library does beside our lock, with the guard and without: links of users who go, identities that come back, and
// its own unlink as it is written down.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createServerClient, examine, type ChangeEvent } from 'outro/server';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGuard } from '../../src/server/operate/guard.ts';
import { secret } from '../support/house.ts';
import { libraries } from './schemas.ts';
import { openSite, revocable, type BesideSite } from './site.ts';

const runs = Number(process.env['OUTRO_RUNS'] ?? 30);

const { supabase, authjs, passport } = libraries;

/** A transaction of the library. */
const within = async <Value>(
  { pool }: BesideSite,
  work: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
};

const remove = (site: BesideSite, key: string, provider = 'google') =>
  site.ask('removeConnection', key, { provider, lastIdentityHandling: 'remove' });

/** How supabase's server begins a sign-in, and carries it out: the identity before the row of the flow. */
const begin = async ({ query }: BesideSite): Promise<string> => {
  const id = randomUUID();
  await query(
    `insert into auth.flow_state (id, provider_type, authentication_method, created_at)
      values ($1, 'google', 'oauth', clock_timestamp())`,
    [id],
  );
  return id;
};

const comeBack = async (
  site: BesideSite,
  flow: string | undefined,
  uid: string,
  subject: string,
): Promise<'linked' | 'refused'> =>
  within(site, async (client) => {
    const known = await client.query(
      `select user_id from auth.identities where provider = 'google' and provider_id = $1`,
      [subject],
    );
    if (known.rowCount === 0)
      await client.query(
        `insert into auth.identities (provider_id, user_id, identity_data, provider, created_at)
          values ($1, $2, '{}', 'google', now())`,
        [subject, uid],
      );
    if (flow !== undefined)
      await client.query('update auth.flow_state set user_id = $2, auth_code = $1 where id = $1', [
        flow,
        uid,
      ]);
  }).then(
    () => 'linked',
    (error: unknown) => {
      expect(String(error)).toContain('outro guard');
      return 'refused';
    },
  );

describe('identities of supabase that come back', () => {
  let site: BesideSite;
  beforeAll(async () => {
    site = await openSite(supabase);
  });
  afterAll(() => site.close());

  /** Sign-ins that begin before a removal and end after it, beside it or before it. @returns who is linked again */
  const race = async (kind: string): Promise<number> => {
    const people = await Promise.all(
      Array.from({ length: runs }, (_, index) => site.enter(`${kind} ${index}`)),
    );
    const back = await Promise.all(
      people.map(async ({ uid, key }, index) => {
        const flow = await begin(site);
        const removal = remove(site, key);
        // Behind the removal, beside it, and before it.
        if (index % 3 === 0) await removal;
        if (index % 3 === 1) await wait(index);
        await comeBack(site, flow, uid, `${kind} ${index} there`);
        expect(await removal).toMatchObject({ errorCode: 0 });
        const left = await site.query(
          `select 1 from auth.identities where user_id = $1 and provider = 'google'`,
          [uid],
        );
        return left.length;
      }),
    );
    return back.filter(Boolean).length;
  };

  it('without the guard they do', async () => {
    expect(await race('free')).toBeGreaterThan(0);
  });

  it('the doctor says whether the guard is there, and is on', async () => {
    const look = async () =>
      (
        await examine({
          sites: [{ apiKey: site.apiKey, secret, publicUrl: 'https://outro.example' }],
          encryptionKeys: [{ id: 'test', key: secret }],
          store: site.store,
        })
      ).find(({ about }) => about === 'guard');
    const missing = (tables: string) => ({
      level: 'warning',
      found: expect.stringContaining(`missing or off at ${tables}:`) as string,
      advice: 'npx outro guard --preset NAME puts it there',
    });
    expect(await look()).toMatchObject(missing('"auth"."flow_state", "auth"."identities"'));
    await runGuard(site.url, 'supabase');
    expect(await look()).toMatchObject({ level: 'fine' });
    await site.query('alter table auth.identities disable trigger outro_guard_gone');
    expect(await look()).toMatchObject(missing('"auth"."identities"'));
    await site.query('alter table auth.identities enable trigger outro_guard_gone');
  });

  it('with it none does, and whoever begins afterwards is let in', async () => {
    expect(await race('held')).toBe(0);
    const { uid, key } = await site.enter('ada');
    const before = await begin(site);
    await remove(site, key);
    const after = await begin(site);
    expect(await comeBack(site, before, uid, 'ada there')).toBe('refused');
    // An ID token, or an administrator: nobody knows when that began.
    expect(await comeBack(site, undefined, uid, 'ada there')).toBe('refused');
    expect(await comeBack(site, after, uid, 'ada there')).toBe('linked');
    await site.query(
      `update outro.removed_identities set removed_at = removed_at - interval '16 minutes',
        marked_at = marked_at - interval '16 minutes'`,
    );
    await site.query(`delete from auth.identities where provider = 'google'`);
    expect(await comeBack(site, undefined, uid, 'ada there')).toBe('linked');
  });
});

describe.each(Object.entries({ authjs, passport }))('links of %s', (name, library) => {
  let site: BesideSite;
  const link = {
    authjs: `insert into accounts ("userId", type, provider, "providerAccountId") values ($1, 'oidc', 'github', $2)`,
    passport: `insert into federated_credentials (user_id, provider, subject) values ($1, 'github', $2)`,
  }[name]!;
  beforeAll(async () => {
    site = await openSite(library, { allowAccountDeletion: true });
  });
  afterAll(() => site.close());

  /** A link beside the deletion of its user, which waits for its commit or does not. @returns what is left of the link */
  const race = async (subject: string, waits: boolean): Promise<number> => {
    const { uid, key } = await site.enter(subject, ['google']);
    const deleting = await within(site, async (client) => {
      await client.query(link, [uid, subject]);
      const answer = site.ask('deleteAccount', key);
      await (waits ? wait(200) : answer);
      return { answer };
    });
    expect(await deleting.answer).toMatchObject({ errorCode: 0 });
    const rows = await site.query(
      `select 1 from ${library.identities} as t where t::text like $1`,
      [`%${subject}%`],
    );
    return rows.length;
  };

  it('of a user who goes is an orphan without the guard, and none with it', async () => {
    expect(await race('free', false)).toBe(1);
    await runGuard(site.url, name);
    expect(await race('held', true)).toBe(0);
  });

  it('waits for a removal under way, and goes through behind it', async () => {
    const { uid } = await site.enter('eve', ['google']);
    const order: string[] = [];
    const client = await site.pool.connect();
    await client.query('begin');
    await client.query(`select from users where id = $1 for update`, [uid]);
    const linking = site.query(link, [uid, 'eve two']).then(() => order.push('linked'));
    await wait(60);
    order.push('committed');
    await client.query('commit');
    client.release();
    await linking;
    expect(order).toEqual(['committed', 'linked']);
  });
});

describe('the library’s own unlink, written down', () => {
  let site: BesideSite;
  const asked: string[] = [];
  beforeAll(async () => {
    site = await openSite(
      passport,
      { providers: { google: revocable } },
      {
        allowPrivateProviders: true,
        fetch: async (input, init) => {
          asked.push(await new Request(input, init).text());
          return new Response('{}');
        },
      },
    );
    await runGuard(site.url, 'passport', { mode: 'record' });
  });
  afterAll(() => site.close());

  const unlink = (uid: string) =>
    site.query('delete from federated_credentials where user_id = $1', [uid]);
  const tell = (uid: string, subject: string, more: object = {}) =>
    site.handler.signedIn({ uid, provider: 'google', subject, ...more });

  it('goes through, takes the permission back, is in the feed, and stays gone', async () => {
    const { uid } = await site.enter('ada', ['google']);
    await tell(uid, 'ada there', { tokens: { refresh: 'newest of ada' } });
    await unlink(uid);
    await site.handler.work();
    expect(asked).toContain(new URLSearchParams({ token: 'newest of ada' }).toString());
    const server = createServerClient({
      url: 'https://outro.example',
      apiKey: site.apiKey,
      secret,
      fetch: (input, init) => site.handler(new Request(input, init)),
    });
    const { changes } = (await server.feed()) as unknown as { changes: ChangeEvent[] };
    const change = changes.find(({ type }) => type === 'outro.connection.removed');
    expect(change?.data).toMatchObject({
      uid,
      actor: 'app',
      connections: [{ provider: 'google', providerUID: 'ada there' }],
      receipt: [
        { step: 'identity', status: 'done', provider: 'google', identity: 'ada there' },
        { step: 'token', status: 'done', provider: 'google', identity: 'ada there' },
      ],
    });
    await passport.link(site.query, uid, 'google', 'ada there');
    const late = tell(uid, 'ada there', { beganAt: new Date(Date.now() - 60_000) });
    await expect(late).rejects.toMatchObject({ failure: 'requestExpired' });
  });

  it('of a user who is deleted keeps no word, and takes the permission back all the same', async () => {
    const { uid } = await site.enter('bob', ['google']);
    await tell(uid, 'bob there', { tokens: { refresh: 'newest of bob' } });
    await within(site, async (client) => {
      await client.query('delete from users where id = $1', [uid]);
      await client.query('delete from federated_credentials where user_id = $1', [uid]);
    });
    await site.handler.work();
    expect(asked).toContain(new URLSearchParams({ token: 'newest of bob' }).toString());
    const word = `select 1 from outro.journal where uid = $1 and method = 'removeConnection'`;
    expect(await site.query(word, [uid])).toEqual([]);
    expect(
      await site.query(`select 1 from outro.errands where provider_uid = 'bob there'`),
    ).toEqual([]);
  });

  it('one nobody has told of goes as it came', async () => {
    const { uid } = await site.enter('cy', ['google']);
    await unlink(uid);
    expect(
      await site.query('select 1 from federated_credentials where user_id = $1', [uid]),
    ).toEqual([]);
  });

  it('can be made to refuse later: running it again changes functions only', async () => {
    const triggers = () =>
      site.query(`select oid from pg_trigger where tgname like 'outro_guard%' order by oid`);
    const before = await triggers();
    await runGuard(site.url, 'passport', { mode: 'refuse' });
    expect(await triggers()).toEqual(before);
    const { uid } = await site.enter('dee', ['google']);
    await expect(unlink(uid)).rejects.toThrow('outro guard: the last way in');
  });
});
