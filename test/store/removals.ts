import type { Account, Removal } from '../../src/server/rules/account.ts';
import type { Store, Who } from '../../src/server/people/people.ts';
import { keeps } from './promise.ts';
import {
  audited,
  day,
  deletion,
  enter,
  find,
  hour,
  idsAt,
  identity,
  newId,
  personAt,
  providersOf,
  remove,
  soften,
  type Scene,
  type StoreTests,
} from './scene.ts';
import { purgeNow } from './purge.ts';

const person = personAt('one');

/** The removals that a call is told of which is about to link these people. */
const seenBy = (store: Store, who: Who, linking = [person]): Promise<Removal[]> =>
  store.update({ ...who, linking }, (account) => ({ answer: account?.removals ?? [] }));

const generationsOf = (removals: Removal[]): number[] =>
  removals.map(({ generation }) => generation);

const link = ({ store, site }: Pick<Scene, 'store' | 'site'>, uid = 'ada'): Promise<void> =>
  enter({ store, site }, uid, { linkIdentities: [identity('one')] });

const people = Array.from({ length: 12 }, (_, index) => `person ${index}`);

/** Links, as a sign-in would that began before any removal: what was removed it leaves alone. */
const linkUnlessRemoved = (store: Store, site: string, uid: string, providerUid: string) =>
  store
    .update(
      { site, uid, linking: [personAt('one', providerUid)] },
      (account: Account | undefined) =>
        account?.removals.length === 0
          ? {
              change: audited({ linkIdentities: [identity('one', { providerUid })] }),
              answer: undefined,
            }
          : { answer: undefined },
    )
    // It still belongs to the other account.
    .catch(() => {});

