import type { People, Who } from '../../src/server/people/people.ts';
import type { Removal } from '../../src/server/rules/account.ts';
import { deleteAccount, remove, signIn, type Removing } from './decisions.ts';
import { comesBetween, comesTo, keeps } from './promise.ts';
import { purgeNow } from './purge.ts';
import {
  claimRevocations,
  day,
  email,
  enter,
  find,
  hour,
  identity,
  newId,
  personAt,
  type Place,
  type StoreTests,
} from './scene.ts';

const person = personAt('one');

/** The removals that a call is told of which is about to link these people. */
const seenBy = async (people: People, who: Who, linking = [person]): Promise<Removal[]> => {
  const { answer } = await people.update({ ...who, linking }, (account) => ({
    answer: account?.removals ?? [],
  }));
  return answer;
};

const generationsOf = (removals: Removal[]): number[] =>
  removals.map(({ generation }) => generation);

const link = (place: Place, uid = 'ada') =>
  enter(place, uid, { linkIdentities: [identity('one')] });

const names = Array.from({ length: 12 }, (_, index) => `person ${index}`);

const softly: Removing = { lastIdentityHandling: 'soft' };

const ways: Record<string, (people: People, who: Who) => Promise<unknown>> = {
  removed: (people, who) => remove(people, who, ['one']),
  softened: (people, who) => remove(people, who, ['one'], softly),
  deleted: (people, who) => deleteAccount(people, who),
};

