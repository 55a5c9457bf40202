import type { PageEvent } from '../../src/server/exits/exits.ts';
import { remove } from './decisions.ts';
import { listenTo } from './pages.ts';
import { comesTo, keeps } from './promise.ts';
import {
  enter,
  entry,
  find,
  hour,
  identity,
  minute,
  newHash,
  newId,
  session,
  write,
  type StoreTests,
} from './scene.ts';

const namesOf = (events: PageEvent[]): string[] => events.map(({ name }) => name);

/** One change, one row. */
export const journal: StoreTests = {
  'every change that says so is on record, in order': async (scene) => {
    const { people, site, holds } = scene;
    const who = { site, uid: 'ada' };
    const callIds = [newId(), newId(), newId()] as const;
    const made = await enter(scene, 'ada', { journal: entry({ callId: callIds[0] }) });
    const linked = await write(people, who, {
      linkIdentities: [identity('one')],
      journal: entry({ callId: callIds[1] }),
    });
    const gone = await write(people, who, {
      deleteAccount: true,
      journal: entry({ callId: callIds[2] }),
    });
    const ids = [made, linked, gone].map(({ entry: id }) => Number(id));
    keeps(
      'Change.journal: who did what is kept with the change, whatever becomes of the account',
      await Promise.all(callIds.map((callId) => holds(callId))),
      [true, true, true],
    );
    keeps(
      'Updated.entry: the id of the row that was written, and the order of changes',
      ids.toSorted((one, other) => one - other),
      ids,
    );
  },

  'what changes nothing about the person leaves no row': async (scene) => {
    const { people, exits, site, holds } = scene;
    await enter(scene, 'ada');
    const who = { site, uid: 'ada' };
    const tokenHash = newHash();
    const { entry: written } = await people.update(who, () => ({
      change: { openSession: session({ tokenHash }) },
      answer: undefined,
    }));
    const account = await find(people, { site, session: tokenHash });
    keeps(
      'Change.journal: absent, the change is written and no row is',
      [written, account.uid, (await exits.pageEvents({ site, account: account.id })).length],
      [undefined, 'ada', 0],
    );
    const unwritten = newId();
    const nothing = await people.update(who, () => ({ answer: unwritten }));
    keeps(
      'Decision.change: absent, nothing is written',
      [await holds(unwritten), nothing.entry],
      [false, undefined],
    );
  },

  'the end of an errand is written into the receipt of its change, and the last one finishes it':
    async (scene) => {
      const { people, exits, site } = scene;
      await enter(scene, 'ada', { linkIdentities: [identity('one'), identity('two')] });
      const { id: account } = await find(people, { site, uid: 'ada' });
      const lease = newId();
      await remove(people, { site, uid: 'ada' }, ['one', 'two'], {
        revoke: { id: lease, time: hour },
      });
      const [first, second] = (await exits.leasedErrands(lease)).toSorted((one, other) =>
        one.provider.localeCompare(other.provider),
      );
      if (!first || !second) return keeps('leasedErrands: both errands', undefined, 'two');
      const { heard, stop } = await listenTo(exits, site);
      const [{ callId } = { callId: '' }] = await exits.pageEvents({ site, account });
      const seen = async () => {
        const [change] = await exits.readChanges({ site, callId });
        const grants = change?.receipt.filter(({ step }) => step === 'grant') ?? [];
        return grants.map(({ status, reason, retryAt }) => [status, reason, retryAt !== undefined]);
      };
      keeps('readChanges: as it was written', await seen(), [
        ['pending', undefined, false],
        ['pending', undefined, false],
      ]);
      const isDown = { status: 'pending', reason: 'down' } as const;
      await exits.finishErrand(first, { state: 'pending', retryAfter: 60, step: isDown });
      keeps('ErrandOutcome.step: why it waits, and until when', await seen(), [
        ['pending', 'down', true],
        ['pending', undefined, false],
      ]);
      const old = { ...second, lease: newId() };
      await exits.finishErrand(old, { state: 'failed', step: { status: 'failed' } });
      keeps('finishErrand: an old lease has no say in the receipt', (await seen())[1], [
        'pending',
        undefined,
        false,
      ]);
      await exits.finishErrand(second, { state: 'done', step: { status: 'done' } });
      keeps('finishErrand: one that still waits is not finished', namesOf(heard), []);
      await scene.age(site, minute);
      const [again] = await exits.claimErrands([site], 10, hour);
      if (again) await exits.finishErrand(again, { state: 'already', step: { status: 'already' } });
      keeps('ErrandOutcome.step: what is not said any more goes', await seen(), [
        ['already', undefined, false],
        ['done', undefined, false],
      ]);
      await comesTo('finishErrand: pages hear that a receipt is finished', () => namesOf(heard), [
        'receipt',
      ]);
      keeps(
        'PageEvent: of a receipt that is finished, the call and the receipt as it is now',
        heard.map((one) => [one.callId, one.account, one.receipt]),
        [[callId, account, (await exits.readChanges({ site, callId }))[0]?.receipt]],
      );
      keeps(
        'pageEvents: it comes behind the change',
        namesOf(await exits.pageEvents({ site, account })),
        ['connectionRemoved', 'receipt'],
      );
      await stop();
    },

  'errands of one change that end at once finish its receipt once': async (scene) => {
    const { people, exits, site } = scene;
    const names = ['one', 'two', 'three', 'four', 'five'];
    await enter(scene, 'ada', { linkIdentities: names.map((name) => identity(name)) });
    const { id: account } = await find(people, { site, uid: 'ada' });
    const lease = newId();
    await remove(people, { site, uid: 'ada' }, names, { revoke: { id: lease, time: hour } });
    const other = (await scene.another()).exits;
    const errands = await exits.leasedErrands(lease);
    await Promise.all(
      errands.map((errand, index) =>
        (index % 2 ? exits : other).finishErrand(errand, {
          state: 'done',
          step: { status: 'done' },
        }),
      ),
    );
    const events = await exits.pageEvents({ site, account });
    keeps('finishErrand: a receipt is finished once', namesOf(events), [
      'connectionRemoved',
      'receipt',
    ]);
    keeps(
      'finishErrand: none of them overwrites another',
      events[0]?.receipt.filter(({ status }) => status === 'pending'),
      [],
    );
  },

  'a finished receipt is not told to the page whose call saw it': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one')], openSession: session() });
    const { id: account, sessions } = await find(people, { site, uid: 'ada' });
    const exceptSession = sessions[0]?.id;
    const lease = newId();
    await remove(people, { site, uid: 'ada' }, ['one'], {
      revoke: { id: lease, time: hour },
      more: { tell: [{ name: 'connectionRemoved', provider: '', exceptSession }] },
    });
    const [errand] = await exits.leasedErrands(lease);
    if (errand) await exits.finishErrand(errand, { state: 'done', step: { status: 'done' } });
    keeps(
      'finishErrand: of the first attempt the one that asked has the answer',
      (await exits.pageEvents({ site, account })).map((one) => [one.name, one.exceptSession]),
      [
        ['connectionRemoved', exceptSession],
        ['receipt', exceptSession],
      ],
    );
  },
};
