import type { RevocationJob, Store } from '../../src/server/people/people.ts';
import { keeps } from './promise.ts';
import {
  deletion,
  enter,
  hour,
  identity,
  inTime,
  leased,
  newId,
  providersOf,
  remove,
  soften,
  type Scene,
  type StoreTests,
} from './scene.ts';

const leaseTime = hour;

/** Removes people's identities; their jobs are due, and nobody's. */
const dueJobs = async (scene: Scene, names: string[], sealedTokens = 'sealed'): Promise<string> => {
  const { store, site } = scene;
  const lease = newId();
  const linkIdentities = names.map((name) => identity(name, { sealedTokens }));
  await enter(scene, 'ada', { linkIdentities });
  await remove(store, { site, uid: 'ada' }, names, leased(lease));
  await putBack(store, await store.leasedRevocations(lease));
  return lease;
};

const putBack = async (store: Store, jobs: RevocationJob[]): Promise<void> => {
  for (const job of jobs)
    await store.finishRevocation(job, { state: 'pending', retryAt: inTime(0) });
};

const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `number-${index}`);

/** Jobs that outlive everything until they have ended: never lost, never two workers’ at once. */
export const outbox: StoreTests = {
  'a job is written with its change and belongs to the call that wrote it': async (scene) => {
    const { store, site } = scene;
    const sealedTokens = `sealed ${newId()}`;
    const subProvider = 'behind';
    const linkIdentities = [identity('one', { sealedTokens, subProvider }), identity('two')];
    await enter(scene, 'ada', { linkIdentities });
    const lease = newId();
    await remove(store, { site, uid: 'ada' }, ['one', 'two'], (ids) =>
      leased(lease)(ids.slice(0, 1)),
    );
    const jobs = await store.leasedRevocations(lease);
    keeps(
      'leasedRevocations: the jobs that a change has written, one for each identity that it names',
      jobs.map(({ id: _id, ...job }) => ({ ...job })),
      [
        {
          lease,
          site,
          provider: 'oidc-one',
          subProvider,
          providerUid: 'person at one',
          sealedTokens,
          attempts: 1,
        },
      ],
    );
    keeps('leasedRevocations: nobody else’s', await store.leasedRevocations(newId()), []);
    const claimed = await (await scene.another()).claimRevocations([site], 10, leaseTime);
    keeps('claimRevocations: what is under a lease is nobody else’s', claimed, []);
  },

  'workers at once never get the same job': async (scene) => {
    const names = numbers(12);
    await dueJobs(scene, names);
    const other = await scene.another();
    const workers = [scene.store, other, scene.store, other, scene.store, other];
    const claims = await Promise.all(
      workers.map((store) => store.claimRevocations([scene.site], 3, leaseTime)),
    );
    keeps(
      'claimRevocations: at most as many as asked for',
      claims.every((jobs) => jobs.length <= 3),
      true,
    );
    const rest = await scene.store.claimRevocations([scene.site], 100, leaseTime);
    keeps(
      'claimRevocations: each due job goes to one worker, and none is lost',
      providersOf([...claims.flat(), ...rest]),
      names.map((name) => `oidc-${name}`).toSorted(),
    );
    const again = await scene.store.claimRevocations([scene.site], 100, leaseTime);
    keeps('claimRevocations: a claimed job is nobody else’s while its lease lasts', again, []);
  },

  'a claim is an attempt, under a lease of its own': async (scene) => {
    const { store, site } = scene;
    const first = await dueJobs(scene, ['one']);
    const [job] = await store.claimRevocations([site], 1, leaseTime);
    keeps('RevocationJob.attempts: counts this attempt too', job?.attempts, 2);
    keeps('claimRevocations: gives each claim a lease of its own', job?.lease === first, false);
    keeps(
      'RevocationJob: whose permission, and with which tokens, as the removed identity had them',
      [job?.site, job?.provider, job?.providerUid, job?.sealedTokens],
      [site, 'oidc-one', 'person at one', 'sealed'],
    );
  },

  'an attempt that has outlived its lease has no say': async (scene) => {
    const { store, site } = scene;
    const old = await dueJobs(scene, ['one']);
    const [job] = await store.claimRevocations([site], 1, leaseTime);
    if (!job) return keeps('claimRevocations: gives the job that is due', undefined, 'a job');
    await store.finishRevocation({ ...job, lease: old }, { state: 'done' });
    await store.finishRevocation(job, { state: 'pending', retryAt: inTime(0) });
    const [again] = await store.claimRevocations([site], 1, leaseTime);
    keeps(
      'finishRevocation: notes nothing when the lease no longer holds; the job goes on',
      again?.attempts,
      3,
    );
    if (!again) return;
    await store.finishRevocation(job, { state: 'pending', retryAt: inTime(0) });
    const stolen = await store.claimRevocations([site], 1, leaseTime);
    keeps('finishRevocation: an old lease takes no job from the one who has it', stolen, []);
  },

  'a job that has ended is over, and its tokens are gone': async (scene) => {
    const { store, site, holds } = scene;
    for (const state of ['done', 'already', 'unsupported', 'failed', 'skipped'] as const) {
      const token = `sealed ${newId()}`;
      await dueJobs(scene, ['one'], token);
      const jobs = await store.claimRevocations([site], 10, leaseTime);
      keeps('claimRevocations: gives the job that is due', providersOf(jobs), ['oidc-one']);
      keeps('RevocationJob.sealedTokens: kept until the job has ended', await holds(token), true);
      for (const job of jobs) await store.finishRevocation(job, { state, reason: 'because' });
      keeps(`finishRevocation: ${state} wipes the tokens`, await holds(token), false);
      // Whoever still has the old lease cannot wake it.
      await putBack(store, jobs);
      const again = await store.claimRevocations([site], 10, leaseTime);
      keeps(`finishRevocation: ${state} is final`, again, []);
    }
  },

  'who is linked again keeps the new permission': async (scene) => {
    const { store, site, holds } = scene;
    const token = `sealed ${newId()}`;
    await dueJobs(scene, ['one', 'two'], token);
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    const jobs = await store.claimRevocations([site], 10, leaseTime);
    keeps(
      'claimRevocations: the job of an identity that was linked again is dropped',
      providersOf(jobs),
      ['oidc-two'],
    );
    for (const job of jobs) await store.finishRevocation(job, { state: 'done' });
    keeps('claimRevocations: what is dropped has its tokens wiped', await holds(token), false);
    await remove(store, { site, uid: 'ada' }, ['one']);
    const later = await store.claimRevocations([site], 10, leaseTime);
    keeps('claimRevocations: what was dropped does not come back', later, []);
  },

  'a mapping is not linked again, nor is the same person elsewhere': async (scene) => {
    const { store, site } = scene;
    const lease = newId();
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    await remove(store, { site, uid: 'ada' }, ['one'], (ids) => ({
      ...leased(lease)(ids),
      ...soften(ids),
    }));
    await putBack(store, await store.leasedRevocations(lease));
    const strangers = [
      identity('one', { providerUid: 'somebody else' }),
      identity('one', { subProvider: 'behind' }),
      identity('two', { providerUid: 'person at one' }),
    ];
    // More often than the one that the job is about.
    for (const linkIdentities of [strangers, strangers, strangers])
      await enter(scene, 'bob', { linkIdentities });
    const elsewhere = { store, site: `${site}-2` };
    for (const linkIdentities of [[identity('one')], [identity('one')]])
      await enter(elsewhere, 'ada', { linkIdentities });
    const jobs = await store.claimRevocations([site], 10, leaseTime);
    keeps(
      'claimRevocations: drops a job only when that very identity is linked at that site',
      providersOf(jobs),
      ['oidc-one'],
    );
  },

  'a job outlives its account': async (scene) => {
    const { store, site } = scene;
    await enter(scene, 'ada', { linkIdentities: [identity('one', { sealedTokens: 'sealed' })] });
    const lease = newId();
    await remove(store, { site, uid: 'ada' }, ['one'], (ids) => ({
      ...leased(lease)(ids),
      ...deletion(),
    }));
    keeps('update: the account is gone', await store.read({ site, uid: 'ada' }), undefined);
    const jobs = await store.leasedRevocations(lease);
    keeps(
      'leasedRevocations: the job of a deleted account is there, tokens and all',
      jobs.map(({ sealedTokens }) => sealedTokens),
      ['sealed'],
    );
    await putBack(store, jobs);
    const claimed = await store.claimRevocations([site], 10, leaseTime);
    keeps('claimRevocations: and is tried again', providersOf(claimed), ['oidc-one']);
  },

  'before an attempt a worker can look once more': async (scene) => {
    const { store, site } = scene;
    const lease = await dueJobs(scene, ['one', 'two']);
    const jobs = await store.claimRevocations([site], 10, leaseTime);
    const check = (...asked: RevocationJob[]) =>
      Promise.all(asked.map((job) => store.checkRevocation(job)));
    keeps('checkRevocation: go, as long as nothing has changed', await check(...jobs), [
      'go',
      'go',
    ]);
    const [one] = jobs.filter(({ provider }) => provider === 'oidc-one');
    const [two] = jobs.filter(({ provider }) => provider === 'oidc-two');
    if (!one || !two) return keeps('claimRevocations: gives the jobs', jobs.length, 2);
    keeps('checkRevocation: lost, with an old lease', await check({ ...one, lease }), ['lost']);
    await enter(scene, 'ada', { linkIdentities: [identity('one')] });
    keeps('checkRevocation: sees a link that came after the claim', await check(one, two), [
      'linked-again',
      'go',
    ]);
    await putBack(store, [two]);
    const [again] = await store.claimRevocations([site], 10, leaseTime);
    keeps('checkRevocation: lost, when somebody else has the job', await check(two), ['lost']);
    if (again) await store.finishRevocation(again, { state: 'done' });
    keeps('checkRevocation: lost, when it has ended', await check(again ?? two), ['lost']);
  },
};
