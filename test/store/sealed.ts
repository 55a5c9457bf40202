import { remove } from './decisions.ts';
import { keeps } from './promise.ts';
import { enter, hour, identity, newId, session, type StoreTests } from './scene.ts';

/** Sealed texts, as the rotation of a key needs them. */
export const sealed: StoreTests = {
  'what is sealed is counted by its key, and written anew where it still is': async (scene) => {
    const { people, exits } = scene;
    const [old, next] = [`k${newId().slice(0, 8)}`, `k${newId().slice(0, 8)}`];
    const textOf = (key: string, name: string) => `v1.${key}.iv.${name}${newId()}`;
    const linkIdentities = ['one', 'two'].map((name) =>
      identity(name, { sealedTokens: textOf(old, name) }),
    );
    const told = { issuer: undefined, sid: undefined };
    const providerSessions = [{ ...told, identity: 0, sealedIdToken: textOf(old, 'id') }];
    await enter(scene, 'ada', { linkIdentities, openSession: session({ providerSessions }) });
    const revoke = { id: newId(), time: hour };
    await remove(people, { site: scene.site, uid: 'ada' }, ['one'], { revoke });
    const count = async (key: string) => {
      const all = [...(await people.countSealed()), ...(await exits.countSealed())];
      return Object.fromEntries(
        all.filter((one) => one.key === key).map(({ kind, count: number }) => [kind, number]),
      );
    };
    const everywhere = { identities: 1, errands: 1, 'provider sessions': 1 };
    keeps('countSealed: by kind and key', await count(old), everywhere);
    for (const port of [people, exits]) {
      const found = await port.listSealed([old], 10);
      keeps(
        'listSealed: with what its place is made of',
        found.every(({ site, providerUid }) => site === scene.site && providerUid !== ''),
        true,
      );
      const again = found.map((text) => ({ ...text, again: textOf(next, 'again') }));
      const late = again.map((text) => ({ ...text, sealed: 'changed meanwhile' }));
      keeps('reseal: not what was changed meanwhile', await port.reseal(late), 0);
      keeps('reseal: the others', await port.reseal(again), found.length);
    }
    keeps('reseal: nothing is left of the old key', await count(old), {});
    keeps('reseal: everything is there', await count(next), everywhere);
  },

  'a database can be looked at': async ({ exits }) => {
    const { now, settings, invalidIndexes } = await exits.examine();
    keeps('examine: its clock', Math.abs(now.getTime() - Date.now()) < 2 * hour, true);
    keeps('examine: settings', typeof settings['server_version'], 'string');
    keeps('examine: no index is broken', invalidIndexes, []);
  },
};
