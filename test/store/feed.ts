import { comesBetween, comesTo, keeps } from './promise.ts';
import { enter, find, identity, session, write, type Scene, type StoreTests } from './scene.ts';

/** Someone whose session ends, which the site is told. */
const endOf = async ({ people, site }: Pick<Scene, 'people' | 'site'>, uid: string) => {
  await enter({ people, site }, uid, { openSession: session() });
  const { sessions } = await find(people, { site, uid });
  return { endSessions: { ids: sessions.map(({ id }) => id), reason: 'logout' as const } };
};

/** Reads a site's feed to its end. */
const readAll = async ({ exits, site }: Pick<Scene, 'exits' | 'site'>, from = '0', limit = 100) => {
  const uids: string[] = [];
  let next = from;
  for (let isEnd = false; !isEnd;) {
    const read = await exits.readFeed(site, next, limit);
    uids.push(...read.entries.map(({ uid = '' }) => uid));
    ({ next, isEnd } = read);
  }
  return { uids, next };
};

// Milliseconds: a feed ends before what somebody on the same server may still be writing.
const heldBack = 30_000;

/** The journal, read from one end to the other. */
export const feed: StoreTests = {
  'what a site is told is read in order, from any place, and each once': async (scene) => {
    const { people, exits, site } = scene;
    const before = (await exits.newestEntry()) ?? '0';
    for (const uid of ['ada', 'bob', 'eva'])
      await write(people, { site, uid }, await endOf(scene, uid));
    const other = { ...scene, site: `${site}-2` };
    await write(people, { site: other.site, uid: 'ada' }, await endOf(other, 'ada'));
    await comesTo(
      'readFeed: everything that tells the site something',
      async () => (await readAll(scene, before)).uids,
      ['ada', 'bob', 'eva'],
      heldBack,
    );
    await comesTo(
      'readFeed: at most so many at once',
      async () => (await exits.readFeed(site, before, 2)).entries.map(({ uid }) => uid),
      ['ada', 'bob'],
      heldBack,
    );
    await comesTo(
      'readFeed: page by page the same',
      async () => (await readAll(scene, before, 1)).uids,
      ['ada', 'bob', 'eva'],
      heldBack,
    );
    let next = before;
    await comesTo(
      'readFeed: behind the end, nothing',
      async () => {
        ({ next } = await readAll(scene, before));
        return (await readAll(scene, next)).uids;
      },
      [],
      heldBack,
    );
    await comesTo(
      'readFeed: other sites’ are theirs',
      async () => (await readAll(other, before)).uids,
      ['ada'],
      heldBack,
    );
    const newest = (await exits.newestEntry()) ?? '0';
    keeps('newestEntry: none is behind it', BigInt(newest) >= BigInt(next), true);
  },

  'nothing is passed over that is still being written': async (scene) => {
    const { people, exits, site } = scene;
    const before = (await exits.newestEntry()) ?? '0';
    const [slowly, quickly] = [await endOf(scene, 'slow'), await endOf(scene, 'quick')];
    let meanwhile: string[] = [];
    let next = before;
    let coming: Promise<void> | undefined;
    const comeBetween = async (): Promise<void> => {
      await write(people, { site, uid: 'quick' }, quickly);
      const read = await readAll(scene, before);
      meanwhile = read.uids;
      ({ next } = read);
    };
    const slow = await scene.openSlow(async (point) => {
      if (point === 'commit' && !coming) await comesBetween((coming = comeBetween()));
    });
    // A change that is checked before it counts.
    await write(
      slow.people,
      { site, uid: 'slow' },
      {
        ...slowly,
        linkIdentities: [identity('one')],
      },
    );
    // Where one connection is all there is, it came behind.
    await coming;
    await comesTo(
      'readFeed: each once, whoever is still writing meanwhile',
      async () => [...meanwhile, ...(await readAll(scene, next)).uids].toSorted(),
      ['quick', 'slow'],
      heldBack,
    );
    await slow.close();
  },
};
