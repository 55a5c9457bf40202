// Nobody learns who has an account: not by the words of an answer, and not by the work that it takes. Work is counted in
// statements, for a clock says little on a busy machine.
import { PGlite } from '@electric-sql/pglite';
import { createHandler, fromPglite, type Handler } from 'outro/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { secret, type Answer } from '../support/house.ts';
import { ticketOf } from '../support/sessions.ts';
import { signedBody } from '../support/signed.ts';

const statements: string[] = [];
let handler: Handler;
const tokens = { ada: '', bob: '', ended: '', foreign: '' };

const site = (apiKey: string) => ({
  apiKey,
  secret,
  publicUrl: 'https://outro.example',
  origins: ['https://shop.example'],
  rateLimits: false as const,
});

const signIn = async (apiKey: string, uid: string): Promise<string> => {
  const url = 'https://outro.example/socialize.notifyLogin';
  const body = signedBody(url, secret, {
    apiKey,
    siteUID: uid,
    providerSessions: JSON.stringify({
      facebook: { providerUID: uid },
      linkedin: { providerUID: uid },
    }),
    loginIDs: JSON.stringify([{ value: `${uid}@shop.example`, wayIn: 'password' }]),
  });
  const response = await handler(new Request(url, { method: 'POST', body }));
  return String(((await response.json()) as Answer)['cookieValue']);
};

/** The answer without what differs in every answer, and the statements that it took. */
const ask = async (path: string, params: Record<string, string>) => {
  statements.length = 0;
  const body = new URLSearchParams({ apiKey: 'shop', ...params });
  const response = await handler(
    new Request(`https://outro.example/${path}`, { method: 'POST', body }),
  );
  const text = response.headers.get('location') ?? (await response.text());
  const blurred = text.replace(/"callId":"\w+"|"time":"[^"]+"|name="csrf" value="[^"]+"/g, '');
  return { answer: blurred, work: [...statements], status: response.status };
};

beforeAll(async () => {
  const pglite = await PGlite.create();
  // Within a transaction as well, where the driver talks to an object of its own.
  const count = <Target extends object>(given: Target): Target =>
    new Proxy(given, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'transaction')
          return (run: (transaction: object) => unknown) =>
            Reflect.apply(value, target, [(one: object) => run(count(one))]) as unknown;
        if (name !== 'query') return value.bind(target) as unknown;
        return (text: string, ...rest: unknown[]) => {
          statements.push(text);
          return Reflect.apply(value, target, [text, ...rest]) as unknown;
        };
      },
    });
  handler = createHandler({
    sites: [site('shop'), site('other')],
    encryptionKeys: [{ id: 'a', key: secret }],
    store: await fromPglite(count(pglite)),
  });
  tokens.ada = await signIn('shop', 'ada');
  tokens.bob = await signIn('shop', 'bob');
  tokens.ended = await signIn('shop', 'ada');
  tokens.foreign = await signIn('other', 'ada');
  await ask('socialize.logout', { login_token: tokens.ended });
});

it('the count sees work at all: a good session takes more than a bad one', async () => {
  const [, second] = [await signIn('shop', 'carl'), await signIn('shop', 'carl')];
  const bad = await ask('socialize.logout', { login_token: 'made up', sessions: 'others' });
  const good = await ask('socialize.logout', { login_token: second, sessions: 'others' });
  expect(bad.work.length).toBeGreaterThan(0);
  expect(good.work.length).toBeGreaterThan(bad.work.length);
});

describe('the same words and the same work', () => {
  it('by e-mail: of somebody else, and of nobody', async () => {
    const unlink = (email: string) => ask('socialize.unlink', { login_token: tokens.ada, email });
    const [theirs, nobodys] = [await unlink('bob@shop.example'), await unlink('zoe@shop.example')];
    expect(theirs.answer).toContain('"is_unlinked":false');
    expect(theirs).toEqual(nobodys);
  });

  it.each([
    'socialize.removeConnection',
    'socialize.getUserInfo',
    'accounts.getAccountInfo',
    'socialize.logout',
    'socialize.explainRemoval',
    'socialize.deleteAccount',
  ])('%s by UID beside a session: of somebody else, and of nobody', async (method) => {
    const of = (UID: string) => ask(method, { login_token: tokens.ada, UID, provider: 'facebook' });
    const theirs = await of('bob');
    expect(theirs).toEqual(await of('zoe'));
    expect(theirs.answer).toMatch(/"errorCode":40300[57]/);
    expect(theirs.answer).not.toMatch(/bob|ada/);
  });

  it('by UID without a session: of somebody, and of nobody', async () => {
    const of = (UID: string) => ask('socialize.getUserInfo', { UID });
    expect(await of('bob')).toEqual(await of('zoe'));
  });

  it.each([
    'socialize.getUserInfo',
    'socialize.removeConnection',
    'socialize.listen',
    'socialize.logout',
  ])('%s by session token: ended, of another site, made up', async (method) => {
    const by = (login_token: string) => ask(method, { login_token, provider: 'facebook' });
    const madeUp = await by('made up');
    expect(await by(tokens.ended)).toEqual(madeUp);
    expect(await by(tokens.foreign)).toEqual(madeUp);
  });

  it('by leave ticket of this session: ended, of another site, made up', async () => {
    const by = (ticket: string) => ask('socialize.redeemLeaveTicket', { ticket });
    const madeUp = await by('made up');
    expect(await by(ticketOf(tokens.ended))).toEqual(madeUp);
    expect(await by(ticketOf(tokens.foreign))).toEqual(madeUp);
  });

  it('by signature: a wrong one for somebody, and for nobody', async () => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const of = (UID: string) =>
      ask('socialize.getUserInfo', {
        UID,
        sig: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
        nonce: 'n',
        timestamp,
      });
    const theirs = await of('bob');
    expect(theirs).toEqual(await of('zoe'));
    expect(theirs.work).toEqual([]);
  });

  it('by key and secret: a wrong secret asks the database nothing', async () => {
    const of = (UID: string, guess: string) => ask('socialize.getUserInfo', { UID, secret: guess });
    const wrong = await of('bob', 'AAAA');
    expect(wrong.work).toEqual([]);
    expect(wrong).toEqual(await of('zoe', secret.replace('b', 'c')));
  });

  it('a page without a session, and with one of somebody else', async () => {
    const form = { vhost: '1', uid: '1', redirectUrl: '/x' };
    const refused = await ask('action/v2/unlinkaccount', form);
    // No site has this number here: the refusal comes before any look at people.
    expect(refused.work).toEqual([]);
  });
});

it('no refusal names a person, a token or what was sent as one', async () => {
  const given = {
    login_token: 'planted-token',
    UID: 'planted-uid',
    email: 'planted@x.example',
    ticket: 'planted-ticket',
  };
  for (const method of [
    'socialize.getUserInfo',
    'socialize.unlink',
    'socialize.removeConnection',
    'socialize.redeemLeaveTicket',
    'socialize.getDeparture',
    'socialize.getToken',
    'socialize.nothing',
    'socialize.listen',
  ]) {
    const { answer } = await ask(method, given);
    expect(answer, method).not.toContain('planted');
  }
});
