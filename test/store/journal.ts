import { keeps } from './promise.ts';
import {
  enter,
  entry,
  find,
  identity,
  newHash,
  newId,
  reasonsOf,
  session,
  word,
  write,
  type StoreTests,
} from './scene.ts';

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

  'a row can be finished, and keeps what is not said': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada');
    const key = { site, caller: newHash(), key: newId(), request: newHash() };
    const first = word('pending');
    const { entry: id } = await write(
      people,
      { site, uid: 'ada' },
      { ...first, journal: { ...first.journal, once: { key, sealedAnswer: undefined } } },
    );
    const { id: account } = await find(people, { site, uid: 'ada' });
    const seen = async () => {
      const kept = await exits.readAnswer(key);
      const [told] = reasonsOf(await exits.pageEvents({ site, account }));
      return [kept?.receipt[0]?.reason, told, kept?.sealedAnswer];
    };
    keeps('KeptAnswer.sealedAnswer: absent until it was kept', await seen(), [
      'pending',
      'pending',
      undefined,
    ]);
    await exits.finishEntry(id ?? '', { receipt: word('done').journal.receipt });
    keeps('finishEntry: its receipt, wherever it is read', await seen(), [
      'done',
      'done',
      undefined,
    ]);
    await exits.finishEntry(id ?? '', { sealedAnswer: 'sealed answer' });
    keeps('finishEntry: the answer; what is not given stays', await seen(), [
      'done',
      'done',
      'sealed answer',
    ]);
    await exits.finishEntry(String(Number(id) + 1_000_000_000), { sealedAnswer: 'nobody' });
    keeps('finishEntry: no other row', (await seen())[2], 'sealed answer');
  },
};
