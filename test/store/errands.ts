import type { Exits, Delivery, Errand, Revocation } from '../../src/server/exits/exits.ts';
import { deletionOf, remove } from './decisions.ts';
import { keeps } from './promise.ts';
import {
  claimRevocations,
  enter,
  find,
  hour,
  identity,
  newHash,
  newId,
  providersOf,
  seconds,
  session,
  type Scene,
  write,
  type StoreTests,
} from './scene.ts';

const leaseTime = hour;

/** Puts errands back, due at once and nobody's. */
export const putBack = async (exits: Exits, errands: Errand[]): Promise<void> => {
  for (const errand of errands)
    await exits.finishErrand(errand, { state: 'pending', retryAfter: 0 });
};

/** Removes people's identities; their errands are due, and nobody's. @returns the lease under which they were. */
export const dueErrands = async (
  { people, exits, site }: Pick<Scene, 'people' | 'exits' | 'site'>,
  names: string[],
  sealedTokens = 'sealed',
): Promise<string> => {
  const id = newId();
  const linkIdentities = names.map((name) => identity(name, { sealedTokens }));
  await enter({ people, site }, 'ada', { linkIdentities });
  await remove(people, { site, uid: 'ada' }, names, { revoke: { id, time: hour } });
  await putBack(exits, await exits.leasedErrands(id));
  return id;
};

const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `number-${index}`);

