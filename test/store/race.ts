import { isOutroError } from '../../src/core/is-outro-error.ts';
import type { People, Who } from '../../src/server/people/people.ts';
import type { Account } from '../../src/server/rules/account.ts';
import { requireWayIn, waysIn } from '../../src/server/rules/ways-in.ts';
import { logOut, remove, type Removing } from './decisions.ts';
import { comesBetween, keeps, settles } from './promise.ts';
import {
  email,
  enter,
  entry,
  find,
  identity,
  inTime,
  newHash,
  newId,
  personAt,
  session,
  write,
  type StoreTests,
} from './scene.ts';

// One race proves little: of so many, a store that looks and acts in two steps loses some.
const names = Array.from({ length: 12 }, (_, index) => `person-${index}`);

const unlessLast: Removing = { lastIdentityHandling: 'fail' };

/** Whether a call went through; the server's own rule may refuse it. */
const goesThrough = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    (error: unknown) => {
      if (isOutroError(error) && error.failure === 'operationNotAllowed') return false;
      throw error;
    },
  );

/** Takes the password away, unless it is the last way in. */
const takePassword = (people: People, who: Who, value: string): Promise<unknown> =>
  people.update(who, (account) => {
    const addLoginIds = [email(value, { wayIn: 'none' })];
    if (account) requireWayIn(account, { addLoginIds }, 'loginIDs');
    return { change: { addLoginIds, journal: entry() }, answer: undefined };
  });

const taken = (done: boolean[][]): number[] => done.map((one) => one.filter(Boolean).length);