/** What was removed stays removed: whoever is about to link it again is told. */
export const removals: StoreTests = {
  'a removal is remembered for whoever links the person again': async (scene) => {
    const { store, site } = scene;
    const ways = {
      removed: () => ({}),
      softened: soften,
      deleted: deletion,
    };
    for (const [uid, rest] of Object.entries(ways)) {
      const other = { store, site: `${site}-${uid}` };
      await link(other, uid);
      await enter(other, 'bob');
      const who = { site: other.site, uid: 'bob' };
      keeps(
        'Account.removals: of somebody who was never removed, none',
        await seenBy(store, who),
        [],
      );
      const before = await store.update(who, (account) => ({ answer: account?.readAt }));
      await remove(store, { site: other.site, uid }, ['one'], rest);
      const after = await store.update({ ...who, linking: [person] }, (account) => ({
        answer: account,
      }));
      keeps(
        `Account.removals: an identity that was ${uid}, also at another account`,
        after?.removals.map(({ removedAt: _at, ...one }) => ({ ...one })),
        [{ ...person, generation: 1 }],
      );
      const at = after?.removals[0]?.removedAt.getTime() ?? 0;
      keeps(
        'Removal.removedAt: by the clock of the database, as Account.readAt is',
        [at >= (before?.getTime() ?? Infinity), at <= (after?.readAt.getTime() ?? 0)],
        [true, true],
      );
    }
  },

  'each link of a person counts one up': async (scene) => {
    const { store, site } = scene;
    const who = { site, uid: 'ada' };
    await link(scene);
    await remove(store, who, ['one']);
    await link(scene);
    await remove(store, who, ['one'], soften);
    await link(scene);
    await link(scene);
    await enter(scene, 'bob');
    const bob = { site, uid: 'bob' };
    keeps(
      'Account.removals: the latest removal, with the generation of the link that it was',
      generationsOf(await seenBy(store, bob)),
      [2],
    );
    await remove(store, who, ['one'], deletion);
    keeps(
      'Removal.generation: each link of an identity counts one up',
      generationsOf(await seenBy(store, bob)),
      [4],
    );
  },

  'only the people that are about to be linked are told of': async (scene) => {
    const { store, site } = scene;
    await link(scene);
    const two = identity('one', { providerUid: 'two', subProvider: 'behind' });
    await enter(scene, 'ada', { linkIdentities: [two] });
    await remove(store, { site, uid: 'ada' }, ['one']);
    const who = { site, uid: 'ada' };
    keeps('Who.linking: absent, none', (await find(store, who)).removals, []);
    keeps('Who.linking: of nobody, none', await seenBy(store, who, []), []);
    const strangers = [
      personAt('one', 'somebody else'),
      personAt('two', person.providerUid),
      { ...person, subProvider: 'behind' },
    ];
    keeps('Who.linking: these people, and no others', await seenBy(store, who, strangers), []);
    const second = { ...person, subProvider: 'behind', providerUid: 'two' };
    const both = await seenBy(store, who, [person, second]);
    keeps('Who.linking: each of them', both.map(({ providerUid }) => providerUid).toSorted(), [
      'person at one',
      'two',
    ]);
    await enter({ store, site: `${site}-2` }, 'ada');
    const elsewhere = { site: `${site}-2`, uid: 'ada' };
    keeps('Account.removals: of this site', await seenBy(store, elsewhere), []);
  },

  'a removal and an older sign-in at once never leave the person linked': async (scene) => {
    const { store, site } = scene;
    const other = await scene.another();
    await Promise.all(
      people.map(async (uid, index) => {
        await enter(scene, uid, { linkIdentities: [identity('one', { providerUid: uid })] });
        await enter(scene, `other ${uid}`);
        // At the account that has it, or at another one.
        const at = index % 2 ? uid : `other ${uid}`;
        await Promise.all([
          remove(store, { site, uid }, ['one']),
          linkUnlessRemoved(other, site, at, uid),
          linkUnlessRemoved(store, site, at, uid),
        ]);
      }),
    );
    const left = await Promise.all(
      people.map((uid) => store.read({ site, identity: personAt('one', uid) })),
    );
    keeps(
      'update: either the removal is seen, or the removal sees the link',
      left.flatMap((account) => account?.uid ?? []),
      [],
    );
  },

  'calls that link the same people in another order do not wait for each other': async (scene) => {
    const { store, site } = scene;
    const other = await scene.another();
    const linking = Array.from({ length: 50 }, (_, index) => personAt(`number-${index}`));
    await Promise.all(people.map((uid) => enter(scene, uid)));
    const seen = await Promise.all(
      [...people, ...people].map((uid, index) =>
        index % 2
          ? seenBy(store, { site, uid }, linking)
          : seenBy(other, { site, uid }, linking.toReversed()),
      ),
    );
    keeps('Who.linking: no deadlock', seen.flat(), []);
  },

  'a removal is forgotten after 400 days': async (scene) => {
    const { store, site, age } = scene;
    const who = { site, uid: 'ada' };
    await link(scene);
    await remove(store, who, ['one']);
    await age(site, 399 * day);
    await purgeNow(scene);
    keeps('update: a removal is remembered for 400 days', (await seenBy(store, who)).length, 1);
    await age(site, 2 * day);
    await purgeNow(scene);
    keeps('purge: forgets removals after 400 days', await seenBy(store, who), []);
  },

  'tokens that came with a refused sign-in are taken back': async (scene) => {
    const { store, site, holds } = scene;
    await link(scene);
    await remove(store, { site, uid: 'ada' }, ['one']);
    await link(scene);
    const token = `sealed ${newId()}`;
    const revokeTokens = [1, 2].map((generation) => ({
      ...person,
      sealedTokens: generation === 1 ? token : 'sealed',
      generation,
    }));
    await enter(scene, 'ada', { revokeTokens });
    const jobs = await store.claimRevocations([site], 10, hour);
    keeps(
      'claimRevocations: drops a job when the person was linked again since the link that it is about',
      [providersOf(jobs), jobs.map(({ sealedTokens }) => sealedTokens)],
      [['oidc-one'], ['sealed']],
    );
    keeps('claimRevocations: what is dropped has its tokens wiped', await holds(token), false);
    keeps('RevocationJob.attempts: a loose job was not tried before', jobs[0]?.attempts, 1);
    const { identities } = await find(store, { site, uid: 'ada' });
    keeps(
      'Change.revokeTokens: leaves what is linked alone',
      [identities.map(({ state }) => state), idsAt({ identities } as Account, 'one').length],
      [['linked'], 1],
    );
  },
};
