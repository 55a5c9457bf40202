// A leave ticket ends the session that it was made from, or all of the account's, and opens nothing: design.md section 5.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';
import { journalOf, timesDone, toldOf } from '../support/journal.ts';
import { ageSessions, areLive, device, stepsOf, ticketOf } from '../support/sessions.ts';
import { remoteMethods } from '../../src/server/methods/rows.ts';

const redeem = (house: House, ticket: string, params: Record<string, string> = {}) =>
  house.post('socialize.redeemLeaveTicket', { ticket, ...params });

// With what a site can set up, so that no method refuses before it looks at who asks.
const tokenKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;

const open = async () => {
  const house = await startHouse({ idTokens: { keys: [tokenKey] } });
  const [own, other] = [await device(house, 'u', 'facebook'), await device(house, 'u', 'github')];
  return { house, own, other, stranger: await device(house, 'v', 'facebook') };
};

/** What there is of a person, but for what every end of a session leaves its mark on. */
const restOf = async (house: House) => {
  const { identities, login_ids, errands, provider_sessions = [] } = await house.rows();
  const there = (provider_sessions as { session_ends_at: Date }[]).map(
    ({ session_ends_at: _over, ...row }) => row,
  );
  return { identities, login_ids, errands, there };
};

const endAll = (house: House) =>
  house.database.query('update outro.sessions set expires_at = now() where site = $1', [
    house.apiKey,
  ]);

describe('a leave ticket', () => {
  it('ends its session and no other, changes nothing else, and is on record as the person', async () => {
    const { house, own, other, stranger } = await open();
    const before = await restOf(house);
    const answer = await redeem(house, ticketOf(own));
    expect(answer).toMatchObject({ errorCode: 0, receipt: [{ step: 'session', status: 'done' }] });
    expect(Object.keys(answer).toSorted()).not.toContain('user');
    expect(await areLive(house, own, other, stranger)).toEqual([false, true, true]);
    expect(await restOf(house)).toEqual(before);
    expect(await toldOf(house)).toEqual([
      { name: 'logout', sessions: [expect.any(String) as string] },
    ]);
    expect((await journalOf(house)).at(-1)).toMatchObject({
      method: 'redeemLeaveTicket',
      actor: 'user',
    });
  });

  it("all: ends all of the account's, also when its own has ended before", async () => {
    const { house, own, other, stranger } = await open();
    await house.post('socialize.logout', { login_token: own });
    expect(stepsOf(await redeem(house, ticketOf(own), { sessions: 'all' }))).toEqual([
      'session already',
      'sessions done',
    ]);
    expect(await areLive(house, own, other, stranger)).toEqual([false, false, true]);
  });

  it('all, and some time ago: who has signed in since then stays', async () => {
    const { house, own, other } = await open();
    await ageSessions(house, 3600);
    const later = await device(house, 'u');
    const answer = await redeem(house, ticketOf(own), { sessions: 'all', age: '600' });
    expect(stepsOf(answer)).toEqual(['session done', 'sessions done']);
    expect(await areLive(house, own, other, later)).toEqual([false, false, true]);
    // That ticket is used up. Another one, of a session that was alive beside the later one, ends that too.
    await redeem(house, ticketOf(own), { sessions: 'all' });
    expect(await areLive(house, later)).toEqual([true]);
    await redeem(house, ticketOf(other), { sessions: 'all' });
    expect(await areLive(house, later)).toEqual([false]);
  });

  it('its own session ends whatever the age: it is what the person left', async () => {
    const { house, own } = await open();
    await redeem(house, ticketOf(own), { sessions: 'all', age: '600' });
    expect(await areLive(house, own)).toEqual([false]);
  });

  it('of a token that getToken gave out works alike', async () => {
    const { house, own } = await open();
    const { access_token } = await house.signed('socialize.getToken', {
      grant_type: 'none',
      x_siteUID: 'u',
    });
    const token = String(access_token);
    expect(stepsOf(await redeem(house, ticketOf(token)))).toEqual(['session done']);
    expect(await areLive(house, token, own)).toEqual([false, true]);
  });

  it('twenty at once end it once', async () => {
    const { house, own } = await open();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => redeem(house, ticketOf(own))),
    );
    const steps = answers.flatMap(stepsOf).toSorted();
    expect(steps).toEqual([...Array<string>(19).fill('session already'), 'session done']);
    expect(await toldOf(house)).toHaveLength(1);
    expect(await timesDone(house, 'redeemLeaveTicket')).toBe(1);
  });
});

describe('an answer tells nobody which tickets there are', () => {
  it.each(['this', 'all'])('%s: unknown, run out, ended and of another site', async (sessions) => {
    const { house, own, other } = await open();
    const elsewhere = await startHouse();
    const foreign = await redeem(elsewhere, ticketOf(own), { sessions });
    await redeem(house, ticketOf(own), { sessions: 'all' });
    const ended = await redeem(house, ticketOf(own), { sessions });
    const unknown = await redeem(house, ticketOf('nobody'), { sessions });
    await endAll(house);
    const runOut = await redeem(house, ticketOf(other), { sessions });
    const plain = ({ callId: _own, time: _then, ...answer }: typeof ended) => answer;
    for (const answer of [foreign, ended, runOut]) expect(plain(answer)).toEqual(plain(unknown));
    expect(unknown.errorCode).toBe(0);
    // Nobody can say that the others are over of whom nobody knows whose they are.
    const about = sessions === 'all' ? ['session already', 'sessions failed'] : ['session already'];
    expect(stepsOf(unknown)).toEqual(about);
  });

  it('used for its own session alone, it says of the others afterwards what is so', async () => {
    const { house, own, other } = await open();
    await redeem(house, ticketOf(own));
    const answer = await redeem(house, ticketOf(own), { sessions: 'all' });
    expect(stepsOf(answer)).toEqual(['session already', 'sessions failed']);
    expect(await areLive(house, own, other)).toEqual([false, true]);
  });

  it('a site hears only of its own sessions; nothing changes, nothing is written', async () => {
    const { house, own } = await open();
    const elsewhere = await startHouse();
    const before = await house.rows();
    await redeem(elsewhere, ticketOf(own), { sessions: 'all' });
    await redeem(house, ticketOf('nobody'), { sessions: 'all' });
    expect(await house.rows()).toEqual(before);
  });

  it('dies with its session: a ticket that has run out ends nothing, not even others', async () => {
    const { house, own, other } = await open();
    await house.database.query(
      'update outro.sessions set expires_at = now() where site = $1 and id = (select min(id::text)::uuid from outro.sessions where site = $1 and ticket_hash = $2)',
      [house.apiKey, await hashOf(ticketOf(own))],
    );
    await redeem(house, ticketOf(own), { sessions: 'all' });
    expect(await areLive(house, own, other)).toEqual([false, true]);
  });
});

