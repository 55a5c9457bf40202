import { keeps } from './promise.ts';
import {
  email,
  enter,
  find,
  idsAt,
  identity,
  newHash,
  newId,
  personAt,
  pictureOf,
  remove,
  session,
  signInAda,
  soften,
  whole,
  write,
  type StoreTests,
} from './scene.ts';

/** What becomes of a change that is written. */
export const changes: StoreTests = {
  'a profile grows, and what is not said stays': async ({ store, site }) => {
    await enter({ store, site }, 'ada', { profile: { firstName: 'Ada', lastName: 'King' } });
    await enter({ store, site }, 'ada', { profile: { lastName: 'Lovelace' } });
    const { profile } = await find(store, { site, uid: 'ada' });
    keeps(
      'Change.profile: is laid over the one that is there',
      { ...profile },
      {
        firstName: 'Ada',
        lastName: 'Lovelace',
      },
    );
  },

  'a way in stays until it is taken back': async ({ store, site }) => {
    const value = 'ada@shop.example';
    const ways: unknown[] = [];
    for (const wayIn of ['password', undefined, 'none', undefined, 'passkey'] as const) {
      await enter({ store, site }, 'ada', { addLoginIds: [email(value, { wayIn })] });
      ways.push((await find(store, { site, uid: 'ada' })).loginIds[0]?.wayIn);
    }
    keeps('NewLoginId.wayIn: `none` takes it back, absent leaves it', ways, [
      'password',
      'password',
      undefined,
      undefined,
      'passkey',
    ]);
    const came = email(value, { isSites: false, from: [0] });
    await enter({ store, site }, 'ada', { linkIdentities: [whole], addLoginIds: [came] });
    const [loginId, ...others] = (await find(store, { site, uid: 'ada' })).loginIds;
    keeps(
      'LoginId.isSites: what the site itself uses stays the site’s when it comes with an identity too',
      [loginId?.isSites, loginId?.identities.length, others.length],
      [true, 1, 0],
    );
  },

  'a soft removal leaves the mapping and nothing else; linked again it is whole': async ({
    store,
    site,
    holds,
  }) => {
    const token = `sealed ${newId()}`;
    const linked = { ...whole, sealedTokens: token };
    const loginIds = [email('ada@shop.example', { from: [0] })];
    await enter({ store, site }, 'ada', { linkIdentities: [linked], addLoginIds: loginIds });
    await remove(store, { site, uid: 'ada' }, ['one'], soften);
    const left = await find(store, { site, identity: personAt('one') });
    keeps('Change.softenIdentities: only who maps to whom is left', pictureOf(left)?.identities, [
      { ...whole, state: 'mapping', profile: {}, sealedTokens: undefined },
    ]);
    keeps(
      'Change.softenIdentities: a login id no longer belongs to it, and no sign-in is remembered',
      [left.loginIds[0]?.identities.length, left.identities[0]?.lastLoginAt],
      [0, undefined],
    );
    keeps('Change.softenIdentities: its tokens are gone', await holds(token), false);
    await enter({ store, site }, 'ada', { linkIdentities: [whole] });
    const back = await find(store, { site, uid: 'ada' });
    keeps('Change.linkIdentities: links a mapping again, in place', pictureOf(back)?.identities, [
      { ...whole, state: 'linked' },
    ]);
    keeps(
      'Change.linkIdentities: notes when the person last signed in with it',
      back.identities[0]?.lastLoginAt instanceof Date,
      true,
    );
  },

  'a removal takes identities and login ids, and only those': async ({ store, site, holds }) => {
    const token = `sealed ${newId()}`;
    await enter({ store, site }, 'ada', {
      linkIdentities: [identity('one', { sealedTokens: token }), identity('two')],
      addLoginIds: [email('one@shop.example', { from: [0] }), email('two@shop.example')],
    });
    await remove(store, { site, uid: 'ada' }, ['one'], (_ids, { loginIds }) => ({
      removeLoginIds: loginIds.filter(({ value }) => value.startsWith('one')).map(({ id }) => id),
    }));
    const left = pictureOf(await find(store, { site, uid: 'ada' }));
    keeps(
      'Change.removeIdentities, removeLoginIds: these go, the others stay',
      [left?.identities.map(({ provider }) => provider), left?.loginIds.map(({ value }) => value)],
      [['oidc-two'], ['two@shop.example']],
    );
    const gone = { site, identity: personAt('one') };
    keeps('Change.removeIdentities: finds nobody any more', await store.read(gone), undefined);
    keeps('Change.removeIdentities: its tokens are gone', await holds(token), false);
  },

  'an ended session opens nothing, at once': async ({ store, site }) => {
    const hashes = [newHash(), newHash()];
    for (const tokenHash of hashes)
      await enter({ store, site }, 'ada', { openSession: session({ tokenHash }) });
    const [ended, live] = await Promise.all(
      hashes.map(async (hash) => (await find(store, { site, session: hash })).session?.id ?? ''),
    );
    const ids = [ended ?? '', live ?? ''];
    await write(
      store,
      { site, uid: 'ada' },
      {
        endSessions: { ids: ids.slice(0, 1), reason: 'logout' },
      },
    );
    const found = await Promise.all(hashes.map((hash) => store.read({ site, session: hash })));
    keeps(
      'Change.endSessions: an ended session finds nobody, another goes on',
      found.map((account) => account?.uid),
      [undefined, 'ada'],
    );
    keeps(
      'Account.sessions: live sessions only',
      (await find(store, { site, uid: 'ada' })).sessions.map(({ id }) => id),
      [live],
    );
    keeps('liveSessions: those that still open something', await store.liveSessions(ids), [live]);
    keeps('liveSessions: of none, none', await store.liveSessions([]), []);
  },

  'a deleted account leaves nothing that finds anybody': async ({ store, site }) => {
    const tokenHash = await signInAda(store, site);
    const before = await find(store, { site, uid: 'ada' });
    await write(store, { site, uid: 'ada' }, { deleteAccount: true });
    const ways = [
      { site, uid: 'ada' },
      { site, email: 'ada@shop.example' },
      { site, identity: personAt('one') },
      { site, session: tokenHash },
    ];
    const found = await Promise.all(ways.map((who) => store.read(who)));
    keeps(
      'Change.deleteAccount: uid, login ids, identities and sessions go with it',
      found,
      ways.map(() => undefined),
    );
    const live = await store.liveSessions(before.sessions.map(({ id }) => id));
    keeps('Change.deleteAccount: no session of it lives', live, []);
    await enter({ store, site }, 'ada', { linkIdentities: [identity('one')] });
    const fresh = await find(store, { site, uid: 'ada' });
    keeps(
      'Change.deleteAccount: who comes again starts anew',
      [idsAt(fresh, 'one').length, fresh.loginIds, { ...fresh.profile }],
      [1, [], {}],
    );
  },

  'every change is on record': async ({ store, site, holds }) => {
    const callId = newId();
    await enter({ store, site }, 'ada');
    await write(store, { site, uid: 'ada' }, {}, callId);
    keeps('Change.audit: who did what is kept with the change', await holds(callId), true);
    const unwritten = newId();
    await store.update({ site, uid: 'ada' }, () => ({ answer: unwritten }));
    keeps('Decision.change: absent, nothing is written', await holds(unwritten), false);
  },

  'an account takes another uid, and keeps what it has': async ({ store, site }) => {
    const tokenHash = await signInAda(store, site);
    await write(store, { site, session: tokenHash }, { uid: 'countess' });
    const found = await store.read({ site, uid: 'countess' });
    keeps(
      'Change.uid: the account is found under its new uid, with everything it had',
      [found?.identities.length, found?.sessions.length, await store.read({ site, uid: 'ada' })],
      [1, 1, undefined],
    );
  },
};
