import type { ProviderSession } from '../../src/server/exits/trip.ts';
import type { NewProviderSession } from '../../src/server/rules/account.ts';
import { deleteAccount, logOut } from './decisions.ts';
import { keeps } from './promise.ts';
import {
  enter,
  find,
  hour,
  identity,
  newHash,
  session,
  type Scene,
  type StoreTests,
} from './scene.ts';

const provider = 'oidc-one';

/** Signs `ada` in with `oidc-one`; gives back our session’s row id, and what opens it. */
const signIn = async (
  scene: Scene,
  told: Partial<NewProviderSession> | undefined,
  uid = 'ada',
): Promise<{ id: string; tokenHash: Uint8Array }> => {
  const { people, site } = scene;
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
  return { id: (await find(people, { site, session: tokenHash })).session?.id ?? '', tokenHash };
};

const listed = async ({ people, exits, site }: Scene): Promise<ProviderSession[]> => {
  const { id: account } = await find(people, { site, uid: 'ada' });
  return exits.providerSessions({ site, account });
};

/** Sids of the sessions that have ended. */
const ended = async (scene: Scene): Promise<string[]> =>
  (await listed(scene)).flatMap(({ endedAt, sid = '' }) => (endedAt ? sid : [])).toSorted();

const sessionsIn = (found: { sessions: string[] }[]): string[] =>
  found.flatMap(({ sessions }) => sessions).toSorted();

