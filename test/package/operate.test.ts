// The commands for people who run a backend: the built command on a real Postgres, as they call it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/server/operate/commands.ts';
import { openFolder, secret } from '../support/served.ts';
import { startPostgres } from '../support/postgres.ts';
import { signedBody } from '../support/signed.ts';

const folder = openFolder();
const answer = { status: 401 };
const provider = createServer((_request, response) => void response.writeHead(answer.status).end());
let databaseUrl = '';
let stopPostgres = async (): Promise<void> => {};
let address = '';

/** Runs a command to its end. */
const run = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
  const configured = args[0] === 'migrate' ? [] : ['--config', 'outro.json'];
  const served = folder.run(...args, ...configured, '--database-url', databaseUrl);
  return { code: await served.ended, output: served.output() };
};

/** The same for programs. */
const runJson = async (...args: string[]): Promise<unknown> => {
  const { output } = await run(...args, '--json');
  return JSON.parse(output) as unknown;
};

const call = async (method: string, params: Record<string, string>) => {
  const body = signedBody(`http://localhost:1/${method}`, secret, { apiKey: '3_key', ...params });
  const response = await fetch(`${address}/${method}`, { method: 'POST', body });
  return (await response.json()) as Record<string, unknown>;
};

beforeAll(async () => {
  const postgres = await startPostgres({ isOwn: true });
  databaseUrl = postgres.url;
  stopPostgres = postgres.stop;
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const revoke = {
    by: 'request',
    method: 'POST',
    url: `http://127.0.0.1:${port}/revoke`,
    form: { token: '{token}' },
    removes: 'grant',
  };
  const webhooks = [
    {
      url: `http://127.0.0.1:${port}/hooks`,
      secrets: [`whsec_${secret}`],
      types: ['outro.account.deleted'],
    },
  ];
  folder.configure(
    { providers: { facebook: { revoke } }, webhooks },
    { allowPrivateProviders: true },
  );
}, 60_000);

afterAll(async () => {
  folder.close();
  provider.close();
  await stopPostgres();
});

describe('before there is a schema', () => {
  it('migrate --check says what is missing, and changes nothing; so do the others', async () => {
    const before = await run('migrate', '--check');
    expect(before).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /the database lacks people 0001.*; run outro migrate/,
      ) as string,
    });
    expect((await run('doctor')).output).toContain('run outro migrate');
    expect((await run('migrate')).code).toBe(0);
    expect((await run('migrate', '--check')).code).toBe(0);
  }, 60_000);
});

