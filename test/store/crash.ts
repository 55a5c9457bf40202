import type { FailureName } from '../../src/core/codes.ts';
import type { Change } from '../../src/server/rules/account.ts';
import { removalOf } from './decisions.ts';
import { keeps, refuses } from './promise.ts';
import {
  email,
  enter,
  entry,
  find,
  hour,
  identity,
  newId,
  personAt,
  session,
  stateOf,
  write,
  type Place,
  type Scene,
  type StoreTests,
} from './scene.ts';

/** A removal of everything, with all that goes with one, and besides what cannot be written. */
const removalWith = async (
  { people, site }: Scene,
  callId: string,
  last: Change,
): Promise<Change> => {
  const account = await find(people, { site, uid: 'ada' });
  return removalOf(account, site, ['one'], {
    removeLoginID: true,
    revoke: { id: callId, time: hour },
    more: {
      profile: { firstName: 'Nobody' },
      openSession: session(),
      journal: entry({ callId }),
      ...last,
    },
  });
};

const enterAda = (place: Place) =>
  enter(place, 'ada', {
    profile: { firstName: 'Ada' },
    linkIdentities: [identity('one', { sealedTokens: 'sealed' }), identity('zero')],
    addLoginIds: [email('ada@shop.example', { isSites: false, from: [0] })],
    openSession: session({
      openedBy: 0,
      providerSessions: [{ identity: 0, issuer: undefined, sid: 's', sealedIdToken: undefined }],
    }),
  });

/** Tries a change that breaks at its end, and looks whether anything of it is left. */
const breaks = async (scene: Scene, failure: FailureName, last: Change): Promise<void> => {
  const { people, exits, site, store, holds } = scene;
  await enterAda(scene);
  await enter(scene, 'bob', {
    linkIdentities: [identity('two')],
    addLoginIds: [email('bob@shop.example')],
  });
  const before = await stateOf(store, site, 'ada');
  const lease = newId();
  const change = await removalWith(scene, lease, last);
  await refuses(
    `update: throws ${failure} for what belongs to another account`,
    failure,
    people.update({ site, uid: 'ada' }, () => ({ change, answer: undefined })),
  );
  const after = await stateOf(store, site, 'ada');
  keeps('update: a change is written whole or not at all; nothing of it is left', after, before);
  keeps(
    'update: an errand is written with its change or not at all',
    await exits.leasedErrands(lease),
    [],
  );
  keeps('update: a change that was not written is not on record', await holds(lease), false);
  const linking = [personAt('one')];
  const { answer } = await people.update({ site, uid: 'bob', linking }, (account) => ({
    answer: account?.removals,
  }));
  keeps('update: a removal that was not written is not remembered', answer, []);
};

/** What is left of a change that breaks: nothing. */
export const crash: StoreTests = {
  'what decide throws is thrown, and undoes everything': async (scene) => {
    const { people, store, site } = scene;
    await enterAda(scene);
    const before = await stateOf(store, site, 'ada');
    const refusal = new Error('refused by decide');
    const thrown = await people
      .update({ site, uid: 'ada' }, () => {
        throw refusal;
      })
      .catch((error: unknown) => error);
    keeps('update: throws whatever decide throws, the same error', thrown === refusal, true);
    keeps(
      'update: what decide throws undoes everything',
      await stateOf(store, site, 'ada'),
      before,
    );
  },

  'an account that was made for a call goes with its refusal': async ({ people, site }) => {
    const calls = [
      { site, uid: 'made', create: { isSiteUid: true } },
      { site, identity: personAt('one'), create: { uid: 'made' } },
    ];
    for (const who of calls) {
      await people
        .update(who, () => {
          throw new Error('refused by decide');
        })
        .catch(() => {});
      keeps(
        'update: what decide throws undoes everything, the account that was made for it too',
        await people.read({ site, uid: 'made' }),
        undefined,
      );
    }
  },

  'an account that was made for a sign-in goes with its refusal': async (scene) => {
    const { people, site } = scene;
    await enter(scene, 'bob', { linkIdentities: [identity('two')] });
    await refuses(
      'update: throws identityExists for what belongs to another account',
      'identityExists',
      enter(scene, 'made', { linkIdentities: [identity('three'), identity('two')] }),
    );
    keeps(
      'update: an account is made with its change or not at all',
      await people.read({ site, uid: 'made' }),
      undefined,
    );
    const refused: Change = { deleteAccount: true, revoke: { permissions: [] }, journal: entry() };
    await people.update({ site, uid: 'made', create: { isSiteUid: true } }, () => ({
      change: refused,
      answer: undefined,
    }));
    keeps(
      'Change.deleteAccount: of an account that is new, nothing is made',
      await people.read({ site, uid: 'made' }),
      undefined,
    );
  },

  'a change that breaks at an identity of somebody else leaves nothing': (scene) =>
    breaks(scene, 'identityExists', { linkIdentities: [identity('three'), identity('two')] }),

  'a change that breaks at a login id of somebody else leaves nothing': (scene) =>
    breaks(scene, 'loginIdExists', {
      linkIdentities: [identity('three')],
      addLoginIds: [email('new@shop.example', { from: [0] }), email('Bob@shop.example')],
    }),

  'a change that breaks at a uid of somebody else leaves nothing': (scene) =>
    breaks(scene, 'uniqueIdentifierExists', { uid: 'bob' }),

  'what one account was refused, the other keeps': async (scene) => {
    const { people, store, site } = scene;
    await enter(scene, 'bob', {
      linkIdentities: [identity('two', { profile: { firstName: 'Bob' }, sealedTokens: 'of bob' })],
      addLoginIds: [email('bob@shop.example', { wayIn: 'password' })],
    });
    const before = await stateOf(store, site, 'bob');
    await enter(scene, 'ada');
    const who = { site, uid: 'ada' };
    const other = identity('two', { profile: { firstName: 'Ada' }, sealedTokens: 'of ada' });
    const addLoginIds = [email('bob@shop.example', { wayIn: 'none' })];
    await refuses(
      'update: throws identityExists',
      'identityExists',
      write(people, who, { linkIdentities: [other] }),
    );
    await refuses(
      'update: throws loginIdExists',
      'loginIdExists',
      write(people, who, { addLoginIds }),
    );
    keeps(
      'update: a link of another account is not touched',
      await stateOf(store, site, 'bob'),
      before,
    );
  },
};