const hashOf = async (text: string): Promise<Buffer> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

describe('a leave ticket opens nothing', () => {
  it('as the token of a session, in any method', async () => {
    const { house, own } = await open();
    const before = await house.rows();
    const params = { ticket: 'x', token: 'x', departure: 'x', siteUID: 'u', UIDSignature: 'x' };
    const callId = '0'.repeat(32);
    const rest = { ...params, callId, signatureTimestamp: '1', grant_type: 'none', UID: 'u' };
    for (const [name, { path, isPublic }] of Object.entries<{ path?: string; isPublic?: true }>(
      remoteMethods,
    )) {
      if (isPublic) continue;
      const answer = await house.post(path ?? '', { ...rest, login_token: ticketOf(own) });
      if (name === 'logout')
        expect(answer, name).toMatchObject({ receipt: [{ step: 'session', status: 'already' }] });
      // Who may not at all is told so first.
      else expect([403005, 403007], name).toContain(answer.errorCode);
    }
    const listens = await house.post('socialize.listen', { login_token: ticketOf(own) });
    expect(listens.errorCode).toBe(403005);
    expect(await house.rows()).toEqual(before);
  });

  it('nor does what is stored of it: neither as a ticket nor as a token', async () => {
    const { house, own } = await open();
    const before = await house.rows();
    const [row] = await house.database.query(
      'select ticket_hash, token_hash from outro.sessions where site = $1 and ticket_hash = $2',
      [house.apiKey, await hashOf(ticketOf(own))],
    );
    for (const hash of [row?.['ticket_hash'], row?.['token_hash']] as Uint8Array[])
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const text = Buffer.from(hash).toString(encoding);
        await redeem(house, text, { sessions: 'all' });
        expect(await areLive(house, text)).toEqual([false]);
      }
    expect(await house.rows()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain(ticketOf(own));
  });

  it('nor does a token end anything as a ticket', async () => {
    const { house, own } = await open();
    await redeem(house, own, { sessions: 'all' });
    expect(await areLive(house, own)).toEqual([true]);
  });

  it('by GET, not even for its one purpose; and not in other words', async () => {
    const { house, own } = await open();
    const query = new URLSearchParams({ apiKey: house.apiKey, ticket: ticketOf(own) });
    const url = `https://outro.example/socialize.redeemLeaveTicket?${query}`;
    expect(await (await house.handler(new Request(url))).json()).toMatchObject({
      errorCode: 400001,
    });
    for (const bad of [{ sessions: 'others' }, { age: '-1' }, { age: '1e3' }])
      expect(await redeem(house, ticketOf(own), bad)).toMatchObject({ errorCode: 400006 });
    expect(await redeem(house, 'x'.repeat(101))).toMatchObject({ errorCode: 400006 });
    expect(await house.post('socialize.redeemLeaveTicket', {})).toMatchObject({
      errorCode: 400002,
    });
    expect(await areLive(house, own)).toEqual([true]);
  });
});

describe('1.6 whatever answer confirms a logout', () => {
  it('names the providers to be left, once, and those only that the logout wanted left', async () => {
    const { house, own } = await open();
    const providersOf = (answer: { [field: string]: unknown }): string[] =>
      ((answer['departures'] ?? []) as { provider: string }[]).map(({ provider }) => provider);
    const answer = await redeem(house, ticketOf(own));
    expect(providersOf(answer)).toEqual(['facebook', 'github']);
    expect(providersOf(await redeem(house, ticketOf(own)))).toEqual([]);
    const again = await device(house, 'u', 'facebook');
    const kept = await redeem(house, ticketOf(again), { forceProvidersLogout: 'false' });
    expect(providersOf(kept)).toEqual([]);
    expect(stepsOf(kept)).toContain('provider-session kept');
  });
});

describe('2.11 a ticket is its own proof', () => {
  it('from whatever origin, without credentials; nothing else is taken from there', async () => {
    const { house, own } = await open();
    const ask = async (method: string, params: Record<string, string>) => {
      const request = new Request(`https://outro.example/socialize.${method}`, {
        method: 'POST',
        headers: { Origin: 'https://old.shop.example' },
        body: new URLSearchParams({ apiKey: house.apiKey, ...params }),
      });
      const response = await house.handler(request);
      return { answer: (await response.json()) as Answer, headers: response.headers };
    };
    const { answer, headers } = await ask('redeemLeaveTicket', { ticket: ticketOf(own) });
    expect(answer).toMatchObject({ errorCode: 0 });
    expect(headers.get('access-control-allow-origin')).toBe('https://old.shop.example');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const other = await ask('logout', { login_token: own });
    expect(other.answer).toMatchObject({ errorCode: 400120 });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });
});
