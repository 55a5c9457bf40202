// People who come back from a provider while, or after, their account there was unlinked.
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAuth, stepsOf, type Answered, type AuthSite } from './better-auth-site.ts';
import { revocable } from './site.ts';

let site: AuthSite;
let revoked: string[];
let refresh: () => Promise<{ accessToken: string; refreshToken: string }>;

beforeAll(async () => {
  revoked = [];
  site = await openAuth('pg', {
    auth: {
      socialProviders: {
        google: {
          clientId: 'id',
          clientSecret: 'secret',
          refreshAccessToken: () => refresh(),
        },
      },
      plugins: [
        genericOAuth({
          config: [
            {
              providerId: 'company',
              clientId: 'id',
              clientSecret: 'secret',
              authorizationUrl: 'https://login.example/authorize',
              tokenUrl: 'https://login.example/token',
              getToken: async ({ code }) => ({
                accessToken: code,
                refreshToken: `refresh ${code}`,
              }),
              getUserInfo: async ({ accessToken = '' }) => {
                const [name = ''] = accessToken.split(' ');
                return {
                  id: `${name} there`,
                  email: `${name}@shop.example`,
                  emailVerified: true,
                  name,
                };
              },
            },
          ],
        }),
      ],
    },
    outro: {
      allowPrivateProviders: true,
      providers: { 'oidc-company': revocable },
      fetch: async (_input, init) => {
        revoked.push(String(new URLSearchParams(init?.body as string).get('token')));
        return new Response('', { status: 200 });
      },
    },
  });
});
afterAll(() => site.close());

/** Begins a sign-in, and gives what the browser comes back with. */
const begin = async () => {
  const begun = await site.ask('/sign-in/social', {
    body: { provider: 'company', callbackURL: '/', errorCallbackURL: '/failed' },
  });
  const state = new URL(String(begun.body['url'])).searchParams.get('state');
  const cookie = begun.cookies.map((one) => one.split(';')[0]).join('; ');
  return async (code: string) => {
    const path = `/callback/company?code=${encodeURIComponent(code)}&state=${state}`;
    const back = await site.ask(path, { method: 'GET', cookie });
    const [session] = back.cookies.filter((one) => one.includes('session_token='));
    return { to: back.headers.get('location') ?? '', cookie: session?.split(';')[0] ?? '' };
  };
};

const accountsOf = async (cookie: string) => {
  const { text } = await site.ask('/list-accounts', { method: 'GET', cookie });
  return JSON.parse(text) as { id: string; providerId: string }[];
};

it('a sign-in that began before the unlink brings nothing back, and its tokens are taken back', async () => {
  const { cookie } = await (await begin())('ada 1');
  const session = await site.ask('/get-session', { method: 'GET', cookie });
  const { user } = session.body as unknown as { user: { id: string } };
  await site.context.internalAdapter.createAccount({
    userId: user.id,
    providerId: 'github',
    accountId: 'ada at github',
  });
  const late = await begin();
  const [account] = (await accountsOf(cookie)).filter(({ providerId }) => providerId === 'company');
  const answer = await site.ask('/unlink-account', { cookie, body: { accountId: account?.id } });
  expect(stepsOf(answer)).toEqual([
    'identity done',
    'data done',
    'grant done',
    'session kept',
    'provider-session unsupported',
  ]);
  expect(revoked).toEqual(['refresh ada 1']);
  const back = await late('ada 2');
  expect(back).toEqual({ to: expect.stringContaining('SIGN_IN_EXPIRED'), cookie: '' });
  expect((await accountsOf(cookie)).map(({ providerId }) => providerId)).toEqual(['github']);
  await site.work();
  expect(revoked).toEqual(['refresh ada 1', 'refresh ada 2']);
  // Whoever begins anew is welcome.
  const again = await (await begin())('ada 3');
  expect(await site.isIn(again.cookie)).toBe(true);
  expect(await accountsOf(cookie)).toHaveLength(2);
});

it('sessions that the account had opened end with it, and others go on', async () => {
  const first = await (await begin())('bob 1');
  const second = await (await begin())('bob 2');
  const session = await site.ask('/get-session', { method: 'GET', cookie: first.cookie });
  const { user } = session.body as unknown as { user: { id: string } };
  const own = site.cookieOf((await site.context.internalAdapter.createSession(user.id)).token);
  await site.context.internalAdapter.createAccount({
    userId: user.id,
    providerId: 'github',
    accountId: 'bob at github',
  });
  const [account] = (await accountsOf(own)).filter(({ providerId }) => providerId === 'company');
  const answer = await site.ask('/unlink-account', {
    cookie: own,
    body: { accountId: account?.id },
  });
  expect(stepsOf(answer)).toContain('sessions done');
  const left = await Promise.all([first.cookie, second.cookie, own].map((one) => site.isIn(one)));
  expect(left).toEqual([false, false, true]);
});

it('what opened the session is left when it ends, and nothing else', async () => {
  const { cookie } = await (await begin())('cy 1');
  const session = await site.ask('/get-session', { method: 'GET', cookie });
  const { user } = session.body as unknown as { user: { id: string } };
  for (const providerId of ['google', 'github'])
    await site.context.internalAdapter.createAccount({
      userId: user.id,
      providerId,
      accountId: `cy at ${providerId}`,
    });
  const { body } = await site.ask('/sign-out', { cookie });
  const kept = body.receipt?.filter(({ status }) => status === 'kept');
  expect(kept?.map(({ provider }) => provider).toSorted()).toEqual(['github', 'google']);
});

it('tokens of a refresh that was under way at a soft removal do not stay, and are taken back', async () => {
  const { cookie, accounts } = await site.enter(['google']);
  const rowOf = async () =>
    (await site.query(`select * from account where id = '${accounts[0]}'`))[0];
  revoked.length = 0;
  let left: Answered | undefined;
  refresh = async () => {
    left = await site.ask('/outro/socialize.removeConnection', {
      cookie,
      headers: { 'X-Outro': '1', 'Content-Type': 'application/x-www-form-urlencoded' },
      form: { apiKey: 'better-auth', provider: 'google', forceProvidersLogout: 'false' },
    });
    expect(await rowOf()).toMatchObject({ accessToken: null, refreshToken: null });
    return { accessToken: 'new access', refreshToken: 'new refresh' };
  };
  await site.ask('/refresh-token', { cookie, body: { accountId: accounts[0] } });
  expect(stepsOf(left!)).toContain('identity kept');
  expect(await rowOf()).toMatchObject({ accessToken: null, refreshToken: null, idToken: null });
  await site.work();
  expect(revoked).toEqual(['refresh', 'new refresh']);
  const listed = await site.ask('/list-accounts', { method: 'GET', cookie });
  expect(listed.text).toContain('google');
});
