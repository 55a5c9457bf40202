// A hundred thousand requests that nobody foresaw, at every door: no 5xx, no unknown exception, and nobody's data changes
// without their authority. OUTRO_FUZZ_SEED repeats a run, OUTRO_FUZZ_REQUESTS makes it longer.
import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { createHandler, fromPglite, type Handler } from 'outro/server';
import { expect, it } from 'vitest';
import { codes } from '../../src/core/codes.ts';
import { inputs, type Input } from '../support/fuzz.ts';
import { signedBody } from '../support/signed.ts';

const requests = Number(process.env['OUTRO_FUZZ_REQUESTS'] ?? 100_000);
const seed = Number(process.env['OUTRO_FUZZ_SEED'] ?? 20_261_122);

const secret = Buffer.from('the secret that no request knows').toString('base64');
const site = {
  apiKey: 'shop',
  secret,
  publicUrl: 'https://outro.example',
  origins: ['https://shop.example'],
  vhost: '1',
  actions: {
    unlinkaccount: [
      'vhost',
      'uid',
      'redirectUrl',
      'external_id_provider_name',
      'sub_provider_name',
    ],
  },
  redirects: ['https://account.example'],
  userKeys: [{ userKey: 'key', secret, permissions: ['*'] }],
  providers: {
    facebook: { clientId: '1', clientSecret: 'x' },
    google: { clientId: '2' },
    apple: { clientId: '3' },
    github: { clientSecret: 'z', inbound: { secret: 'a-webhook-secret' } },
    'oidc-a': { clientId: '4', issuer: 'https://login.example' },
  },
  rateLimits: false,
  allowAccountDeletion: true,
  jsonp: true,
} as const;

interface World {
  handler: Handler;
  errors: unknown[];
  /** What the attackers hold: sessions of accounts of their own, since many of their requests end one. */
  own: string[];
  /** Every row that belongs to the bystander. */
  dump(): Promise<string>;
}

const open = async (): Promise<World> => {
  const pglite = await PGlite.create();
  const errors: unknown[] = [];
  const handler = createHandler({
    // The arrays above are constants.
    sites: [structuredClone(site) as never],
    encryptionKeys: [{ id: 'a', key: secret }],
    store: await fromPglite(pglite),
    // Every provider has documents about itself, and no key that an attacker has.
    fetch: (input) => {
      const { origin, pathname } = new URL(new Request(input).url);
      const document = { issuer: origin, jwks_uri: `${origin}/keys`, keys: [] };
      const isDocument = /well-known|keys/.test(pathname);
      return Promise.resolve(
        isDocument ? Response.json(document) : new Response('', { status: 404 }),
      );
    },
    allowPrivateProviders: true,
    logError: ({ error }) => errors.push(error),
  });
  const signIn = async (siteUID: string): Promise<string> => {
    const url = 'https://outro.example/socialize.notifyLogin';
    const body = signedBody(url, secret, {
      apiKey: 'shop',
      siteUID,
      providerSessions: JSON.stringify({
        facebook: { providerUID: `f${siteUID}`, authToken: 'T' },
        github: { providerUID: `g${siteUID}` },
      }),
      loginIDs: JSON.stringify([{ value: `${siteUID}@shop.example`, wayIn: 'password' }]),
    });
    const response = await handler(new Request(url, { method: 'POST', body }));
    return String(((await response.json()) as Record<string, unknown>)['cookieValue']);
  };
  await signIn('42');
  const [{ id } = { id: 0 }] = (
    await pglite.query<{ id: number }>("select id from outro.accounts where uid = '42'")
  ).rows;
  const own = [];
  for (let uid = 43; uid < 143; uid += 1) own.push(await signIn(String(uid)));
  // Rows of outro's own memory name an account as text, wherever people live.
  const tables = {
    identities: 'account_id = ',
    login_ids: 'account_id = ',
    sessions: 'account_id = ',
    provider_sessions: 'account = ',
    journal: 'account = ',
    errands: 'account = ',
  };
  const dump = async (): Promise<string> => {
    const parts = [
      "select to_jsonb(a) as row from outro.accounts a where uid = '42'",
      ...Object.entries(tables).map(
        ([table, whose]) =>
          `select to_jsonb(t) as row from outro.${table} t where ${whose}'${id}' order by 1`,
      ),
    ];
    const found = [];
    for (const part of parts) found.push((await pglite.query(part)).rows);
    return JSON.stringify(found);
  };
  return { handler, errors, own, dump };
};

