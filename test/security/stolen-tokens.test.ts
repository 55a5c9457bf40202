// Each kind of token in the hands of a thief: what it opens is what design.md says, wherever it is put.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { remoteMethods } from '../../src/server/methods/rows.ts';
import { secret, type Answer } from '../support/house.ts';
import { action, asked, kinds, origin, steal, type Kind, type Loot } from '../support/loot.ts';
import { areLive } from '../support/sessions.ts';

// Everywhere that a request can carry a token.
const places: Record<
  string,
  (token: string) => { params?: Record<string, string>; headers?: Record<string, string> }
> = {
  login_token: (token) => ({ params: { login_token: token } }),
  oauth_token: (token) => ({ params: { oauth_token: token } }),
  'Authorization: OAuth': (token) => ({ headers: { Authorization: `OAuth ${token}` } }),
  'Authorization: Bearer': (token) => ({ headers: { Authorization: `Bearer ${token}` } }),
  'Authorization: Basic': (token) => ({
    headers: { Authorization: `Basic ${Buffer.from(`key:${token}`).toString('base64')}` },
  }),
  secret: (token) => ({ params: { secret: token } }),
  sig: (token) => ({
    params: { sig: token, nonce: 'n', timestamp: String(Math.floor(Date.now() / 1000)) },
  }),
  cookie: (token) => ({ headers: { Cookie: `glt_key=${token}` } }),
  ticket: (token) => ({ params: { ticket: token } }),
  departure: (token) => ({ params: { departure: token } }),
  idempotencyKey: (token) => ({ params: { idempotencyKey: token.slice(0, 100) } }),
  csrf: (token) => ({ params: { csrf: token } }),
};

const session = [
  'removeConnection',
  'explainRemoval',
  'logout',
  'getUserInfo',
  'getAccountInfo',
  'deleteAccount',
  'setAccountInfo',
  'unlink',
];
const server = [...session, 'setUID', 'getToken', 'notifyLogin', 'feed'];

// What design.md and security.md grant: place → methods that answer 0 and mean it.
const granted: Record<Kind, Record<string, string[]>> = {
  'session token': {
    login_token: session,
    oauth_token: session,
    'Authorization: OAuth': session,
  },
  'leave ticket': { ticket: ['redeemLeaveTicket'] },
  'CSRF token': {},
  'trip token': { departure: ['getDeparture'] },
  "user's OAuth token": {
    login_token: session,
    oauth_token: session,
    'Authorization: OAuth': session,
  },
  "site's OAuth token": { oauth_token: server, 'Authorization: OAuth': server },
  'idempotency key': {},
};

// Needed beside the token, so that what is refused is refused for the token alone.
const others: Record<string, string> = {
  provider: 'facebook',
  siteUID: 'seven',
  profile: '{"nickname":"Eve"}',
  grant_type: 'client_credentials',
};

const given = (name: string): Record<string, string> => {
  const { path = '' } = (remoteMethods as Record<string, { path?: string }>)[name] ?? {};
  const wanted: Record<string, string[]> = {
    'socialize.removeConnection': ['provider'],
    'socialize.explainRemoval': ['provider'],
    'socialize.notifyLogin': ['siteUID'],
    'socialize.setUID': ['siteUID'],
    'accounts.setAccountInfo': ['profile'],
    'socialize.getToken': ['grant_type'],
  };
  return Object.fromEntries((wanted[path] ?? []).map((one) => [one, others[one] ?? '']));
};

// An answer of 0 that says that nothing was there is no power.
const isIdle = (answer: Answer): boolean =>
  JSON.stringify(answer['receipt'] ?? null) !== 'null' &&
  (answer['receipt'] as { status: string }[]).every(({ status }) => status === 'already');

const opens = async (
  { house }: Loot,
  name: string,
  place: string,
  token: string,
): Promise<boolean> => {
  const { path = '' } = (remoteMethods as Record<string, { path?: string }>)[name] ?? {};
  const { params = {}, headers = {} } = places[place]?.(token) ?? {};
  const needsUid = place !== 'ticket' && place !== 'departure';
  const answer = await house.post(
    path,
    { ...(needsUid && { UID: '7' }), ...given(name), ...params },
    headers,
  );
  return answer.errorCode === 0 && !isIdle(answer);
};

describe.each(kinds)('%s', (kind) => {
  it('opens what it is for, and nothing else anywhere', async () => {
    for (const place of Object.keys(places)) {
      const opened: string[] = [];
      for (const name of Object.keys(remoteMethods)) {
        // Each time anew, since many of them end what they open. Only where it may work: the others change nothing.
        const isGranted = granted[kind][place]?.includes(name) === true;
        const loot = isGranted ? await steal() : shared;
        if (await opens(loot, name, place, loot.tokens[kind])) opened.push(name);
      }
      expect(opened.toSorted(), place).toEqual((granted[kind][place] ?? []).toSorted());
    }
    expect(await areLive(shared.house, shared.session)).toEqual([true]);
  });
});

