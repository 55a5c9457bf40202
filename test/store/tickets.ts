import { pause } from '../../src/testing/pause.ts';
import { logOut, redeem } from './decisions.ts';
import { keeps } from './promise.ts';
import {
  day,
  enter,
  find,
  hour,
  minute,
  newHash,
  session,
  type Scene,
  type StoreTests,
} from './scene.ts';

/** Signs `uid` in once more; gives back what opens the session, what ends it, and its row id. */
const openWithTicket = async ({ people, site }: Scene, uid = 'ada', expiresIn = 86_400 * 60) => {
  const [tokenHash, ticketHash] = [newHash(), newHash()];
  await enter({ people, site }, uid, {
    openSession: session({ tokenHash, ticketHash, expiresIn }),
  });
  const { session: opened } = await find(people, { site, session: tokenHash });
  return { tokenHash, ticket: { site, ticket: ticketHash }, id: opened?.id ?? '' };
};

const liveOf = async ({ people, site }: Scene, uid = 'ada'): Promise<string[]> =>
  (await find(people, { site, uid })).sessions.map(({ id }) => id).toSorted();

/** Leave tickets: each ends its own session, with `all` those that were opened before it ended, and is then used up. */
export const tickets: StoreTests = {
  'a leave ticket stands for its session, and for nothing else': async (scene) => {
    const { people, site } = scene;
    const asks = await openWithTicket(scene);
    const live = await openWithTicket(scene);
    const short = await openWithTicket(scene, 'ada', 60);
    await scene.age(site, 2 * minute);
    const found = (ticket: Uint8Array, evenEnded: boolean, at = site) =>
      people.read({ site: at, ticket, evenEnded });
    const { ticket } = asks.ticket;
    const both = [await found(ticket, false), await found(ticket, true)];
    keeps(
      'Who.ticket: finds the account, and the session that it stands for',
      both.map((account) => [account?.session?.id, account?.session?.endedAt]),
      [
        [asks.id, undefined],
        [asks.id, undefined],
      ],
    );
    const strangers = [
      await found(newHash(), true),
      await found(asks.tokenHash, true),
      await found(ticket, true, `${site}-2`),
      await found(short.ticket.ticket, true),
      await people.read({ site, session: ticket }),
    ];
    keeps(
      'Who.ticket: no other ticket, no session token, no other site, no session that has run out; and it is no session',
      strangers,
      strangers.map(() => undefined),
    );
    await logOut(people, { site, session: asks.tokenHash });
    const ended = await found(ticket, true);
    keeps(
      'Who.ticket: of a session that has ended only with `evenEnded`',
      [await found(ticket, false), ended?.session?.id],
      [undefined, asks.id],
    );
    keeps(
      'Session.endedAt: of the session that a ticket stands for, by the clock of the database',
      ended && [
        (ended.session?.endedAt?.getTime() ?? Infinity) <= ended.readAt.getTime(),
        (ended.session?.endedAt?.getTime() ?? 0) >= ended.readAt.getTime() - minute,
      ],
      [true, true],
    );
    keeps(
      'Account.sessions: live ones only, whoever asks',
      ended?.sessions.map(({ id }) => id),
      [live.id],
    );
    const seen = await people.update({ site, ticket, evenEnded: true }, (account) => ({
      answer: account?.session?.id,
    }));
    keeps('update: by a ticket as read does', seen.answer, asks.id);
  },

  'a ticket ends its session, with all those that were opened before its own ended': async (
    scene,
  ) => {
    const { people, site } = scene;
    const first = await openWithTicket(scene);
    const second = await openWithTicket(scene);
    const bobs = await openWithTicket(scene, 'bob');
    keeps(
      'Who.ticket: the session that asks is the one that the ticket stands for, no other',
      [await redeem(people, first.ticket), await liveOf(scene)],
      [[first.id], [second.id]],
    );
    const third = await openWithTicket(scene);
    await logOut(people, { site, session: second.tokenHash });
    // Times are whole milliseconds.
    await pause(5);
    const later = await openWithTicket(scene);
    keeps(
      'Session.endedAt, createdAt: tell which sessions were opened before it ended',
      [await redeem(people, second.ticket, 'all'), await liveOf(scene)],
      [[third.id], [later.id]],
    );
    keeps('Who.ticket: nobody else’s sessions', await liveOf(scene, 'bob'), [bobs.id]);
  },

  'a ticket is used up by its use': async (scene) => {
    const { people, site } = scene;
    const used = await openWithTicket(scene);
    const other = await openWithTicket(scene);
    await redeem(people, used.ticket);
    await openWithTicket(scene);
    const again = [await redeem(people, used.ticket), await redeem(people, used.ticket, 'all')];
    keeps('Change.spendTicket: a ticket that was used ends nothing more', again, [[], []]);
    keeps(
      'Change.spendTicket: finds nobody any more',
      await people.read({ ...used.ticket, evenEnded: true }),
      undefined,
    );
    keeps(
      'Change.spendTicket: that ticket only',
      (await people.read({ ...other.ticket, evenEnded: false }))?.session?.id,
      other.id,
    );
    // With nothing else to end, the ticket's own session ends by its use.
    await redeem(people, other.ticket);
    keeps(
      'Change.spendTicket: its session is over',
      await people.read({ site, session: other.tokenHash }),
      undefined,
    );
  },

  'a ticket that is used twice at once ends sessions once': async (scene) => {
    const { people } = scene;
    const other = (await scene.another()).people;
    const names = Array.from({ length: 8 }, (_, index) => `person ${index}`);
    const ended = await Promise.all(
      names.map(async (uid) => {
        const { ticket } = await openWithTicket(scene, uid);
        await openWithTicket(scene, uid);
        const uses = [people, other, people, other].map((one) => redeem(one, ticket, 'all'));
        return (await Promise.all(uses)).flat().length;
      }),
    );
    keeps(
      'update: of uses of one ticket at once, one finds its session; the others look again, and find nobody',
      ended,
      names.map(() => 2),
    );
  },

  'a ticket counts for a day after its session’s end': async (scene) => {
    const { people, site, age } = scene;
    const ended = await openWithTicket(scene);
    const live = await openWithTicket(scene);
    await logOut(people, { site, session: ended.tokenHash });
    const found = async () => {
      const both = [ended, live].map(({ ticket }) => people.read({ ...ticket, evenEnded: true }));
      return (await Promise.all(both)).map((account) => account?.session?.id);
    };
    await age(site, day - hour);
    keeps('Who.ticket: for a day after its session has ended', await found(), [ended.id, live.id]);
    await age(site, 2 * hour);
    keeps(
      'Who.ticket: no longer than that; of a live session, as long as it lives',
      await found(),
      [undefined, live.id],
    );
    keeps('Who.ticket: then it ends nothing', await redeem(people, ended.ticket, 'all'), []);
  },
};
