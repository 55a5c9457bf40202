// Tokens of one identity over several sign-ins: kept field by field, and what an answer about one of them proves.
import { describe, expect, it } from 'vitest';
import type { House } from '../support/house.ts';
import { errands, grantStep, listen, openHouse, signIn, tokens } from '../support/revocation.ts';

interface Told {
  status: number;
  body?: string;
}

const good: Told = { status: 200 };
const unknown: Told = { status: 400, body: '{"error":"invalid_token"}' };

/** A provider that notes which tokens it was shown, and answers each as told, the last one for ever. */
const openProvider = async (...answers: Told[]) => {
  const shown: string[] = [];
  const { origin } = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { status, body: text } = answers[shown.length] ?? answers.at(-1) ?? good;
      shown.push(new URLSearchParams(body).get('token') ?? 'no token');
      response.writeHead(status).end(text);
    });
  });
  return { origin, shown };
};

const remove = async (house: House) => {
  const answer = await house.signed('socialize.removeConnection', {
    UID: 'u',
    provider: 'facebook',
  });
  expect(answer).toMatchObject({ errorCode: 0 });
  return grantStep(answer['receipt'] as { step: string; provider?: string }[]);
};

describe('1.5 tokens are merged field by field', () => {
  it.each([
    ['only an access token', { authToken: 'newer' }, ['refresh-token', 'newer']],
    ['no tokens', {}, ['refresh-token', 'access-token']],
    ['empty tokens', { authToken: undefined, refreshToken: null }, undefined],
    ['only a refresh token', { refreshToken: 'newer' }, ['newer', 'access-token']],
  ])('1.5 a second sign-in that brings %s', async (_title, second, expected) => {
    const { origin, shown } = await openProvider(good);
    const house = await openHouse(origin, { eachToken: true });
    await signIn(house);
    const told = JSON.stringify({ facebook: { providerUID: 'f', ...second } });
    const answer = await house.signed('socialize.notifyLogin', {
      siteUID: 'u',
      providerSessions: told,
    });
    // What is no text is refused by name, and wipes nothing.
    if (!expected) expect(answer).toMatchObject({ errorCode: 400006 });
    expect(await remove(house)).toMatchObject({ step: 'grant', status: 'done' });
    expect(shown).toEqual(expected ?? ['refresh-token', 'access-token']);
  });

  it('1.5 the time of an access token says nothing of the next one', async () => {
    const { origin } = await openProvider(unknown);
    const house = await openHouse(origin, {
      answers: [{ when: 'invalid_token', means: 'already' }],
    });
    await signIn(house, { authToken: 'one', tokenExpiration: Date.now() / 1000 + 3600 });
    await signIn(house, { authToken: 'two' });
    expect(await remove(house)).toMatchObject({ status: 'failed' });
  });

  it('1.5 what one sign-in brought stays with its identity: another person there has none of it', async () => {
    const { origin, shown } = await openProvider(good);
    const house = await openHouse(origin);
    await signIn(house);
    await house.signIn({
      siteUID: 'v',
      providers: { facebook: { providerUID: 'other', authToken: 'theirs' } },
    });
    await house.signed('socialize.removeConnection', { UID: 'v', provider: 'facebook' });
    expect(shown).toEqual(['theirs']);
  });
});

describe('1.5 a refresh token that a newer one replaces', () => {
  const second = { authToken: 'second access', refreshToken: 'second refresh' };

  it('1.5 is taken back for itself, where the provider takes tokens one by one; the connection stays', async () => {
    const { origin, shown } = await openProvider(good);
    const house = await openHouse(origin, { removes: 'token' });
    await signIn(house);
    await signIn(house, second);
    expect(await errands(house)).toMatchObject([{ state: 'pending' }]);
    await house.work();
    expect(shown).toEqual(['refresh-token']);
    expect(await errands(house)).toMatchObject([{ state: 'done', sealed_payload: null }]);
    const { identities = [] } = await house.rows();
    expect(identities).toHaveLength(2);
    expect(identities).toContainEqual(
      expect.objectContaining({ provider: 'facebook', state: 'linked' }),
    );
    expect(await remove(house)).toMatchObject({ step: 'token', status: 'done' });
    expect(shown).toEqual(['refresh-token', 'second refresh']);
  });

  it('1.5 is left alone where the permission would go with it, and so the new one too', async () => {
    const { origin, shown } = await openProvider(good);
    const house = await openHouse(origin, { removes: 'grant' });
    await signIn(house);
    await signIn(house, second);
    await house.work();
    expect([shown, await errands(house)]).toEqual([[], []]);
  });

  it('1.5 is not taken back where the same one is told again', async () => {
    const { origin, shown } = await openProvider(good);
    const house = await openHouse(origin, { removes: 'token' });
    await signIn(house);
    await signIn(house, { ...tokens, authToken: 'newer' });
    await house.work();
    expect([shown, await errands(house)]).toEqual([[], []]);
  });
});

describe('1.5 already is said only where the token was presented that carries the grant', () => {
  const hour = 3600;
  const inHours = (count: number): number => Math.floor(Date.now() / 1000) + count * hour;
  const answers = [{ when: 'invalid_token', means: 'already' }];
  const byAccessToken = { answers, form: { token: '{accessToken}' } };
  const bothAtOnce = { answers, form: { token: '{refreshToken}', access: '{accessToken}' } };
  const byApp = { answers, form: { person: '{providerUid}', secret: '{clientSecret}' } };
  const lives = { ...tokens, tokenExpiration: inHours(1) };
  const ranOut = { ...tokens, tokenExpiration: inHours(-1) };

  it.each<[string, object, object, Told[], string]>([
    ['the refresh token', { answers }, ranOut, [unknown], 'already'],
    [
      'an access token that lives',
      { answers },
      { ...lives, refreshToken: undefined },
      [unknown],
      'already',
    ],
    [
      'an access token that ran out',
      { answers },
      { ...ranOut, refreshToken: undefined },
      [unknown],
      'failed',
    ],
    ['an access token of unknown age', { answers }, { authToken: 'a' }, [unknown], 'failed'],
    [
      'an access token that runs out about now',
      { answers },
      { authToken: 'a', tokenExpiration: inHours(0) + 5 },
      [unknown],
      'failed',
    ],
    [
      'only an access token that ran out, beside a refresh token',
      byAccessToken,
      ranOut,
      [unknown],
      'failed',
    ],
    [
      'only an access token that lives, beside a refresh token',
      byAccessToken,
      lives,
      [unknown],
      'already',
    ],
    ['both in one request', bothAtOnce, ranOut, [unknown], 'already'],
    ['no token, but the person', byApp, ranOut, [unknown], 'already'],
    [
      'both, and neither is known',
      { answers, eachToken: true },
      ranOut,
      [unknown, unknown],
      'already',
    ],
    [
      'both, and the access token went along',
      { answers, eachToken: true },
      ranOut,
      [good, unknown],
      'done',
    ],
    ['an access token that ran out, and takes it', { answers }, { authToken: 'a' }, [good], 'done'],
  ])('1.5 the provider is shown %s', async (_title, change, held, given, status) => {
    const { origin } = await openProvider(...given);
    const house = await openHouse(origin, change);
    await signIn(house, held);
    const step = await remove(house);
    expect(step).toMatchObject({ status });
    if (status === 'failed')
      expect(step).toMatchObject({
        reason: expect.stringContaining('may only have run out') as string,
      });
    expect(await errands(house)).toMatchObject([{ state: status, sealed_payload: null }]);
  });
});
