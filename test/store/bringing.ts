import { remove } from './decisions.ts';
import {
  ada,
  adaAsBrought,
  bring,
  broughtOf,
  comesFrom,
  identityThere,
  newcomer,
  outcomes,
  signedIn,
  troublesOf,
  whereBrought,
} from './newcomers.ts';
import { keeps, refuses } from './promise.ts';
import {
  day,
  enter,
  entry,
  find,
  identitiesAt,
  identity,
  inTime,
  newId,
  personAt,
  stateOf,
  write,
  type StoreTests,
} from './scene.ts';

/** People who come along from elsewhere. */
export const bringing: StoreTests = whereBrought({
  'a person comes along whole, with times as they were': async (scene) => {
    const { people, site } = scene;
    const judged = await bring(scene, [ada, newcomer('bob')]);
    keeps('Bringing.bring: what became of each', outcomes(judged), ['new', 'new']);
    const found = await find(people, { site, uid: 'ada' });
    keeps('Bringing.bring: everything that came', broughtOf(found), adaAsBrought);
    keeps(
      'Bringing.bring: nobody claims to know when somebody began of whom nobody told',
      (await find(people, { site, uid: 'bob' })).createdAt ?? undefined,
      undefined,
    );
    const others = await Promise.all([
      people.read({ site, identity: personAt('one') }),
      people.read({ site, email: 'ada@shop.example' }),
    ]);
    keeps(
      'Bringing.bring: found afterwards as anybody is',
      others.map((one) => one?.id),
      [found.id, found.id],
    );
  },

  'whoever comes again is left as they are, and what is new is added': async (scene) => {
    const { people, site } = scene;
    await bring(scene, [ada]);
    const { rev } = await find(people, { site, uid: 'ada' });
    keeps('Bringing.bring: the same again changes nothing', outcomes(await bring(scene, [ada])), [
      'same',
    ]);
    keeps('Account.rev: as it was', (await find(people, { site, uid: 'ada' })).rev, rev);
    const [one, two] = [ada.identities[0]!, identityThere('two')];
    const [ownEmail, name] = [ada.loginIds[0]!, ada.loginIds[1]!];
    const more = {
      ...ada,
      createdAt: undefined,
      profile: { lastName: 'Byron' },
      identities: [{ ...one, sealedTokens: 'tokens of a file', allowsLogin: false }, two],
      loginIds: [
        { ...ownEmail, from: [0, 1] },
        { ...name, wayIn: undefined },
      ],
    };
    keeps('Bringing.bring: more is added', outcomes(await bring(scene, [more])), ['changed']);
    const found = await find(people, { site, uid: 'ada' });
    keeps('Account.rev: moves with it', found.rev === rev, false);
    const { profile, identities, loginIds } = broughtOf(found);
    keeps('Bringing.bring: and takes nothing away', profile, {
      firstName: 'Ada',
      lastName: 'Byron',
    });
    keeps(
      'Bringing.bring: tokens that are here stay',
      identities.map(({ provider, sealedTokens }) => `${provider} ${sealedTokens}`).toSorted(),
      ['oidc-one sealed tokens of one', 'oidc-two undefined'],
    );
    keeps('Bringing.bring: a login id names all that it came with', loginIds, [
      { ...adaAsBrought.loginIds[0], from: 2 },
      adaAsBrought.loginIds[1],
    ]);
  },

  'what is another’s stays there': async (scene) => {
    const { people, site, store } = scene;
    await bring(scene, [ada]);
    const before = await stateOf(store, site, 'ada');
    const { identities, loginIds } = ada;
    const bob = newcomer('bob', { identities, loginIds });
    const refused = await bring(scene, [bob]);
    keeps('Seen.owners: whose it is', troublesOf(refused), [
      'identityExists',
      'loginIdExists',
      'loginIdExists',
    ]);
    keeps(
      'Bringing.bring: nothing of whom the judge refuses',
      await people.read({ site, uid: 'bob' }),
      undefined,
    );
    keeps(
      'Bringing.bring: the rest, where the judge wants that',
      outcomes(await bring(scene, [bob], { conflicts: 'ignore' })),
      ['new'],
    );
    keeps('Bringing.bring: leaves others as they are', await stateOf(store, site, 'ada'), before);
    const found = await find(people, { site, uid: 'bob' });
    keeps('Bringing.bring: gives nobody what is another’s', broughtOf(found).identities, []);
  },

  'of those who come at once with one person, one has them': async (scene) => {
    const { people, site } = scene;
    const { people: others } = await scene.another();
    const uids = Array.from({ length: 6 }, (_, index) => `person ${index}`);
    const judged = await Promise.all(
      uids.map((uid, index) =>
        bring({ site, bringing: (index % 2 ? others.bringing : undefined) ?? scene.bringing }, [
          newcomer(uid, { identities: [identityThere('one')] }),
        ]),
      ),
    );
    keeps(
      'Bringing.bring: only if everything is still as the judge saw it; else it looks again',
      judged.flatMap(outcomes).toSorted(),
      ['new', ...Array.from({ length: 5 }, () => 'refused')],
    );
    const accounts = await Promise.all(uids.map((uid) => people.read({ site, uid })));
    keeps(
      'Bringing.bring: all or nothing',
      accounts.flatMap((one) => (one ? identitiesAt(one, 'one').length : [])),
      [1],
    );
  },

  'an import goes on where it was broken off, one under each name': async (scene) => {
    const { people, site, holds } = scene;
    const { bringing: port } = scene;
    const first = { done: 1, digest: 'of one', mark: 'page 2', report: { new: 1 } };
    await bring(scene, [newcomer('ada')], comesFrom(0, first));
    keeps('Bringing.progress: as it was told with the batch', await port.progress(site, 'move'), {
      ...first,
    });
    await refuses(
      'Bringing.bring: another import of that name is under way',
      'operationNotAllowed',
      bring(scene, [newcomer('bob')], comesFrom(0, first)),
    );
    keeps(
      'Bringing.bring: nothing of a batch whose progress is refused',
      await people.read({ site, uid: 'bob' }),
      undefined,
    );
    const second = { done: 2, digest: 'of two', mark: undefined, report: { new: 2 } };
    await bring(scene, [newcomer('bob')], comesFrom(1, second));
    keeps('Bringing.progress: moves on', await port.progress(site, 'move'), { ...second });
    const elsewhere = [
      await port.progress(site, 'another'),
      await port.progress(`${site}-2`, 'move'),
    ];
    keeps('Bringing.progress: of that site and name only', elsewhere, [undefined, undefined]);
    const callId = newId();
    await port.finish(site, 'move', entry({ callId, actor: 'operator' }));
    keeps(
      'Bringing.finish: forgets how far it had come, and notes that it was one change',
      [await port.progress(site, 'move'), await holds(callId)],
      [undefined, true],
    );
  },

  'whoever is gone stays gone': async (scene) => {
    const { people, site, bringing: port } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    await remove(people, { site, uid: 'ada' }, ['one']);
    await enter(scene, 'carol');
    const journal = entry({ method: 'deleteAccount' });
    await write(people, { site, uid: 'carol' }, { deleteAccount: true, journal });
    const all = [
      newcomer('bob', { identities: [identityThere('one', { lastLoginAt: signedIn })] }),
      newcomer('carol'),
    ];
    const seen = await port.look(site, all);
    keeps(
      'Bringing.look: who was removed here, and who was deleted',
      [seen.removals.map(({ provider }) => provider), [...seen.deleted]],
      [['oidc-one'], ['carol']],
    );
    const judged = await bring(scene, all);
    keeps('Seen.removals, Seen.deleted: the judge sees them', troublesOf(judged), [
      'removedHere',
      'deletedHere',
    ]);
    const found = await find(people, { site, uid: 'bob' });
    keeps('Bringing.bring: brings nobody back', found.identities, []);
    const later = identityThere('one', { lastLoginAt: inTime(day) });
    await bring(scene, [newcomer('bob', { identities: [later] })]);
    keeps(
      'Bringing.bring: but who has signed in since then, as one more link',
      broughtOf(await find(people, { site, uid: 'bob' })).identities.map((one) => one.generation),
      [2],
    );
  },
});
