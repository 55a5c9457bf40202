// Planted secrets, tokens and e-mails are looked for in everything that leaves: logs, refusals, addresses, the database.
import { createHandler, type Handler, type Store } from 'outro/server';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Answer } from '../support/house.ts';
import { ticketOf } from '../support/sessions.ts';
import { signedBody } from '../support/signed.ts';
import { openOwnDatabase } from '../support/store.ts';

const planted = {
  secret: Buffer.from('planted secret of the site 12345').toString('base64'),
  key: Buffer.from('planted encryption key, 32 bytes').toString('base64'),
  clientSecret: 'planted-client-secret',
  authToken: 'planted-provider-token',
  refreshToken: 'planted-refresh-token',
  idToken: 'planted-id-token',
  email: 'planted-person@mail.example',
};

let written: string[] = [];
beforeEach(() => {
  written = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, name).mockImplementation((...given: unknown[]) => {
      written.push(
        given.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' '),
      );
    });
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => Boolean(written.push(String(text))));
});
afterEach(() => vi.restoreAllMocks());

const open = async (change: (store: Store) => Store = (store) => store) => {
  const { store, query } = await openOwnDatabase();
  const sent: string[] = [];
  const handler: Handler = createHandler({
    sites: [
      {
        apiKey: 'shop',
        secret: planted.secret,
        publicUrl: 'https://outro.example',
        origins: ['https://shop.example'],
        vhost: '1',
        actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
        providers: {
          facebook: { clientId: '1', clientSecret: planted.clientSecret },
          linkedin: { logout: { by: 'visit', url: 'https://login.example/', parameters: {} } },
        },
      },
    ],
    encryptionKeys: [{ id: 'a', key: planted.key }],
    store: change(store),
    log: (entry) => console.log(JSON.stringify(entry)),
    allowPrivateProviders: true,
    fetch: (input) => {
      sent.push(new Request(input).url);
      return Promise.reject(new Error(`no route to ${planted.authToken}@provider`));
    },
  });
  const ask = async (path: string, body: URLSearchParams, headers = {}) => {
    const request = new Request(`https://outro.example/${path}`, { method: 'POST', body, headers });
    const response = await handler(request);
    return { headers: [...response.headers].join('\n'), text: await response.text() };
  };
  const signed = (method: string, params: Record<string, string>) => {
    const url = `https://outro.example/${method}`;
    return ask(method, signedBody(url, planted.secret, { apiKey: 'shop', ...params }));
  };
  const signIn = async (): Promise<string> => {
    const { authToken, refreshToken, idToken, email } = planted;
    const { text } = await signed('socialize.notifyLogin', {
      siteUID: '7',
      providerSessions: JSON.stringify({
        facebook: { providerUID: 'f', authToken, refreshToken, idToken },
        linkedin: { providerUID: 'l', authToken, refreshToken, idToken },
      }),
      loginIDs: JSON.stringify([{ value: email, wayIn: 'password' }]),
    });
    return String((JSON.parse(text) as Answer)['cookieValue']);
  };
  return { query, handler, ask, signed, signIn, sent };
};

const expectClean = (texts: string[], tokens: string[], about: string): void => {
  const all = texts.join('\n');
  for (const value of [...Object.values(planted), ...tokens]) {
    expect(all, `${about}: ${value}`).not.toContain(value);
    expect(all, `${about}: ${value}, encoded`).not.toContain(encodeURIComponent(value));
  }
};

it('the check sees a secret where there is one', () => {
  console.error({ error: planted.secret });
  expect(() => expectClean(written, [], 'log')).toThrow('log');
});

// Every way in with every secret in it, right and wrong.
const calls = (token: string): [string, Record<string, string>, Record<string, string>?][] => [
  ['socialize.getUserInfo', { secret: planted.secret, UID: 'nobody' }],
  ['socialize.getUserInfo', { secret: `${planted.secret}x`, UID: '7' }],
  ['socialize.getUserInfo', { sig: planted.secret, UID: '7', nonce: 'n', timestamp: '1' }],
  [
    'socialize.getUserInfo',
    { UID: '7' },
    { Authorization: `Basic ${btoa(`shop:${planted.secret}x`)}` },
  ],
  ['socialize.getUserInfo', { login_token: planted.authToken }],
  ['socialize.getUserInfo', { login_token: token, UID: planted.email }],
  ['socialize.removeConnection', { login_token: token, provider: planted.email }],
  [
    'socialize.removeConnection',
    { login_token: token, provider: 'facebook', cid: 'x'.repeat(101) },
  ],
  ['socialize.removeConnection', { login_token: token, lastIdentityHandling: planted.email }],
  ['socialize.unlink', { login_token: token, email: `${planted.email}\0` }],
  ['socialize.unlink', { login_token: token, email: planted.email.repeat(20) }],
  ['socialize.redeemLeaveTicket', { ticket: ticketOf(token), sessions: planted.email }],
  [
    'socialize.notifyLogin',
    { secret: planted.secret, siteUID: '7', providerSessions: `{"${planted.authToken}` },
  ],
  [
    'socialize.notifyLogin',
    {
      secret: planted.secret,
      siteUID: '7',
      loginIDs: `[{"value":"${planted.email}","wayIn":"x"}]`,
    },
  ],
  ['socialize.getToken', { client_secret: planted.secret, grant_type: planted.email }],
  [`socialize.${planted.authToken}`, { login_token: token }],
  [
    'action/v2/unlinkaccount',
    { vhost: '1', uid: '7', redirectUrl: '/x' },
    { Cookie: `glt_shop=${token}x` },
  ],
  [
    'inbound/shop/facebook/deauthorize',
    { signed_request: `${planted.authToken}.${planted.email}` },
  ],
];

