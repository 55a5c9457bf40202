import { logOut, remove } from './decisions.ts';
import { comesTo, keeps } from './promise.ts';
import {
  enter,
  find,
  hour,
  identity,
  inTime,
  minute,
  newHash,
  newId,
  providersOf,
  reasonsOf,
  seconds,
  session,
  word,
  type StoreTests,
} from './scene.ts';

// Milliseconds after which something ends while the test looks.
const soon = 200;

const trip = (site: string, callId = newId()) => ({
  tokenHash: newHash(),
  site,
  callId,
  origin: undefined,
  stops: [],
});

/** What ends by itself, at the time that was given and not before; by the clock of the database. */
export const clock: StoreTests = {
  'a session opens something until its time and nothing afterwards': async (scene) => {
    const { people, site } = scene;
    const [lives, ends] = [newHash(), newHash()];
    await enter(scene, 'ada', { openSession: session({ tokenHash: lives }) });
    await enter(scene, 'ada', {
      openSession: session({ tokenHash: ends, expiresIn: seconds(soon) }),
    });
    const look = async (): Promise<unknown> => {
      const found = await Promise.all(
        [lives, ends].map((hash) => people.read({ site, session: hash })),
      );
      return found.map((account) => account?.uid);
    };
    await comesTo('NewSession.expiresIn: from then on it finds nobody', look, ['ada', undefined]);
    const seen = await people.update({ site, session: ends }, (account) => ({
      answer: account?.uid,
    }));
    keeps('update: a session that has run out finds nobody', seen.answer, undefined);
    const { sessions } = await find(people, { site, uid: 'ada' });
    keeps('Account.sessions: none that has run out', sessions.length, 1);
    await enter(scene, 'bob', { openSession: session({ expiresIn: seconds(soon) }) });
    const bob = await people.read({ site, uid: 'bob' });
    const ids = bob?.sessions.map(({ id }) => id) ?? [];
    await comesTo('liveSessions: none that has run out', () => people.liveSessions(ids), []);
  },

  'a used value is remembered until its time': async ({ exits, site }) => {
    const see = (id: string, until: number): Promise<boolean> =>
      exits.seeOnce(site, id, inTime(until));
    keeps('wasSeen: false before', await exits.wasSeen(site, 'long'), false);
    keeps('seeOnce: true the first time', await see('long', hour), true);
    keeps('seeOnce: false when it was noted before', await see('long', hour), false);
    keeps('wasSeen: a live note of the value is there', await exits.wasSeen(site, 'long'), true);
    keeps(
      'wasSeen: of this value of this kind',
      [await exits.wasSeen(site, 'other'), await exits.wasSeen(`${site}-2`, 'long')],
      [false, false],
    );
    keeps('seeOnce: ids are apart', await see('other', hour), true);
    keeps('seeOnce: kinds are apart', await exits.seeOnce(`${site}-2`, 'long', inTime(hour)), true);
    keeps('seeOnce: one that has run out already was never there', await see('past', -hour), true);
    keeps('wasSeen: not one that has run out', await exits.wasSeen(site, 'past'), false);
    keeps('seeOnce: one that has run out already was never there', await see('past', -hour), true);
    keeps('seeOnce: true the first time', await see('short', soon), true);
    await comesTo('seeOnce: true again when its time is over', () => see('short', hour), true);
    keeps('seeOnce: false when it was noted before', await see('long', -hour), false);
    keeps('seeOnce: what was noted is not shortened by who asks', await see('long', hour), false);
  },

  'a trip can be gone until its time': async ({ exits, site }) => {
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
      { ...trip(site), stops },
      { ...trip(site), stops },
    ];
    await exits.openTrip(lives, seconds(hour));
    await exits.openTrip(ends, seconds(soon));
    const look = async (): Promise<unknown> => {
      const found = await Promise.all(
        [lives, ends].map(({ tokenHash }) => exits.readTrip(tokenHash)),
      );
      return found.map((one) => one?.callId);
    };
    await comesTo('readTrip: unless it has expired', look, [lives.callId, undefined]);
  },

  'a lease ends, and the errand is somebody else’s': async (scene) => {
    const { people, exits, site } = scene;
    const names = ['ends', 'lasts'];
    await enter(scene, 'ada', { linkIdentities: names.map((name) => identity(name)) });
    for (const [name, time] of [
      ['ends', soon],
      ['lasts', hour],
    ] as const)
      await remove(people, { site, uid: 'ada' }, [name], { revoke: { id: newId(), time } });
    const claim = (time: number) => async (): Promise<string[]> =>
      providersOf(await exits.claimErrands([site], 10, time));
    await comesTo('Change.revoke.lease: so long it is nobody else’s', claim(soon), ['oidc-ends']);
    await comesTo('claimErrands: a lease lasts so many milliseconds', claim(hour), ['oidc-ends']);
    keeps('claimErrands: and not less', await claim(hour)(), []);
  },

  'an errand is tried again when its time has come': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one'), identity('two')] });
    const lease = newId();
    await remove(people, { site, uid: 'ada' }, ['one', 'two'], {
      revoke: { id: lease, time: hour },
    });
    const { readAt } = await find(people, { site, uid: 'ada' });
    const times: Record<string, number> = {};
    for (const errand of await exits.leasedErrands(lease)) {
      const retryAfter = seconds(errand.provider === 'oidc-one' ? soon : hour);
      const retryAt = await exits.finishErrand(errand, { state: 'pending', retryAfter });
      const minutes = ((retryAt?.getTime() ?? 0) - readAt.getTime()) / minute;
      times[errand.provider] = Math.round(minutes);
    }
    keeps('finishErrand: says when it is tried again, by the clock of the database', times, {
      'oidc-one': 0,
      'oidc-two': 60,
    });
    await comesTo(
      'ErrandOutcome.retryAfter: due from then on, and not before',
      async () => providersOf(await exits.claimErrands([site], 10, hour)),
      ['oidc-one'],
    );
  },

  'the clock of the database says when somebody was removed, and when a session ended': async (
    scene,
  ) => {
    const { people, site } = scene;
    const [tokenHash, ticket] = [newHash(), newHash()];
    await enter(scene, 'ada', {
      linkIdentities: [identity('one')],
      openSession: session({ tokenHash, ticketHash: ticket }),
    });
    const { readAt: before } = await find(people, { site, uid: 'ada' });
    await remove(people, { site, uid: 'ada' }, ['one']);
    await logOut(people, { site, session: tokenHash });
    const linking = [{ provider: 'oidc-one', subProvider: '', providerUid: 'person at one' }];
    const { answer } = await people.update(
      { site, ticket, evenEnded: true, linking },
      (account) => ({
        answer: account && {
          times: [account.removals[0]?.removedAt, account.session?.endedAt],
          after: account.readAt,
        },
      }),
    );
    keeps(
      'Removal.removedAt, Session.endedAt: by the same clock as Account.readAt',
      answer?.times.map((at) => at && before <= at && at <= answer.after),
      [true, true],
    );
  },

  'pages that were away are told of the last ten minutes': async (scene) => {
    const { people, exits, site, age } = scene;
    await enter(scene, 'ada');
    const { id: account } = await find(people, { site, uid: 'ada' });
    const told = async () => reasonsOf(await exits.pageEvents({ site, account }));
    await enter(scene, 'ada', word('first'));
    await age(site, 9 * minute);
    await enter(scene, 'ada', word('second'));
    keeps('pageEvents: of the last ten minutes', await told(), ['first', 'second']);
    await age(site, 2 * minute);
    keeps('pageEvents: of the last ten minutes, and no older', await told(), ['second']);
  },
};
