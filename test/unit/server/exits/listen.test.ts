import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PageEvent } from '../../../../src/server/exits/exits.ts';
import { listeningOf } from '../../../../src/server/exits/listen.ts';
import type { Database } from '../../../../src/server/people/database.ts';
import { textOf, valuesOf } from '../../../../src/server/people/statement.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Row {
  id: number;
  site: string;
  account: string;
}

/** A journal in memory, and what was sent to it. */
const openJournal = (isShared = true) => {
  const rows: Row[] = [];
  const notified: unknown[] = [];
  let hear: (payload: string) => void = () => {};
  const answer = (text: string, values: unknown[]): object[] => {
    if (text.includes('pg_notify')) notified.push(JSON.parse(String(values[1]) || '""'));
    if (text.includes('order by id desc')) return rows.toReversed();
    if (text.includes('receipt, told')) {
      const ids = (values[0] as string[]).map(Number);
      const told = [{ name: 'logout' }];
      return rows.filter(({ id }) => ids.includes(id)).map((row) => ({ ...row, told }));
    }
    const [newest, missing] = values as [string, string[]];
    const isNew = ({ id }: Row): boolean => id > Number(newest) || missing.includes(String(id));
    return text.includes('limit 10000') ? rows.filter(isNew) : [];
  };
  const db: Database = {
    isShared,
    run: (part) => Promise.resolve(answer(textOf(part), valuesOf(part)) as never[]),
    query: (text, values = []) => Promise.resolve({ rows: answer(text, values) }),
    transaction: (work) => work(db),
    subscribe: (_channel, on) => {
      ({ hear } = on);
      return Promise.resolve(() => Promise.resolve());
    },
    close: () => Promise.resolve(),
  };
  return { rows, notified, db, notify: (payload: string) => hear(payload) };
};

const listenTo = async ({ db }: ReturnType<typeof openJournal>, held = ['7']) => {
  const { listen, wake } = listeningOf(db);
  const heard: string[] = [];
  const stop = await listen({
    holds: (_site, account) => held.includes(account),
    hear: ({ id }: PageEvent) => heard.push(id),
  });
  return { wake, heard, stop };
};

const change = (id: number, account = '7'): Row => ({ id, site: 's', account });

it('wakes others behind the commit, once for all changes of a moment, each named once', async () => {
  const journal = openJournal();
  const { wake } = listeningOf(journal.db);
  for (const account of ['1', '2', '2', '1']) wake('a site', account);
  expect(journal.notified).toEqual([]);
  await vi.advanceTimersByTimeAsync(50);
  expect(journal.notified).toEqual([['a site 1', 'a site 2']]);
  wake('a site', '3');
  await vi.advanceTimersByTimeAsync(50);
  expect(journal.notified.slice(1)).toEqual([['a site 3']]);
});

it('says only that there is something where the names are too many, and nothing where nobody else is', async () => {
  const journal = openJournal();
  const { wake } = listeningOf(journal.db);
  for (let account = 0; account < 1000; account += 1) wake('a site', `account ${account}`);
  await vi.advanceTimersByTimeAsync(50);
  expect(journal.notified).toEqual(['']);
  const alone = openJournal(false);
  listeningOf(alone.db).wake('a site', '1');
  await vi.advanceTimersByTimeAsync(50);
  expect(alone.notified).toEqual([]);
});

it('looks each second, though nobody tells of anything', async () => {
  const journal = openJournal();
  const { heard, stop } = await listenTo(journal);
  journal.rows.push(change(1));
  await vi.advanceTimersByTimeAsync(500);
  expect(heard).toEqual([]);
  await vi.advanceTimersByTimeAsync(600);
  expect(heard).toEqual(['64']);
  await stop();
  journal.rows.push(change(2));
  await vi.advanceTimersByTimeAsync(5000);
  expect(heard).toEqual(['64']);
});

it('is woken for the people whose pages are here, and by whatever it cannot read', async () => {
  const journal = openJournal();
  const { heard } = await listenTo(journal);
  journal.rows.push(change(1));
  journal.notify('["s 8"]');
  await vi.advanceTimersByTimeAsync(1);
  expect(heard).toEqual([]);
  journal.notify('["s 8","s 7"]');
  await vi.advanceTimersByTimeAsync(1);
  expect(heard).toEqual(['64']);
  for (const [index, payload] of ['', '{', '{}', '[7]'].entries()) {
    journal.rows.push(change(index + 2));
    journal.notify(payload);
    await vi.advanceTimersByTimeAsync(1);
    expect(heard, payload).toHaveLength(index + 2);
  }
});

it('hears each change once, also one whose row becomes visible after later ones', async () => {
  const journal = openJournal();
  journal.rows.push(change(1), change(4));
  const { heard } = await listenTo(journal);
  journal.rows.push(change(6), change(8, 'another'));
  await vi.advanceTimersByTimeAsync(1000);
  journal.rows.splice(1, 0, change(2));
  journal.rows.push(change(5), change(7));
  await vi.advanceTimersByTimeAsync(3000);
  expect(heard).toEqual(['384', '128', '320', '448']);
});