/** People's sessions at providers, and what a provider tells of them. */
export const providerSessions: StoreTests = {
  'sessions at providers are listed newest first, as the sign-in told': async (scene) => {
    const { people, site } = scene;
    const first = await signIn(scene, { sid: 'first' });
    const issuer = 'https://one.example';
    const second = await signIn(scene, { sid: 'second', issuer, sealedIdToken: 'sealed' });
    await logOut(people, { site, session: first.tokenHash });
    const found = await listed(scene);
    const rest = { provider, providerUid: 'ada', endedAt: undefined };
    keeps(
      'providerSessions: newest first, those whose own session has ended among them',
      found.map(({ id: _id, ...one }) => ({ ...one })),
      [
        { ...rest, issuer, sid: 'second', sealedIdToken: 'sealed', session: second.id },
        { ...rest, issuer: undefined, sid: 'first', sealedIdToken: undefined, session: first.id },
      ],
    );
  },

  'the end of one session is noted, and names the sessions that it had opened': async (scene) => {
    const { people, exits, site } = scene;
    const opened = [
      (await signIn(scene, { sid: 'shared' })).id,
      (await signIn(scene, { sid: 'shared' })).id,
    ];
    await signIn(scene, { sid: 'other' });
    const account = await find(people, { site, uid: 'ada' });
    const end = () => exits.endProviderSessions({ site, provider, sid: 'shared' });
    const found = await end();
    keeps(
      'endProviderSessions: says whose sessions, and which of ours they had opened',
      found.map((one) => ({ ...one, sessions: one.sessions.toSorted() })),
      [{ account: account.id, sessions: opened.toSorted() }],
    );
    keeps('endProviderSessions: notes the end of these only', await ended(scene), [
      'shared',
      'shared',
    ]);
    keeps(
      'endProviderSessions: ends none of ours by itself',
      (await find(people, { site, uid: 'ada' })).sessions.length,
      3,
    );
    const noted = await listed(scene);
    keeps(
      'endProviderSessions: the same again for the same message',
      sessionsIn(await end()),
      opened.toSorted(),
    );
    keeps('ProviderSession.endedAt: the first word of it stays', await listed(scene), noted);
  },

  'what was opened is named also when it is over': async (scene) => {
    const { people, exits, site } = scene;
    const first = await signIn(scene, { sid: 'sid' });
    const second = await signIn(scene, { sid: 'sid' });
    const account = await find(people, { site, uid: 'ada' });
    for (const { tokenHash } of [first, second]) await logOut(people, { site, session: tokenHash });
    keeps(
      'endProviderSessions: the account, and what these sessions had opened; people say what still lives',
      (await exits.endProviderSessions({ site, provider, sid: 'sid' })).map((one) => ({
        ...one,
        sessions: one.sessions.toSorted(),
      })),
      [{ account: account.id, sessions: [first.id, second.id].toSorted() }],
    );
  },

  'the end of all of a person’s sessions counts for that person': async (scene) => {
    const { people, exits, site } = scene;
    const own = [(await signIn(scene, { sid: 'a' })).id, (await signIn(scene, { sid: 'b' })).id];
    await signIn(scene, undefined);
    await signIn(scene, { sid: 'c' }, 'bob');
    const end = { site, provider, providerUid: 'ada' };
    keeps(
      'endProviderSessions: what all sessions of a person there had opened',
      sessionsIn(await exits.endProviderSessions(end)),
      own.toSorted(),
    );
    keeps('endProviderSessions: notes the end of each', await ended(scene), ['a', 'b']);
    const { id: account } = await find(people, { site, uid: 'bob' });
    const others = await exits.providerSessions({ site, account });
    keeps(
      'endProviderSessions: of nobody else',
      others.map(({ endedAt }) => endedAt),
      [undefined],
    );
  },

  'the issuer says whose session it is, where one was told': async (scene) => {
    const { exits, site } = scene;
    const [one, two] = ['https://one.example', 'https://two.example'];
    await signIn(scene, { sid: 'sid', issuer: one });
    const theirs = await signIn(scene, { sid: 'sid', issuer: two });
    const untold = await signIn(scene, { sid: 'sid' });
    const end = { site, provider, sid: 'sid', issuer: two };
    keeps(
      'endProviderSessions: not the session of another issuer',
      sessionsIn(await exits.endProviderSessions(end)),
      [theirs.id, untold.id].toSorted(),
    );
    const issuers = (await listed(scene)).filter(({ endedAt }) => endedAt);
    keeps(
      'endProviderSessions: notes the end of these only',
      issuers.map(({ issuer }) => issuer),
      [undefined, two],
    );
  },

  'a session id with its person means also what was told without one': async (scene) => {
    const { exits, site } = scene;
    const named = await signIn(scene, { sid: 'sid' });
    await signIn(scene, { sid: 'other' });
    const untold = await signIn(scene, { sid: undefined });
    await signIn(scene, { sid: undefined }, 'bob');
    const end = { site, provider, sid: 'sid', providerUid: 'ada' };
    keeps(
      'endProviderSessions: with a person besides also those of which no session id is known, of that person only',
      sessionsIn(await exits.endProviderSessions(end)),
      [named.id, untold.id].toSorted(),
    );
    keeps(
      'endProviderSessions: without, the session alone',
      sessionsIn(await exits.endProviderSessions({ site, provider, sid: 'other' })).length,
      1,
    );
  },

  'a message means the sessions that had begun when it was written': async (scene) => {
    const { exits, site, age } = scene;
    const old = await signIn(scene, { sid: 'old' });
    await age(site, hour / 2);
    await signIn(scene, { sid: 'new' });
    const { readAt } = await find(scene.people, { site, uid: 'ada' });
    const at = new Date(readAt.getTime() - hour / 4);
    keeps(
      'endProviderSessions: not the sessions that began after it',
      sessionsIn(await exits.endProviderSessions({ site, provider, providerUid: 'ada', at })),
      [old.id],
    );
    keeps('endProviderSessions: notes the end of these only', await ended(scene), ['old']);
  },

  'a message that means nobody ends nothing': async (scene) => {
    const { exits, site } = scene;
    await signIn(scene, { sid: 'sid' });
    const strangers = [
      { site, provider },
      { site, provider, sid: 'another' },
      { site, provider, providerUid: 'another' },
      { site, provider: 'oidc-two', sid: 'sid' },
      { site, provider: 'oidc-two', providerUid: 'ada' },
    ];
    const found = await Promise.all(strangers.map((of) => exits.endProviderSessions(of)));
    keeps(
      'endProviderSessions: of what nobody knows, nobody',
      found,
      strangers.map(() => []),
    );
    keeps('endProviderSessions: notes nothing then', await ended(scene), []);
  },

  'sessions at providers go with the account': async (scene) => {
    const { people, exits, site } = scene;
    await signIn(scene, { sid: 'sid', sealedIdToken: 'sealed' });
    await signIn(scene, { sid: 'sid' }, 'bob');
    const { id: account } = await find(people, { site, uid: 'ada' });
    const bob = await find(people, { site, uid: 'bob' });
    await deleteAccount(people, { site, uid: 'ada' });
    const left = await Promise.all(
      [account, bob.id].map((one) => exits.providerSessions({ site, account: one })),
    );
    keeps(
      'Change.deleteAccount: what is known of its sessions at providers goes too, and nobody else’s',
      left.map(({ length }) => length),
      [0, 1],
    );
    const named = await exits.endProviderSessions({ site, provider, sid: 'sid' });
    keeps(
      'endProviderSessions: nobody who is gone',
      named.map((one) => one.account),
      [bob.id],
    );
  },
};
