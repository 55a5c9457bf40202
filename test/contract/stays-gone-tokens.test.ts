// What a late sign-in brought is taken back; what a new connection was given is left alone, to the millisecond.
import { describe, expect, it, vi } from 'vitest';
import type { Answer, House } from '../support/house.ts';
import {
  grantStep,
  errands,
  listen,
  makeDue,
  openHouse,
  signIn,
  tokens,
} from '../support/revocation.ts';

const seconds = (): number => Date.now() / 1000;

/** A provider that notes the tokens it is given, and answers as `answer` says. */
const openProvider = async (answer: (token: string) => number | Promise<number> = () => 200) => {
  const seen: string[] = [];
  const { origin } = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const token = new URLSearchParams(body).get('token') ?? '';
      seen.push(token);
      void Promise.resolve(answer(token)).then((status) => response.writeHead(status).end());
    });
  });
  return { origin, seen };
};

const late = { authToken: 'late access', refreshToken: 'late refresh' };

const notifyLate = (house: House, startedAt: number, more: object = {}): Promise<Answer> =>
  house.signed('socialize.notifyLogin', {
    siteUID: 'u',
    providerSessions: JSON.stringify({
      facebook: { providerUID: 'f', startedAt, ...late },
      ...more,
    }),
  });

describe('a sign-in that is refused because it began before the removal', () => {
  it('has its tokens taken back by an errand of its own; those of other providers stay', async () => {
    const { origin, seen } = await openProvider();
    const house = await openHouse(origin);
    await signIn(house);
    const startedAt = seconds();
    await house.client.removeConnection({ provider: 'facebook' });
    expect(seen).toEqual([tokens.refreshToken]);
    const github = { providerUID: 'g', authToken: 'of another provider' };
    const answer = await notifyLate(house, startedAt, { github });
    expect(answer).toMatchObject({ errorCode: 403002 });
    expect(await errands(house)).toMatchObject([
      { state: 'done' },
      { state: 'pending', attempts: 0, sealed_payload: expect.stringMatching(/^v1\./) as string },
    ]);
    const [record] = await house.database.query(
      'select receipt from outro.journal where site = $1 order by id desc limit 1',
      [house.apiKey],
    );
    expect(grantStep(record?.['receipt'] as never)).toMatchObject({ status: 'pending' });
    await house.work();
    expect(seen).toEqual([tokens.refreshToken, late.refreshToken]);
    expect(await errands(house)).toMatchObject([
      { state: 'done' },
      { state: 'done', sealed_payload: null },
    ]);
  });

  it('leaves the connection alone that the person has made since', async () => {
    const { origin, seen } = await openProvider();
    const house = await openHouse(origin);
    await signIn(house);
    const startedAt = seconds();
    await house.client.removeConnection({ provider: 'facebook' });
    await signIn(house, { ...tokens, startedAt: seconds() + 1 });
    expect(await notifyLate(house, startedAt)).toMatchObject({ errorCode: 403002 });
    await house.work();
    expect(seen).toEqual([tokens.refreshToken]);
    expect(await errands(house)).toMatchObject([{ state: 'done' }, { state: 'skipped' }]);
  });
});

describe('a sign-in whose beginning the provider’s clock tells', () => {
  const idToken = (iat: number): string =>
    `x.${Buffer.from(JSON.stringify({ iat })).toString('base64url')}.x`;
  const back = (house: House, session: object) =>
    house.signed('socialize.notifyLogin', {
      siteUID: 'u',
      providerSessions: JSON.stringify({ facebook: { providerUID: 'f', ...late, ...session } }),
    });
  const removed = async () => {
    const { origin, seen } = await openProvider();
    const house = await openHouse(origin);
    await signIn(house);
    const before = seconds();
    await house.client.removeConnection({ provider: 'facebook' });
    return { house, seen, before, at: seconds() };
  };

  it('3.14 is welcome two seconds after the removal, though that clock is 5 s slow; its tokens stay', async () => {
    const { house, seen, at } = await removed();
    expect(await back(house, { idToken: idToken(Math.floor(at + 2 - 5)) })).toMatchObject({
      errorCode: 0,
    });
    await house.work();
    expect(seen).toEqual([tokens.refreshToken]);
    expect(await errands(house)).toMatchObject([{ state: 'done' }]);
  });

  it('3.14 is refused when it began more than a minute before, and when the site says that it began before', async () => {
    const { house, seen, before, at } = await removed();
    const began = before - 1;
    for (const session of [
      { idToken: idToken(Math.floor(before - 62)) },
      { startedAt: began },
      // The site's own word counts before the provider's.
      { startedAt: began, idToken: idToken(Math.floor(at + 2)) },
    ])
      expect(await back(house, session)).toMatchObject({ errorCode: 403002 });
    await house.work();
    expect(new Set(seen)).toEqual(new Set([tokens.refreshToken, late.refreshToken]));
  });
});

