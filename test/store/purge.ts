import { logOut, remove } from './decisions.ts';
import { comesTo, keeps } from './promise.ts';
import {
  claimRevocations,
  day,
  enter,
  entry,
  find,
  hour,
  identity,
  inTime,
  minute,
  newHash,
  newId,
  seconds,
  session,
  type Scene,
  type StoreTests,
} from './scene.ts';

// Far more than all tests leave behind: the journal is looked through from its beginning, and what a test has made old
// stands at its end.
const batch = 1_000_000;

/** Purges, for certain. What another's purge has just now goes when that ends, so whoever looks looks again. */
export const purgeNow = async ({ people, exits, site, holds }: Scene): Promise<void> => {
  const used = newId();
  await exits.seeOnce(site, used, inTime(-minute));
  const look = async (): Promise<boolean> => {
    await people.purge(batch);
    await exits.purge(batch);
    return holds(used);
  };
  await comesTo('purge: forgets used values that have run out', look, false);
};

const trip = (site: string) => ({
  tokenHash: newHash(),
  site,
  callId: newId(),
  origin: undefined,
  stops: [],
});

/** Signs `uid` in for so many milliseconds, with an ID token. */
const signIn = async (scene: Scene, uid: string, time: number) => {
  const { people, site } = scene;
  const token = `sealed ${newId()}`;
  const tokenHash = newHash();
  await enter(scene, uid, {
    linkIdentities: [identity(uid)],
    openSession: session({
      tokenHash,
      expiresIn: seconds(time),
      openedBy: 0,
      providerSessions: [{ identity: 0, issuer: undefined, sid: uid, sealedIdToken: token }],
    }),
  });
  const { id: account } = await find(people, { site, session: tokenHash });
  return { token, tokenHash, account };
};

type SignedIn = Awaited<ReturnType<typeof signIn>>;

/** What is left of a session: its ID token, the session at the provider, its own row. */
const leftOf = async (
  { exits, site, holds }: Scene,
  { token, account, tokenHash }: SignedIn,
): Promise<boolean[]> => {
  const known = await exits.providerSessions({ site, account });
  const row = await holds(Buffer.from(tokenHash).toString('hex'));
  return [await holds(token), known.length > 0, row];
};

/** Follows a session that is over now, until nothing is left of it. */
const followToTheEnd = async (scene: Scene, over: SignedIn): Promise<void> => {
  const ages: [number, boolean[], string][] = [
    [30 * minute, [true, true, true], 'keeps a session and its ID token within the hour'],
    [hour, [false, true, true], 'forgets an ID token an hour after its session'],
    [27 * day, [false, true, true], 'keeps a session within the month'],
    [5 * day, [false, false, false], 'forgets a session a month after it ended or ran out'],
  ];
  const live = await signIn(scene, 'live', 1000 * day);
  for (const [time, left, promise] of ages) {
    await scene.age(scene.site, time);
    await purgeNow(scene);
    await comesTo(`purge: ${promise}`, () => leftOf(scene, over), left);
  }
  keeps('purge: keeps all of a live session', await leftOf(scene, live), [true, true, true]);
  const { sessions } = await find(scene.people, { site: scene.site, uid: 'live' });
  keeps('purge: ends no session', sessions.length, 1);
};

