import { endOldest } from '../../src/server/methods/open-session.ts';
import { deleteAccount, logOut, remove, siteOf } from './decisions.ts';
import { keeps } from './promise.ts';
import {
  email,
  enter,
  entry,
  find,
  identitiesAt,
  identity,
  newHash,
  newId,
  personAt,
  pictureOf,
  session,
  signInAda,
  whole,
  write,
  type StoreTests,
} from './scene.ts';

/** What becomes of a change that is written. */
export const changes: StoreTests = {
  'a profile grows, and what is not said stays': async (scene) => {
    const { people, site } = scene;
    const profileNow = async () => ({ ...(await find(people, { site, uid: 'ada' })).profile });
    await enter(scene, 'ada', { profile: { firstName: 'Ada', lastName: 'King' } });
    await enter(scene, 'ada', { profile: { lastName: 'Lovelace', email: 'ada@shop.example' } });
    keeps('Change.profile: is laid over the one that is there', await profileNow(), {
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@shop.example',
    });
    await enter(scene, 'ada', { profile: { email: null } });
    keeps('Change.profile: null forgets a field', await profileNow(), {
      firstName: 'Ada',
      lastName: 'Lovelace',
    });
    await enter(scene, 'bob', { profile: { firstName: 'Bob', email: null } });
    const { profile } = await find(people, { site, uid: 'bob' });
    keeps(
      'Change.profile: null forgets a field, of a new account too',
      { ...profile },
      {
        firstName: 'Bob',
      },
    );
  },

  'a way in stays until it is taken back': async (scene) => {
    const { people, site } = scene;
    const value = 'ada@shop.example';
    const ways: unknown[] = [];
    for (const wayIn of ['password', undefined, 'none', undefined, 'passkey'] as const) {
      await enter(scene, 'ada', { addLoginIds: [email(value, { wayIn })] });
      ways.push((await find(people, { site, uid: 'ada' })).loginIds[0]?.wayIn);
    }
    keeps('NewLoginId.wayIn: `none` takes it back, absent leaves it', ways, [
      'password',
      'password',
      undefined,
      undefined,
      'passkey',
    ]);
    const came = email(value, { isSites: false, from: [0] });
    await enter(scene, 'ada', { linkIdentities: [whole], addLoginIds: [came] });
    const [loginId, ...others] = (await find(people, { site, uid: 'ada' })).loginIds;
    keeps(
      'LoginId.isSites: what the site itself uses stays the site’s when it comes with an identity too',
      [loginId?.isSites, loginId?.identities.length, others.length],
      [true, 1, 0],
    );
  },

  'a login id is the person’s own once somebody has seen it': async (scene) => {
    const { people, site } = scene;
    const seen: unknown[] = [];
    for (const isVerified of [false, true, false]) {
      await enter(scene, 'ada', { addLoginIds: [email('ada@shop.example', { isVerified })] });
      seen.push((await find(people, { site, uid: 'ada' })).loginIds[0]?.isVerified);
    }
    keeps('LoginId.isVerified: false until somebody has seen it, and then it stays', seen, [
      false,
      true,
      true,
    ]);
  },

  'a soft removal leaves the mapping and nothing else; linked again it is whole': async (scene) => {
    const { people, site, holds } = scene;
    const token = `sealed ${newId()}`;
    const linked = { ...whole, sealedTokens: token };
    const loginIds = [email('ada@shop.example', { from: [0] })];
    await enter(scene, 'ada', { linkIdentities: [linked], addLoginIds: loginIds });
    await remove(people, { site, uid: 'ada' }, ['one'], { lastIdentityHandling: 'soft' });
    const left = await find(people, { site, identity: personAt('one') });
    keeps('Change.softenIdentities: only who maps to whom is left', pictureOf(left)?.identities, [
      { ...whole, state: 'mapping', profile: {}, sealedTokens: undefined, generation: 1 },
    ]);
    keeps(
      'Change.softenIdentities: a login id no longer belongs to it, and no sign-in is remembered',
      [left.loginIds[0]?.identities.length, left.identities[0]?.lastLoginAt],
      [0, undefined],
    );
    keeps('Change.softenIdentities: its tokens are gone', await holds(token), false);
    await enter(scene, 'ada', { linkIdentities: [whole] });
    const back = await find(people, { site, uid: 'ada' });
    keeps('Change.linkIdentities: links a mapping again, in place', pictureOf(back)?.identities, [
      { ...whole, state: 'linked', generation: 2 },
    ]);
    keeps(
      'Change.linkIdentities: notes when the person last signed in with it',
      back.identities[0]?.lastLoginAt instanceof Date,
      true,
    );
    keeps(
      'LoginId.identities: linked identities only, and none that came back without it',
      back.loginIds[0]?.identities.length,
      0,
    );
  },

  'a removal takes identities and login ids, and only those': async (scene) => {
    const { people, site, holds } = scene;
    const token = `sealed ${newId()}`;
    await enter(scene, 'ada', {
      linkIdentities: [identity('one', { sealedTokens: token }), identity('two')],
      addLoginIds: [
        email('one@shop.example', { isSites: false, from: [0] }),
        email('two@shop.example'),
      ],
    });
    await remove(people, { site, uid: 'ada' }, ['one'], { removeLoginID: true });
    const left = pictureOf(await find(people, { site, uid: 'ada' }));
    keeps(
      'Change.removeIdentities, removeLoginIds: these go, the others stay',
      [left?.identities.map(({ provider }) => provider), left?.loginIds.map(({ value }) => value)],
      [['oidc-two'], ['two@shop.example']],
    );
    const gone = { site, identity: personAt('one') };
    keeps('Change.removeIdentities: finds nobody any more', await people.read(gone), undefined);
    keeps('Change.removeIdentities: its tokens are gone', await holds(token), false);
  },

  'an ended session opens nothing, at once': async (scene) => {
    const { people, site } = scene;
    const hashes = [newHash(), newHash()];
    for (const tokenHash of hashes)
      await enter(scene, 'ada', { openSession: session({ tokenHash }) });
    const [ended = '', live = ''] = await Promise.all(
      hashes.map(async (hash) => (await find(people, { site, session: hash })).session?.id),
    );
    await logOut(people, { site, session: hashes[0] ?? newHash() });
    const found = await Promise.all(hashes.map((hash) => people.read({ site, session: hash })));
    keeps(
      'Change.endSessions: an ended session finds nobody, another goes on',
      found.map((account) => account?.uid),
      [undefined, 'ada'],
    );
    keeps(
      'Account.sessions: live sessions only',
      (await find(people, { site, uid: 'ada' })).sessions.map(({ id }) => id),
      [live],
    );
    keeps(
      'liveSessions: those that still open something',
      await people.liveSessions([ended, live]),
      [live],
    );
    keeps('liveSessions: of none, none', await people.liveSessions([]), []);
  },

  'the oldest sessions end where a person has as many as the site allows': async (scene) => {
    const { people, site } = scene;
    const configured = siteOf(site, { sessionsPerAccount: 2 });
    const opened: (string | undefined)[] = [];
    for (let count = 0; count < 4; count += 1) {
      const tokenHash = newHash();
      await people.update({ site, uid: 'ada', create: { isSiteUid: true } }, (account) => ({
        change: {
          ...(account && endOldest(account, configured).change),
          openSession: session({ tokenHash }),
          journal: entry(),
        },
        answer: undefined,
      }));
      opened.push((await find(people, { site, session: tokenHash })).session?.id);
    }
    const { sessions } = await find(people, { site, uid: 'ada' });
    keeps(
      'Change.endSessions, openSession: in one change; `limit` is a reason like another',
      sessions.map(({ id }) => id),
      opened.slice(2),
    );
  },

  'a deleted account leaves nothing that finds anybody': async (scene) => {
    const { people, site } = scene;
    const tokenHash = await signInAda(scene);
    const before = await find(people, { site, uid: 'ada' });
    await deleteAccount(people, { site, uid: 'ada' });
    const ways = [
      { site, uid: 'ada' },
      { site, account: before.id },
      { site, email: 'ada@shop.example' },
      { site, identity: personAt('one') },
      { site, session: tokenHash },
    ];
    const found = await Promise.all(ways.map((who) => people.read(who)));
    keeps(
      'Change.deleteAccount: uid, login ids, identities and sessions go with it',
      found,
      ways.map(() => undefined),
    );
    const live = await people.liveSessions(before.sessions.map(({ id }) => id));
    keeps('Change.deleteAccount: no session of it lives', live, []);
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    const fresh = await find(people, { site, uid: 'ada' });
    keeps(
      'Change.deleteAccount: who comes again starts anew',
      [identitiesAt(fresh, 'one').length, fresh.loginIds, { ...fresh.profile }],
      [1, [], {}],
    );
  },

  'an account takes another uid, and keeps what it has': async (scene) => {
    const { people, site } = scene;
    const tokenHash = await signInAda(scene);
    await write(people, { site, session: tokenHash }, { uid: 'countess' });
    const found = await people.read({ site, uid: 'countess' });
    keeps(
      'Change.uid: the account is found under its new uid, with everything it had',
      [found?.identities.length, found?.sessions.length, await people.read({ site, uid: 'ada' })],
      [1, 1, undefined],
    );
  },
};
