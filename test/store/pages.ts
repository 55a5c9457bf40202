import type { PageEvent } from '../../src/server/rules/account.ts';
import type { Store } from '../../src/server/people/people.ts';
import { comesTo, keeps, settles } from './promise.ts';
import {
  audited,
  enter,
  find,
  newId,
  reasonsOf,
  session,
  word,
  write,
  type Scene,
  type StoreTests,
} from './scene.ts';

/** What an instance hears of this site; others may share the database. */
const listenTo = async (store: Store, site: string) => {
  const heard: PageEvent[] = [];
  const stop = await store.listen((event) => {
    if (event.site === site) heard.push(event);
  });
  return { heard, stop };
};

const numbered = Array.from({ length: 10 }, (_, index) => `number ${index}`);

const tellAll = async ({ store, site }: Scene, reasons: string[]): Promise<void> => {
  for (const reason of reasons) await write(store, { site, uid: 'ada' }, { tell: [word(reason)] });
};

/** What open pages hear of changes. */
export const pages: StoreTests = {
  'every told change is heard once, as it was told, in order': async (scene) => {
    const { store, site } = scene;
    await enter(scene, 'ada', { openSession: session() });
    const { id: account, sessions } = await find(store, { site, uid: 'ada' });
    const ids = sessions.map(({ id }) => id);
    const asking = ids[0] ?? '';
    const { heard, stop } = await listenTo(store, site);
    const removed = word('removed', { exceptSession: asking });
    const logout = { name: 'logout' as const, sessions: ids, receipt: word('logout').receipt };
    await write(store, { site, uid: 'ada' }, { tell: [removed, logout] });
    await tellAll(scene, numbered);
    const reasons = ['removed', 'logout', ...numbered];
    await comesTo('listen: each told change once, in order', () => reasonsOf(heard), reasons);
    keeps(
      'PageEvent: what was told, of whom, to which sessions, except which',
      heard.slice(0, 2).map(({ id: _id, ...event }) => ({ ...event })),
      [
        {
          name: 'connectionRemoved',
          site,
          account,
          sessions: undefined,
          exceptSession: asking,
          provider: 'oidc-one',
          receipt: removed.receipt,
        },
        {
          name: 'logout',
          site,
          account,
          sessions: ids,
          exceptSession: undefined,
          provider: undefined,
          receipt: logout.receipt,
        },
      ],
    );
    keeps('PageEvent.id: one for each', new Set(heard.map(({ id }) => id)).size, reasons.length);
    await stop();
  },

  'nothing is heard of a refused change': async (scene) => {
    const { store, site } = scene;
    await enter(scene, 'ada');
    await enter(scene, 'bob');
    const { heard, stop } = await listenTo(store, site);
    const who = { site, uid: 'ada' };
    await write(store, who, { tell: [word('broken')], uid: 'bob' }).catch(() => {});
    await store
      .update(who, () => {
        audited({ tell: [word('thrown')] });
        throw new Error('refused by decide');
      })
      .catch(() => {});
    const nobody = { site, uid: 'nobody' };
    await write(store, nobody, { tell: [word('nobody')] });
    await tellAll(scene, ['written']);
    await comesTo('listen: what is written is heard', () => reasonsOf(heard).at(-1), 'written');
    keeps('listen: nothing of a change that was undone', reasonsOf(heard), ['written']);
    await stop();
  },

  'changes at once are all heard, each once': async (scene) => {
    const { store, site } = scene;
    const { heard, stop } = await listenTo(store, site);
    const other = await scene.another();
    await Promise.all(
      numbered.map((uid, index) =>
        enter({ store: index % 2 ? store : other, site }, uid, { tell: [word(uid)] }),
      ),
    );
    const look = (): unknown => reasonsOf(heard).map(String).toSorted();
    await comesTo('listen: changes on any instance, once each', look, numbered);
    await stop();
  },

  'whoever listens hears what other instances change; who has stopped hears nothing': async (
    scene,
  ) => {
    const { store, site } = scene;
    const other = await scene.another();
    await enter(scene, 'ada');
    const here = await listenTo(store, site);
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
    const { store, site } = scene;
    await enter(scene, 'ada');
    const { id: account } = await find(store, { site, uid: 'ada' });
    const { heard, stop } = await listenTo(store, site);
    await tellAll(scene, numbered);
    await comesTo('listen: each told change once', () => heard.length, numbered.length);
    const told = await (await scene.another()).pageEvents({ site, account });
    keeps('pageEvents: oldest first', reasonsOf(told), numbered);
    keeps(
      'pageEvents: the same events as were heard, under the same ids',
      told.map(({ id }) => id),
      heard.map(({ id }) => id),
    );
    await stop();
  },

  'what an account was told survives it': async (scene) => {
    const { store, site } = scene;
    await enter(scene, 'ada');
    const { id: account } = await find(store, { site, uid: 'ada' });
    const { heard, stop } = await listenTo(store, site);
    await write(store, { site, uid: 'ada' }, { deleteAccount: true, tell: [word('deleted')] });
    await comesTo('listen: the deletion itself is heard', () => reasonsOf(heard), ['deleted']);
    const told = await store.pageEvents({ site, account });
    keeps('pageEvents: also of an account that is gone', reasonsOf(told), ['deleted']);
    await stop();
  },

  'a closed store ends what it opened': async (scene) => {
    const closing = await scene.open();
    const site = `${scene.site}-${newId()}`;
    await enter({ store: closing, site }, 'ada');
    const { heard } = await listenTo(closing, site);
    await settles('close: comes to an end while somebody listens', closing.close());
    await enter({ store: scene.store, site }, 'bob', { tell: [word('later')] });
    const { id: account } = await find(scene.store, { site, uid: 'bob' });
    const told = await scene.store.pageEvents({ site, account });
    keeps('close: other instances go on', reasonsOf(told), ['later']);
    keeps('close: who listened to it hears nothing more', heard, []);
    const asked = await closing.read({ site, uid: 'ada' }).then(
      () => 'answered',
      () => 'refused',
    );
    keeps('close: ends the connections, so that nothing is answered', asked, 'refused');
  },
};