describe('an errand hits the link that it is about and no newer one', () => {
  it('though the newer one was removed as well, and connected once more', async () => {
    let isUp = false;
    const { origin, seen } = await openProvider(() => (isUp ? 200 : 503));
    const house = await openHouse(origin);
    for (const refreshToken of ['first', 'second']) {
      await signIn(house, { refreshToken });
      await house.client.removeConnection({ provider: 'facebook' });
    }
    const generations = () =>
      house.database.query(
        'select generation, state from outro.errands where site = $1 order by generation',
        [house.apiKey],
      );
    expect(await generations()).toMatchObject([{ generation: 1 }, { generation: 2 }]);
    isUp = true;
    seen.length = 0;
    await signIn(house, { refreshToken: 'third' });
    await makeDue(house);
    await house.work();
    expect(seen).toEqual([]);
    expect(await generations()).toMatchObject([{ state: 'skipped' }, { state: 'skipped' }]);
  });

  it('when the person connects again between the claim and the attempt', async () => {
    let isUp = false;
    const { origin, seen } = await openProvider(() => (isUp ? 200 : 503));
    const house = await openHouse(origin);
    await signIn(house);
    await house.client.removeConnection({ provider: 'facebook' });
    isUp = true;
    seen.length = 0;
    await makeDue(house);
    const { exits } = house.database.store;
    const claim = exits.claimErrands.bind(exits);
    const claiming = vi.spyOn(exits, 'claimErrands').mockImplementation(async (...asked) => {
      const claimed = await claim(...asked);
      await signIn(house, { refreshToken: 'new' });
      return claimed;
    });
    expect(await house.work()).toBe(1);
    claiming.mockRestore();
    expect(seen).toEqual([]);
    expect(await errands(house)).toMatchObject([
      {
        state: 'skipped',
        sealed_payload: null,
        reason: expect.stringContaining('again') as string,
      },
    ]);
  });

  it('when the person connects again between one token and the next', async () => {
    const { origin, seen } = await openProvider(async () => {
      await signIn(house, { refreshToken: 'new' });
      return 200;
    });
    const house = await openHouse(origin, { eachToken: true });
    await signIn(house);
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(seen).toEqual([tokens.refreshToken]);
    expect(grantStep(receipt)).toMatchObject({ status: 'kept' });
    expect(await errands(house)).toMatchObject([{ state: 'skipped', sealed_payload: null }]);
  });

  it('an attempt whose errand somebody else has by now is not made', async () => {
    const { origin, seen } = await openProvider(() => 503);
    const house = await openHouse(origin);
    await signIn(house);
    await house.client.removeConnection({ provider: 'facebook' });
    await makeDue(house);
    seen.length = 0;
    const { exits } = house.database.store;
    const claim = exits.claimErrands.bind(exits);
    const claiming = vi.spyOn(exits, 'claimErrands').mockImplementation(async (...asked) => {
      const claimed = await claim(...asked);
      await house.database.query(
        'update outro.errands set lease = gen_random_uuid() where site = $1',
        [house.apiKey],
      );
      return claimed;
    });
    await house.work();
    claiming.mockRestore();
    expect(seen).toEqual([]);
    expect(await errands(house)).toMatchObject([{ state: 'pending', attempts: 2 }]);
  });
});
