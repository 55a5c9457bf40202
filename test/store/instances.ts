import { listenTo } from './pages.ts';
import { comesTo, keeps } from './promise.ts';
import { enter, identity, reasonsOf, word, type StoreTests } from './scene.ts';

/** What only shows where several instances have one database. */
export const instances: StoreTests = {
  'what becomes visible late is heard all the same': async (scene) => {
    const { exits, site } = scene;
    await enter(scene, 'ada');
    await enter(scene, 'bob');
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    let isWaiting = false;
    const slow = await scene.openSlow(async (before) => {
      if (before === 'write') return;
      isWaiting = true;
      await released;
    });
    const { heard, stop } = await listenTo(exits, site);
    const late = enter({ people: slow.people, site }, 'ada', {
      ...word('late'),
      linkIdentities: [identity('one')],
    });
    await comesTo('update: a sign-in is written in a transaction', () => isWaiting, true);
    await enter(scene, 'bob', word('early'));
    await comesTo('listen: what is written is heard', () => reasonsOf(heard), ['early']);
    release();
    await late;
    await comesTo(
      'listen: each told change once, also one that others could not see yet when a later one was heard',
      () => reasonsOf(heard),
      ['early', 'late'],
    );
    await stop();
    await slow.close();
  },

  'what an instance told before it died is heard': async (scene) => {
    const { exits, site } = scene;
    await enter(scene, 'ada');
    const { heard, stop } = await listenTo(exits, site);
    const dying = await scene.open();
    await enter({ people: dying.people, site }, 'ada', word('last words'));
    // Before it has woken anybody.
    await dying.close();
    const began = performance.now();
    await comesTo(
      'listen: within two seconds also where the instance that made the change has died',
      () => reasonsOf(heard),
      ['last words'],
    );
    // Twice that, on a busy machine.
    keeps('listen: within two seconds', performance.now() - began < 4000, true);
    await stop();
  },
};