/** What happens when several calls come at the same instant, on several instances. */
export const race: StoreTests = {
  'two removals at once never take both of the last two ways in': async (scene) => {
    const { people, site } = scene;
    const other = (await scene.another()).people;
    const done = await Promise.all(
      names.map(async (uid) => {
        const linkIdentities = ['one', 'two'].map((name) => identity(name, { providerUid: uid }));
        await enter(scene, uid, { linkIdentities });
        return Promise.all([
          goesThrough(remove(people, { site, uid }, ['one'], unlessLast)),
          goesThrough(remove(other, { site, uid }, ['two'], unlessLast)),
        ]);
      }),
    );
    keeps(
      'update: look and act are one step; of two removals of the last two ways in, one is refused',
      taken(done),
      names.map(() => 1),
    );
    const left = await Promise.all(names.map((uid) => find(people, { site, uid })));
    keeps(
      'update: nobody is left without a way in',
      left.map((account) => waysIn(account).length),
      names.map(() => 1),
    );
  },

  'a change is decided on the account as it is when it is written': async (scene) => {
    const { people, site } = scene;
    const who = { site, uid: 'ada' };
    await enter(scene, 'ada', { linkIdentities: [identity('one'), identity('two')] });
    let rival: Promise<boolean> | undefined;
    const slow = await scene.openSlow((before) => {
      if (before === 'commit' || rival) return Promise.resolve();
      rival = goesThrough(remove(people, who, ['two'], unlessLast));
      return comesBetween(rival);
    });
    const done = [
      await goesThrough(remove(slow.people, who, ['one'], unlessLast)),
      (await rival) ?? false,
    ];
    keeps(
      'update: only if the account is still as decide saw it; of two removals of the last two ways in, one is refused',
      [taken([done]), waysIn(await find(people, who)).length],
      [[1], 1],
    );
    await slow.close();
  },

  'a change that keeps meeting others looks again each time, and comes through': async (scene) => {
    const { people, site } = scene;
    const who = { site, uid: 'ada' };
    await enter(scene, 'ada');
    const rivals: Promise<number>[] = [];
    let written = 0;
    const slow = await scene.openSlow((before) => {
      if (before === 'commit') return Promise.resolve();
      const profile = { nickname: `rival ${rivals.length + 1}` };
      const rival = write(people, who, { profile }).then(({ entry: id }) => {
        written += 1;
        return Number(id);
      });
      rivals.push(rival);
      return comesBetween(rival);
    });
    const after = (count: number): string => (count > 0 ? `after rival ${count}` : 'first');
    const seen: string[] = [];
    const there: string[] = [];
    const change = slow.people.update(who, (account) => {
      const { nickname } = account?.profile ?? {};
      const lastName = nickname ? `after ${nickname}` : 'first';
      seen.push(lastName);
      there.push(after(written));
      return { change: { profile: { lastName }, journal: entry() }, answer: undefined };
    });
    const { entry: own } = await settles(
      'update: comes to an end, however often it meets others',
      change,
    );
    keeps(
      'update: else it looks again; decide is asked again when the account has changed',
      seen,
      there,
    );
    const before = (await Promise.all(rivals)).filter((id) => id < Number(own)).length;
    const { profile } = await find(people, who);
    keeps(
      'update: what is written was decided on what was there; nobody’s change is lost',
      [profile.lastName, profile.nickname],
      [after(before), `rival ${rivals.length}`],
    );
    await slow.close();
  },

  'an identity and the password removed at once leave one of them': async (scene) => {
    const { people, site } = scene;
    const other = (await scene.another()).people;
    const done = await Promise.all(
      names.map(async (uid) => {
        const loginId = email(`${uid}@shop.example`, { wayIn: 'password' });
        const linkIdentities = [identity('one', { providerUid: uid })];
        await enter(scene, uid, { linkIdentities, addLoginIds: [loginId] });
        const byIdentity = { site, identity: personAt('one', uid) };
        const byEmail = { site, email: loginId.value };
        return Promise.all([
          goesThrough(remove(people, byIdentity, ['one'], unlessLast)),
          goesThrough(takePassword(other, byEmail, loginId.value)),
        ]);
      }),
    );
    keeps(
      'update: whoever changes a way in, found by whatever, meets the one who looks at them',
      taken(done),
      names.map(() => 1),
    );
  },

  'of two calls with one session, the second finds it ended by the first': async (scene) => {
    const { people, site } = scene;
    const other = (await scene.another()).people;
    const done = await Promise.all(
      names.map(async (uid) => {
        const tokenHash = newHash();
        await enter(scene, uid, { openSession: session({ tokenHash }) });
        const ended = [people, other].map((one) => logOut(one, { site, session: tokenHash }));
        return (await Promise.all(ended)).flat().length;
      }),
    );
    keeps(
      'update: the session that asks is looked up again; ended meanwhile, it opens nothing',
      done,
      names.map(() => 1),
    );
  },

  'first sign-ins at once make one account': async (scene) => {
    const { people, site } = scene;
    const other = (await scene.another()).people;
    const calls = Array.from({ length: 8 }, (_, index) => index);
    const linkIdentities = [identity('one')];
    const signIn = async (who: Who, index: number): Promise<Account | undefined> => {
      const { answer } = await (index % 2 ? people : other).update(who, (account) => ({
        change: { linkIdentities, openSession: session(), journal: entry() },
        answer: account,
      }));
      return answer;
    };
    const linking = [personAt('one')];
    const found = await Promise.all(
      calls.map((index) =>
        signIn(
          { site, identity: personAt('one'), create: { uid: `made by ${index}` }, linking },
          index,
        ),
      ),
    );
    const uids = new Set(found.map((account) => account?.uid));
    keeps('update: first sign-ins with one identity at once all find one account', uids.size, 1);
    const made = await Promise.all(
      calls.map((index) => people.read({ site, uid: `made by ${index}` })),
    );
    keeps(
      'update: whoever came second leaves no empty account behind',
      made.flatMap((account) => account?.sessions.length ?? []),
      [calls.length],
    );
    keeps('Account.isNew: for the one who made it', found.filter((one) => one?.isNew).length, 1);
  },

  'calls that make one uid at once make one account': async (scene) => {
    const { people, site } = scene;
    const other = (await scene.another()).people;
    const who = { site, uid: 'ada', create: { isSiteUid: true } };
    const made = await Promise.all(
      names.map(async (_, index) => {
        const { answer } = await (index % 2 ? people : other).update(who, (account) => ({
          change: { openSession: session(), journal: entry() },
          answer: account?.isNew,
        }));
        return answer;
      }),
    );
    keeps('Account.isNew: for the one who made it', made.filter(Boolean).length, 1);
    const { sessions } = await find(people, { site, uid: 'ada' });
    keeps('update: calls that make one uid at once all count', sessions.length, names.length);
  },

  'an identity that two accounts link at once has one of them': async (scene) => {
    const { people, site } = scene;
    const other = (await scene.another()).people;
    await enter(scene, 'ada');
    await enter(scene, 'bob');
    const link = (from: People, uid: string, name: string): Promise<boolean> =>
      write(from, { site, uid }, { linkIdentities: [identity(name)] }).then(
        () => true,
        (error: unknown) => {
          if (isOutroError(error) && error.failure === 'identityExists') return false;
          throw error;
        },
      );
    const done = await Promise.all(
      names.map((name) => Promise.all([link(people, 'ada', name), link(other, 'bob', name)])),
    );
    keeps(
      'update: an identity belongs to one account',
      taken(done),
      names.map(() => 1),
    );
  },

  'a value that is used twice at once is new to one': async (scene) => {
    const other = (await scene.another()).exits;
    const results = await Promise.all(
      names.map(async (id) => {
        const until = inTime(60_000);
        const all = [scene.exits, other, scene.exits, other];
        return Promise.all(all.map((exits) => exits.seeOnce(scene.site, id, until)));
      }),
    );
    keeps(
      'seeOnce: true for one of those who come at once',
      taken(results),
      names.map(() => 1),
    );
  },

  'a refused call holds nobody up, and many at once all come back': async (scene) => {
    const { people, site } = scene;
    await enter(scene, 'ada');
    const refusal = newId();
    const calls = names.map((name, index) =>
      people.update({ site, uid: 'ada' }, () => {
        if (index % 2) throw new Error(refusal);
        return {
          change: { linkIdentities: [identity(name)], journal: entry() },
          answer: true,
        };
      }),
    );
    const ended = await settles(
      'update: a refused call holds nobody up, so that all others go on',
      Promise.allSettled(calls),
    );
    keeps(
      'update: of calls to one account at once, each has its own end',
      ended.map((one) => (one.status === 'fulfilled' ? '' : (one.reason as Error).message)),
      names.map((_, index) => (index % 2 === 0 ? '' : refusal)),
    );
    const { identities } = await find(people, { site, uid: 'ada' });
    keeps('update: of calls at once, none undoes another', identities.length, names.length / 2);
  },
};
