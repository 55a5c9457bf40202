import { randomBytes } from 'node:crypto';
import type { RequestKey } from '../../src/server/rules/account.ts';
import type { KeptAnswer } from '../../src/server/people/people.ts';
import { keeps, refuses } from './promise.ts';
import { purgeNow } from './purge.ts';
import {
  audited,
  enter,
  find,
  hour,
  minute,
  newHash,
  newId,
  type Scene,
  type StoreTests,
} from './scene.ts';

const receipt = [{ step: 'session' as const, status: 'done' as const }];

const keyAt = (site: string, rest: Partial<RequestKey> = {}): RequestKey => ({
  site,
  caller: newHash(),
  key: newId(),
  request: newHash(),
  ...rest,
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const pictureOf = (answer: KeptAnswer | undefined) =>
  answer && [hex(answer.request), answer.callId, [...answer.receipt], answer.sealedAnswer];

/** Carries a request out under its key; `ada` gets another first name by it. */
const carryOut = (
  { store, site }: Pick<Scene, 'store' | 'site'>,
  once: RequestKey,
  firstName: string,
  callId = newId(),
): Promise<void> => {
  const change = audited({ profile: { firstName } }, callId);
  return store.update({ site, uid: 'ada' }, () => ({
    change: { ...change, audit: { ...change.audit, receipt, once } },
    answer: undefined,
  }));
};

/** Answers that are kept for requests that arrive again. */
export const answers: StoreTests = {
  'the receipt of a change is kept under its key, and the whole answer beside it': async (
    scene,
  ) => {
    const { store, site } = scene;
    const once = keyAt(site);
    await enter(scene, 'ada');
    keeps('readAnswer: of a key that nobody used, none', await store.readAnswer(once), undefined);
    const callId = newId();
    await carryOut(scene, once, 'Ada', callId);
    const written = await store.readAnswer(once);
    keeps(
      'AuditEntry.once: the receipt is kept under the key, in the same transaction',
      pictureOf(written),
      [hex(once.request), callId, receipt, undefined],
    );
    keeps('KeptAnswer.at: when that was', written?.at instanceof Date, true);
    const answer = { callId, method: 'storeSuite', sealedAnswer: 'sealed answer' };
    keeps(
      'keepAnswer: true for the call that has the key',
      await store.keepAnswer(once, answer),
      true,
    );
    keeps(
      'keepAnswer: keeps the answer, and the receipt stays',
      pictureOf(await store.readAnswer(once)),
      [hex(once.request), callId, receipt, 'sealed answer'],
    );
  },

  'a second change under one key is refused, and undone': async (scene) => {
    const { store, site } = scene;
    const once = keyAt(site);
    await enter(scene, 'ada');
    await carryOut(scene, once, 'first');
    const before = pictureOf(await store.readAnswer(once));
    const again = { ...once, request: newHash() };
    for (const key of [once, again])
      await refuses(
        'update: throws invalidParameter when a change was already written under the key',
        'invalidParameter',
        carryOut(scene, key, 'second'),
      );
    const { profile } = await find(store, { site, uid: 'ada' });
    keeps('update: the refused change is undone', profile.firstName, 'first');
    keeps('readAnswer: the first one stays', pictureOf(await store.readAnswer(once)), before);
  },

  'of requests with one key at once, one is carried out': async (scene) => {
    const { store, site } = scene;
    const other = await scene.another();
    const once = keyAt(site);
    await enter(scene, 'ada');
    const calls = Array.from({ length: 8 }, (_, index) =>
      carryOut({ store: index % 2 ? store : other, site }, once, `call ${index}`),
    );
    const ended = await Promise.allSettled(calls);
    const done = ended.flatMap(({ status }, index) =>
      status === 'fulfilled' ? `call ${index}` : [],
    );
    const { profile } = await find(store, { site, uid: 'ada' });
    keeps('update: of changes at once under one key, one is written', done, [profile.firstName]);
  },

  'a change that is undone leaves its key free': async (scene) => {
    const { store, site } = scene;
    const once = keyAt(site);
    await enter(scene, 'ada');
    await enter(scene, 'bob');
    const change = audited({ uid: 'bob' });
    await store
      .update({ site, uid: 'ada' }, () => ({
        change: { ...change, audit: { ...change.audit, once } },
        answer: undefined,
      }))
      .catch(() => {});
    keeps('AuditEntry.once: not without its change', await store.readAnswer(once), undefined);
    await carryOut(scene, once, 'Ada');
    const { profile } = await find(store, { site, uid: 'ada' });
    keeps('AuditEntry.once: the key of a refused request can be used', profile.firstName, 'Ada');
  },

  'an answer of a request without a change is kept too; that of another call stays': async ({
    store,
    site,
  }) => {
    const once = keyAt(site);
    const [first, second] = [newId(), newId()];
    const keep = (callId: string, sealedAnswer: string) =>
      store.keepAnswer(once, { callId, method: 'storeSuite', sealedAnswer });
    keeps('keepAnswer: true when the key is free', await keep(first, 'first'), true);
    keeps(
      'keepAnswer: false when the key belongs to another call',
      await keep(second, 'second'),
      false,
    );
    keeps('keepAnswer: whose answer stays', pictureOf(await store.readAnswer(once)), [
      hex(once.request),
      first,
      [],
      'first',
    ]);
  },

  'keys are apart by site, caller and key': async (scene) => {
    const { store, site } = scene;
    const once = keyAt(site);
    const strangers = [
      { ...once, site: `${site}-2` },
      { ...once, caller: new Uint8Array(randomBytes(32)) },
      { ...once, key: newId() },
    ];
    await enter(scene, 'ada');
    await carryOut(scene, once, 'Ada');
    const found = await Promise.all(strangers.map((key) => store.readAnswer(key)));
    keeps(
      'readAnswer: of this site, this caller and this key',
      found,
      strangers.map(() => undefined),
    );
    for (const [index, key] of strangers.entries()) await carryOut(scene, key, `call ${index}`);
    const { profile } = await find(store, { site, uid: 'ada' });
    keeps('AuditEntry.once: a key of somebody else is another key', profile.firstName, 'call 2');
    const moved = await store.readAnswer({ ...once, request: newHash() });
    keeps(
      'KeptAnswer.request: the request that the key was used for',
      pictureOf(moved)?.[0],
      hex(once.request),
    );
  },

  'answers are kept for 24 hours': async (scene) => {
    const { store, site, holds, age } = scene;
    const once = keyAt(site);
    const sealedAnswer = `sealed ${newId()}`;
    const callId = newId();
    await enter(scene, 'ada');
    await carryOut(scene, once, 'first', callId);
    await store.keepAnswer(once, { callId, method: 'storeSuite', sealedAnswer });
    await age(site, 24 * hour - minute);
    await purgeNow(scene);
    keeps(
      'purge: keeps answers for 24 hours',
      pictureOf(await store.readAnswer(once))?.[3],
      sealedAnswer,
    );
    await age(site, 2 * minute);
    keeps('readAnswer: of the last 24 hours', await store.readAnswer(once), undefined);
    await purgeNow(scene);
    keeps('purge: forgets answers after 24 hours', await holds(sealedAnswer), false);
  },

  'a key can be used again when its answer has served its time': async (scene) => {
    const { store, site, age } = scene;
    const once = keyAt(site);
    await enter(scene, 'ada');
    await carryOut(scene, once, 'first');
    await age(site, 24 * hour + minute);
    const callId = newId();
    await carryOut(scene, once, 'second', callId);
    keeps(
      'readAnswer: of the new request, whether or not the old one was purged',
      pictureOf(await store.readAnswer(once)),
      [hex(once.request), callId, receipt, undefined],
    );
  },
};
