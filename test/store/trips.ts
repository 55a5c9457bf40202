import type { StopNote, Trip, TripStop } from '../../src/server/exits/trip.ts';
import { pause } from '../../src/testing/pause.ts';
import { deleteAccount } from './decisions.ts';
import { keeps } from './promise.ts';
import { enter, find, hour, newHash, newId, seconds, type StoreTests } from './scene.ts';

const time = seconds(hour);

const stop = (provider: string): TripStop => ({
  provider,
  providerUid: 'person',
  providerSession: newId(),
  sealedIdToken: 'sealed',
  account: '1',
});

const tripTo = (site: string, providers: string[], rest: Partial<Trip> = {}) => ({
  tokenHash: newHash(),
  site,
  callId: newId(),
  origin: 'https://shop.example',
  stops: providers.map(stop),
  ...rest,
});

const everyNote: Record<StopNote, true> = {
  leftAt: true,
  returnedAt: true,
  confirmedAt: true,
  refusedAt: true,
  probedAt: true,
  probeEndedAt: true,
  hintLeftOutAt: true,
};
const notes = Object.keys(everyNote) as StopNote[];

const notedOn = (trip: Trip | undefined): string[][] =>
  (trip?.stops ?? []).map((one) => notes.filter((note) => one[note] !== undefined));

/** Chains of visits to providers, and answers to deletion requests. */
export const trips: StoreTests = {
  'a trip is read as it was opened': async ({ exits, site }) => {
    const trip = tripTo(site, ['oidc-one', 'oidc-two']);
    await exits.openTrip(trip, time);
    const found = await exits.readTrip(trip.tokenHash);
    keeps(
      'readTrip: as it was opened',
      found && [
        Buffer.from(found.tokenHash).equals(trip.tokenHash),
        found.site,
        found.callId,
        found.origin,
        found.stops.map((one) => ({ ...one })),
      ],
      [true, site, trip.callId, trip.origin, trip.stops],
    );
    keeps('readTrip: of another token, none', await exits.readTrip(newHash()), undefined);
    const nowhere = tripTo(site, [], { origin: undefined });
    await exits.openTrip(nowhere, time);
    const plain = await exits.readTrip(nowhere.tokenHash);
    keeps('Trip.origin: may be absent', [plain?.origin, plain?.stops], [undefined, []]);
  },

  'a note stays, and notes at once are all kept': async (scene) => {
    const { exits, site } = scene;
    const providers = Array.from({ length: 6 }, (_, index) => `oidc-${index}`);
    const trip = tripTo(site, providers);
    await exits.openTrip(trip, time);
    const other = (await scene.another()).exits;
    await Promise.all(
      providers.flatMap((_, index) =>
        notes.map((note, turn) =>
          ((index + turn) % 2 ? exits : other).noteStop(trip.tokenHash, index, note),
        ),
      ),
    );
    const noted = await exits.readTrip(trip.tokenHash);
    keeps(
      'noteStop: of notes at once, none is lost',
      notedOn(noted),
      providers.map(() => notes),
    );
    const at = Date.parse(noted?.stops[0]?.leftAt ?? '');
    keeps('TripStop.leftAt: the time, in ISO 8601', Math.abs(Date.now() - at) < hour / 2, true);
    await pause(5);
    await exits.noteStop(trip.tokenHash, 0, 'leftAt');
    const later = await exits.readTrip(trip.tokenHash);
    keeps('noteStop: an earlier note stays', later?.stops, noted?.stops);
  },

  'a note is made on one stop of one living trip, and nowhere else': async ({ exits, site }) => {
    const [one, two] = [tripTo(site, ['oidc-one', 'oidc-two']), tripTo(site, ['oidc-one'])];
    const over = tripTo(site, ['oidc-one']);
    for (const trip of [one, two]) await exits.openTrip(trip, time);
    await exits.openTrip(over, -1);
    await exits.noteStop(one.tokenHash, 1, 'returnedAt');
    for (const index of [2, -1]) await exits.noteStop(one.tokenHash, index, 'leftAt');
    await exits.noteStop(over.tokenHash, 0, 'leftAt');
    await exits.noteStop(newHash(), 0, 'leftAt');
    const found = await Promise.all([one, two, over].map((trip) => exits.readTrip(trip.tokenHash)));
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

  'the first answer to a deletion request stays': async ({ exits, site }) => {
    const code = newId();
    keeps('readDeletion: of an unknown code, none', await exits.readDeletion(code), undefined);
    const answer = (reason: string) => ({
      code,
      site,
      provider: 'oidc-one',
      receipt: [{ step: 'data' as const, status: 'done' as const, reason }],
    });
    await exits.keepDeletion(answer('first'));
    await exits.keepDeletion(answer('second'));
    const found = await exits.readDeletion(code);
    keeps('keepDeletion: the first one of a code stays', found?.receipt[0]?.reason, 'first');
    keeps(
      'readDeletion: for its status page',
      [found?.code, found?.site, found?.provider, found?.at instanceof Date],
      [code, site, 'oidc-one', true],
    );
  },

  'a trip goes on when the account is gone': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada');
    const { id: account } = await find(people, { site, uid: 'ada' });
    const trip = tripTo(site, ['oidc-one']);
    await exits.openTrip({ ...trip, stops: trip.stops.map((one) => ({ ...one, account })) }, time);
    await deleteAccount(people, { site, uid: 'ada' });
    await exits.noteStop(trip.tokenHash, 0, 'leftAt');
    const found = await exits.readTrip(trip.tokenHash);
    keeps('readTrip: unless it has expired, whatever became of the person', notedOn(found), [
      ['leftAt'],
    ]);
  },
};
