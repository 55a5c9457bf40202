// Each way out, and what a fresh request shows behind it; wherever better-auth keeps sessions.
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openAuth, stepsOf, type AuthSite } from './better-auth-site.ts';

describe('sessions in the database', () => {
  let site: AuthSite;
  beforeAll(async () => {
    site = await openAuth('pg', {
      auth: { user: { deleteUser: { enabled: true } } },
      outro: { allowPrivateProviders: true, fetch: async () => new Response('', { status: 200 }) },
    });
  });
  afterAll(() => site.close());
  const three = async () => {
    const { cookie, open, uid } = await site.enter();
    return { uid, cookies: [cookie, await open(), await open()] as const };
  };
  const areIn = (cookies: readonly string[]) => Promise.all(cookies.map((one) => site.isIn(one)));

  it('revokeSessions ends all', async () => {
    const { cookies } = await three();
    const answer = await site.ask('/revoke-sessions', { cookie: cookies[0] });
    expect(answer.body).toMatchObject({ status: true });
    expect(stepsOf(answer)).toEqual(expect.arrayContaining(['session done', 'sessions done']));
    expect(await areIn(cookies)).toEqual([false, false, false]);
  });

  it('revokeOtherSessions leaves the one that asked', async () => {
    const { cookies } = await three();
    const answer = await site.ask('/revoke-other-sessions', { cookie: cookies[0] });
    expect(answer.body).toMatchObject({ status: true });
    expect(stepsOf(answer)).toEqual(['session kept', 'sessions done']);
    expect(await areIn(cookies)).toEqual([true, false, false]);
  });

  it('revokeSession ends the one that is named, and nobody else’s', async () => {
    const { cookies } = await three();
    const { body } = await site.ask('/get-session', { method: 'GET', cookie: cookies[1] });
    const { token } = (body as unknown as { session: { token: string } }).session;
    const stranger = await site.enter();
    const refused = await site.ask('/revoke-session', { cookie: stranger.cookie, body: { token } });
    expect(refused.body).toEqual({ status: true });
    expect(await areIn(cookies)).toEqual([true, true, true]);
    const answer = await site.ask('/revoke-session', { cookie: cookies[0], body: { token } });
    expect(answer.body).toMatchObject({ status: true });
    expect(stepsOf(answer)).toEqual(['session kept', 'sessions done']);
    expect(await areIn(cookies)).toEqual([true, false, true]);
  });

  it('deleteUser takes the account and everything of it', async () => {
    const { cookies, uid } = await three();
    const answer = await site.ask('/delete-user', { cookie: cookies[0] });
    expect(answer.body).toMatchObject({ success: true, message: 'User deleted' });
    expect(stepsOf(answer)).toEqual(expect.arrayContaining(['identity done', 'session done']));
    expect(await areIn(cookies)).toEqual([false, false, false]);
    for (const table of ['account', 'session'])
      expect(await site.query(`select 1 from ${table} where "userId" = '${uid}'`)).toEqual([]);
    const kept = await site.query(`select * from "outroEntry" where account = '${uid}'`);
    expect(JSON.stringify(kept)).not.toContain(' at google');
  });

  it('a ticket ends its session, once, when nobody else could', async () => {
    const { cookie } = await site.enter();
    const seen = await site.ask('/get-session', { method: 'GET', cookie });
    const ticket = seen.headers.get('x-outro-ticket');
    const answer = await site.ask('/redeem-leave-ticket', { body: { ticket } });
    expect(stepsOf(answer)).toContain('session done');
    expect(await site.isIn(cookie)).toBe(false);
    const again = await site.ask('/redeem-leave-ticket', { body: { ticket } });
    expect(stepsOf(again)).toEqual(['session already']);
  });

  it('says beforehand what an unlink would do, and afterwards how its receipt stands', async () => {
    const { cookie, accounts } = await site.enter();
    const body = { accountId: accounts[0] };
    const told = await site.ask('/explain-removal', { cookie, body });
    expect(told.body).toMatchObject({ allowed: true, waysInLeft: [{ provider: 'github' }] });
    const { callId, receipt } = (await site.ask('/unlink-account', { cookie, body })).body;
    const stands = await site.ask(`/get-receipt?callId=${String(callId)}`, {
      method: 'GET',
      cookie,
    });
    expect(stands.body).toEqual({
      receipt: receipt?.filter(({ step }) => step !== 'provider-session'),
      isComplete: true,
    });
  });

  it('serves the backend below its own address: a client of outro reads who is signed in', async () => {
    const { cookie, uid } = await site.enter();
    const answer = await site.ask('/outro/socialize.getUserInfo', {
      cookie,
      headers: { 'X-Outro': '1', 'Content-Type': 'application/x-www-form-urlencoded' },
      form: { apiKey: 'better-auth' },
    });
    expect(answer.body).toMatchObject({ errorCode: 0, UID: uid });
  });
});

