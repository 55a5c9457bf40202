import { randomUUID } from 'node:crypto';
import type { Scheduler } from 'fast-check';
import { expect, vi } from 'vitest';
import { ticketOf } from '../support/sessions.ts';
import { perform, type Done } from './perform.ts';
import { promises, type Seen } from './promises.ts';
import { knownWords, previewChangesNothing, trueReceipts } from './receipts.ts';
import { readRows, type Rows } from './rows.ts';
import type { Moment, StepOf } from './steps.ts';
import { loadTab, ticketsIn } from './tabs.ts';
import { openWorld, post, type Stores, type World } from './world.ts';

const everything = [...promises, knownWords, trueReceipts, previewChangesNothing];

/** How programs are run. */
export interface Options {
  tally: Tally;
  /** What is looked at after each moment; with some of it, the end of a program is not looked at. */
  checks?: ((seen: Seen) => void)[];
  /** Counts the moments that have begun. */
  progress?: { moments: number };
}

/** What a run has come to. */
export interface Tally {
  steps: number;
  /** Of each kind of step, how many were carried out and how many refused. */
  kinds: Map<string, { done: number; refused: number }>;
  paths: Set<string>;
}

export const newTally = (): Tally => ({ steps: 0, kinds: new Map(), paths: new Set() });

const count = (tally: Tally, { step, sent, failure }: Done): void => {
  const kind = tally.kinds.get(step.do) ?? { done: 0, refused: 0 };
  const isRefused = failure !== undefined || sent.some(({ answer }) => answer.errorCode !== 0);
  kind[isRefused ? 'refused' : 'done'] += 1;
  tally.kinds.set(step.do, kind);
  tally.steps += 1;
};

const live = async (
  moment: Moment,
  before: Rows,
  world: World,
  { tally, checks = everything }: Options,
): Promise<Rows> => {
  world.moments.push(Date.now());
  world.rows = before;
  const heard = new Map(world.tabs.map((tab) => [tab.heard[0], tab.heard[0].length]));
  const dones = await Promise.all(moment.map((step) => perform(step, world)));
  await world.settle();
  const after = await readRows(world.query, world.site);
  const calls = world.providerCalls.splice(0);
  const seen: Seen = { world, before, after, dones, calls, heard };
  expect(world.errors.map(String).join(), 'a server met an error that nobody expected').toBe('');
  for (const check of checks) check(seen);
  for (const done of dones) count(tally, done);
  // No two moments begin in the same millisecond.
  await new Promise((resolve) => setTimeout(resolve, 1));
  return after;
};

/** The network is back: what pages left behind is finished by itself. */
const finishLeaving = async (world: World): Promise<void> => {
  for (const { tabs } of world.browsers) {
    const [tab] = tabs;
    if (tab) await loadTab(tab, world.site, world.fetch);
    await world.settle();
  }
  const waiting = () => Promise.all(world.browsers.map((one) => ticketsIn(one, world.site)));
  // For five seconds a ticket belongs to the tab that was sending it, even if that one is gone by now.
  await expect
    .poll(waiting, { message: 'promise 4: a leave ticket is never redeemed', timeout: 15_000 })
    .toEqual([0, 0]);
  await world.settle();
  for (const token of world.pending) world.over.add(token);
};

/** The provider is back: every errand ends, and no token is kept. */
const workOff = async (world: World): Promise<void> => {
  world.mood = 'accepts';
  for (let round = 0; round < 2; round += 1) {
    await world.query(
      `with due as (update outro.errands
         set next_at = now() - interval '1 second', lease = null, lease_until = null
         where site = $1 and state = 'pending')
       update outro.destinations set paused_until = null where site = $1`,
      [world.site],
    );
    while ((await world.servers[round % 2]?.work()) !== 0);
  }
  const { errands } = await readRows(world.query, world.site);
  const open = errands.filter((row) => row['state'] === 'pending' || row['sealed_payload']);
  expect(open, 'promise 6: an errand has not come to its end').toEqual([]);
};

/** From outside: a token that is over opens nothing, and neither does its ticket. */
const knockOnceMore = async (world: World): Promise<void> => {
  for (const [index, token] of [...world.over].entries())
    for (const login_token of index % 5 ? [token] : [token, ticketOf(token)]) {
      const answer = await post(world, index, 'socialize.getUserInfo', { login_token });
      expect(answer.errorCode, 'promise 3: a session that is over opens something').toBe(403005);
    }
};

/** What changes tell, each listening instance hears once. */
const hearOnce = async (world: World, heard: Map<string, string[]>[]): Promise<void> => {
  const { journal } = await readRows(world.query, world.site);
  const told = journal
    .flatMap((row) =>
      ((row['told'] ?? []) as object[]).map((_, index) => `${Number(row['id']) * 64 + index}`),
    )
    .toSorted();
  await vi.waitFor(
    () => {
      for (const bySite of heard) expect(bySite.get(world.site)?.toSorted() ?? []).toEqual(told);
    },
    { timeout: 15_000, interval: 5 },
  );
};

const signInOf = (
  tab: number,
  uid: string,
  people: number[],
  loginId?: StepOf<'signIn'>['loginId'],
): StepOf<'signIn'> => ({
  do: 'signIn',
  who: { uid, people },
  tab,
  server: 0,
  loginId,
  began: 0,
  openedBy: 'first',
  allowsLogin: true,
  elsewhere: false,
});

/** What lives on between worlds: the stores, and what they hear. */
export interface Ground extends Stores {
  /** Ids of the events that each store has heard of, by site. */
  heard: Map<string, string[]>[];
}

// Two people, each signed in in a browser, with two ways in and with one.
const beginning = [
  signInOf(0, 'ada', [0, 2]),
  signInOf(1, 'ada', [2]),
  signInOf(2, 'bob', [3, 5], { value: 'bob@shop.example', wayIn: 'password' }),
];

const end = async (world: World, { heard }: Ground): Promise<void> => {
  await finishLeaving(world);
  await workOff(world);
  await knockOnceMore(world);
  await hearOnce(world, heard);
};

/** One program, from two people who are signed in to its end. */
export const runProgram = async (
  moments: Moment[],
  scheduler: Scheduler,
  ground: Ground,
  options: Options,
): Promise<void> => {
  const turn = (name: string): Promise<unknown> => scheduler.schedule(Promise.resolve(), name);
  await scheduler.waitFor(
    (async () => {
      const world = await openWorld(ground, `3_${randomUUID()}`, turn);
      try {
        world.moments.push(Date.now());
        await Promise.all(beginning.map((step) => perform(step, world)));
        let rows = await readRows(world.query, world.site);
        for (const moment of moments) {
          if (options.progress) options.progress.moments += 1;
          rows = await live(moment, rows, world, options);
        }
        if (!options.checks) await end(world, ground);
        for (const path of world.paths) options.tally.paths.add(path);
      } finally {
        await world.settle();
        await world.close();
      }
    })(),
  );
};
