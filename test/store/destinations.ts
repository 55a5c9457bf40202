import type { Exits, Errand, ErrandOutcome } from '../../src/server/exits/exits.ts';
import { dueErrands, putBack } from './errands.ts';
import { remove } from './decisions.ts';
import { comesTo, keeps } from './promise.ts';
import {
  enter,
  hour,
  identity,
  minute,
  providersOf,
  type Scene,
  type StoreTests,
} from './scene.ts';

/** Writes many errands to one destination, each of somebody else; they are due, and nobody's. */
const backlog = async (scene: Scene, name: string, count: number): Promise<void> => {
  const uid = `customer of ${name}`;
  const linkIdentities = Array.from({ length: count }, (_, index) =>
    identity(name, { providerUid: `person ${index}` }),
  );
  await enter(scene, uid, { linkIdentities });
  await remove(scene.people, { site: scene.site, uid }, [name], { revoke: 'anybody' });
};

const claim = ({ exits, site }: Scene, limit = 10): Promise<Errand[]> =>
  exits.claimErrands([site], limit, hour);

const finishAll = async (
  exits: Exits,
  claimed: Errand[],
  outcome: ErrandOutcome,
): Promise<void> => {
  for (const errand of claimed) await exits.finishErrand(errand, outcome);
};

const isDown: ErrandOutcome = { state: 'pending', retryAfter: 0, isDown: true };
const answers: ErrandOutcome = { state: 'pending', retryAfter: 0, isDown: false };

/** Where errands go: none waits behind another's. */
export const destinations: StoreTests = {
  'a claim takes some of each destination, however many wait behind them': async (scene) => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const name of names) await backlog(scene, name, 12);
    // Written last, so that everything else is older.
    await backlog(scene, 'six', 1);
    const claimed = providersOf(await claim(scene, 8));
    keeps('claimErrands: as many as asked for, where there are as many', claimed.length, 8);
    keeps(
      'claimErrands: some of each destination, so that none waits behind another’s',
      [...new Set(claimed)],
      [...names, 'six'].map((name) => `oidc-${name}`).toSorted(),
    );
  },

  'a backlog is worked off, whatever its size': async (scene) => {
    await backlog(scene, 'one', 30);
    let count = 0;
    for (let rounds = 0; rounds < 30 && count < 30; rounds += 1)
      count += (await claim(scene, 8)).length;
    keeps('claimErrands: claim by claim, none is lost', count, 30);
    keeps('claimErrands: each once', await claim(scene), []);
  },

  'a destination that does not answer pauses alone': async (scene) => {
    const { people, exits, site } = scene;
    await dueErrands(scene, ['one', 'two']);
    await dueErrands({ people, exits, site: `${site}-2` }, ['one']);
    const claimed = await claim(scene);
    await finishAll(
      exits,
      claimed.filter(({ destination }) => destination === 'oidc-one'),
      isDown,
    );
    await finishAll(
      exits,
      claimed.filter(({ destination }) => destination === 'oidc-two'),
      answers,
    );
    const again = await claim(scene);
    keeps(
      'ErrandOutcome.isDown: nothing goes there for now; everything else goes on',
      providersOf(again),
      ['oidc-two'],
    );
    keeps(
      'ErrandOutcome.isDown: of this site; another has its own',
      providersOf(await exits.claimErrands([`${site}-2`], 10, hour)),
      ['oidc-one'],
    );
    await backlog(scene, 'one', 2);
    keeps('claimErrands: nothing new goes there either', providersOf(await claim(scene)), []);
    const rest = async () => providersOf(await claim(scene));
    await comesTo('ErrandOutcome.isDown: the pause ends by itself', rest, [
      'oidc-one',
      'oidc-one',
      'oidc-one',
    ]);
  },

  'a pause doubles while nothing answers, up to five minutes': async (scene) => {
    const { exits, site, age } = scene;
    await dueErrands(scene, ['one']);
    const pauses = [2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((pause) => pause * 1000);
    const kept: boolean[][] = [];
    for (const pause of pauses) {
      await finishAll(exits, await claim(scene), isDown);
      // Time goes on while the test looks, on a busy machine for seconds.
      const before = Math.max(0, pause - Math.max(4000, pause / 10));
      await age(site, before);
      const early = await claim(scene);
      await age(site, pause * 1.05 - before);
      const late = await claim(scene);
      kept.push([early.length === 0, late.length === 1]);
      await putBack(exits, late);
    }
    keeps(
      'finishErrand: two seconds at first, then twice as long each time, five minutes at most',
      kept,
      pauses.map(() => [true, true]),
    );
    await finishAll(exits, await claim(scene), answers);
    await finishAll(exits, await claim(scene), isDown);
    await age(site, 3000);
    keeps(
      'ErrandOutcome.isDown: false, it answers, and a later pause is short again',
      (await claim(scene)).length,
      1,
    );
  },

  'attempts at once that meet no answer are one outage': async (scene) => {
    const { exits, site, age } = scene;
    await backlog(scene, 'one', 5);
    const claimed = await claim(scene, 20);
    keeps('claimErrands: some of each destination', claimed.length, 5);
    await Promise.all(claimed.map((errand) => exits.finishErrand(errand, isDown)));
    await age(site, 3000);
    keeps(
      'finishErrand: a destination that pauses already is not paused for longer',
      (await claim(scene, 20)).length,
      5,
    );
  },

  'only who has asked a destination can say that it is down, or that it is not': async (scene) => {
    const { exits, site, age } = scene;
    await backlog(scene, 'one', 3);
    const [first, second, third] = await claim(scene, 12);
    if (!first || !second || !third)
      return keeps('claimErrands: gives what is due', first, 'three');
    await exits.finishErrand({ ...first, lease: second.lease }, isDown);
    await exits.finishErrand(third, { state: 'pending', retryAfter: 0 });
    const again = await claim(scene);
    keeps(
      'finishErrand: an attempt that has lost its lease has no say about the destination',
      again.length,
      1,
    );
    await exits.finishErrand(first, isDown);
    await exits.finishErrand(second, {
      state: 'skipped',
      reason: 'the person has connected again',
    });
    await putBack(exits, again);
    keeps(
      'ErrandOutcome.isDown: absent, nobody was asked, and the pause goes on',
      await claim(scene),
      [],
    );
    await age(site, minute);
    keeps('ErrandOutcome.isDown: until it is over', (await claim(scene)).length, 2);
  },
};