let shared: Loot;
let before: Record<string, unknown[]>;
beforeAll(async () => {
  shared = await steal();
  before = await shared.house.rows();
});

describe('in particular', () => {
  it('all of the above, in the wrong places, has changed nothing', async () => {
    expect(await shared.house.rows()).toEqual(before);
  });

  it('a leave ticket ends the session, and leaves identities, login ids and data alone', async () => {
    const { house, tokens, session: token } = await steal();
    const { accounts, identities, login_ids } = await house.rows();
    await house.post('socialize.redeemLeaveTicket', {
      ticket: tokens['leave ticket'],
      sessions: 'all',
    });
    expect(await areLive(house, token)).toEqual([false]);
    const after = await house.rows();
    const plain = (list: unknown[] | undefined) =>
      JSON.stringify(list).replace(/"rev":"?\d+"?,?/g, '');
    expect(plain(after['accounts'])).toEqual(plain(accounts));
    expect([after['identities'], after['login_ids']]).toEqual([identities, login_ids]);
  });

  it('a trip token moves nobody’s session: it shows providers by name and where the trip stands', async () => {
    const { house, tokens, session: token } = await steal();
    const rows = await house.rows();
    const shown = JSON.stringify(
      await house.post('socialize.getDeparture', { departure: tokens['trip token'] }),
    );
    expect(shown).not.toMatch(/ada@shop|"7"|"f"/);
    await house.handler(new Request(`${origin}/leave/${tokens['trip token']}`));
    expect(await house.rows()).toEqual(rows);
    expect(await areLive(house, token)).toEqual([true]);
  });

  it('a CSRF token without the cookie of its session does nothing, nor with the cookie of a thief', async () => {
    const { house, vhost, tokens } = await steal();
    const thief = String(
      (
        await house.signIn({
          siteUID: '8',
          providers: { facebook: { providerUID: 'g' } },
          elsewhere: true,
        })
      )['cookieValue'],
    );
    const rows = await house.rows();
    for (const cookie of [
      '',
      `glt_${house.apiKey}=${thief}`,
      `glt_${house.apiKey}=${tokens['CSRF token']}`,
    ]) {
      const body = new URLSearchParams({ ...asked, vhost, csrf: tokens['CSRF token'] });
      const answer = await house.handler(
        new Request(origin + action, { method: 'POST', body, headers: { Cookie: cookie } }),
      );
      expect(answer.headers.get('location'), cookie).toContain('errorCode=403005');
    }
    expect(await house.rows()).toEqual(rows);
  });

  it('an idempotency key shows its answer to nobody but the caller who used it', async () => {
    const { house, tokens } = await steal();
    const eve = String(
      (
        await house.signIn({
          siteUID: '8',
          providers: { linkedin: { providerUID: 'm' } },
          elsewhere: true,
        })
      )['cookieValue'],
    );
    const answer = await house.post('socialize.removeConnection', {
      login_token: eve,
      provider: 'linkedin',
      idempotencyKey: tokens['idempotency key'],
    });
    expect(JSON.stringify(answer)).toContain('"UID":"8"');
    expect(JSON.stringify(answer)).not.toContain('"UID":"7"');
  });

  it("a site's OAuth token runs out after an hour", async () => {
    const { house, tokens } = await steal();
    const ask = () =>
      house.post('socialize.getUserInfo', { UID: '7', oauth_token: tokens["site's OAuth token"] });
    expect((await ask()).errorCode).toBe(0);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 });
    const late = await ask();
    vi.useRealTimers();
    expect(late.errorCode).toBe(403005);
  });

  it('a user’s OAuth token is a session: a logout of all ends it too', async () => {
    const { house, tokens, session: token } = await steal();
    await house.post('socialize.logout', { login_token: token, sessions: 'all' });
    expect(await areLive(house, tokens["user's OAuth token"])).toEqual([false]);
  });

  it('nothing stored is a token: neither a hash nor anything sealed opens anything', async () => {
    const { house, tokens } = await steal();
    const dump = JSON.stringify(await house.rows());
    const trips = JSON.stringify(await house.database.query('select * from outro.trips')).slice(
      0,
      100_000,
    );
    for (const [kind, token] of Object.entries(tokens)) {
      if (kind === 'idempotency key') continue;
      expect(dump, kind).not.toContain(token);
      expect(trips, kind).not.toContain(token);
    }
    expect(dump).not.toContain(secret);
    const hash = createHash('sha256').update(tokens['session token']).digest();
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const)
      expect(await areLive(house, hash.toString(encoding))).toEqual([false]);
  });
});