describe('with people who leave', () => {
  beforeAll(async () => {
    const served = folder.run(
      'serve',
      '--config',
      'outro.json',
      '--port',
      '0',
      '--database-url',
      databaseUrl,
    );
    address = await served.ready;
    answer.status = 503;
    for (const siteUID of ['ada', 'bob'])
      await call('socialize.notifyLogin', {
        siteUID,
        userInfo: JSON.stringify({ email: `${siteUID}@x.example` }),
        providerSessions: JSON.stringify({
          facebook: { providerUID: `f-${siteUID}`, refreshToken: `token of ${siteUID}` },
          github: { providerUID: `g-${siteUID}` },
        }),
      });
    await call('socialize.removeConnection', { UID: 'ada', provider: 'facebook', cid: 'a page' });
  }, 60_000);

  it('journal: who did what, when, and what came of it; by person, provider and actor', async () => {
    expect(await runJson('journal', '--uid', 'ada', '--provider', 'facebook')).toMatchObject([
      {
        method: 'removeConnection',
        actor: 'app',
        uid: 'ada',
        provider: 'facebook',
        cid: 'a page',
        told: ['outro.connection.removed'],
        callId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      },
    ]);
    const { output, code } = await run('journal', '--actor', 'app', '--since', '2020-01-01');
    expect([code, output.split('\n').length]).toEqual([0, 4]);
    expect((await run('journal', '--actor', 'provider')).output).toBe('');
    expect(await run('journal', '--since', 'yesterday')).toMatchObject({
      code: 1,
      output: expect.stringContaining('--since: expected a time such as') as string,
    });
  }, 60_000);

  it('errands: what is stuck and why; tried again, or given up with word in the receipt', async () => {
    const list = async (...more: string[]) =>
      (await runJson('errands', 'list', ...more)) as Record<string, unknown>[];
    const [stuck] = await list('--stuck');
    expect(stuck).toMatchObject({
      kind: 'revocation',
      destination: 'facebook',
      state: 'pending',
      reason: 'the provider answered 503',
    });
    const id = String(stuck?.['id']);
    expect(await runJson('errands', 'show', id)).toMatchObject({ id });
    expect(await run('errands', 'retry')).toMatchObject({
      code: 1,
      output: expect.stringContaining('--stuck, --destination or --site: expected') as string,
    });
    answer.status = 200;
    // It may be tried again by itself by now.
    expect((await run('errands', 'retry', '--destination', 'facebook')).output).toMatch(
      /^[01] errand\(s\) are tried again/m,
    );
    await expect
      .poll(async () => (await list('--state', 'done')).length, { timeout: 20_000, interval: 500 })
      .toBe(1);
    answer.status = 503;
    const { callId } = await call('socialize.removeConnection', {
      UID: 'bob',
      provider: 'facebook',
    });
    await expect
      .poll(async () => (await run('errands', 'drop', '--stuck')).output, { timeout: 20_000 })
      .toContain('1 errand(s) were given up');
    const told = await call('socialize.getReceipt', { callId: String(callId) });
    expect(told['isComplete']).toBe(true);
    expect(told['receipt']).toContainEqual(
      expect.objectContaining({
        step: 'grant',
        status: 'failed',
        reason: 'given up by whoever runs the backend',
      }),
    );
  }, 90_000);

  it('person: shown, exported with everything that is held, and erased with a receipt; then nothing is left', async () => {
    expect(await runJson('person', 'show', 'ada')).toMatchObject({
      uid: 'ada',
      profile: { email: 'ada@x.example' },
      identities: [{ provider: 'github', hasTokens: false }],
    });
    const exported = await run('person', 'export', 'ada');
    for (const text of ['ada@x.example', 'g-ada', 'f-ada', 'removeConnection', 'facebook'])
      expect(exported.output).toContain(text);
    expect(exported.output).not.toContain('token of ada');
    answer.status = 200;
    expect(await runJson('person', 'erase', 'ada')).toMatchObject({
      receipt: expect.arrayContaining([
        expect.objectContaining({ step: 'identity', status: 'done' }),
      ]) as unknown[],
    });
    expect(await run('person', 'show', 'ada')).toMatchObject({
      code: 1,
      output: expect.stringContaining('no user of this site has it') as string,
    });
    expect(await runJson('journal', '--uid', 'ada')).toMatchObject([
      {},
      {},
      {},
      { method: 'deleteAccount', actor: 'operator', told: ['outro.account.deleted'] },
    ]);
    await expect
      .poll(async () => await runJson('errands', 'list', '--state', 'pending'), {
        timeout: 20_000,
        interval: 500,
      })
      .toEqual([]);
    const { default: pg } = await import('pg');
    const pool = new pg.Pool({ connectionString: databaseUrl });
    const tables = await pool.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'outro'",
    );
    const texts = await Promise.all(
      tables.rows.map(({ name }) =>
        pool.query(`select row_to_json(t)::text as text from outro.${name} t`),
      ),
    );
    await pool.end();
    const held = texts
      .flatMap(({ rows }) => rows.map((row: { text: string }) => row.text))
      .join('\n');
    expect(
      ['"ada"', 'ada@x.example', 'g-ada', 'f-ada'].filter((one) => held.includes(one)),
    ).toEqual([]);
    expect(held).toContain('"bob"');
  }, 90_000);

  it('keys: what is sealed with which; a rotation is finished beside the traffic', async () => {
    answer.status = 503;
    await call('socialize.notifyLogin', {
      siteUID: 'eva',
      providerSessions: JSON.stringify({
        facebook: { providerUID: 'f-eva', refreshToken: 'secret' },
      }),
    });
    expect(await runJson('keys', 'list')).toMatchObject([
      { id: 'a', seals: true, isMissing: false, sealed: { identities: 1 } },
    ]);
    const next = Buffer.alloc(32, 5).toString('base64');
    const { sites } = JSON.parse(
      (await import('node:fs')).readFileSync(`${folder.path}/outro.json`, 'utf8'),
    ) as { sites: object[] };
    folder.configure(sites[0], {
      allowPrivateProviders: true,
      encryptionKeys: [
        { id: 'b', key: next },
        { id: 'a', key: secret },
      ],
    });
    expect((await run('doctor')).output).toContain('encryption key a: an old key, of which');
    expect(await runJson('keys', 'reseal')).toMatchObject({ unreadable: 0 });
    expect(await runJson('keys', 'list')).toMatchObject([
      { id: 'b', seals: true, sealed: { identities: 1 } },
      { id: 'a', seals: false },
    ]);
    folder.configure(sites[0], {
      allowPrivateProviders: true,
      encryptionKeys: [{ id: 'a', key: secret }],
    });
    expect(await run('doctor')).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /FAULT +encryption key b: \d+ texts are sealed with it, and it is not configured/,
      ) as string,
    });
  }, 90_000);
});