/** What is forgotten when it has served its time, and not before. */
export const purge: StoreTests = {
  'used values and trips go when they have run out': async (scene) => {
    const { exits, site, holds } = scene;
    const value = newId();
    await exits.seeOnce(site, value, inTime(hour));
    const [past, live] = [trip(site), trip(site)];
    await exits.openTrip(past, -60);
    await exits.openTrip(live, seconds(hour));
    await purgeNow(scene);
    await comesTo(
      'purge: forgets trips that have expired, and keeps the others',
      async () => [await holds(past.callId), (await exits.readTrip(live.tokenHash))?.callId],
      [false, live.callId],
    );
    keeps(
      'purge: keeps used values until their time',
      await exits.seeOnce(site, value, inTime(hour)),
      false,
    );
  },

  'what is purged goes in batches, and is counted': async (scene) => {
    const { people, exits, site, holds, age } = scene;
    const kind = newId();
    const used = Array.from({ length: 40 }, (_, index) => String(index));
    await Promise.all(used.map((one) => exits.seeOnce(kind, one, inTime(-1000 * day))));
    for (const uid of ['ada', 'bob', 'eve']) await signIn(scene, uid, hour);
    await age(site, 60 * day);
    // Others may purge the same database meanwhile: what can be said is what one call does not exceed.
    const [ofPeople, ofExits] = [await people.purge(1), await exits.purge(1)];
    keeps(
      'purge: at most a batch of each kind, of which there are some ten',
      [ofPeople <= 1, ofExits < used.length],
      [true, true],
    );
    for (let round = 0; round < 100 && (await holds(kind)); round += 1) await exits.purge(10);
    keeps('purge: the next batch goes on', await holds(kind), false);
    await purgeNow(scene);
    const rest = async () => [await people.purge(batch), await exits.purge(batch)];
    await comesTo('purge: 0 when there is nothing left to do', rest, [0, 0]);
  },

  'the journal goes after 400 days, errands that have ended too': async (scene) => {
    const { people, exits, site, holds, age } = scene;
    const [done, pending] = [newId(), newId()];
    const callId = newId();
    await enter(scene, 'ada', {
      linkIdentities: [identity('one'), identity('two', { sealedTokens: pending })],
      journal: entry({ callId }),
    });
    await remove(people, { site, uid: 'ada' }, ['one', 'two'], {
      revoke: { id: newId(), time: -1 },
    });
    for (const errand of await claimRevocations(exits, [site], 10, hour))
      if (errand.provider === 'oidc-one')
        await exits.finishErrand(errand, { state: 'failed', reason: done });
    const held = () => Promise.all([callId, done, pending].map((text) => holds(text)));
    await age(site, 399 * day);
    await purgeNow(scene);
    keeps('purge: keeps the journal and its errands within 400 days', await held(), [
      true,
      true,
      true,
    ]);
    await age(site, 2 * day);
    await purgeNow(scene);
    await comesTo('purge: forgets them after 400 days; an errand that has not ended stays', held, [
      false,
      false,
      true,
    ]);
  },

  'answers to deletion requests go after 400 days': async (scene) => {
    const { exits, site, age } = scene;
    const code = newId();
    await exits.keepDeletion({ code, site, provider: 'oidc-one', receipt: [] });
    const answer = async () => (await exits.readDeletion(code))?.code;
    await age(site, 399 * day);
    await purgeNow(scene);
    keeps('purge: keeps deletion requests within 400 days', await answer(), code);
    await age(site, 2 * day);
    await purgeNow(scene);
    await comesTo('purge: forgets deletion requests after 400 days', answer, undefined);
  },

  'a session that has run out goes after a month, its ID token after an hour': async (scene) => {
    const over = await signIn(scene, 'ada', hour);
    await scene.age(scene.site, hour);
    await followToTheEnd(scene, over);
  },

  'a session that has ended goes after a month, its ID token after an hour': async (scene) => {
    const { people, site } = scene;
    const over = await signIn(scene, 'ada', 1000 * day);
    await logOut(people, { site, session: over.tokenHash });
    await followToTheEnd(scene, over);
  },

  'a session that has ended with weeks left goes within three months': async (scene) => {
    const { people, site } = scene;
    const over = await signIn(scene, 'ada', 59 * day);
    await logOut(people, { site, session: over.tokenHash });
    await scene.age(site, 92 * day);
    await purgeNow(scene);
    await comesTo(
      'purge: forgets a session that has ended, three months after that at most',
      () => leftOf(scene, over),
      [false, false, false],
    );
  },
};