const formFields: readonly string[] = [...site.actions.unlinkaccount, 'csrf'];

/** Whatever cannot be a request at all never reaches the handler. */
const requestOf = ({
  path,
  method,
  params,
  proof,
  key,
  raw,
  type,
  headers = {},
}: Input): Request | undefined => {
  try {
    // The form takes no parameter that is not its own, and would refuse all the rest unread.
    const isForm = path.startsWith('action/v2/u');
    const own = Object.entries(params).filter(([name]) => formFields.includes(name));
    const fields = isForm
      ? { vhost: '1', uid: '43', redirectUrl: '/back', ...Object.fromEntries(own) }
      : { apiKey: key, ...params, ...proof };
    const form = new URLSearchParams(fields).toString();
    const hasBody = !/^(GET|HEAD)$/.test(method);
    const at = `https://outro.example/${path.replace(/^\/+/, '')}`;
    const url = hasBody ? at : `${at}?${raw ?? form}`;
    const contentType = type ?? 'application/x-www-form-urlencoded';
    return new Request(url, {
      method,
      headers: { ...headers, ...(hasBody && { 'Content-Type': contentType }) },
      ...(hasBody && { body: raw ?? form }),
    });
  } catch {
    return undefined;
  }
};

const statuses = new Set(Object.values(codes).map((row) => Number.parseInt(`${row}`, 10)));

const places =
  /^(\/(?![/\\])|https:\/\/(shop|account|outro|login)\.example(\/|$)|https:\/\/www\.facebook\.com\/)/;

const faultIn = (body: string, code: number, { status, headers }: Response): string | undefined => {
  if (status >= 500) return `status ${status}`;
  if (code >= 500_000) return `errorCode ${code}`;
  if (code !== 0 && !statuses.has(code)) return `an errorCode of no table, ${code}`;
  if (body.includes('42@shop.example')) return 'an e-mail of the bystander';
  if (/\bat .*\.ts:\d+/.test(body)) return 'a stack';
  const location = headers.get('location');
  return location === null || places.test(location) ? undefined : `leads to ${location}`;
};

const judge = async (response: Response, errors: unknown[]) => {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const body = isStream ? '' : await response.text();
  if (isStream) await response.body?.cancel();
  const code = Number(/"errorCode":(\d+)/.exec(body)?.[1] ?? 0);
  const raised = errors.length > 0 ? `raised ${String(errors[0])}` : undefined;
  const outcome = body.includes('"errorCode"') ? String(code) : `status ${response.status}`;
  return { fault: raised ?? faultIn(body, code, response), outcome };
};

it(`${requests} requests at every door`, { timeout: 280_000 }, async () => {
  console.log(`fuzz: seed ${seed}, ${requests} requests`);
  const world = await open();
  const before = await world.dump();
  const seen = new Map<string, number>();
  let sent = 0;
  const batch = 200;
  for (const input of fc.sample(inputs(world.own), { seed, numRuns: 1 }))
    expect(input).toBeDefined();
  for (let round = 0; sent < requests; round += 1) {
    for (const input of fc.sample(inputs(world.own), { seed: seed + round, numRuns: batch })) {
      const request = requestOf(input);
      if (!request) continue;
      sent += 1;
      const response = await world.handler(request);
      const { fault, outcome } = await judge(response, world.errors);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      if (fault) expect.fail(`${fault}, seed ${seed + round}: ${JSON.stringify(input)}`);
    }
    if (round % 50 === 0) expect(await world.dump(), `seed ${seed + round}`).toBe(before);
  }
  expect(await world.dump()).toBe(before);
  console.log(`fuzz: ${sent} requests, by outcome ${JSON.stringify(Object.fromEntries(seen))}`);
  expect(sent).toBeGreaterThanOrEqual(requests);
});