describe('what providers tell', () => {
  it('arrives below better-auth’s own address: a person who has removed the app there', async () => {
    const clientSecret = 'an app secret';
    const site = await openAuth('pg', {
      auth: { socialProviders: { facebook: { clientId: '1', clientSecret } } },
    });
    onTestFinished(() => site.close());
    const { uid } = await site.enter(['facebook', 'github']);
    const [account] = await site.query(
      `select "accountId" from account where "userId" = '${uid}' and "providerId" = 'facebook'`,
    );
    const told = Buffer.from(
      JSON.stringify({
        algorithm: 'HMAC-SHA256',
        issued_at: Math.floor(Date.now() / 1000),
        user_id: account?.['accountId'],
      }),
    ).toString('base64url');
    const signature = createHmac('sha256', clientSecret).update(told).digest('base64url');
    const { status } = await site.ask('/outro/inbound/better-auth/facebook/deauthorize', {
      headers: { Origin: '', 'Content-Type': 'application/x-www-form-urlencoded' },
      form: { signed_request: `${signature}.${told}` },
    });
    expect(status).toBe(200);
    const left = await site.query(`select "providerId" from account where "userId" = '${uid}'`);
    expect(left).toEqual([{ providerId: 'github' }]);
  });
});

describe('ways in', () => {
  let site: AuthSite;
  afterEach(() => site.close());

  it('a passkey counts, and a password', async () => {
    const passkey = {
      id: 'passkey',
      schema: { passkey: { fields: { userId: { type: 'string', required: true } } } },
    } as const;
    site = await openAuth('pg', { auth: { plugins: [passkey] } });
    const { adapter } = site.context;
    const unlink = async (add?: object) => {
      const { uid, cookie, accounts } = await site.enter(['google']);
      if (add) await adapter.create({ data: { userId: uid }, ...add } as never);
      return site.ask('/unlink-account', { cookie, body: { accountId: accounts[0] } });
    };
    expect(await unlink()).toMatchObject({ status: 400 });
    expect(await unlink({ model: 'passkey' })).toMatchObject({ status: 200 });
    const { uid, cookie, accounts } = await site.enter(['google']);
    await site.context.internalAdapter.createAccount({
      userId: uid,
      providerId: 'credential',
      accountId: uid,
      password: 'hash',
    });
    const body = { accountId: accounts[0] };
    expect(await site.ask('/unlink-account', { cookie, body })).toMatchObject({ status: 200 });
    // The password is the last way in by now, and an account to better-auth like the others.
    const [password] = await site.query(`select id from account where "userId" = '${uid}'`);
    const last = { accountId: password?.['id'] };
    expect(await site.ask('/unlink-account', { cookie, body: last })).toMatchObject({
      status: 400,
      body: { code: 'FAILED_TO_UNLINK_LAST_ACCOUNT' },
    });
  });
});

describe('sessions elsewhere', () => {
  let site: AuthSite;
  afterEach(() => site.close());
  const createStorage = () => {
    const kept = new Map<string, string>();
    const storage = {
      isDown: false,
      get: (key: string) => kept.get(key) ?? null,
      set: (key: string, value: string) => void kept.set(key, value),
      delete: (key: string) => {
        if (storage.isDown) throw new Error('down');
        kept.delete(key);
      },
      getAndDelete: (key: string) => {
        const value = kept.get(key) ?? null;
        kept.delete(key);
        return value;
      },
      increment: () => 1,
    };
    return storage;
  };

  it('in the secondary storage: they end behind the commit, and later where it is down', async () => {
    const secondaryStorage = createStorage();
    site = await openAuth('pg', { auth: { secondaryStorage } });
    const { cookie, open } = await site.enter();
    const other = await open();
    expect(await site.isIn(cookie)).toBe(true);
    expect(stepsOf(await site.ask('/sign-out', { cookie }))).toContain('session done');
    expect([await site.isIn(cookie), await site.isIn(other)]).toEqual([false, true]);
    secondaryStorage.isDown = true;
    const answer = await site.ask('/sign-out', { cookie: other });
    expect(stepsOf(answer)).toContain('session pending');
    expect(await site.isIn(other)).toBe(true);
    secondaryStorage.isDown = false;
    await site.query(`update "outroEnded" set "endedAt" = now() - interval '1 minute'`);
    await site.work();
    expect(await site.isIn(other)).toBe(false);
    const [entry] = await site.query(
      `select receipt from "outroEntry" where "callId" = '${String(answer.body['callId'])}'`,
    );
    expect(entry?.['receipt']).toContain('"status":"done"');
  });

  it('in the cookie cache: it is told what goes on opening', async () => {
    site = await openAuth('pg', {
      auth: { session: { cookieCache: { enabled: true, maxAge: 120 } } },
    });
    const { cookie, open } = await site.enter();
    await open();
    const told = {
      step: 'site-session',
      status: 'kept',
      reason: expect.stringContaining('cookie cache, in browsers that hold it, for up to 120 s'),
    };
    for (const path of ['/revoke-other-sessions', '/sign-out'])
      expect((await site.ask(path, { cookie })).body.receipt, path).toContainEqual(told);
  });

  it('and of tokens that another secret has sealed, that only the person can take the permission back', async () => {
    const social = { socialProviders: { google: { clientId: 'id', clientSecret: 'secret' } } };
    site = await openAuth('pg', { auth: { ...social, account: { encryptOAuthTokens: true } } });
    const { cookie, accounts, uid } = await site.enter();
    await site.query(
      `update account set "accessToken" = '${'ab'.repeat(60)}', "refreshToken" = '${'cd'.repeat(60)}' where "userId" = '${uid}'`,
    );
    const answer = await site.ask('/unlink-account', { cookie, body: { accountId: accounts[0] } });
    expect(stepsOf(answer)).toEqual(expect.arrayContaining(['identity done', 'grant needs-user']));
  });
});
