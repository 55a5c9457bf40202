import { comesTo, keeps } from './promise.ts';
import {
  day,
  enter,
  find,
  hour,
  identity,
  inTime,
  minute,
  newHash,
  newId,
  session,
  word,
  write,
  type Scene,
  type StoreTests,
} from './scene.ts';

/** Purges, for certain: of several instances that do so at once one does it, so another's turn may come first. */
export const purgeNow = async ({ store, site, holds }: Scene): Promise<void> => {
  const used = newId();
  await store.seeOnce(site, used, inTime(-minute));
  const look = async (): Promise<boolean> => {
    await store.purge();
    return holds(used);
  };
  await comesTo('purge: forgets used values that have run out', look, false);
};

const trip = (site: string, expiresAt: Date) => ({
  tokenHash: newHash(),
  site,
  callId: newId(),
  origin: undefined,
  stops: [],
  expiresAt,
});

/** Signs `uid` in until some time, with an ID token. */
const signIn = async (scene: Scene, uid: string, expiresAt: Date) => {
  const { store, site } = scene;
  const token = `sealed ${newId()}`;
  await enter(scene, uid, {
    linkIdentities: [identity(uid)],
    openSession: session({
      expiresAt,
      openedBy: 0,
      providerSessions: [{ identity: 0, issuer: undefined, sid: uid, sealedIdToken: token }],
    }),
  });
  const { id: account, sessions } = await find(store, { site, uid });
  return { token, account, session: sessions[0]?.id ?? '' };
};

/** What is left of a session: its ID token, the session at the provider, its own row. */
const leftOf = async (
  { store, site, holds }: Scene,
  { token, account, session: id }: Awaited<ReturnType<typeof signIn>>,
): Promise<boolean[]> => {
  const known = await store.providerSessions({ site, account });
  return [await holds(token), known.length > 0, await holds(id)];
};

/** Follows a session that is over now, until nothing is left of it. */
const followToTheEnd = async (
  scene: Scene,
  over: Awaited<ReturnType<typeof signIn>>,
): Promise<void> => {
  const ages: [number, boolean[], string][] = [
    [30 * minute, [true, true, true], 'keeps a session and its ID token within the hour'],
    [hour, [false, true, true], 'forgets an ID token an hour after its session'],
    [27 * day, [false, true, true], 'keeps a session within the month'],
    [5 * day, [false, false, false], 'forgets a session a month after it ended or ran out'],
  ];
  const live = await signIn(scene, 'live', inTime(1000 * day));
  for (const [time, left, promise] of ages) {
    await scene.age(scene.site, time);
    await purgeNow(scene);
    keeps(`purge: ${promise}`, await leftOf(scene, over), left);
  }
  keeps('purge: keeps all of a live session', await leftOf(scene, live), [true, true, true]);
  const { sessions } = await find(scene.store, { site: scene.site, uid: 'live' });
  keeps('purge: ends no session', sessions.length, 1);
};

/** What is forgotten when it has served its time, and not before. */
export const purge: StoreTests = {
  'used values and trips go when they have run out': async (scene) => {
    const { store, site, holds } = scene;
    const value = newId();
    await store.seeOnce(site, value, inTime(hour));
    const [past, live] = [trip(site, inTime(-minute)), trip(site, inTime(hour))];
    await store.openTrip(past);
    await store.openTrip(live);
    await purgeNow(scene);
    keeps(
      'purge: forgets trips that have expired, and keeps the others',
      [await holds(past.callId), (await store.readTrip(live.tokenHash))?.callId],
      [false, live.callId],
    );
    keeps(
      'purge: keeps used values until their time',
      await store.seeOnce(site, value, inTime(hour)),
      false,
    );
  },

  'what pages were told goes after an hour': async (scene) => {
    const { site, holds, age } = scene;
    const reasons = [newId(), newId()] as const;
    await enter(scene, 'ada', { tell: [word(reasons[0])] });
    await age(site, 35 * minute);
    await enter(scene, 'ada', { tell: [word(reasons[1])] });
    const held = () => Promise.all(reasons.map((reason) => holds(reason)));
    await purgeNow(scene);
    keeps('purge: keeps page events within the hour', await held(), [true, true]);
    await age(site, 35 * minute);
    await purgeNow(scene);
    keeps('purge: forgets page events after an hour', await held(), [false, true]);
  },

  'answers to deletion requests go after 400 days': async (scene) => {
    const { store, site, age } = scene;
    const code = newId();
    await store.keepDeletion({ code, site, provider: 'oidc-one', receipt: [] });
    const answer = async () => (await store.readDeletion(code))?.code;
    await age(site, 399 * day);
    await purgeNow(scene);
    keeps('purge: keeps deletion requests within 400 days', await answer(), code);
    await age(site, 2 * day);
    await purgeNow(scene);
    keeps('purge: forgets deletion requests after 400 days', await answer(), undefined);
  },

  'a session that has run out goes after a month, its ID token after an hour': async (scene) => {
    const over = await signIn(scene, 'ada', inTime(hour));
    await scene.age(scene.site, hour);
    await followToTheEnd(scene, over);
  },

  'a session that has ended goes after a month, its ID token after an hour': async (scene) => {
    const { store, site } = scene;
    const over = await signIn(scene, 'ada', inTime(1000 * day));
    const ids = [over.session];
    await write(store, { site, uid: 'ada' }, { endSessions: { ids, reason: 'logout' } });
    await followToTheEnd(scene, over);
  },
};
