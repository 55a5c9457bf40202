// The plugin under the names and with the answers that better-auth's own endpoints have.
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { outro } from 'outro/better-auth';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAuth, origin, stepsOf, type AuthSite } from './better-auth-site.ts';

let site: AuthSite;
let google: string[];

beforeAll(async () => {
  google = [];
  site = await openAuth('pg', {
    auth: { socialProviders: { google: { clientId: 'id', clientSecret: 'secret' } } },
    outro: {
      allowPrivateProviders: true,
      fetch: async (_input, init) => {
        google.push(init?.body as string);
        return new Response('', { status: 200 });
      },
    },
  });
});
afterAll(() => site.close());

it('an account goes with its permission, and the answer is the library’s with a receipt', async () => {
  const { cookie, accounts } = await site.enter();
  const answer = await site.ask('/unlink-account', { cookie, body: { accountId: accounts[0] } });
  expect(answer).toMatchObject({ status: 200, body: { status: true } });
  expect(stepsOf(answer)).toEqual(
    expect.arrayContaining(['identity done', 'data done', 'grant done']),
  );
  expect(google).toHaveLength(1);
  const listed = await site.ask('/list-accounts', { method: 'GET', cookie });
  expect(listed.text).toContain('github');
  expect(listed.text).not.toContain('google');
});

it('the last way in stays, in the library’s words', async () => {
  const { cookie, accounts } = await site.enter(['google']);
  const answer = await site.ask('/unlink-account', { cookie, body: { accountId: accounts[0] } });
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'FAILED_TO_UNLINK_LAST_ACCOUNT', message: "You can't unlink your last account" },
  });
});

it('an account that is nobody’s is refused as the library does', async () => {
  const { cookie } = await site.enter();
  const answer = await site.ask('/unlink-account', { cookie, body: { accountId: 'nobody' } });
  expect(answer).toMatchObject({ status: 400, body: { code: 'ACCOUNT_NOT_FOUND' } });
});

it('without a session nothing is unlinked', async () => {
  const answer = await site.ask('/unlink-account', { body: { accountId: 'x' } });
  expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
});

it('signing out ends the session, clears the cookie, and says so', async () => {
  const { cookie, open } = await site.enter();
  const other = await open();
  const answer = await site.ask('/sign-out', { cookie });
  expect(answer).toMatchObject({ status: 200, body: { success: true } });
  expect(stepsOf(answer)).toContain('session done');
  expect(answer.cookies.join()).toContain('session_token=;');
  expect(await site.isIn(cookie)).toBe(false);
  expect(await site.isIn(other)).toBe(true);
  expect(stepsOf(await site.ask('/sign-out', { cookie }))).toEqual(['session already']);
  expect(stepsOf(await site.ask('/sign-out'))).toEqual(['session already']);
});

it('starts right behind `betterAuth()`, as the docs have it: the library makes its context meanwhile', async () => {
  const plugin = outro({ logError() {} });
  const auth = betterAuth({
    baseURL: origin,
    secret: 'the secret of a site that is only a test',
    telemetry: { enabled: false },
    database: new DatabaseSync(':memory:'),
    plugins: [plugin],
  });
  await plugin.start();
  await plugin.stop();
  await auth.$context;
});

it('what it cannot stand on, its start says as well', async () => {
  const plugin = outro({ providers: { friendster: {} } });
  const auth = betterAuth({
    baseURL: origin,
    database: new DatabaseSync(':memory:'),
    plugins: [plugin],
  });
  await expect(plugin.start()).rejects.toThrow('friendster');
  await expect(auth.$context).rejects.toThrow('friendster');
});
