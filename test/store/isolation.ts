import { deleteAccount, remove } from './decisions.ts';
import { keeps } from './promise.ts';
import {
  claimRevocations,
  email,
  enter,
  find,
  hour,
  identity,
  newHash,
  newId,
  personAt,
  reasonsOf,
  seconds,
  session,
  stateOf,
  word,
  type Scene,
  type StoreTests,
} from './scene.ts';

/** The same person, by everything that can be said of one, at a site. */
const enterTwin = async ({ people }: Scene, site: string, firstName: string) => {
  const tokenHash = newHash();
  await enter({ people, site }, 'ada', {
    profile: { firstName },
    linkIdentities: [identity('one', { sealedTokens: firstName })],
    addLoginIds: [email('ada@shop.example', { from: [0] })],
    openSession: session({
      tokenHash,
      openedBy: 0,
      providerSessions: [{ identity: 0, issuer: undefined, sid: 'sid', sealedIdToken: undefined }],
    }),
    ...word(firstName),
  });
  return tokenHash;
};

const twins = async (scene: Scene) => {
  const sites = [scene.site, `${scene.site}-2`] as const;
  const own = await enterTwin(scene, sites[0], 'Ada');
  const other = await enterTwin(scene, sites[1], 'Augusta');
  return { sites, own, other };
};

