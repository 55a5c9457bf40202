import { comesTo, keeps } from './promise.ts';
import {
  enter,
  find,
  hour,
  identity,
  inTime,
  leased,
  minute,
  newHash,
  newId,
  providersOf,
  reasonsOf,
  remove,
  session,
  word,
  write,
  type StoreTests,
} from './scene.ts';

// Milliseconds after which something ends while the test looks.
const soon = 200;

const trip = (site: string, expiresAt: Date, callId = newId()) => ({
  tokenHash: newHash(),
  site,
  callId,
  origin: undefined,
  stops: [],
  expiresAt,
});

/** What ends by itself, at the time that was given and not before. */
export const clock: StoreTests = {
  'a session opens something until its time and nothing afterwards': async (scene) => {
    const { store, site } = scene;
    const [lives, ends] = [newHash(), newHash()];
    await enter(scene, 'ada', { openSession: session({ tokenHash: lives }) });
    await enter(scene, 'ada', {
      openSession: session({ tokenHash: ends, expiresAt: inTime(soon) }),
    });
    const look = async (): Promise<unknown> => {
      const found = await Promise.all(
        [lives, ends].map((hash) => store.read({ site, session: hash })),
      );
      return found.map((account) => account?.uid);
    };
    await comesTo('NewSession.expiresAt: from then on it finds nobody', look, ['ada', undefined]);
    const who = { site, session: ends };
    const seen = await store.update(who, (account) => ({ answer: account?.uid }));
    keeps('update: a session that has run out finds nobody', seen, undefined);
    const { sessions } = await find(store, { site, uid: 'ada' });
    keeps('Account.sessions: none that has run out', sessions.length, 1);
    await enter(scene, 'bob', { openSession: session({ expiresAt: inTime(soon) }) });
    const bob = await find(store, { site, uid: 'bob' }).catch(() => undefined);
    const ids = bob?.sessions.map(({ id }) => id) ?? [];
    await comesTo('liveSessions: none that has run out', () => store.liveSessions(ids), []);
  },

  'a used value is remembered until its time': async ({ store, site }) => {
    const see = (id: string, until: number): Promise<boolean> =>
      store.seeOnce(site, id, inTime(until));
    keeps('seeOnce: true the first time', await see('long', hour), true);
    keeps('seeOnce: false when it was noted before', await see('long', hour), false);
    keeps('seeOnce: ids are apart', await see('other', hour), true);
    keeps('seeOnce: kinds are apart', await store.seeOnce(`${site}-2`, 'long', inTime(hour)), true);
    keeps('seeOnce: one that has run out already was never there', await see('past', -hour), true);
    keeps('seeOnce: one that has run out already was never there', await see('past', -hour), true);
    keeps('seeOnce: true the first time', await see('short', soon), true);
    await comesTo('seeOnce: true again when its time is over', () => see('short', hour), true);
    keeps('seeOnce: false when it was noted before', await see('long', -hour), false);
    keeps('seeOnce: what was noted is not shortened by who asks', await see('long', hour), false);
  },

  'a trip can be gone until its time': async ({ store, site }) => {
    const stops = [
      {
        provider: 'oidc-one',
        providerUid: 'p',
        providerSession: undefined,
        sealedIdToken: undefined,
        account: '1',
      },
    ];
    const [lives, ends] = [
      { ...trip(site, inTime(hour)), stops },
      { ...trip(site, inTime(soon)), stops },
    ];
    await store.openTrip(lives);
    await store.openTrip(ends);
    const look = async (): Promise<unknown> => {
      const found = await Promise.all(
        [lives, ends].map(({ tokenHash }) => store.readTrip(tokenHash)),
      );
      return found.map((one) => one?.callId);
    };
    await comesTo('readTrip: unless it has expired', look, [lives.callId, undefined]);
  },

  'a lease ends, and the job is somebody else’s': async (scene) => {
    const { store, site } = scene;
    const names = ['ends', 'lasts'];
    await enter(scene, 'ada', { linkIdentities: names.map((name) => identity(name)) });
    for (const [name, time] of [
      ['ends', soon],
      ['lasts', hour],
    ] as const)
      await remove(store, { site, uid: 'ada' }, [name], leased(newId(), time));
    const claim = (time: number) => async (): Promise<string[]> =>
      providersOf(await store.claimRevocations([site], 10, time));
    await comesTo('Change.revoke.until: until then it is nobody else’s', claim(soon), [
      'oidc-ends',
    ]);
    await comesTo('claimRevocations: a lease lasts so many milliseconds', claim(hour), [
      'oidc-ends',
    ]);
    keeps('claimRevocations: and not less', await claim(hour)(), []);
  },

  'a job is tried again when its time has come': async (scene) => {
    const { store, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one'), identity('two')] });
    const lease = newId();
    await remove(store, { site, uid: 'ada' }, ['one', 'two'], leased(lease));
    for (const job of await store.leasedRevocations(lease)) {
      const retryAt = inTime(job.provider === 'oidc-one' ? soon : hour);
      await store.finishRevocation(job, { state: 'pending', retryAt });
    }
    await comesTo(
      'RevocationOutcome.retryAt: due from then on, and not before',
      async () => providersOf(await store.claimRevocations([site], 10, hour)),
      ['oidc-one'],
    );
  },

  'pages that were away are told of the last ten minutes': async (scene) => {
    const { store, site, age } = scene;
    await enter(scene, 'ada');
    const { id: account } = await find(store, { site, uid: 'ada' });
    const told = async () => reasonsOf(await store.pageEvents({ site, account }));
    await write(store, { site, uid: 'ada' }, { tell: [word('first')] });
    await age(site, 9 * minute);
    await write(store, { site, uid: 'ada' }, { tell: [word('second')] });
    keeps('pageEvents: of the last ten minutes', await told(), ['first', 'second']);
    await age(site, 2 * minute);
    keeps('pageEvents: of the last ten minutes, and no older', await told(), ['second']);
  },
};