describe('doctor', () => {
  it('names what does not work, with what to do; and what to register where', async () => {
    const { port } = provider.address() as AddressInfo;
    folder.configure(
      {
        providers: {
          'oidc-work': { issuer: `http://127.0.0.1:${port}`, clientId: 'shop' },
        },
        webhooks: [{ url: 'http://127.0.0.1:1/hooks', secrets: [`whsec_${secret}`] }],
      },
      { allowPrivateProviders: true },
    );
    const { code, output } = await run('doctor');
    expect(code).toBe(1);
    expect(output).toMatch(/FAULT +provider oidc-work of 3_key: discovery document of http/);
    expect(output).toMatch(/FAULT +webhook http:\/\/127.0.0.1:1 of 3_key: not reachable/);
    expect(output).toMatch(/ok +database: reachable, and its clock agrees/);
    expect(output).toContain('http://localhost:1/inbound/3_key/oidc-work/logout-token');
    expect(output).toContain('→ check');
    expect(await runJson('doctor')).toContainEqual({
      level: 'fault',
      about: 'webhook http://127.0.0.1:1 of 3_key',
      found: expect.stringContaining('not reachable: ') as string,
      advice: 'check its address and certificate, and that this machine reaches it',
    });
    expect(await runJson('transmitters', 'list')).toEqual([]);
  }, 60_000);
});

it('every command explains itself, and refuses what it does not know', async () => {
  const explained = Object.keys(commands).map(async (name) => {
    const { code, output } = await run(name, '--help');
    expect([code, output]).toEqual([0, expect.stringContaining(`usage: outro ${name}`)]);
    expect(output).toContain('--json');
  });
  const refused = (
    [
      [['errands', 'mend'], 'mend: expected list, show, retry or drop'],
      [['person', 'show'], 'UID: expected behind the command'],
      [['errands', 'show', 'x'], 'ID: expected that of an errand; x is none'],
      [['errands', 'list', '--state', 'lost'], '--state: expected one of pending'],
      [['journal', '--limit', '0'], '--limit: expected a whole number'],
      [['doctor', '--unknown'], '--unknown'],
    ] as const
  ).map(async ([args, said]) => {
    expect(await run(...args)).toEqual({
      code: 1,
      output: expect.stringContaining(said) as string,
    });
  });
  await Promise.all([...explained, ...refused]);
}, 60_000);
