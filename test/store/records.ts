import { deletionOf, remove } from './decisions.ts';
import { dueErrands } from './errands.ts';
import { keeps } from './promise.ts';
import {
  claimRevocations,
  enter,
  entry,
  find,
  hour,
  identity,
  newId,
  seconds,
  write,
  type StoreTests,
} from './scene.ts';

const isDown = {
  state: 'pending',
  reason: 'down',
  isDown: true,
  retryAfter: seconds(hour),
} as const;

/** What whoever runs the backend sees, and can do. */
export const records: StoreTests = {
  'the journal is read by whom, what, who and when': async (scene) => {
    const { people, exits, site } = scene;
    const callId = newId();
    await enter(scene, 'ada', { journal: entry({ callId, provider: 'oidc-one' }) });
    const { id: account } = await find(people, { site, uid: 'ada' });
    await enter(scene, 'bob', { journal: entry({ actor: 'provider' }) });
    await enter({ people, site: `${site}-2` }, 'eva');
    const read = async (filter: object) =>
      (await exits.readJournal({ site, ...filter }, 10)).map(({ uid }) => uid);
    const past = new Date(Date.now() - hour);
    const future = new Date(Date.now() + hour);
    const asked: [object, string[]][] = [
      [{}, ['ada', 'bob']],
      [{ account }, ['ada']],
      [{ uid: 'bob' }, ['bob']],
      [{ provider: 'oidc-one' }, ['ada']],
      [{ actor: 'provider' }, ['bob']],
      [{ callId }, ['ada']],
      [{ since: past, until: future }, ['ada', 'bob']],
      [{ since: future }, []],
      [{ until: past }, []],
    ];
    for (const [filter, uids] of asked)
      keeps(`readJournal: ${Object.keys(filter).join(', ') || 'all'}`, await read(filter), uids);
    const [first] = await exits.readJournal({ site }, 1);
    keeps('readJournal: at most so many; the rest behind a row', await read({ after: first?.id }), [
      'bob',
    ]);
  },

  'errands are listed, counted and put back': async (scene) => {
    const { exits, site } = scene;
    await dueErrands(scene, ['one', 'two']);
    const list = async (filter: object) =>
      (await exits.listErrands({ site, ...filter }, 10))
        .map(({ destination }) => destination)
        .toSorted();
    keeps('listErrands: all of a site', await list({}), ['oidc-one', 'oidc-two']);
    keeps('listErrands: nothing is stuck that was not refused', await list({ isStuck: true }), []);
    for (const errand of await claimRevocations(exits, [site], 10, hour))
      await exits.finishErrand(errand, errand.provider === 'oidc-one' ? isDown : { state: 'done' });
    keeps('listErrands: what is stuck', await list({ isStuck: true }), ['oidc-one']);
    keeps('listErrands: by state', await list({ state: 'done' }), ['oidc-two']);
    keeps('listErrands: by destination', await list({ destination: 'oidc-two' }), ['oidc-two']);
    const [stuck] = await exits.listErrands({ site, isStuck: true }, 10);
    keeps(
      'ListedErrand: what came of it, and that its destination is left alone',
      [stuck?.reason, stuck?.attempts, stuck?.pausedUntil !== undefined],
      ['down', 2, true],
    );
    const owed = async () =>
      (await exits.countErrands([site])).map(({ destination, count, isPaused }) => [
        destination,
        count,
        isPaused,
      ]);
    keeps('countErrands: what waits, by destination', await owed(), [['oidc-one', 1, true]]);
    keeps('OwedCount.stuck: what was tried', (await exits.countErrands([site]))[0]?.stuck, 1);
    keeps('retryErrands: how many', await exits.retryErrands({ site, isStuck: true }, 10), 1);
    keeps('retryErrands: nothing pauses any more', await owed(), [['oidc-one', 1, false]]);
    const [again] = await claimRevocations(exits, [site], 10, hour);
    keeps('retryErrands: from the beginning', [again?.provider, again?.attempts], ['oidc-one', 1]);
    keeps('retryErrands: not what is under way', await exits.retryErrands({ site }, 10), 0);
    keeps('takeErrands: not what is under way', await exits.takeErrands({ site }, 10, hour), []);
    if (again) await exits.finishErrand(again, isDown);
    const [taken] = await exits.takeErrands({ id: stuck?.id }, 10, hour);
    keeps('takeErrands: just these, due or not', taken?.destination, 'oidc-one');
    if (taken) await exits.finishErrand(taken, { state: 'failed', reason: 'dropped' });
    keeps('takeErrands: nothing that has ended', await exits.takeErrands({ site }, 10, hour), []);
  },

  'an account that is gone is on record by a hash': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    const account = await find(people, { site, uid: 'ada' });
    await remove(people, { site, uid: 'ada' }, ['one']);
    const again = await find(people, { site, uid: 'ada' });
    await write(people, { site, uid: 'ada' }, deletionOf(again));
    const read = await exits.readJournal({ site, account: account.id }, 10);
    keeps(
      'Change.deleteAccount: hashes stand in place of uid and ids',
      [read.length, new Set(read.map(({ uid }) => uid)).size, read[0]?.uid?.startsWith('sha256:')],
      [3, 1, true],
    );
    keeps(
      'Change.deleteAccount: in receipts and in what sites are told',
      JSON.stringify(read).includes('person at one'),
      false,
    );
  },
};