/** Errands outlive everything until they have ended: never lost, never two workers’ at once. */
export const errands: StoreTests = {
  'an errand is written with its change and belongs to the call that wrote it': async (scene) => {
    const { people, exits, site } = scene;
    const sealedTokens = `sealed ${newId()}`;
    const subProvider = 'behind';
    const linkIdentities = [identity('one', { sealedTokens, subProvider }), identity('two')];
    await enter(scene, 'ada', { linkIdentities });
    const lease = newId();
    await remove(people, { site, uid: 'ada' }, ['one'], { revoke: { id: lease, time: hour } });
    const owed = await exits.leasedErrands(lease);
    keeps(
      'leasedErrands: the errands that a change has written, one for each permission that it names',
      owed.map(({ id: _id, age, ...errand }) => ({ ...errand, isNew: age >= 0 && age < 60 })),
      [
        {
          kind: 'revocation',
          lease,
          site,
          destination: 'oidc-one',
          provider: 'oidc-one',
          subProvider,
          providerUid: 'person at one',
          generation: 1,
          sealedTokens,
          attempts: 1,
          isNew: true,
        },
      ],
    );
    keeps('leasedErrands: nobody else’s', await exits.leasedErrands(newId()), []);
    const other = (await scene.another()).exits;
    keeps(
      'claimErrands: what is under a lease is nobody else’s',
      await other.claimErrands([site], 10, leaseTime),
      [],
    );
  },

  'deliveries about one person to one webhook come one after the other': async (scene) => {
    const { people, exits, site } = scene;
    const subscriptions = [{ destination: 'hook', types: ['outro.connection.removed'] as const }];
    for (const uid of ['ada', 'bob']) {
      const linkIdentities = ['one', 'two'].map((name) =>
        identity(name, { providerUid: `${uid} at ${name}` }),
      );
      await enter(scene, uid, { linkIdentities });
      for (const name of ['one', 'two']) {
        const providerUid = `${uid} at ${name}`;
        const account = await find(people, { site, uid });
        const gone = account.identities.filter((one) => one.providerUid === providerUid);
        const removeIdentities = gone.map(({ id }) => id);
        await write(people, { site, uid }, { removeIdentities, subscriptions });
      }
    }
    const claim = async () => {
      const claimed = await exits.claimErrands([site], 10, leaseTime);
      return claimed.flatMap((one) => (one.kind === 'webhook' ? one : []));
    };
    const tellsOf = (claimed: Delivery[]) =>
      claimed
        .map(({ change }) => change?.announced[0]?.connections?.[0]?.providerUID ?? '')
        .toSorted();
    const first = await claim();
    keeps('claimErrands: of a person’s deliveries the first', tellsOf(first), [
      'ada at one',
      'bob at one',
    ]);
    keeps('claimErrands: while it is under way, no other', tellsOf(await claim()), []);
    for (const delivery of first) {
      const isAda = delivery.change?.uid === 'ada';
      await exits.finishErrand(
        delivery,
        isAda ? { state: 'done' } : { state: 'pending', retryAfter: seconds(hour) },
      );
    }
    keeps('finishErrand: behind it the next one is due, at once', tellsOf(await claim()), [
      'ada at two',
    ]);
    keeps(
      'finishErrand: one that has to wait keeps the next one waiting',
      tellsOf(await claim()),
      [],
    );
  },

  'an errand of nobody is the first worker’s': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    await remove(people, { site, uid: 'ada' }, ['one'], { revoke: 'anybody' });
    const claimed = await claimRevocations(exits, [site], 10, leaseTime);
    keeps(
      'Change.revoke: without a lease it is due at once, and was not tried before',
      claimed.map(({ provider, attempts }) => [provider, attempts]),
      [['oidc-one', 1]],
    );
  },

  'workers at once never get the same errand': async (scene) => {
    const { exits, site } = scene;
    const names = numbers(12);
    await dueErrands(scene, names);
    const other = (await scene.another()).exits;
    const workers = [exits, other, exits, other, exits, other];
    const claims = await Promise.all(
      workers.map((one) => claimRevocations(one, [site], 3, leaseTime)),
    );
    keeps(
      'claimErrands: at most as many as asked for',
      claims.every((claimed) => claimed.length <= 3),
      true,
    );
    const rest = await claimRevocations(exits, [site], 100, leaseTime);
    keeps(
      'claimErrands: each due errand goes to one worker, and none is lost',
      providersOf([...claims.flat(), ...rest]),
      names.map((name) => `oidc-${name}`).toSorted(),
    );
    const again = await claimRevocations(exits, [site], 100, leaseTime);
    keeps('claimErrands: a claimed errand is nobody else’s while its lease lasts', again, []);
  },

  'a claim is an attempt, under a lease of its own': async (scene) => {
    const { exits, site } = scene;
    const first = await dueErrands(scene, ['one']);
    const [errand] = await claimRevocations(exits, [site], 1, leaseTime);
    keeps('Errand.attempts: counts this attempt too', errand?.attempts, 2);
    keeps('claimErrands: gives each claim a lease of its own', errand?.lease === first, false);
    keeps(
      'leasedErrands: under the lease of the claim too',
      errand && providersOf(await exits.leasedErrands(errand.lease)),
      ['oidc-one'],
    );
    keeps(
      'Errand: whose permission, and with which tokens, as the removed identity had them',
      [errand?.site, errand?.provider, errand?.providerUid, errand?.sealedTokens],
      [site, 'oidc-one', 'person at one', 'sealed'],
    );
  },

  'an attempt that has outlived its lease has no say': async (scene) => {
    const { exits, site } = scene;
    const old = await dueErrands(scene, ['one']);
    const [errand] = await claimRevocations(exits, [site], 1, leaseTime);
    if (!errand) return keeps('claimErrands: gives the errand that is due', undefined, 'one');
    await exits.finishErrand({ ...errand, lease: old }, { state: 'done' });
    await exits.finishErrand(errand, { state: 'pending', retryAfter: 0 });
    const [again] = await claimRevocations(exits, [site], 1, leaseTime);
    keeps(
      'finishErrand: notes nothing when the lease no longer holds; the errand goes on',
      again?.attempts,
      3,
    );
    if (!again) return;
    const late = await exits.finishErrand(errand, { state: 'pending', retryAfter: 0 });
    keeps('finishErrand: an old lease is told no time', late, undefined);
    const stolen = await claimRevocations(exits, [site], 1, leaseTime);
    keeps('finishErrand: an old lease takes no errand from the one who has it', stolen, []);
  },

  'an errand that has ended is over, and its tokens are gone': async (scene) => {
    const { exits, site, holds } = scene;
    for (const state of ['done', 'already', 'unsupported', 'failed', 'skipped'] as const) {
      const token = `sealed ${newId()}`;
      await dueErrands(scene, ['one'], token);
      const claimed = await claimRevocations(exits, [site], 10, leaseTime);
      keeps('claimErrands: gives the errand that is due', providersOf(claimed), ['oidc-one']);
      keeps('Errand.sealedTokens: kept until the errand has ended', await holds(token), true);
      for (const errand of claimed)
        keeps(
          'finishErrand: of a final state, no time',
          await exits.finishErrand(errand, { state, reason: 'because' }),
          undefined,
        );
      keeps(`finishErrand: ${state} wipes the tokens`, await holds(token), false);
      // Whoever still has the old lease cannot wake it.
      await putBack(exits, claimed);
      const again = await claimRevocations(exits, [site], 10, leaseTime);
      keeps(`finishErrand: ${state} is final`, again, []);
    }
  },

  'an errand outlives its account': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one', { sealedTokens: 'sealed' })] });
    const lease = newId();
    await people.update({ site, uid: 'ada' }, (account) => ({
      ...(account && { change: deletionOf(account, { id: lease, time: hour }) }),
      answer: undefined,
    }));
    keeps('update: the account is gone', await people.read({ site, uid: 'ada' }), undefined);
    const owed = await exits.leasedErrands(lease);
    keeps(
      'leasedErrands: the errand of a deleted account is there, tokens and all',
      owed.map(({ sealedTokens }) => sealedTokens),
      ['sealed'],
    );
    await putBack(exits, owed);
    const claimed = await claimRevocations(exits, [site], 10, leaseTime);
    keeps('claimErrands: and is tried again', providersOf(claimed), ['oidc-one']);
  },

  'before an attempt a worker looks once more': async (scene) => {
    const { exits, site } = scene;
    const lease = await dueErrands(scene, ['one', 'two']);
    const claimed = await claimRevocations(exits, [site], 10, leaseTime);
    const check = (...asked: Revocation[]) =>
      Promise.all(asked.map((errand) => exits.checkErrand(errand)));
    keeps('checkErrand: go, as long as nothing has changed', await check(...claimed), ['go', 'go']);
    const [one] = claimed.filter(({ provider }) => provider === 'oidc-one');
    const [two] = claimed.filter(({ provider }) => provider === 'oidc-two');
    if (!one || !two) return keeps('claimErrands: gives the errands', claimed.length, 2);
    keeps('checkErrand: lost, with an old lease', await check({ ...one, lease }), ['lost']);
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    keeps('checkErrand: sees a link that came after the claim', await check(one, two), [
      'linked-again',
      'go',
    ]);
    await putBack(exits, [two]);
    const [again] = await claimRevocations(exits, [site], 10, leaseTime);
    keeps('checkErrand: lost, when somebody else has the errand', await check(two), ['lost']);
    if (again) await exits.finishErrand(again, { state: 'done' });
    keeps('checkErrand: lost, when it has ended', await check(again ?? two), ['lost']);
  },

  'who is linked again is somebody else than a mapping, or the same person elsewhere': async (
    scene,
  ) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    await remove(people, { site, uid: 'ada' }, ['one'], {
      lastIdentityHandling: 'soft',
      revoke: 'anybody',
    });
    const strangers = [
      identity('one', { providerUid: 'somebody else' }),
      identity('one', { subProvider: 'behind' }),
      identity('two', { providerUid: 'person at one' }),
    ];
    // More often than the one that the errand is about.
    for (const linkIdentities of [strangers, strangers, strangers])
      await enter(scene, 'bob', { linkIdentities });
    for (const linkIdentities of [[identity('one')], [identity('one')]])
      await enter({ people, site: `${site}-2` }, 'ada', { linkIdentities });
    const [errand] = await claimRevocations(exits, [site], 10, leaseTime);
    keeps(
      'checkErrand: linked again only when that very identity is linked at that site',
      errand && (await exits.checkErrand(errand)),
      'go',
    );
    await enter(scene, 'ada', { openSession: session({ tokenHash: newHash() }) });
    keeps(
      'checkErrand: one more session is no link',
      errand && (await exits.checkErrand(errand)),
      'go',
    );
  },

  'what a later link was given is left alone, wherever it is': async (scene) => {
    const { people, exits, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    await remove(people, { site, uid: 'ada' }, ['one']);
    await enter(scene, 'bob', { linkIdentities: [identity('one')] });
    const permission = { provider: 'oidc-one', subProvider: '', providerUid: 'person at one' };
    const permissions = [1, 2, 3].map((generation) => ({
      ...permission,
      sealedTokens: `of link ${generation}`,
      generation,
    }));
    await enter(scene, 'bob', { revoke: { permissions } });
    const claimed = await claimRevocations(exits, [site], 100, leaseTime);
    const checks = await Promise.all(
      claimed.map(async (errand) => [errand.generation, await exits.checkErrand(errand)]),
    );
    keeps(
      'checkErrand: linked again by a later link than the one that the errand is about, at whatever account',
      checks.toSorted(([one], [other]) => Number(one) - Number(other)),
      [
        [1, 'linked-again'],
        [2, 'go'],
        [3, 'go'],
      ],
    );
  },
};
