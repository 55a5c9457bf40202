// Between the commit of a change and the keeping of its answer a process may die; and what is kept is sealed.
import { randomUUID } from 'node:crypto';
import { createHandler, type Handler, type Store } from 'outro/server';
import { describe, expect, it, vi } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { timesDone } from '../support/journal.ts';
import { signedBody } from '../support/signed.ts';
import { listen, openHouse, signIn, tokens } from '../support/revocation.ts';
import { areLive } from '../support/sessions.ts';

const removal = 'socialize.removeConnection';
const publicUrl = 'https://outro.example';

// Its logout page is on a trip, which is kept first: the whole answer is known only behind the change.
const visited = {
  facebook: { logout: { by: 'visit', url: 'https://op.example/end', parameters: {} } },
} as const;

/** Another instance on the data of a house, whose store is broken in one way. */
const instanceOf = (
  house: House,
  broken: { people?: Partial<Store['people']>; exits?: Partial<Store['exits']> },
  logError: (entry: { error: unknown }) => void = () => {},
  key = { id: 'test', key: secret },
): Handler =>
  createHandler({
    sites: [{ apiKey: house.apiKey, secret, publicUrl, providers: visited }],
    encryptionKeys: [key],
    store: {
      ...house.database.store,
      people: { ...house.database.store.people, ...broken.people },
      exits: { ...house.database.store.exits, ...broken.exits },
    },
    logError,
  });

const send = async (
  handler: Handler,
  house: House,
  method: string,
  params: Record<string, string>,
): Promise<Answer> => {
  const url = `${publicUrl}/${method}`;
  const body = signedBody(url, secret, { apiKey: house.apiKey, ...params });
  return (await (await handler(new Request(url, { method: 'POST', body }))).json()) as Answer;
};

const open = async (): Promise<House> => {
  const house = await startHouse({ providers: visited });
  const providers = { facebook: { providerUID: 'f' }, linkedin: { providerUID: 'l' } };
  await house.signIn({ siteUID: 'u', providers });
  return house;
};

const otherKey = { id: 'next', key: Buffer.alloc(32, 7).toString('base64') };

// As if the process had died there: nothing of it goes on.
const dead = (): Promise<never> => new Promise(() => {});

/** People who are changed by a process that dies right behind the commit. */
const dyingBehind = (house: House): Pick<Store['people'], 'update'> => ({
  async update(...asked) {
    await house.database.store.people.update(...asked);
    return dead();
  },
});

describe('a process that dies', () => {
  it('after the commit: the same request again is answered with the receipt that was committed', async () => {
    const house = await open();
    const dying = instanceOf(house, { exits: { keepAnswer: dead } });
    const params = { UID: 'u', provider: 'facebook', idempotencyKey: randomUUID() };
    void send(dying, house, removal, params);
    await expect.poll(() => timesDone(house, 'removeConnection')).toBe(1);
    const again = await house.signed(removal, params);
    expect(again).toMatchObject({ errorCode: 0 });
    const [record] = await house.database.query(
      "select receipt, call_id from outro.journal where site = $1 and method = 'removeConnection'",
      [house.apiKey],
    );
    expect([again['receipt'], again['callId']]).toEqual([record?.['receipt'], record?.['call_id']]);
    expect(again['receipt']).toContainEqual(
      expect.objectContaining({ step: 'identity', status: 'done' }),
    );
    expect(again['departures']).toBeUndefined();
    expect(await timesDone(house, 'removeConnection')).toBe(1);
  });

  it('after the commit, where nobody had to be asked: the whole answer was committed with it', async () => {
    const house = await open();
    const dying = instanceOf(house, { people: dyingBehind(house) });
    const params = { UID: 'u', provider: 'linkedin', idempotencyKey: randomUUID() };
    void send(dying, house, removal, params);
    await expect.poll(() => timesDone(house, 'removeConnection')).toBe(1);
    expect(await house.signed(removal, params)).toMatchObject({
      errorCode: 0,
      receipt: expect.arrayContaining([
        expect.objectContaining({ step: 'identity', status: 'done' }),
      ]) as unknown[],
      departures: [{ provider: 'linkedin', ways: [{ by: 'link' }] }],
    });
    expect(await timesDone(house, 'removeConnection')).toBe(1);
  });

  it('before the commit: nothing has happened, and the same request again does it', async () => {
    const house = await open();
    const update: Store['people']['update'] = (who, decide) =>
      house.database.store.people.update(who, (account) => {
        decide(account);
        throw new Error('killed');
      });
    const dying = instanceOf(house, { people: { update } });
    const params = { UID: 'u', provider: 'facebook', idempotencyKey: randomUUID() };
    expect(await send(dying, house, removal, params)).toMatchObject({ errorCode: 500001 });
    expect(await house.signed(removal, params)).toMatchObject({ errorCode: 0 });
    expect(await timesDone(house, 'removeConnection')).toBe(1);
  });

  it('with a session token that nobody else knows: it was committed with the session, and opens it', async () => {
    const house = await startHouse();
    const dying = instanceOf(house, { people: dyingBehind(house) });
    const params = { siteUID: 'u', idempotencyKey: randomUUID() };
    void send(dying, house, 'socialize.notifyLogin', params);
    await expect.poll(() => timesDone(house, 'notifyLogin')).toBe(1);
    const { errorCode, cookieValue } = await house.signed('socialize.notifyLogin', params);
    expect(errorCode).toBe(0);
    expect(await areLive(house, String(cookieValue))).toEqual([true]);
    expect((await house.rows())['sessions']).toHaveLength(1);
  });

  it('and whose key is lost with the token: no success is claimed, nothing is done twice', async () => {
    const house = await startHouse();
    const params = { siteUID: 'u', idempotencyKey: randomUUID() };
    expect(await house.signed('socialize.notifyLogin', params)).toMatchObject({ errorCode: 0 });
    const keyless = instanceOf(house, {}, undefined, otherKey);
    const again = await send(keyless, house, 'socialize.notifyLogin', params);
    expect(again).toMatchObject({ errorCode: 500001 });
    expect(again.errorDetails).toMatch(/^idempotencyKey: .* carried out.* with a new key$/);
    expect(again['cookieValue']).toBeUndefined();
    expect(await timesDone(house, 'notifyLogin')).toBe(1);
    const fresh = { ...params, idempotencyKey: randomUUID() };
    expect(await house.signed('socialize.notifyLogin', fresh)).toMatchObject({ errorCode: 0 });
  });

  it('of its database after the commit: the answer is given all the same, and the fault logged', async () => {
    const house = await open();
    const logError = vi.fn<(entry: { error: unknown }) => void>();
    const error = new Error('connection lost');
    const keepAnswer = () => Promise.reject(error);
    const failing = instanceOf(house, { exits: { keepAnswer } }, logError);
    const params = { UID: 'u', provider: 'facebook', idempotencyKey: randomUUID() };
    expect(await send(failing, house, removal, params)).toMatchObject({
      errorCode: 0,
      departures: expect.any(Array) as unknown[],
    });
    expect(logError).toHaveBeenCalledWith(expect.objectContaining({ error }));
  });
});

