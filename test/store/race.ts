import type { Account, Change } from '../../src/server/rules/account.ts';
import type { Store, Who } from '../../src/server/people/people.ts';
import { keeps, settles } from './promise.ts';
import {
  audited,
  email,
  enter,
  find,
  idsAt,
  identity,
  inTime,
  newHash,
  newId,
  personAt,
  session,
  write,
  type StoreTests,
} from './scene.ts';

// One race proves little: of so many, a store that looks and acts in two steps loses some.
const pairs = 12;
const people = Array.from({ length: pairs }, (_, index) => `person ${index}`);

const waysInto = ({ identities, loginIds }: Account): number =>
  identities.filter(({ state, allowsLogin }) => state === 'linked' && allowsLogin).length +
  loginIds.filter(({ wayIn }) => wayIn !== undefined).length;

/** Takes one way in away, unless it is the last; says whether it did. */
const takeUnlessLast = (
  store: Store,
  who: Who,
  change: (account: Account) => Omit<Change, 'audit'>,
): Promise<boolean> =>
  store.update(who, (account) =>
    account && waysInto(account) > 1
      ? { change: audited(change(account)), answer: true }
      : { answer: false },
  );

const removal = (name: string) => (account: Account) => ({
  removeIdentities: idsAt(account, name),
});

const taken = (done: boolean[][]): number[] => done.map((one) => one.filter(Boolean).length);