it('no refusal, no header and no log line has any of it', async () => {
  const { ask, signIn } = await open();
  const token = await signIn();
  for (const [path, params, headers] of calls(token)) {
    const answer = await ask(path, new URLSearchParams({ apiKey: 'shop', ...params }), headers);
    expectClean([answer.text, answer.headers], [token, ticketOf(token)], path);
  }
  expect(written.length).toBeGreaterThan(10);
  expectClean(written, [token, ticketOf(token)], 'log');
});

it('an exception of the database is logged without the values it was about', async () => {
  const failing = (store: Store): Store => ({
    ...store,
    people: {
      ...store.people,
      // As drivers raise: with parameters, row and statement on the error.
      read: () =>
        Promise.reject(
          Object.assign(new Error(`invalid input syntax for type uuid: "${planted.email}"`), {
            code: '22P02',
            detail: `Key (value)=(${planted.email}) already exists.`,
            params: [planted.authToken],
            query: `select '${planted.secret}'`,
            cause: new Error(`could not send ${planted.email}`),
          }),
        ),
    },
  });
  const { ask } = await open(failing);
  const { text } = await ask(
    'socialize.getUserInfo',
    new URLSearchParams({ apiKey: 'shop', login_token: 'x' }),
  );
  const { callId, errorDetails, errorCode } = JSON.parse(text) as Answer & { callId: string };
  expect([errorCode, errorDetails]).toEqual([
    500001,
    `quote callId ${callId} when you report this`,
  ]);
  const [line = ''] = written.filter((one) => one.includes('"level":"error"'));
  expect(JSON.parse(line)).toMatchObject({
    callId,
    path: '/socialize.getUserInfo',
    error: { code: '22P02', message: 'invalid input syntax for type uuid: (value left out)' },
  });
  expectClean(written, [], 'log');
  expectClean([text], [], 'answer');
});

it('a real failure of the real database, too', async () => {
  const { query, ask, signIn } = await open();
  const token = await signIn();
  await query('alter table outro.login_ids add constraint planted check (false) not valid');
  await query(
    'alter table outro.identities add constraint planted check (generation = 0) not valid',
  );
  const loginIDs = JSON.stringify([{ value: `second-${planted.email}`, wayIn: 'password' }]);
  const body = new URLSearchParams({ apiKey: 'shop', secret: planted.secret, UID: '7', loginIDs });
  const { text } = await ask('accounts.setAccountInfo', body);
  expect(text).toContain('"errorCode":500001');
  expect(written.join()).toContain('"level":"error"');
  expectClean([...written, text], [token], 'log');
});

it('at rest: provider tokens sealed, session tokens and tickets hashed, secrets nowhere', async () => {
  const { query, signed, signIn, ask } = await open();
  const token = await signIn();
  const csrf = await ask(
    'action/v2/unlinkaccount',
    new URLSearchParams({ vhost: '1', uid: '7', redirectUrl: '/x' }),
    { Cookie: `glt_shop=${token}` },
  );
  const proof = /name="csrf" value="([^"]+)"/.exec(csrf.text)?.[1] ?? expect.fail('no page');
  await signed('socialize.removeConnection', { UID: '7', idempotencyKey: 'an-idempotency-key' });
  const tables = await query(
    "select table_name as name from information_schema.tables where table_schema = 'outro'",
  );
  expect(tables.length).toBeGreaterThan(12);
  const { email: _, ...secrets } = planted;
  for (const { name } of tables) {
    const rows = await query(`select to_jsonb(t)::text as row from outro."${String(name)}" t`);
    // Bytes are shown in hexadecimal: hashes must not be the token itself.
    const text = rows.map(({ row }) => row).join('\n');
    for (const value of [...Object.values(secrets), token, ticketOf(token), proof]) {
      expect(text, String(name)).not.toContain(value);
      expect(text, String(name)).not.toContain(Buffer.from(value).toString('hex'));
    }
  }
});

it('no token and no e-mail stands in an address that we make, but for the trip’s own', async () => {
  const { ask, signIn, sent } = await open();
  const token = await signIn();
  const left = await ask(
    'socialize.logout',
    new URLSearchParams({ apiKey: 'shop', login_token: await signIn() }),
    { Origin: 'https://shop.example' },
  );
  // Facebook's own logout page takes the person's token in its address, and knows no other way.
  const addresses = [...left.text.matchAll(/https:\/\/outro\.example[^"\\ ]*/g)].join(' ');
  expect(addresses, left.text).toContain('/leave/');
  const form = await ask(
    'action/v2/unlinkaccount',
    new URLSearchParams({ vhost: '1', uid: '8', redirectUrl: '/x' }),
    { Cookie: `glt_shop=${token}` },
  );
  expect(form.headers).toContain('location');
  expectClean(
    [addresses, ...sent.map((url) => new URL(url).pathname), form.headers],
    [token, ticketOf(token)],
    'address',
  );
});