/** What belongs to one site or one person is never another’s. */
export const isolation: StoreTests = {
  'two sites know the same uid, e-mail and identity as two people': async (scene) => {
    const { people } = scene;
    const { sites } = await twins(scene);
    const ways = [
      { uid: 'ada' },
      { email: 'ada@shop.example' },
      { identity: personAt('one') },
    ] as const;
    for (const way of ways) {
      const found = await Promise.all(sites.map((site) => people.read({ site, ...way })));
      keeps(
        `Who: by ${Object.keys(way).join()}, a site finds its own people only`,
        found.map((account) => account?.profile.firstName),
        ['Ada', 'Augusta'],
      );
      const seen = await Promise.all(
        sites.map((site) =>
          people.update({ site, ...way }, (account) => ({ answer: account?.profile.firstName })),
        ),
      );
      keeps(
        'update: finds the account of its own site',
        seen.map(({ answer }) => answer),
        ['Ada', 'Augusta'],
      );
    }
    const stranger = `${scene.site}-3`;
    const nobody = await Promise.all(ways.map((way) => people.read({ site: stranger, ...way })));
    keeps('Who: a site without people finds nobody', nobody, [undefined, undefined, undefined]);
    const [here, there] = sites;
    const { id: account } = await find(people, { site: here, uid: 'ada' });
    keeps(
      'Who.account: a row id of another site finds nobody',
      await people.read({ site: there, account }),
      undefined,
    );
  },

  'a session opens nothing at another site': async (scene) => {
    const { people } = scene;
    const { sites, own, other } = await twins(scene);
    const [here, there] = sites;
    const found = await Promise.all([
      people.read({ site: here, session: own }),
      people.read({ site: there, session: own }),
      people.read({ site: here, session: other }),
    ]);
    keeps(
      'Who.session: opens its own site only',
      found.map((account) => account?.profile.firstName),
      ['Ada', undefined, undefined],
    );
    const seen = await people.update({ site: there, session: own }, (account) => ({
      answer: account?.uid,
    }));
    keeps('update: a session of another site finds nobody', seen.answer, undefined);
  },

  'a change at one site leaves the other as it was': async (scene) => {
    const { people, store } = scene;
    const { sites } = await twins(scene);
    const [here, there] = sites;
    const before = await stateOf(store, there, 'ada');
    await remove(people, { site: here, uid: 'ada' }, ['one'], {
      revoke: { id: newId(), time: hour },
      more: { profile: { firstName: 'Nobody' } },
    });
    await deleteAccount(people, { site: here, uid: 'ada' });
    keeps('update: nothing changes at another site', await stateOf(store, there, 'ada'), before);
  },

  'a change to one person leaves the others as they were': async (scene) => {
    const { people, store, site } = scene;
    await enterTwin(scene, site, 'Ada');
    await enter(scene, 'bob', {
      linkIdentities: [identity('two'), identity('one', { providerUid: 'bob' })],
      addLoginIds: [email('bob@shop.example', { from: [0], wayIn: 'password' })],
      openSession: session({ openedBy: 0 }),
      ...word('Bob'),
    });
    const bob = await find(people, { site, uid: 'bob' });
    const before = await stateOf(store, site, 'bob');
    await remove(people, { site, uid: 'ada' }, ['one'], {
      // Whoever is asked for what is not theirs.
      more: {
        removeIdentities: bob.identities.map(({ id }) => id),
        removeLoginIds: bob.loginIds.map(({ id }) => id),
        endSessions: { ids: bob.sessions.map(({ id }) => id), reason: 'unlink' },
      },
    });
    keeps('Change: ids of somebody else mean nobody', await stateOf(store, site, 'bob'), before);
    await deleteAccount(people, { site, uid: 'ada' });
    keeps('update: changes nobody else', await stateOf(store, site, 'bob'), before);
  },

  'a worker gets the errands of its own sites only': async (scene) => {
    const { people, exits } = scene;
    const { sites } = await twins(scene);
    for (const site of sites)
      await remove(people, { site, uid: 'ada' }, ['one'], { revoke: 'anybody' });
    const [here, there] = sites;
    const claim = async (of: string[]) =>
      (await claimRevocations(exits, of, 10, hour)).map((one) => `${one.site} ${one.sealedTokens}`);
    keeps('claimErrands: of no site, none', await claim([`${here}-3`]), []);
    keeps('claimErrands: of these sites', await claim([here]), [`${here} Ada`]);
    keeps('claimErrands: of these sites', await claim([here, there]), [`${there} Augusta`]);
  },

  'a provider that ends a session ends it at the site that it tells': async (scene) => {
    const { people, exits } = scene;
    const { sites } = await twins(scene);
    const [here, there] = sites;
    const endedAt = async (site: string) => {
      const { id: account } = await find(people, { site, uid: 'ada' });
      const sessions = await exits.providerSessions({ site, account });
      return sessions.map((one) => one.endedAt !== undefined);
    };
    await exits.endProviderSessions({ site: here, provider: 'oidc-one', sid: 'sid' });
    keeps('endProviderSessions: at this site', await endedAt(here), [true]);
    keeps('endProviderSessions: not at another', await endedAt(there), [false]);
    const { id: account } = await find(people, { site: here, uid: 'ada' });
    const crossed = await exits.providerSessions({ site: there, account });
    keeps('providerSessions: an account of another site has none here', crossed, []);
  },

  'pages are told of their own person only': async (scene) => {
    const { people, exits } = scene;
    const { sites } = await twins(scene);
    const [here, there] = sites;
    await enter(scene, 'bob', word('Bob'));
    const told = async (site: string, uid: string, at = site) => {
      const { id: account } = await find(people, { site, uid });
      return reasonsOf(await exits.pageEvents({ site: at, account }));
    };
    const all = [
      await told(here, 'ada'),
      await told(here, 'bob'),
      await told(there, 'ada'),
      await told(here, 'ada', there),
    ];
    keeps('pageEvents: of this account of this site', all, [['Ada'], ['Bob'], ['Augusta'], []]);
  },

  'trips and answers are found by what opens them alone': async ({ exits, site }) => {
    const trip = (callId: string) => ({
      tokenHash: newHash(),
      site,
      callId,
      origin: undefined,
      stops: [],
    });
    const [one, two] = [trip(newId()), trip(newId())];
    for (const opened of [one, two]) await exits.openTrip(opened, seconds(hour));
    const found = await Promise.all(
      [one, two].map(async ({ tokenHash }) => (await exits.readTrip(tokenHash))?.callId),
    );
    keeps('readTrip: the trip of this token', found, [one.callId, two.callId]);
    const codes = [newId(), newId()];
    for (const code of codes)
      await exits.keepDeletion({ code, site, provider: 'oidc-one', receipt: [] });
    const answers = await Promise.all(codes.map((code) => exits.readDeletion(code)));
    keeps(
      'readDeletion: the answer of this code',
      answers.map((answer) => answer?.code),
      codes,
    );
  },
};