describe('an answer that takes its time', () => {
  it('is waited for: a second request at the same time has it whole', async () => {
    const { origin } = await listen((_request, response) => {
      setTimeout(() => response.writeHead(200).end(), 800);
    });
    const house = await openHouse(origin);
    await signIn(house);
    const params = { UID: 'u', provider: 'facebook', idempotencyKey: randomUUID() };
    const first = house.signed(removal, params);
    await expect.poll(() => timesDone(house, 'removeConnection')).toBe(1);
    const second = await house.signed(removal, params);
    const { time: _first, ...expected } = await first;
    const { time: _second, ...given } = second;
    expect(given).toEqual(expected);
    expect(given['receipt']).toContainEqual(
      expect.objectContaining({ step: 'grant', status: 'done' }),
    );
  });
});

describe('what is kept', () => {
  const rowsOf = async (house: House): Promise<string> =>
    JSON.stringify(
      await house.database.query(
        'select * from outro.journal where site = $1 and key is not null',
        [house.apiKey],
      ),
    );

  it('is sealed: no token of any kind stands in a row', async () => {
    const house = await startHouse();
    const facebook = { providerUID: 'f', ...tokens };
    const key = () => ({ idempotencyKey: randomUUID() });
    const signedIn = await house.signed('socialize.notifyLogin', {
      ...key(),
      siteUID: 'u',
      providerSessions: JSON.stringify({ facebook }),
    });
    const given = { grant_type: 'none', x_siteUID: 'u' };
    const token = await house.signed('socialize.getToken', { ...key(), ...given });
    // One that stands for the site itself changes nothing about anybody: nothing of it is kept.
    const app = await house.signed('socialize.getToken', {
      ...key(),
      grant_type: 'client_credentials',
    });
    const login_token = String(signedIn['cookieValue']);
    await house.post('socialize.logout', { ...key(), login_token });
    const rows = await rowsOf(house);
    expect(rows.match(/"method":"(notifyLogin|getToken|logout)"/g)).toHaveLength(3);
    const secrets = [login_token, token['access_token'], app['access_token']].map(String);
    for (const text of [...secrets, ...Object.values(tokens), secret]) {
      expect(text.length).toBeGreaterThan(8);
      expect(rows).not.toContain(text);
    }
  });

  it('opens with no other key; then the receipt is what is left', async () => {
    const house = await open();
    const params = { UID: 'u', provider: 'facebook', idempotencyKey: randomUUID() };
    const first = await house.signed(removal, params);
    const again = await send(instanceOf(house, {}, undefined, otherKey), house, removal, params);
    expect(again).toMatchObject({ errorCode: 0, receipt: expect.any(Array) as unknown[] });
    expect(first['departures']).toBeDefined();
    expect(again['departures']).toBeUndefined();
  });
});