/** What happens when several calls come at the same instant, on several instances. */
export const race: StoreTests = {
  'two removals at once never take both of the last two ways in': async (scene) => {
    const { store, site } = scene;
    const other = await scene.another();
    const done = await Promise.all(
      people.map(async (uid) => {
        const linkIdentities = ['one', 'two'].map((name) => identity(name, { providerUid: uid }));
        await enter(scene, uid, { linkIdentities });
        return Promise.all([
          takeUnlessLast(store, { site, uid }, removal('one')),
          takeUnlessLast(other, { site, uid }, removal('two')),
        ]);
      }),
    );
    keeps(
      'update: look and act are one step; of two removals of the last two ways in, one is refused',
      taken(done),
      people.map(() => 1),
    );
    const left = await Promise.all(people.map((uid) => find(store, { site, uid })));
    keeps(
      'update: nobody is left without a way in',
      left.map(waysInto),
      people.map(() => 1),
    );
  },

  'an identity and the password removed at once leave one of them': async (scene) => {
    const { store, site } = scene;
    const other = await scene.another();
    const done = await Promise.all(
      people.map(async (uid) => {
        const loginId = email(`${uid}@shop.example`, { wayIn: 'password' });
        const linkIdentities = [identity('one', { providerUid: uid })];
        await enter(scene, uid, { linkIdentities, addLoginIds: [loginId] });
        return Promise.all([
          takeUnlessLast(store, { site, identity: personAt('one', uid) }, removal('one')),
          takeUnlessLast(other, { site, email: loginId.value }, () => ({
            addLoginIds: [{ ...loginId, wayIn: 'none' }],
          })),
        ]);
      }),
    );
    keeps(
      'update: whoever changes a way in, found by whatever, waits for the one who looks at them',
      taken(done),
      people.map(() => 1),
    );
  },

  'of two calls with one session, the second finds it ended by the first': async (scene) => {
    const { store, site } = scene;
    const other = await scene.another();
    const end = (from: Store, tokenHash: Uint8Array): Promise<boolean> =>
      from.update({ site, session: tokenHash }, (account) => {
        const ids = account?.session ? [account.session.id] : [];
        return account
          ? { change: audited({ endSessions: { ids, reason: 'logout' } }), answer: true }
          : { answer: false };
      });
    const done = await Promise.all(
      people.map(async (uid) => {
        const tokenHash = newHash();
        await enter(scene, uid, { openSession: session({ tokenHash }) });
        return Promise.all([end(store, tokenHash), end(other, tokenHash)]);
      }),
    );
    keeps(
      'update: the session that asks is looked up again behind the lock; ended meanwhile, it opens nothing',
      taken(done),
      people.map(() => 1),
    );
  },

  'first sign-ins at once make one account': async (scene) => {
    const { store, site } = scene;
    const other = await scene.another();
    const calls = Array.from({ length: 8 }, (_, index) => index);
    const signIn = (who: Who, index: number): Promise<Account | undefined> =>
      (index % 2 ? store : other).update(who, (account) => ({
        change: audited({ linkIdentities: [identity('one')], openSession: session() }),
        answer: account,
      }));
    const found = await Promise.all(
      calls.map((index) =>
        signIn({ site, identity: personAt('one'), create: { uid: `made by ${index}` } }, index),
      ),
    );
    const uids = new Set(found.map((account) => account?.uid));
    keeps('update: first sign-ins with one identity at once all find one account', uids.size, 1);
    const made = await Promise.all(
      calls.map((index) => store.read({ site, uid: `made by ${index}` })),
    );
    keeps(
      'update: whoever came second leaves no empty account behind',
      made.flatMap((account) => account?.sessions.length ?? []),
      [calls.length],
    );
    keeps('Account.isNew: for the one who made it', found.filter((one) => one?.isNew).length, 1);
  },

  'calls that make one uid at once make one account': async (scene) => {
    const other = await scene.another();
    const { store, site } = scene;
    const who = { site, uid: 'ada', create: { isSiteUid: true } };
    const made = await Promise.all(
      people.map((_, index) =>
        (index % 2 ? store : other).update(who, (account) => ({
          change: audited({ openSession: session() }),
          answer: account?.isNew,
        })),
      ),
    );
    keeps('Account.isNew: for the one who made it', made.filter(Boolean).length, 1);
    const { sessions } = await find(store, { site, uid: 'ada' });
    keeps('update: calls that make one uid at once all count', sessions.length, people.length);
  },

  'an identity that two accounts link at once has one of them': async (scene) => {
    const { store, site } = scene;
    const other = await scene.another();
    await enter(scene, 'ada');
    await enter(scene, 'bob');
    const link = (from: Store, uid: string, name: string): Promise<boolean> =>
      write(from, { site, uid }, { linkIdentities: [identity(name)] }).then(
        () => true,
        () => false,
      );
    const done = await Promise.all(
      people.map((name) => Promise.all([link(store, 'ada', name), link(other, 'bob', name)])),
    );
    keeps(
      'update: an identity belongs to one account',
      taken(done),
      people.map(() => 1),
    );
  },

  'a value that is used twice at once is new to one': async (scene) => {
    const other = await scene.another();
    const results = await Promise.all(
      people.map(async (id) => {
        const until = inTime(60_000);
        const stores = [scene.store, other, scene.store, other];
        return Promise.all(stores.map((store) => store.seeOnce(scene.site, id, until)));
      }),
    );
    keeps(
      'seeOnce: true for one of those who come at once',
      taken(results),
      people.map(() => 1),
    );
  },

  'a refused call holds nobody up, and many at once all come back': async (scene) => {
    const { store, site } = scene;
    await enter(scene, 'ada');
    const calls = people.map((name, index) =>
      store.update({ site, uid: 'ada' }, () => {
        if (index % 2) throw new Error(newId());
        return { change: audited({ linkIdentities: [identity(name)] }), answer: true };
      }),
    );
    const ended = await settles(
      'update: the lock of a refused call is taken back, so that those who wait go on',
      Promise.allSettled(calls),
    );
    keeps(
      'update: calls to one account go on one after the other, each with its own end',
      ended.map(({ status }) => status === 'fulfilled'),
      people.map((_, index) => index % 2 === 0),
    );
    const { identities } = await find(store, { site, uid: 'ada' });
    keeps('update: of calls at once, none undoes another', identities.length, Math.ceil(pairs / 2));
  },
};
