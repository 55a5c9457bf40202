import type { Change } from '../../src/server/rules/account.ts';
import type { FailureName } from '../../src/core/codes.ts';
import { keeps, refuses } from './promise.ts';
import {
  audited,
  email,
  enter,
  find,
  hour,
  identity,
  idsAt,
  inTime,
  newId,
  session,
  stateOf,
  word,
  write,
  type Scene,
  type StoreTests,
} from './scene.ts';

/** A removal of everything, with all that goes with one, and besides what cannot be written. */
const removalWith = async (
  { store, site }: Scene,
  lease: string,
  last: Omit<Change, 'audit'>,
): Promise<Change> => {
  const account = await find(store, { site, uid: 'ada' });
  const ids = idsAt(account, 'one');
  return audited(
    {
      profile: { firstName: 'Nobody' },
      removeIdentities: ids,
      removeLoginIds: account.loginIds.map(({ id }) => id),
      endSessions: { ids: account.sessions.map(({ id }) => id), reason: 'unlink' },
      revoke: { identities: ids, lease, until: inTime(hour) },
      tell: [word('refused')],
      openSession: session(),
      ...last,
    },
    lease,
  );
};

const enterAda = (scene: Scene): Promise<void> =>
  enter(scene, 'ada', {
    profile: { firstName: 'Ada' },
    linkIdentities: [identity('one', { sealedTokens: 'sealed' })],
    addLoginIds: [email('ada@shop.example', { from: [0] })],
    openSession: session({
      openedBy: 0,
      providerSessions: [{ identity: 0, issuer: undefined, sid: 's', sealedIdToken: undefined }],
    }),
  });

/** Tries a change that breaks at its end, and looks whether anything of it is left. */
const breaks = async (
  scene: Scene,
  failure: FailureName,
  last: Omit<Change, 'audit'>,
): Promise<void> => {
  const { store, site, holds } = scene;
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
    store.update({ site, uid: 'ada' }, () => ({ change, answer: undefined })),
  );
  const after = await stateOf(store, site, 'ada');
  keeps('update: a change is written whole or not at all; nothing of it is left', after, before);
  keeps(
    'update: the revocation job is written with its change or not at all',
    await store.leasedRevocations(lease),
    [],
  );
  keeps('update: a change that was not written is not on record', await holds(lease), false);
};

/** What is left of a change that breaks: nothing. */
export const crash: StoreTests = {
  'what decide throws is thrown, and undoes everything': async (scene) => {
    const { store, site } = scene;
    await enterAda(scene);
    const before = await stateOf(store, site, 'ada');
    const refusal = new Error('refused by decide');
    const thrown = await store
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

  'an account that was made for a call goes with its refusal': async ({ store, site }) => {
    const calls = [
      { site, uid: 'made', create: { isSiteUid: true } },
      {
        site,
        identity: { provider: 'oidc-one', subProvider: '', providerUid: 'p' },
        create: { uid: 'made' },
      },
    ];
    for (const who of calls) {
      await store
        .update(who, () => {
          throw new Error('refused by decide');
        })
        .catch(() => {});
      keeps(
        'update: what decide throws undoes everything, the account that was made for it too',
        await store.read({ site, uid: 'made' }),
        undefined,
      );
    }
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
    const { store, site } = scene;
    await enter(scene, 'bob', {
      linkIdentities: [identity('two', { profile: { firstName: 'Bob' }, sealedTokens: 'of bob' })],
      addLoginIds: [email('bob@shop.example', { wayIn: 'password' })],
    });
    const before = await stateOf(store, site, 'bob');
    await enter(scene, 'ada');
    const who = { site, uid: 'ada' };
    const other = identity('two', { profile: { firstName: 'Ada' }, sealedTokens: 'of ada' });
    await write(store, who, { linkIdentities: [other] }).catch(() => {});
    const loginId = email('bob@shop.example', { wayIn: 'none' });
    await write(store, who, { addLoginIds: [loginId] }).catch(() => {});
    keeps(
      'update: a link of another account is not touched',
      await stateOf(store, site, 'bob'),
      before,
    );
  },
};
