import type { Who } from '../../src/server/people/people.ts';
import { logOut, removalOf } from './decisions.ts';
import { keeps } from './promise.ts';
import {
  email,
  enter,
  entry,
  find,
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

/** What `read` finds, and what `update` hands to `decide`. */
export const accounts: StoreTests = {
  'read finds a person by the site’s own session, and by the uid that comes with one': async (
    scene,
  ) => {
    const { people, site } = scene;
    const siteSession = `site ${newId()}`;
    await enter(scene, 'ada', { openSession: session({ siteSession }) });
    const ways: Who[] = [
      { site, siteSession },
      { site, siteSession, uid: 'ada' },
      { site, siteSession: `${siteSession} of another` },
      { site: `${site} of another`, siteSession },
    ];
    const found = await Promise.all(ways.map((who) => people.read(who)));
    keeps(
      'read: an account is found by the site’s own session, within its site',
      found.map((account) => account?.uid),
      ['ada', 'ada', undefined, undefined],
    );
    keeps(
      'Account.session: the one beside the site’s own',
      found[0]?.session?.siteSession,
      siteSession,
    );
    keeps('nameProvider: by its id', people.nameProvider('Facebook'), 'facebook');
  },

  'read finds a person by uid, row id, e-mail, identity and session, and nobody by anything else':
    async (scene) => {
      const { people, site } = scene;
      const tokenHash = await signInAda(scene);
      const { id } = await find(people, { site, uid: 'ada' });
      const ways: Who[] = [
        { site, uid: 'ada' },
        { site, account: id },
        { site, email: ' ADA@shop.Example' },
        { site, identity: personAt('one') },
        { site, session: tokenHash },
      ];
      const found = await Promise.all(ways.map((who) => people.read(who)));
      keeps(
        'read: an account is found by uid, by row id, by e-mail in any spelling, by identity, by session',
        found.map((account) => account?.uid),
        ways.map(() => 'ada'),
      );
      keeps(
        'Account.session: the session that asked, and none where none did',
        found.map((account) => account?.session !== undefined),
        [false, false, false, false, true],
      );
      const strangers: Who[] = [
        { site, uid: 'Ada' },
        { site, account: String(Number(id) + 1_000_000_000) },
        { site, email: 'bob@shop.example' },
        { site, identity: personAt('one', 'somebody else') },
        { site, identity: { ...personAt('one'), subProvider: 'behind' } },
        { site, session: newHash() },
      ];
      const nobody = await Promise.all(strangers.map((who) => people.read(who)));
      keeps(
        'read: gives undefined where nobody is found',
        nobody,
        strangers.map(() => undefined),
      );
    },

  'update hands decide the account as it is, and its answer through': async (scene) => {
    const { people, site } = scene;
    const tokenHash = await signInAda(scene);
    const { answer, entry: written } = await people.update({ site, session: tokenHash }, (one) => ({
      answer: pictureOf(one),
    }));
    keeps(
      'update: decide is given what read gives',
      answer,
      pictureOf(await find(people, { site, uid: 'ada' })),
    );
    keeps('Updated.entry: none where no journal row was written', written, undefined);
    keeps('update: a change is written as it says', answer, {
      uid: 'ada',
      isSiteUid: true,
      profile: { firstName: 'Ada' },
      identities: [{ ...whole, state: 'linked', generation: 1 }],
      loginIds: [
        {
          kind: 'email',
          value: 'Ada@Shop.example',
          wayIn: undefined,
          isSites: true,
          isVerified: true,
          identities: 1,
        },
      ],
      sessions: 1,
    });
    const account = await find(people, { site, session: tokenHash });
    keeps(
      'NewSession.openedBy: the session knows the identity that opened it',
      [account.session?.identity, account.sessions[0]?.identity],
      [account.identities[0]?.id, account.identities[0]?.id],
    );
  },

  'update makes an account only where it may, and else gives decide nobody': async (scene) => {
    const { people, site } = scene;
    const seen = await people.update({ site, uid: 'nobody' }, (account) => ({
      change: { profile: { firstName: 'Nobody' }, journal: entry() },
      answer: account,
    }));
    keeps('update: decide is given undefined when nobody is found', seen.answer, undefined);
    keeps('Updated.entry: nothing is written about nobody', seen.entry, undefined);
    keeps(
      'update: without `create`, nobody is made',
      await people.read({ site, uid: 'nobody' }),
      undefined,
    );
    await enter(scene, 'ada');
    const who = { site, identity: personAt('one'), create: { uid: 'made' } };
    await write(people, who, { linkIdentities: [identity('one')] });
    const made = await Promise.all(
      ['ada', 'made'].map(async (uid) => (await find(people, { site, uid })).isSiteUid),
    );
    keeps('Who.create: an account of the uid is made; the site gave it or not', made, [
      true,
      false,
    ]);
    const again = await people.update(who, (account) => ({ answer: account?.uid }));
    keeps('Who.create: an account that is there is taken', again.answer, 'made');
    const unwritten = { site, uid: 'unwritten', create: { isSiteUid: true } };
    await people.update(unwritten, () => ({ answer: undefined }));
    keeps(
      'Decision.change: absent, nobody is made either',
      await people.read({ site, uid: 'unwritten' }),
      undefined,
    );
  },

  'whoever made an account knows it, and when it was read': async (scene) => {
    const { people, site } = scene;
    const isNew = async (who: Who): Promise<boolean | undefined> => {
      const { answer } = await people.update(who, (account) => ({
        change: { journal: entry() },
        answer: account?.isNew,
      }));
      return answer;
    };
    const ways: Who[] = [
      { site, uid: 'ada', create: { isSiteUid: true } },
      { site, identity: personAt('one'), create: { uid: 'made' } },
    ];
    for (const who of ways) keeps('Account.isNew: made for this very call', await isNew(who), true);
    for (const uid of ['ada', 'made'])
      keeps(
        'Account.isNew: not for a later one',
        await isNew({ site, uid, create: { isSiteUid: true } }),
        false,
      );
    const [first, second] = [
      await find(people, { site, uid: 'ada' }),
      await find(people, { site, uid: 'ada' }),
    ];
    keeps('Account.isNew: not where it is read', first.isNew, false);
    keeps('Account.readAt: goes on', second.readAt >= first.readAt, true);
    await enter(scene, 'ada', { openSession: session() });
    const { readAt, sessions } = await find(people, { site, uid: 'ada' });
    const signedIn = sessions[0]?.createdAt ?? new Date(Number.NaN);
    keeps(
      'Session.createdAt: when the person signed in, by the same clock',
      [signedIn >= second.readAt, signedIn <= readAt],
      [true, true],
    );
    const { answer } = await people.update(
      { site, uid: 'fresh', create: { isSiteUid: true } },
      (account) => ({ answer: account?.readAt }),
    );
    keeps(
      'Account.readAt: by the clock of the database, also of an account that is being made',
      [answer && answer >= readAt, answer && answer.getTime() < readAt.getTime() + 60_000],
      [true, true],
    );
  },

  'whatever changes a row of an account moves its rev': async (scene) => {
    const { people, site } = scene;
    const who = { site, uid: 'ada' };
    const ticketHash = newHash();
    await enter(scene, 'ada', {
      linkIdentities: [identity('one'), identity('two')],
      addLoginIds: [email('one@shop.example', { from: [0] })],
      openSession: session({ ticketHash }),
    });
    const account = await find(people, who);
    const revs = [account.rev];
    const sessions = account.sessions.map(({ id }) => id);
    for (const change of [
      { profile: { firstName: 'Ada' } },
      { linkIdentities: [identity('three')] },
      { linkIdentities: [identity('three', { sealedTokens: 'newer' })] },
      { addLoginIds: [email('two@shop.example')] },
      { openSession: session() },
      removalOf(account, site, ['one'], { removeLoginID: false }),
      { softenIdentities: account.identities.slice(1, 2).map(({ id }) => id) },
      { removeLoginIds: account.loginIds.map(({ id }) => id) },
      { endSessions: { ids: sessions, reason: 'logout' as const } },
      { spendTicket: sessions[0] ?? '' },
      { uid: 'ada' },
    ]) {
      await write(people, who, change);
      revs.push((await find(people, who)).rev);
    }
    keeps('Account.rev: another one after each change', new Set(revs).size, revs.length);
    await people.update(who, () => ({ answer: undefined }));
    await enter(scene, 'bob', { openSession: session() });
    keeps(
      'Account.rev: the same while nothing of this account has changed',
      (await find(people, who)).rev,
      revs.at(-1),
    );
  },

  'a session that was ended asks for nobody': async (scene) => {
    const { people, site } = scene;
    const tokenHash = await signInAda(scene);
    keeps(
      'update: a live session finds its account',
      (await logOut(people, { site, session: tokenHash })).length,
      1,
    );
    const seen = await people.update({ site, session: tokenHash }, (account) => ({
      answer: account?.uid,
    }));
    keeps('update: a session that has ended finds nobody', seen.answer, undefined);
  },
};
