import type { KeptAnswer } from '../../src/server/exits/exits.ts';
import type { Updated } from '../../src/server/people/people.ts';
import type { RequestKey } from '../../src/server/rules/account.ts';
import { comesTo, keeps, refuses } from './promise.ts';
import { purgeNow } from './purge.ts';
import {
  enter,
  entry,
  find,
  hour,
  identity,
  minute,
  newHash,
  newId,
  write,
  type Place,
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
  { people, site }: Place,
  key: RequestKey,
  firstName: string,
  { callId = newId(), sealedAnswer }: { callId?: string; sealedAnswer?: string } = {},
): Promise<Updated<void>> =>
  write(
    people,
    { site, uid: 'ada' },
    {
      profile: { firstName },
      journal: entry({ callId, receipt, once: { key, sealedAnswer } }),
    },
  );

/** Answers that are kept for requests that arrive again. */
export const answers: StoreTests = {
  'what is known of an answer is kept under its key, with the change itself': async (scene) => {
    const { exits, site } = scene;
    const [whole, part] = [keyAt(site), keyAt(site)];
    await enter(scene, 'ada');
    keeps('readAnswer: of a key that nobody used, none', await exits.readAnswer(whole), undefined);
    const [callId, other] = [newId(), newId()];
    await carryOut(scene, whole, 'Ada', { callId, sealedAnswer: 'sealed answer' });
    keeps(
      'JournalEntry.once: the whole answer is kept in the same transaction, where it is known',
      pictureOf(await exits.readAnswer(whole)),
      [hex(whole.request), callId, receipt, 'sealed answer'],
    );
    const { entry: id } = await carryOut(scene, part, 'Ada', { callId: other });
    const written = await exits.readAnswer(part);
    keeps('JournalEntry.once: else its receipt is', pictureOf(written), [
      hex(part.request),
      other,
      receipt,
      undefined,
    ]);
    keeps(
      'KeptAnswer.age: milliseconds since the change',
      written && written.age >= 0 && written.age < minute,
      true,
    );
    await exits.keepAnswer(id ?? '', 'sealed later');
    keeps(
      'keepAnswer: the whole answer, behind the change',
      pictureOf(await exits.readAnswer(part)),
      [hex(part.request), other, receipt, 'sealed later'],
    );
  },

  'a second change under one key is refused, and undone': async (scene) => {
    const { people, exits, site } = scene;
    const key = keyAt(site);
    await enter(scene, 'ada');
    await carryOut(scene, key, 'first');
    const before = pictureOf(await exits.readAnswer(key));
    for (const again of [key, { ...key, request: newHash() }])
      await refuses(
        'update: throws invalidParameter when a change was already written under the key',
        'invalidParameter',
        carryOut(scene, again, 'second'),
      );
    const { profile } = await find(people, { site, uid: 'ada' });
    keeps('update: the refused change is undone', profile.firstName, 'first');
    keeps('readAnswer: the first one stays', pictureOf(await exits.readAnswer(key)), before);
  },

  'a second sign-in under one key is refused, and undone': async (scene) => {
    const { people, site } = scene;
    const key = keyAt(site);
    await enter(scene, 'ada');
    await carryOut(scene, key, 'first');
    await refuses(
      'update: throws invalidParameter when a change was already written under the key',
      'invalidParameter',
      enter(scene, 'bob', {
        linkIdentities: [identity('one')],
        journal: entry({ once: { key, sealedAnswer: undefined } }),
      }),
    );
    keeps(
      'update: the account that was made for it is undone',
      await people.read({ site, uid: 'bob' }),
      undefined,
    );
  },

  'of requests with one key at once, one is carried out': async (scene) => {
    const { people, site } = scene;
    const other = await scene.another();
    const key = keyAt(site);
    await enter(scene, 'ada');
    const calls = Array.from({ length: 8 }, (_, index) =>
      carryOut({ people: index % 2 ? people : other.people, site }, key, `call ${index}`),
    );
    const ended = await Promise.allSettled(calls);
    const done = ended.flatMap(({ status }, index) =>
      status === 'fulfilled' ? `call ${index}` : [],
    );
    const { profile } = await find(people, { site, uid: 'ada' });
    keeps('update: of changes at once under one key, one is written', done, [profile.firstName]);
  },

  'a change that is undone leaves its key free': async (scene) => {
    const { people, exits, site } = scene;
    const key = keyAt(site);
    await enter(scene, 'ada');
    await enter(scene, 'bob');
    const journal = entry({ once: { key, sealedAnswer: 'sealed' } });
    await write(people, { site, uid: 'ada' }, { uid: 'bob', journal }).catch(() => {});
    keeps('JournalEntry.once: not without its change', await exits.readAnswer(key), undefined);
    await carryOut(scene, key, 'Ada');
    const { profile } = await find(people, { site, uid: 'ada' });
    keeps('JournalEntry.once: the key of a refused request can be used', profile.firstName, 'Ada');
  },

  'nothing is kept for nobody': async (scene) => {
    const { people, exits, site } = scene;
    const key = keyAt(site);
    await write(
      people,
      { site, uid: 'nobody' },
      { journal: entry({ once: { key, sealedAnswer: 'sealed' } }) },
    );
    keeps(
      'update: no row is written where nobody is found',
      await exits.readAnswer(key),
      undefined,
    );
  },

  'keys are apart by site, caller and key': async (scene) => {
    const { people, exits, site } = scene;
    const key = keyAt(site);
    const strangers = [
      { ...key, site: `${site}-2` },
      { ...key, caller: newHash() },
      { ...key, key: newId() },
    ];
    await enter(scene, 'ada');
    await enter({ people, site: `${site}-2` }, 'ada');
    await carryOut(scene, key, 'Ada');
    const found = await Promise.all(strangers.map((one) => exits.readAnswer(one)));
    keeps(
      'readAnswer: of this site, this caller and this key',
      found,
      strangers.map(() => undefined),
    );
    for (const [index, one] of strangers.entries())
      await carryOut({ people, site: one.site }, one, `call ${index}`);
    const { profile } = await find(people, { site, uid: 'ada' });
    keeps('JournalEntry.once: a key of somebody else is another key', profile.firstName, 'call 2');
    const moved = await exits.readAnswer({ ...key, request: newHash() });
    keeps(
      'KeptAnswer.request: the request that the key was used for',
      pictureOf(moved)?.[0],
      hex(key.request),
    );
  },

  'answers are kept for 24 hours': async (scene) => {
    const { exits, site, holds, age } = scene;
    const key = keyAt(site);
    const sealedAnswer = `sealed ${newId()}`;
    await enter(scene, 'ada');
    const callId = newId();
    await carryOut(scene, key, 'first', { callId, sealedAnswer });
    await age(site, 24 * hour - minute);
    await purgeNow(scene);
    const kept = await exits.readAnswer(key);
    keeps('purge: keeps answers for 24 hours', pictureOf(kept)?.[3], sealedAnswer);
    keeps(
      'KeptAnswer.age: milliseconds since the change, by the clock of the database',
      Math.round((kept?.age ?? 0) / hour),
      24,
    );
    await age(site, 2 * minute);
    keeps('readAnswer: of the last 24 hours', await exits.readAnswer(key), undefined);
    await purgeNow(scene);
    await comesTo(
      'purge: forgets answers after 24 hours, and keeps the journal',
      async () => [await holds(sealedAnswer), await holds(callId)],
      [false, true],
    );
  },

  'a key can be used again when its answer has served its time': async (scene) => {
    const { exits, site, age } = scene;
    const key = keyAt(site);
    await enter(scene, 'ada');
    await carryOut(scene, key, 'first');
    await age(site, 24 * hour + minute);
    const callId = newId();
    await carryOut(scene, key, 'second', { callId });
    keeps(
      'readAnswer: of the new request, whether or not the old one was purged',
      pictureOf(await exits.readAnswer(key)),
      [hex(key.request), callId, receipt, undefined],
    );
  },
};
