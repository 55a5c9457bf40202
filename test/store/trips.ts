import type { DepartureStop, DepartureTrip, StopNote } from '../../src/server/people/people.ts';
import { pause } from '../../src/testing/pause.ts';
import { keeps } from './promise.ts';
import { enter, find, hour, inTime, newHash, newId, write, type StoreTests } from './scene.ts';

const stop = (provider: string): DepartureStop => ({
  provider,
  providerUid: 'person',
  providerSession: newId(),
  sealedIdToken: 'sealed',
  account: '1',
});

const tripTo = (site: string, providers: string[], rest: Partial<DepartureTrip> = {}) => ({
  tokenHash: newHash(),
  site,
  callId: newId(),
  origin: 'https://shop.example',
  stops: providers.map(stop),
  expiresAt: inTime(hour),
  ...rest,
});

const everyNote: Record<StopNote, true> = {
  leftAt: true,
  returnedAt: true,
  confirmedAt: true,
  refusedAt: true,
  probedAt: true,
  probeEndedAt: true,
};
const notes = Object.keys(everyNote) as StopNote[];

const notedOn = (trip: DepartureTrip | undefined): string[][] =>
  (trip?.stops ?? []).map((one) => notes.filter((note) => one[note] !== undefined));

/** Chains of visits to providers, and answers to deletion requests. */
export const trips: StoreTests = {
  'a trip is read as it was opened': async ({ store, site }) => {
    const trip = tripTo(site, ['oidc-one', 'oidc-two']);
    await store.openTrip(trip);
    const found = await store.readTrip(trip.tokenHash);
    keeps(
      'readTrip: as it was opened',
      found && [
        Buffer.from(found.tokenHash).equals(trip.tokenHash),
        found.site,
        found.callId,
        found.origin,
        found.stops.map((one) => ({ ...one })),
        found.expiresAt.getTime(),
      ],
      [true, site, trip.callId, trip.origin, trip.stops, trip.expiresAt.getTime()],
    );
    keeps('readTrip: of another token, none', await store.readTrip(newHash()), undefined);
    const nowhere = tripTo(site, [], { origin: undefined });
    await store.openTrip(nowhere);
    const plain = await store.readTrip(nowhere.tokenHash);
    keeps('DepartureTrip.origin: may be absent', [plain?.origin, plain?.stops], [undefined, []]);
  },

  'a note stays, and notes at once are all kept': async (scene) => {
    const { store, site } = scene;
    const providers = Array.from({ length: 6 }, (_, index) => `oidc-${index}`);
    const trip = tripTo(site, providers);
    await store.openTrip(trip);
    const other = await scene.another();
    await Promise.all(
      providers.flatMap((_, index) =>
        notes.map((note, turn) =>
          ((index + turn) % 2 ? store : other).noteStop(trip.tokenHash, index, note),
        ),
      ),
    );
    const noted = await store.readTrip(trip.tokenHash);
    keeps(
      'noteStop: of notes at once, none is lost',
      notedOn(noted),
      providers.map(() => notes),
    );
    const at = Date.parse(noted?.stops[0]?.leftAt ?? '');
    keeps(
      'DepartureStop.leftAt: the time, in ISO 8601',
      Math.abs(Date.now() - at) < hour / 2,
      true,
    );
    await pause(5);
    await store.noteStop(trip.tokenHash, 0, 'leftAt');
    const later = await store.readTrip(trip.tokenHash);
    keeps('noteStop: an earlier note stays', later?.stops, noted?.stops);
  },

  'a note is made on one stop of one living trip, and nowhere else': async ({ store, site }) => {
    const [one, two] = [tripTo(site, ['oidc-one', 'oidc-two']), tripTo(site, ['oidc-one'])];
    const over = tripTo(site, ['oidc-one'], { expiresAt: inTime(-1000) });
    for (const trip of [one, two, over]) await store.openTrip(trip);
    await store.noteStop(one.tokenHash, 1, 'returnedAt');
    for (const index of [2, -1]) await store.noteStop(one.tokenHash, index, 'leftAt');
    await store.noteStop(over.tokenHash, 0, 'leftAt');
    await store.noteStop(newHash(), 0, 'leftAt');
    const found = await Promise.all([one, two, over].map((trip) => store.readTrip(trip.tokenHash)));
    keeps(
      'noteStop: on one stop of one trip; where there is none, nothing happens',
      found.map(notedOn),
      [[[], ['returnedAt']], [[]], []],
    );
    const trip = found[0];
    keeps(
      'noteStop: leaves everything else as it was',
      trip?.stops.map(({ returnedAt: _at, ...rest }) => rest),
      one.stops,
    );
  },

  'the first answer to a deletion request stays': async ({ store, site }) => {
    const code = newId();
    keeps('readDeletion: of an unknown code, none', await store.readDeletion(code), undefined);
    const answer = (reason: string) => ({
      code,
      site,
      provider: 'oidc-one',
      receipt: [{ step: 'data' as const, status: 'done' as const, reason }],
    });
    await store.keepDeletion(answer('first'));
    await store.keepDeletion(answer('second'));
    const found = await store.readDeletion(code);
    keeps('keepDeletion: the first one of a code stays', found?.receipt[0]?.reason, 'first');
    keeps(
      'readDeletion: for its status page',
      [found?.code, found?.site, found?.provider, found?.at instanceof Date],
      [code, site, 'oidc-one', true],
    );
  },

  'a trip goes on when the account is gone': async (scene) => {
    const { store, site } = scene;
    await enter(scene, 'ada');
    const { id: account } = await find(store, { site, uid: 'ada' });
    const trip = tripTo(site, ['oidc-one']);
    await store.openTrip({ ...trip, stops: trip.stops.map((one) => ({ ...one, account })) });
    await write(store, { site, uid: 'ada' }, { deleteAccount: true });
    await store.noteStop(trip.tokenHash, 0, 'leftAt');
    const found = await store.readTrip(trip.tokenHash);
    keeps('readTrip: unless it has expired, whatever became of the person', notedOn(found), [
      ['leftAt'],
    ]);
  },
};
