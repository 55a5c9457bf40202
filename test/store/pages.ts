import type { Exits, PageEvent } from '../../src/server/exits/exits.ts';
import { deletionOf } from './decisions.ts';
import { comesTo, keeps, settles } from './promise.ts';
import {
  enter,
  entry,
  find,
  identity,
  newId,
  reasonsOf,
  session,
  word,
  write,
  type Place,
  type StoreTests,
} from './scene.ts';

/** What an instance hears of this site; others may share the database. */
export const listenTo = async (exits: Exits, site: string, account?: string) => {
  const heard: PageEvent[] = [];
  const stop = await exits.listen({
    holds: (of, one) => of === site && (account === undefined || one === account),
    hear: (event) => void heard.push(event),
  });
  return { heard, stop };
};

const numbered = Array.from({ length: 10 }, (_, index) => `number ${index}`);

const tellAll = async (place: Place, reasons: string[]): Promise<void> => {
  for (const reason of reasons) await enter(place, 'ada', word(reason));
};

const inOrder = (events: PageEvent[]): boolean =>
  events.every(({ id }, index) => index === 0 || BigInt(id) > BigInt(events[index - 1]?.id ?? 0));

/** What open pages hear of changes. */
export const pages: StoreTests = {
  'every told change is heard once, as it was told, in order': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada', { openSession: session() });
    const { id: account, sessions } = await find(people, { site, uid: 'ada' });
    const ids = sessions.map(({ id }) => id);
    const asking = ids[0] ?? '';
    const { heard, stop } = await listenTo(exits, site);
    const told = word('both', [
      { name: 'connectionRemoved', provider: 'oidc-one', exceptSession: asking },
      { name: 'logout', sessions: ids },
    ]);
    await write(people, { site, uid: 'ada' }, told);
    await tellAll(scene, numbered);
    const reasons = ['both', 'both', ...numbered];
    await comesTo('listen: each told change once, in order', () => reasonsOf(heard), reasons);
    const { receipt, callId } = told.journal;
    keeps(
      'PageEvent: what was told, of whom, to which sessions, except which, with the receipt of the change',
      heard.slice(0, 2).map(({ id: _id, ...event }) => ({ ...event })),
      told.tell.map((one) => ({ ...one, site, account, callId, receipt })),
    );
    keeps('PageEvent.id: a number, which goes up with each event', inOrder(heard), true);
    await stop();
  },

  'nothing is heard of a refused change': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada');
    await enter(scene, 'bob', { linkIdentities: [identity('two')] });
    const { heard, stop } = await listenTo(exits, site);
    const who = { site, uid: 'ada' };
    await write(people, who, { ...word('broken'), uid: 'bob' }).catch(() => {});
    const linkIdentities = [identity('two')];
    await write(people, who, { ...word('undone'), linkIdentities }).catch(() => {});
    await people
      .update(who, () => {
        word('thrown');
        throw new Error('refused by decide');
      })
      .catch(() => {});
    await write(people, { site, uid: 'nobody' }, word('nobody'));
    await tellAll(scene, ['written']);
    await comesTo('listen: what is written is heard', () => reasonsOf(heard).at(-1), 'written');
    keeps('listen: nothing of a change that was undone', reasonsOf(heard), ['written']);
    await stop();
  },

  'whoever holds nobody’s page hears nothing': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada');
    await enter(scene, 'bob');
    const { id: bob } = await find(people, { site, uid: 'bob' });
    const own = await listenTo(exits, site, bob);
    const elsewhere = await listenTo(exits, `${site}-2`);
    const everything = await listenTo(exits, site);
    await tellAll(scene, ['of ada']);
    await enter(scene, 'bob', word('of bob'));
    await comesTo('listen: each told change once', () => reasonsOf(everything.heard), [
      'of ada',
      'of bob',
    ]);
    await comesTo('Hearer.holds: of this account', () => reasonsOf(own.heard), ['of bob']);
    keeps('Hearer.holds: of others nothing is heard', elsewhere.heard, []);
    for (const { stop } of [own, elsewhere, everything]) await stop();
  },

  'changes at once are all heard, each once': async (scene) => {
    const { people, exits, site } = scene;
    const { heard, stop } = await listenTo(exits, site);
    const other = (await scene.another()).people;
    await Promise.all(
      numbered.map((uid, index) =>
        enter({ people: index % 2 ? people : other, site }, uid, {
          ...word(uid),
          linkIdentities: [identity(uid.replace(' ', '-'))],
        }),
      ),
    );
    const look = (): unknown => reasonsOf(heard).map(String).toSorted();
    await comesTo('listen: changes on any instance, once each', look, numbered);
    await stop();
  },

  'whoever listens hears what other instances change; who has stopped hears nothing': async (
    scene,
  ) => {
    const { site } = scene;
    const other = (await scene.another()).exits;
    await enter(scene, 'ada');
    const here = await listenTo(scene.exits, site);
    const there = await listenTo(other, site);
    const twice = await listenTo(other, site);
    await tellAll(scene, ['first']);
    const look = (): unknown => [here, there, twice].map(({ heard }) => reasonsOf(heard));
    await comesTo('listen: on any instance, however many listen', look, [
      ['first'],
      ['first'],
      ['first'],
    ]);
    await settles('listen: what it gives back stops it', twice.stop());
    await tellAll(scene, ['second']);
    await comesTo('listen: until stopped, and the others go on', look, [
      ['first', 'second'],
      ['first', 'second'],
      ['first'],
    ]);
    await settles('listen: what it gives back stops it', there.stop());
    await settles('listen: to stop twice is harmless', there.stop());
    const again = await listenTo(other, site);
    await tellAll(scene, ['third']);
    await comesTo('listen: again after a stop', () => reasonsOf(again.heard), ['third']);
    keeps('listen: until stopped', reasonsOf(there.heard), ['first', 'second']);
    await again.stop();
    await here.stop();
  },

  'a page that was away is told the same, oldest first': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada');
    const { id: account } = await find(people, { site, uid: 'ada' });
    const { heard, stop } = await listenTo(exits, site);
    await tellAll(scene, numbered);
    await comesTo('listen: each told change once', () => heard.length, numbered.length);
    const told = await (await scene.another()).exits.pageEvents({ site, account });
    keeps('pageEvents: oldest first', reasonsOf(told), numbered);
    keeps('pageEvents: the same events as were heard, under the same ids', told, heard);
    await stop();
  },

  'what an account was told survives it': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada');
    const { id: account } = await find(people, { site, uid: 'ada' });
    const { heard, stop } = await listenTo(exits, site);
    await people.update({ site, uid: 'ada' }, (one) => ({
      ...(one && { change: { ...deletionOf(one), journal: entry(word('deleted').journal) } }),
      answer: undefined,
    }));
    await comesTo('listen: the deletion itself is heard', () => reasonsOf(heard), ['deleted']);
    const told = await exits.pageEvents({ site, account });
    keeps('pageEvents: also of an account that is gone', reasonsOf(told), ['deleted']);
    await stop();
  },

  'a closed store ends what it opened': async (scene) => {
    const closing = await scene.open();
    const site = `${scene.site}-${newId()}`;
    await enter({ people: closing.people, site }, 'ada');
    const { heard } = await listenTo(closing.exits, site);
    await settles('close: comes to an end while somebody listens', closing.close());
    await enter({ people: scene.people, site }, 'bob', word('later'));
    const { id: account } = await find(scene.people, { site, uid: 'bob' });
    const told = await scene.exits.pageEvents({ site, account });
    keeps('close: other instances go on', reasonsOf(told), ['later']);
    keeps('close: who listened to it hears nothing more', heard, []);
    const asked = await closing.people.read({ site, uid: 'ada' }).then(
      () => 'answered',
      () => 'refused',
    );
    keeps('close: ends the connections, so that nothing is answered', asked, 'refused');
  },
};
