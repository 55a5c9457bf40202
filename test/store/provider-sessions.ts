import type { NewProviderSession } from '../../src/server/rules/account.ts';
import type { ProviderSession, Store } from '../../src/server/people/people.ts';
import { keeps } from './promise.ts';
import {
  enter,
  find,
  identity,
  newHash,
  session,
  write,
  type Scene,
  type StoreTests,
} from './scene.ts';

const provider = 'oidc-one';

/** Signs `ada` in with `oidc-one`; gives back our session’s row id. */
const signIn = async (
  scene: Scene,
  told: Partial<NewProviderSession> | undefined,
  uid = 'ada',
): Promise<string> => {
  const { store, site } = scene;
  const tokenHash = newHash();
  const fresh = { identity: 0, issuer: undefined, sid: undefined, sealedIdToken: undefined };
  await enter(scene, uid, {
    linkIdentities: [identity('one', { providerUid: uid })],
    openSession: session({
      tokenHash,
      openedBy: 0,
      ...(told && { providerSessions: [{ ...fresh, ...told }] }),
    }),
  });
  return (await find(store, { site, session: tokenHash })).session?.id ?? '';
};

const listed = async (store: Store, site: string): Promise<ProviderSession[]> => {
  const { id: account } = await find(store, { site, uid: 'ada' });
  return store.providerSessions({ site, account });
};

/** Sids of the sessions that have ended. */
const ended = async ({ store, site }: Scene): Promise<string[]> =>
  (await listed(store, site)).flatMap(({ endedAt, sid = '' }) => (endedAt ? sid : [])).toSorted();

const sessionsIn = (found: { sessions: string[] }[]): string[] =>
  found.flatMap(({ sessions }) => sessions).toSorted();

/** People's sessions at providers, and what a provider tells of them. */
export const providerSessions: StoreTests = {
  'sessions at providers are listed newest first, as the sign-in told': async (scene) => {
    const { store, site } = scene;
    const first = await signIn(scene, { sid: 'first' });
    const issuer = 'https://one.example';
    const second = await signIn(scene, { sid: 'second', issuer, sealedIdToken: 'sealed' });
    await write(store, { site, uid: 'ada' }, { endSessions: { ids: [first], reason: 'logout' } });
    const found = await listed(store, site);
    const rest = { provider, providerUid: 'ada', endedAt: undefined };
    keeps(
      'providerSessions: newest first, those whose own session has ended among them',
      found.map(({ id: _id, ...one }) => ({ ...one })),
      [
        { ...rest, issuer, sid: 'second', sealedIdToken: 'sealed', session: second },
        { ...rest, issuer: undefined, sid: 'first', sealedIdToken: undefined, session: first },
      ],
    );
  },

  'the end of one session is noted, and names the live sessions that it had opened': async (
    scene,
  ) => {
    const { store, site } = scene;
    const opened = [await signIn(scene, { sid: 'shared' }), await signIn(scene, { sid: 'shared' })];
    await signIn(scene, { sid: 'other' });
    const account = await find(store, { site, uid: 'ada' });
    const end = () => store.endProviderSessions({ site, provider, sid: 'shared' });
    const found = await end();
    keeps(
      'endProviderSessions: says whose sessions, and which of ours they had opened',
      found.map((one) => ({ ...one, sessions: one.sessions.toSorted() })),
      [{ account: account.id, uid: 'ada', sessions: opened.toSorted() }],
    );
    keeps('endProviderSessions: notes the end of these only', await ended(scene), [
      'shared',
      'shared',
    ]);
    keeps(
      'endProviderSessions: ends none of ours by itself',
      (await find(store, { site, uid: 'ada' })).sessions.length,
      3,
    );
    const noted = await listed(store, site);
    keeps(
      'endProviderSessions: the same again for the same message',
      sessionsIn(await end()),
      opened.toSorted(),
    );
    keeps('ProviderSession.endedAt: the first word of it stays', await listed(store, site), noted);
  },

  'sessions that are over are not named again': async (scene) => {
    const { store, site } = scene;
    const [first, second] = [
      await signIn(scene, { sid: 'sid' }),
      await signIn(scene, { sid: 'sid' }),
    ];
    await write(store, { site, uid: 'ada' }, { endSessions: { ids: [first], reason: 'logout' } });
    const end = () => store.endProviderSessions({ site, provider, sid: 'sid' });
    keeps('endProviderSessions: live sessions only', sessionsIn(await end()), [second]);
    await write(store, { site, uid: 'ada' }, { endSessions: { ids: [second], reason: 'logout' } });
    keeps(
      'endProviderSessions: the account is named also when none of its sessions lives',
      (await end()).map(({ uid, sessions }) => ({ uid, sessions })),
      [{ uid: 'ada', sessions: [] }],
    );
  },

  'the end of all of a person’s sessions counts for that person': async (scene) => {
    const { store, site } = scene;
    const own = [
      await signIn(scene, { sid: 'a' }),
      await signIn(scene, { sid: 'b' }),
      await signIn(scene, undefined),
    ];
    await signIn(scene, { sid: 'c' }, 'bob');
    const end = { site, provider, providerUid: 'ada' };
    keeps(
      'endProviderSessions: all sessions of a person there, also those that had told of none',
      sessionsIn(await store.endProviderSessions(end)),
      own.toSorted(),
    );
    keeps('endProviderSessions: notes the end of each', await ended(scene), ['a', 'b']);
    const { id: account } = await find(store, { site, uid: 'bob' });
    const others = await store.providerSessions({ site, account });
    keeps(
      'endProviderSessions: of nobody else',
      others.map(({ endedAt }) => endedAt),
      [undefined],
    );
  },

  'the issuer says whose session it is, where one was told': async (scene) => {
    const { store, site } = scene;
    const [one, two] = ['https://one.example', 'https://two.example'];
    await signIn(scene, { sid: 'sid', issuer: one });
    const theirs = await signIn(scene, { sid: 'sid', issuer: two });
    const untold = await signIn(scene, { sid: 'sid' });
    const end = { site, provider, sid: 'sid', issuer: two };
    keeps(
      'endProviderSessions: not the session of another issuer',
      sessionsIn(await store.endProviderSessions(end)),
      [theirs, untold].toSorted(),
    );
    const issuers = (await listed(store, site)).filter(({ endedAt }) => endedAt);
    keeps(
      'endProviderSessions: notes the end of these only',
      issuers.map(({ issuer }) => issuer),
      [undefined, two],
    );
  },

  'a message that means nobody ends nothing': async (scene) => {
    const { store, site } = scene;
    await signIn(scene, { sid: 'sid' });
    const strangers = [
      { site, provider },
      { site, provider, sid: 'another' },
      { site, provider, providerUid: 'another' },
      { site, provider: 'oidc-two', sid: 'sid' },
      { site, provider: 'oidc-two', providerUid: 'ada' },
    ];
    const found = await Promise.all(strangers.map((of) => store.endProviderSessions(of)));
    keeps(
      'endProviderSessions: of what nobody knows, nobody',
      found,
      strangers.map(() => []),
    );
    keeps('endProviderSessions: notes nothing then', await ended(scene), []);
  },
};
