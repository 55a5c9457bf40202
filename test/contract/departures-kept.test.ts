// What the store keeps of departures: trips, answers to deletion requests, and for how long anything is kept.
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { toldOf } from '../support/journal.ts';

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
  };
  await house.database.store.exits.openTrip(trip, seconds);
  return trip;
};

describe('a trip', () => {
  it('is read as it was kept, by its token only, until it expires', async () => {
    const house = await startHouse();
    const { exits } = house.database.store;
    const trip = await openTrip(house, ['facebook', 'github']);
    const { tokenHash, ...rest } = (await exits.readTrip(trip.tokenHash)) ?? {};
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
    });
    expect(await exits.readTrip(new Uint8Array(32))).toBeUndefined();
    const expired = await openTrip(house, ['facebook'], -1);
    expect(await exits.readTrip(expired.tokenHash)).toBeUndefined();
  });

  it('keeps every note, however many come at once; the first of each kind stays', async () => {
    const house = await startHouse();
    const { exits } = house.database.store;
    const providers = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const { tokenHash } = await openTrip(house, providers);
    await Promise.all(
      providers.flatMap((_, index) => [
        exits.noteStop(tokenHash, index, 'leftAt'),
        exits.noteStop(tokenHash, index, 'returnedAt'),
      ]),
    );
    const first = await exits.readTrip(tokenHash);
    const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    expect(first?.stops).toEqual(
      providers.map(
        (provider) => expect.objectContaining({ provider, leftAt: iso, returnedAt: iso }) as object,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all(providers.map((_, index) => exits.noteStop(tokenHash, index, 'leftAt')));
    expect(await exits.readTrip(tokenHash)).toEqual(first);
  });

  it('has no stop where none is: nothing is noted, and nothing when it has expired', async () => {
    const house = await startHouse();
    const {
      store: { exits },
      query,
    } = house.database;
    const trip = await openTrip(house, ['facebook', 'github']);
    const expired = await openTrip(house, ['facebook'], -1);
    const all = () =>
      query('select token_hash, stops from outro.trips where site = $1 order by 1', [house.apiKey]);
    const before = await all();
    for (const index of [-1, 2, 99]) await exits.noteStop(trip.tokenHash, index, 'leftAt');
    await exits.noteStop(expired.tokenHash, 0, 'leftAt');
    await exits.noteStop(new Uint8Array(32), 0, 'leftAt');
    // What has expired may be purged at any moment.
    const after = await all();
    expect(before).toEqual(expect.arrayContaining(after));
    expect(after.map((row) => row['token_hash'])).toContainEqual(Buffer.from(trip.tokenHash));
  });
});

describe('a deletion request', () => {
  it('is answered by its code; the first answer stays', async () => {
    const house = await startHouse();
    const { exits } = house.database.store;
    const code = randomUUID();
    const request = { code, site: house.apiKey, provider: 'facebook' };
    await exits.keepDeletion({ ...request, receipt: [{ step: 'identity', status: 'done' }] });
    await exits.keepDeletion({ ...request, receipt: [{ step: 'identity', status: 'already' }] });
    expect(await exits.readDeletion(code)).toEqual({
      ...request,
      receipt: [{ step: 'identity', status: 'done' }],
      at: expect.any(Date) as Date,
    });
    expect(await exits.readDeletion(randomUUID())).toBeUndefined();
  });
});

const count = async (house: House, table: string): Promise<number> =>
  (await house.database.query(`select 1 from outro.${table} where site = $1`, [house.apiKey]))
    .length;

/** Moves times of this site's rows into the past. */
const age = (house: House, table: string, column: string, interval: string, where = 'true') =>
  house.database.query(
    `update outro.${table} set ${column} = ${column} - $2::interval where site = $1 and ${where}`,
    [house.apiKey, interval],
  );

// The oldest go first, whosever they are: tests share the database.
const limit = 1_000_000;

describe('what has served its time', () => {
  it('trips; deletion requests and the journal after 400 days', async () => {
    const house = await startHouse();
    const { people, exits } = house.database.store;
    await openTrip(house, ['facebook'], -1);
    await openTrip(house, ['github']);
    await house.signIn({ siteUID: 'u', elsewhere: true });
    const receipt = [{ step: 'session', status: 'done' } as const];
    const entry = { callId: 'c', actor: 'provider', provider: undefined, cid: undefined } as const;
    for (const method of ['old', 'young'])
      await people.update({ site: house.apiKey, uid: 'u' }, () => ({
        change: { tell: [{ name: 'logout' }], journal: { ...entry, method, receipt } },
        answer: undefined,
      }));
    for (const code of ['old', 'young'])
      await exits.keepDeletion({
        code: `${code} ${house.apiKey}`,
        site: house.apiKey,
        provider: 'facebook',
        receipt,
      });
    await age(house, 'journal', 'at', '401 days', "method <> 'young'");
    await age(house, 'journal', 'at', '399 days', "method = 'young'");
    await age(house, 'deletions', 'at', '401 days', "code like 'old%'");
    await age(house, 'deletions', 'at', '399 days', "code like 'young%'");
    const left = async () => {
      await exits.purge(limit);
      const { journal = [] } = (await house.rows()) as { journal?: { method: string }[] };
      return {
        trips: await count(house, 'trips'),
        deletions: await count(house, 'deletions'),
        journal: journal.map(({ method }) => method),
      };
    };
    // Another instance of this run may be purging, and leave the rest to the next one.
    await expect.poll(left).toEqual({ trips: 1, deletions: 1, journal: ['young'] });
    expect(await exits.readDeletion(`young ${house.apiKey}`)).toBeDefined();
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

  it('ID tokens an hour after their session, what is known of it after a month', async () => {
    const house = await startHouse();
    await signIn(house, 'a live', 'b just out', 'c out', 'd ran out', 'e long out', 'f long ago');
    for (const uid of ['b just out', 'c out', 'e long out'])
      await house.signed('socialize.logout', { UID: uid });
    const pass = (sid: string, time: string) =>
      age(house, 'provider_sessions', 'session_ends_at', time, `sid = '${sid}'`);
    await pass('a live', '29 days');
    await pass('b just out', '59 minutes');
    await pass('c out', '61 minutes');
    // A session lives for thirty days where nobody ends it.
    await pass('d ran out', '30 days 61 minutes');
    await pass('e long out', '31 days');
    await pass('f long ago', '61 days');
    const left = async () => {
      await house.database.store.exits.purge(limit);
      return kept(house);
    };
    await expect.poll(left).toEqual([
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
    expect(await toldOf(house)).toEqual([{ name: 'logout' }]);
  });
});
