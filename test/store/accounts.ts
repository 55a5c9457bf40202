import type { Who } from '../../src/server/people/people.ts';
import { keeps } from './promise.ts';
import {
  audited,
  enter,
  find,
  identity,
  inTime,
  newHash,
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
  'read finds a person by uid, e-mail, identity and session, and nobody by anything else': async ({
    store,
    site,
  }) => {
    const tokenHash = await signInAda(store, site);
    const ways = [
      { site, uid: 'ada' },
      { site, email: ' ADA@shop.Example' },
      { site, identity: personAt('one') },
      { site, session: tokenHash },
    ];
    const found = await Promise.all(ways.map((who) => store.read(who)));
    keeps(
      'read: an account is found by uid, by e-mail in any spelling, by identity, by session',
      found.map((account) => account?.uid),
      ['ada', 'ada', 'ada', 'ada'],
    );
    keeps(
      'Account.session: the session that asked, and none where none did',
      found.map((account) => account?.session !== undefined),
      [false, false, false, true],
    );
    const strangers = [
      { site, uid: 'Ada' },
      { site, email: 'bob@shop.example' },
      { site, identity: personAt('one', 'somebody else') },
      { site, identity: { ...personAt('one'), subProvider: 'behind' } },
      { site, session: newHash() },
    ];
    const nobody = await Promise.all(strangers.map((who) => store.read(who)));
    keeps(
      'read: gives undefined where nobody is found',
      nobody,
      strangers.map(() => undefined),
    );
  },

  'update hands decide the account as it is, and its answer through': async ({ store, site }) => {
    const tokenHash = await signInAda(store, site);
    const seen = await store.update({ site, session: tokenHash }, (account) => ({
      answer: pictureOf(account),
    }));
    keeps(
      'update: decide is given what read gives',
      seen,
      pictureOf(await find(store, { site, uid: 'ada' })),
    );
    keeps('update: a change is written as it says', seen, {
      uid: 'ada',
      isSiteUid: true,
      profile: { firstName: 'Ada' },
      identities: [{ ...whole, state: 'linked' }],
      loginIds: [
        {
          kind: 'email',
          value: 'Ada@Shop.example',
          wayIn: undefined,
          isSites: true,
          identities: 1,
        },
      ],
      sessions: 1,
    });
    const account = await find(store, { site, session: tokenHash });
    keeps(
      'NewSession.openedBy: the session knows the identity that opened it',
      [account.session?.identity, account.sessions[0]?.identity],
      [account.identities[0]?.id, account.identities[0]?.id],
    );
  },

  'update makes an account only where it may, and else gives decide nobody': async ({
    store,
    site,
  }) => {
    const seen = await store.update({ site, uid: 'nobody' }, (account) => ({
      change: audited({ profile: { firstName: 'Nobody' } }),
      answer: account,
    }));
    keeps('update: decide is given undefined when nobody is found', seen, undefined);
    keeps(
      'update: without `create`, nobody is made',
      await store.read({ site, uid: 'nobody' }),
      undefined,
    );
    await enter({ store, site }, 'ada');
    const who = { site, identity: personAt('one'), create: { uid: 'made' } };
    await write(store, who, { linkIdentities: [identity('one')] });
    const made = await Promise.all(
      ['ada', 'made'].map(async (uid) => (await find(store, { site, uid })).isSiteUid),
    );
    keeps('Who.create: an account of the uid is made; the site gave it or not', made, [
      true,
      false,
    ]);
    const again = await store.update(who, (account) => ({ answer: account?.uid }));
    keeps('Who.create: an account that is there is taken', again, 'made');
  },

  'whoever made an account knows it, and when it was read': async (scene) => {
    const { store, site } = scene;
    const isNew = (who: Who): Promise<boolean | undefined> =>
      store.update(who, (account) => ({ answer: account?.isNew }));
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
      await find(store, { site, uid: 'ada' }),
      await find(store, { site, uid: 'ada' }),
    ];
    keeps('Account.isNew: not where it is read', first.isNew, false);
    keeps('Account.readAt: goes on', second.readAt >= first.readAt, true);
    await enter(scene, 'ada', { openSession: session() });
    const { readAt, sessions } = await find(store, { site, uid: 'ada' });
    const signedIn = sessions[0]?.createdAt ?? new Date(Number.NaN);
    keeps(
      'Session.createdAt: when the person signed in, by the same clock',
      [signedIn >= second.readAt, signedIn <= readAt],
      [true, true],
    );
  },

  'a leave ticket stands for its session, and for nothing else': async (scene) => {
    const { store, site } = scene;
    const [ticket, tokenHash, over, live] = [newHash(), newHash(), newHash(), newHash()];
    await enter(scene, 'ada', { openSession: session({ tokenHash, ticketHash: ticket }) });
    await enter(scene, 'ada', { openSession: session({ tokenHash: live }) });
    await enter(scene, 'ada', {
      openSession: session({ ticketHash: over, expiresAt: inTime(-1000) }),
    });
    const found = (hash: Uint8Array, evenEnded: boolean, at = site) =>
      store.read({ site: at, ticket: hash, evenEnded });
    const { session: own } = await find(store, { site, session: tokenHash });
    const both = [await found(ticket, false), await found(ticket, true)];
    keeps(
      'Who.ticket: finds the account, and the session that it stands for',
      both.map((account) => account?.session?.id),
      [own?.id, own?.id],
    );
    const strangers = [
      await found(newHash(), true),
      await found(tokenHash, true),
      await found(ticket, true, `${site}-2`),
      await found(over, true),
      await store.read({ site, session: ticket }),
    ];
    keeps(
      'Who.ticket: no other ticket, no session token, no other site, no session that has run out; and it is no session',
      strangers,
      strangers.map(() => undefined),
    );
    const ids = own ? [own.id] : [];
    await write(store, { site, uid: 'ada' }, { endSessions: { ids, reason: 'logout' } });
    const ended = await found(ticket, true);
    keeps(
      'Who.ticket: of a session that has ended only with `evenEnded`',
      [await found(ticket, false), ended?.session?.id],
      [undefined, own?.id],
    );
    const { session: other } = await find(store, { site, session: live });
    keeps(
      'Account.sessions: live ones only, whoever asks',
      ended?.sessions.map(({ id }) => id),
      [other?.id],
    );
    const seen = await store.update({ site, ticket, evenEnded: true }, (account) => ({
      answer: account?.session?.id,
    }));
    keeps('update: by a ticket as read does', seen, own?.id);
  },
};
