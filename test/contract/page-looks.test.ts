// What another instance has changed is heard though nobody tells of it: each looks at the journal for itself.
import pg from 'pg';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { listen, signInElsewhere, startInstance, type OpenPage } from '../support/listening.ts';
import { openStore, type Note, type Sent } from '../support/store.ts';

/** Another instance, with connections of its own. */
const openInstance = async (house: House, note?: Note) => {
  const { store } = await openStore(note);
  onTestFinished(() => store.close());
  return startInstance(house, store);
};

const told = ({ heard }: OpenPage) =>
  heard.filter(({ event }) => event === 'connectionRemoved').map(({ data }) => data.provider);

const pause = (milliseconds: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

const remove = (handlerOf: House['signed'], provider: string, UID = 'u') =>
  handlerOf('socialize.removeConnection', { UID, provider });

/** A person with connections, and a session that no removal ends. */
const signIn = async (house: House, UID = 'u'): Promise<string> => {
  await signInElsewhere(house, UID, 'facebook', 'github', 'linkedin', 'yahoo');
  return signInElsewhere(house, UID);
};

// What reads whole rows of the journal.
const readsTold = ({ text }: Sent): boolean =>
  /receipt, told from [^]*\) as entries\s+where id =/.test(text);

it('a change whose instance is killed between commit and wake is heard within two seconds', async () => {
  let dropped = 0;
  const dying = await openStore(({ text }) => {
    if (!text.includes('pg_notify')) return true;
    dropped += 1;
    return false;
  });
  onTestFinished(() => dying.store.close());
  const house = await startHouse();
  const token = await signIn(house);
  const handler = await openInstance(house);
  // Two seconds by the clock of the looks, however long the database takes for one.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const page = await listen(house, token, { handler });
  // The look with which listening begins is over.
  await pause(300);
  const site = house.apiKey;
  await dying.store.people.update({ site, uid: 'u' }, () => ({
    change: {
      tell: [{ name: 'connectionRemoved', provider: 'facebook' }],
      journal: {
        callId: 'c',
        actor: 'app',
        method: 'm',
        provider: undefined,
        cid: undefined,
        receipt: [],
      },
    },
    answer: undefined,
  }));
  await pause(300);
  expect(told(page)).toEqual([]);
  vi.advanceTimersByTime(2000);
  // Whoever polls would wind it on.
  vi.useRealTimers();
  await expect.poll(() => told(page), { timeout: 10_000 }).toEqual(['facebook']);
  expect(dropped).toBe(1);
});

it('the order of the ids: a row that becomes visible late is heard all the same, once', async () => {
  const house = await startHouse();
  const handler = await openInstance(house);
  const page = await listen(house, await signIn(house), { handler });
  const other = await listen(house, await signIn(house, 'v'), { handler });
  const late = new pg.Client({ connectionString: inject('databaseUrl') });
  await late.connect();
  onTestFinished(() => late.end());
  // Where serializable is the default, the change beside it would be a conflict.
  await late.query('begin isolation level read committed');
  await late.query(
    `insert into outro.journal (site, account, call_id, actor, method, receipt, told)
     select site, id::text, 'late', 'app', 'm', '[]', '[{"name":"connectionRemoved","provider":"late"}]'
     from outro.accounts where site = $1 and uid = 'u'`,
    [house.apiKey],
  );
  await remove(house.signed, 'facebook', 'v');
  await expect.poll(() => told(other)).toEqual(['facebook']);
  // Looked at more than once since.
  await pause(2200);
  expect(told(page)).toEqual([]);
  await late.query('commit');
  await expect.poll(() => told(page), { timeout: 10_000 }).toEqual(['late']);
  await remove(house.signed, 'github');
  await expect.poll(() => told(page)).toEqual(['late', 'github']);
  await pause(1200);
  expect([told(page), told(other)]).toEqual([['late', 'github'], ['facebook']]);
});

it('3.11 an instance reads only the changes of people whose pages it holds', async () => {
  const sent: Sent[] = [];
  const house = await startHouse();
  const token = await signIn(house);
  await signIn(house, 'v');
  const handler = await openInstance(house, (one) => sent.push(one));
  const page = await listen(house, token, { handler });
  sent.length = 0;
  for (const provider of ['facebook', 'github', 'linkedin', 'yahoo'])
    await remove(house.signed, provider, 'v');
  await pause(2200);
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.filter(readsTold)).toEqual([]);
  await remove(house.signed, 'facebook');
  await expect.poll(() => told(page)).toEqual(['facebook']);
  // Where everything is serializable, it may be sent again.
  const counts = sent.filter(readsTold).map(({ values }) => (values[0] as string[]).length);
  expect(new Set(counts)).toEqual(new Set([1]));
});

it('a change whose row could not be read at once is read at the next look', async () => {
  let failures = 0;
  const house = await startHouse();
  const token = await signIn(house);
  const handler = await openInstance(house, (one) => {
    if (!readsTold(one) || failures === 2) return;
    failures += 1;
    throw new Error('connection lost');
  });
  const page = await listen(house, token, { handler });
  await remove(house.signed, 'facebook');
  await remove(house.signed, 'github');
  await expect.poll(() => told(page), { timeout: 10_000 }).toEqual(['facebook', 'github']);
  expect(failures).toBe(2);
});