/** What was removed stays removed: whoever is about to link it again is told. */
export const removals: StoreTests = {
  'a removal is remembered for whoever links the person again': async (scene) => {
    for (const [uid, takeAway] of Object.entries(ways)) {
      const { people, site } = { ...scene, site: `${scene.site}-${uid}` };
      await link({ people, site }, uid);
      await enter({ people, site }, 'bob');
      const who = { site, uid: 'bob' };
      keeps(
        'Account.removals: of somebody who was never removed, none',
        await seenBy(people, who),
        [],
      );
      const { readAt: before } = await find(people, who);
      await takeAway(people, { site, uid });
      const { answer } = await people.update({ ...who, linking: [person] }, (one) => ({
        answer: one && { removals: one.removals, readAt: one.readAt },
      }));
      keeps(
        `Account.removals: an identity that was ${uid}, also at another account`,
        answer?.removals.map(({ removedAt: _at, ...one }) => ({ ...one })),
        [{ ...person, generation: 1, rev: 1 }],
      );
      const at = answer?.removals[0]?.removedAt.getTime() ?? 0;
      keeps(
        'Removal.removedAt: by the clock of the database, as Account.readAt is',
        [at >= before.getTime(), at <= (answer?.readAt.getTime() ?? 0)],
        [true, true],
      );
    }
  },

  'each link of a person counts one up, and so does each removal': async (scene) => {
    const { people, site } = scene;
    const who = { site, uid: 'ada' };
    await link(scene);
    await remove(people, who, ['one']);
    await link(scene);
    const [back] = (await find(people, who)).identities;
    keeps('Identity.generation: goes on after a removal', back?.generation, 2);
    await remove(people, who, ['one'], softly);
    await link(scene);
    await link(scene);
    await enter(scene, 'bob');
    const bob = { site, uid: 'bob' };
    const told = await seenBy(people, bob);
    keeps(
      'Account.removals: the latest removal, with the generation of the link that it was',
      [generationsOf(told), told.map(({ rev }) => rev)],
      [[2], [2]],
    );
    await deleteAccount(people, who);
    const last = await seenBy(people, bob);
    keeps(
      'Removal.generation: each link of an identity counts one up; Removal.rev: each removal',
      [generationsOf(last), last.map(({ rev }) => rev)],
      [[4], [3]],
    );
    await link(scene, 'bob');
    const [elsewhere] = (await find(people, bob)).identities;
    keeps('Identity.generation: whatever account it is at', elsewhere?.generation, 5);
  },

  'only the people that are about to be linked are told of': async (scene) => {
    const { people, site } = scene;
    await link(scene);
    const two = identity('one', { providerUid: 'two', subProvider: 'behind' });
    await enter(scene, 'ada', { linkIdentities: [two] });
    await remove(people, { site, uid: 'ada' }, ['one']);
    const who = { site, uid: 'ada' };
    keeps('Who.linking: absent, none', (await find(people, who)).removals, []);
    keeps('Who.linking: of nobody, none', await seenBy(people, who, []), []);
    const strangers = [
      personAt('one', 'somebody else'),
      personAt('two', person.providerUid),
      { ...person, subProvider: 'behind' },
    ];
    keeps('Who.linking: these people, and no others', await seenBy(people, who, strangers), []);
    const second = { ...person, subProvider: 'behind', providerUid: 'two' };
    const both = await seenBy(people, who, [person, second]);
    keeps('Who.linking: each of them', both.map(({ providerUid }) => providerUid).toSorted(), [
      'person at one',
      'two',
    ]);
    const elsewhere = { site: `${site}-2`, uid: 'ada' };
    await enter({ people, site: elsewhere.site }, 'ada');
    keeps('Account.removals: of this site', await seenBy(people, elsewhere), []);
  },

  'whoever was only linked was not removed': async (scene) => {
    const { people, site, age } = scene;
    await link(scene);
    await enter(scene, 'bob');
    const who = { site, uid: 'bob' };
    keeps('Account.removals: a link is no removal', await seenBy(people, who), []);
    await age(site, 2 * hour);
    await purgeNow(scene);
    keeps('Account.removals: nor is one that was forgotten', await seenBy(people, who), []);
    await remove(people, { site, uid: 'ada' }, ['one']);
    keeps(
      'Account.removals: a removal after that is told of',
      generationsOf(await seenBy(people, who)),
      [1],
    );
  },

  'a removal that comes in between is seen by the older sign-in': async (scene) => {
    const { people, site } = scene;
    const began = Date.now();
    await link(scene);
    await enter(scene, 'bob');
    let rival: Promise<unknown> | undefined;
    const slow = await scene.openSlow((before) => {
      if (before === 'commit' || rival) return Promise.resolve();
      rival = remove(people, { site, uid: 'ada' }, ['one']);
      return comesBetween(rival);
    });
    const place = { people: slow.people, site };
    const came = await signIn(place, 'bob', identity('one'), began).catch(() => 'refused');
    await rival;
    const left = await people.read({ site, identity: person });
    keeps(
      'update: either the removal is seen, or the removal sees the link',
      [came, left?.uid],
      ['refused', undefined],
    );
    await slow.close();
  },

  'a removal and an older sign-in at once never leave the person linked': async (scene) => {
    const { people, site } = scene;
    const other = (await scene.another()).people;
    const began = Date.now();
    await Promise.all(
      names.map(async (uid, index) => {
        const own = identity('one', { providerUid: uid });
        await enter(scene, uid, { linkIdentities: [own] });
        await enter(scene, `other ${uid}`);
        // At the account that has it, or at another one, of whom it still is when that is too early.
        const at = index % 2 ? uid : `other ${uid}`;
        await Promise.all([
          remove(people, { site, uid }, ['one']),
          signIn({ people: other, site }, at, own, began).catch(() => {}),
          signIn({ people, site }, at, own, began).catch(() => {}),
        ]);
      }),
    );
    const left = await Promise.all(
      names.map((uid) => people.read({ site, identity: personAt('one', uid) })),
    );
    keeps(
      'update: either the removal is seen, or the removal sees the link',
      left.flatMap((account) => account?.uid ?? []),
      [],
    );
  },

  'calls that link the same people in another order do not wait for each other': async (scene) => {
    const { people, site } = scene;
    const other = (await scene.another()).people;
    const own = Array.from({ length: 20 }, (_, index) => identity(`number-${index}`));
    const loginIds = own.map((_, index) => email(`number-${index}@shop.example`));
    const ended = await Promise.allSettled(
      names.map((uid, index) =>
        enter({ people: index % 2 ? people : other, site }, uid, {
          linkIdentities: index % 2 ? own : own.toReversed(),
          addLoginIds: index % 3 ? loginIds : loginIds.toReversed(),
        }),
      ),
    );
    const failures = ended.flatMap((one) =>
      one.status === 'rejected' ? (one.reason as { failure?: string }).failure : [],
    );
    keeps(
      'Who.linking: of links at once, whatever their order, one is written and none fails by a deadlock',
      failures,
      names.slice(1).map(() => 'identityExists'),
    );
    const linked = await Promise.all(names.map((uid) => people.read({ site, uid })));
    keeps(
      'update: all or nothing',
      linked.flatMap((one) => (one ? [[one.identities.length, one.loginIds.length]] : [])),
      [[20, 20]],
    );
  },

  'a removal is forgotten after 400 days': async (scene) => {
    const { people, site, age } = scene;
    await link(scene);
    const who = { site, uid: 'ada' };
    await remove(people, who, ['one']);
    await age(site, 399 * day);
    await purgeNow(scene);
    keeps('update: a removal is remembered for 400 days', (await seenBy(people, who)).length, 1);
    await age(site, 2 * day);
    await purgeNow(scene);
    await comesTo('purge: forgets removals after 400 days', () => seenBy(people, who), []);
  },

  'tokens that came with a refused sign-in are taken back': async (scene) => {
    const { people, exits, site } = scene;
    const began = Date.now();
    await link(scene);
    await remove(people, { site, uid: 'ada' }, ['one']);
    const token = `sealed ${newId()}`;
    const late = identity('one', { sealedTokens: token });
    const came: string[] = [];
    for (const uid of ['ada', 'new'])
      came.push(await signIn(scene, uid, late, began).catch(() => 'failed'));
    keeps('Account.removals: told to whoever decides, also of somebody new', came, [
      'refused',
      'refused',
    ]);
    const { identities } = await find(people, { site, uid: 'ada' });
    keeps(
      'Change.revoke: links nobody, and makes nobody',
      [identities, await people.read({ site, uid: 'new' })],
      [[], undefined],
    );
    const claimed = await claimRevocations(exits, [site], 10, hour);
    keeps(
      'Change.revoke: permissions of nobody’s identity are taken back too',
      claimed.map(({ provider, sealedTokens, attempts }) => [provider, sealedTokens, attempts]),
      [
        ['oidc-one', token, 1],
        ['oidc-one', token, 1],
      ],
    );
  },
};
