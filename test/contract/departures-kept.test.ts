// What the store keeps of departures: trips, answers to deletion requests, and for how long anything is kept.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Change } from 'outro/server';
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';

const stop = (provider: string) => ({
  provider,
  providerUid: 'p',
  providerSession: undefined,
  sealedIdToken: undefined,
  account: '1',
});

const openTrip = async (house: House, providers: string[], seconds = 60) => {
  const trip = {
    tokenHash: new Uint8Array(randomBytes(32)),
    site: house.apiKey,
    callId: 'c',
    origin: 'https://shop.example',
    stops: providers.map(stop),
    expiresAt: new Date(Date.now() + seconds * 1000),
  };
  await house.database.store.openTrip(trip);
  return trip;
};

describe('a trip', () => {
  it('is read as it was kept, by its token only, until it expires', async () => {
    const house = await startHouse();
    const { store } = house.database;
    const trip = await openTrip(house, ['facebook', 'github']);
    const { tokenHash, ...rest } = (await store.readTrip(trip.tokenHash)) ?? {};
    expect(Buffer.from(tokenHash ?? [])).toEqual(Buffer.from(trip.tokenHash));
    const stops = trip.stops.map(({ provider, providerUid, account }) => ({
      provider,
      providerUid,
      account,
    }));
    expect(rest).toEqual({
      site: house.apiKey,
      callId: 'c',
      origin: 'https://shop.example',
      stops,
      expiresAt: trip.expiresAt,
    });
    expect(await store.readTrip(new Uint8Array(32))).toBeUndefined();
    const expired = await openTrip(house, ['facebook'], -1);
    expect(await store.readTrip(expired.tokenHash)).toBeUndefined();
  });

  it('keeps every note, however many come at once; the first of each kind stays', async () => {
    const house = await startHouse();
    const { store } = house.database;
    const providers = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const { tokenHash } = await openTrip(house, providers);
    await Promise.all(
      providers.flatMap((_, index) => [
        store.noteStop(tokenHash, index, 'leftAt'),
        store.noteStop(tokenHash, index, 'returnedAt'),
      ]),
    );
    const first = await store.readTrip(tokenHash);
    const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    expect(first?.stops).toEqual(
      providers.map(
        (provider) => expect.objectContaining({ provider, leftAt: iso, returnedAt: iso }) as object,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all(providers.map((_, index) => store.noteStop(tokenHash, index, 'leftAt')));
    expect(await store.readTrip(tokenHash)).toEqual(first);
  });

  it('has no stop where none is: nothing is noted, and nothing when it has expired', async () => {
    const house = await startHouse();
    const { store, query } = house.database;
    const trip = await openTrip(house, ['facebook', 'github']);
    const expired = await openTrip(house, ['facebook'], -1);
    const all = () =>
      query('select token_hash, stops from outro.trips where site = $1 order by 1', [house.apiKey]);
    const before = await all();
    for (const index of [-1, 2, 99]) await store.noteStop(trip.tokenHash, index, 'leftAt');
    await store.noteStop(expired.tokenHash, 0, 'leftAt');
    await store.noteStop(new Uint8Array(32), 0, 'leftAt');
    expect(await all()).toEqual(before);
  });
});

describe('a deletion request', () => {
  it('is answered by its code; the first answer stays', async () => {
    const house = await startHouse();
    const { store } = house.database;
    const code = randomUUID();
    const request = { code, site: house.apiKey, provider: 'facebook' };
    await store.keepDeletion({ ...request, receipt: [{ step: 'identity', status: 'done' }] });
    await store.keepDeletion({ ...request, receipt: [{ step: 'identity', status: 'already' }] });
    expect(await store.readDeletion(code)).toEqual({
      ...request,
      receipt: [{ step: 'identity', status: 'done' }],
      at: expect.any(Date) as Date,
    });
    expect(await store.readDeletion(randomUUID())).toBeUndefined();
  });
});

const count = async (house: House, table: string): Promise<number> =>
  (await house.database.query(`select 1 from outro.${table} where site = $1`, [house.apiKey]))
    .length;

/** Moves times of this site's rows into the past. */
const age = (house: House, table: string, column: string, interval: string, where = 'true') =>
  house.database.query(
    `update outro.${table} set ${column} = now() - $2::interval where site = $1 and ${where}`,
    [house.apiKey, interval],
  );

describe('what has served its time', () => {
  it('trips, page events after an hour, deletion requests after 400 days', async () => {
    const house = await startHouse();
    const { store } = house.database;
    await openTrip(house, ['facebook'], -1);
    await openTrip(house, ['github']);
    await house.signIn({ siteUID: 'u', elsewhere: true });
    const receipt = [{ step: 'session', status: 'done' } as const];
    const audit = {
      callId: 'c',
      actor: 'provider',
      method: 'm',
      provider: undefined,
      cid: undefined,
      receipt,
    } as const;
    const tell = [
      { name: 'logout', receipt },
      { name: 'logout', receipt, sessions: [] },
    ] satisfies Change['tell'];
    await store.update({ site: house.apiKey, uid: 'u' }, () => ({
      change: { tell, audit },
      answer: undefined,
    }));
    for (const code of ['old', 'young'])
      await store.keepDeletion({
        code: `${code} ${house.apiKey}`,
        site: house.apiKey,
        provider: 'facebook',
        receipt,
      });
    await age(house, 'page_events', 'at', '61 minutes', 'sessions is null');
    await age(house, 'page_events', 'at', '59 minutes', 'sessions is not null');
    await age(house, 'deletions', 'at', '401 days', "code like 'old%'");
    await age(house, 'deletions', 'at', '399 days', "code like 'young%'");
    await store.purge();
    expect(await count(house, 'trips')).toBe(1);
    expect(await count(house, 'page_events')).toBe(1);
    expect(await count(house, 'deletions')).toBe(1);
    expect(await store.readDeletion(`young ${house.apiKey}`)).toBeDefined();
  });

  const kept = async (house: House) => {
    const rows = await house.database.query(
      'select sid, sealed_id_token from outro.provider_sessions where site = $1 order by sid',
      [house.apiKey],
    );
    return rows.map((row) => [row['sid'], row['sealed_id_token'] !== null]);
  };

  const signIn = async (house: House, ...sids: string[]) => {
    for (const sid of sids)
      await house.signIn({
        siteUID: sid,
        providers: { facebook: { providerUID: sid, sid, idToken: 'a.b.c' } },
        elsewhere: true,
      });
  };

  const of = (sid: string) =>
    `id in (select session_id from outro.provider_sessions where sid = '${sid}')`;

  it('ID tokens an hour after their session, what is known of it after a month', async () => {
    const house = await startHouse();
    await signIn(house, 'a live', 'b just out', 'c out', 'd ran out', 'e long out', 'f long gone');
    for (const uid of ['b just out', 'c out', 'e long out'])
      await house.signed('socialize.logout', { UID: uid });
    await age(house, 'sessions', 'ended_at', '59 minutes', of('b just out'));
    await age(house, 'sessions', 'ended_at', '61 minutes', of('c out'));
    await age(house, 'sessions', 'expires_at', '61 minutes', of('d ran out'));
    await age(house, 'sessions', 'ended_at', '31 days', of('e long out'));
    await age(house, 'provider_sessions', 'created_at', '31 days', "sid = 'f long gone'");
    await house.database.query(`delete from outro.sessions where ${of('f long gone')}`);
    await house.database.store.purge();
    expect(await kept(house)).toEqual([
      ['a live', true],
      ['b just out', true],
      ['c out', false],
      ['d ran out', false],
    ]);
  });

  it('with the account go its sessions at providers, but neither trips nor events', async () => {
    const house = await startHouse();
    await signIn(house, 'u');
    await openTrip(house, ['facebook']);
    await house.signed('socialize.deleteAccount', { UID: 'u' });
    expect(await kept(house)).toEqual([]);
    expect(await count(house, 'trips')).toBe(1);
    expect(await count(house, 'page_events')).toBe(1);
  });
});
