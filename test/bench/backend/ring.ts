// Servers beside each other on one disk, slice by slice in turn.
import pg from 'pg';
import { median, quantile, ratioOf, round, type Ratio } from '../statistics.ts';
import { startChild, type Child } from './child.ts';
import { openDisk, type Disk, type DiskName } from './disks.ts';
import { here } from './history.ts';
import type { Load, Slice } from './load.ts';
import type { Order, Usage } from './orders.ts';
import { readPostgresCpu } from './postgres-cpu.ts';

/** A server under test; its people are numbered from 1, and each is used once. */
export interface Contestant {
  name: string;
  /** Of its database. */
  url: string;
  children: Child<Order>[];
  urls: string[];
  kind: Slice['kind'];
  sessions: number;
  /** Accounts it was given, those that are to be there all the time, and those that have been used. */
  added: number;
  kept: number;
  used: number;
  /** Requests that it has answered. */
  answered: number;
}

/** How a contestant is entered. */
export interface Entry {
  name: string;
  /** File of its process. Default: outro's. */
  file?: string;
  /** outro's package. Default: this one. */
  root?: string;
  /** Processes on the same database. Default: one. */
  instances?: number;
  /** Live sessions of each person. Default: one. */
  sessions?: number;
  /** Accounts that its database has all the time; whoever was used is replaced. Default: as many as are to be used. */
  accounts?: number;
}

/** A disk, the load, and who is measured on it. */
export interface Ring {
  disk: Disk;
  load: Child<Slice>;
  contestants: Contestant[];
  enter(entry: Entry): Promise<void>;
}

/** Length of a measurement: callers at once, people per slice, and slices per contestant. */
export interface Rounds {
  callers: number;
  people: number;
  rounds: number;
  /** What each person asks for. Default: a removal and a logout. */
  kind?: Slice['kind'];
}

/** What came of one contestant; times in milliseconds, processor times in microseconds for each request. */
export interface Standing {
  name: string;
  accounts: number;
  instances: number;
  callers: number;
  requestsPerSecond: number;
  p50: number;
  p99: number;
  serverCpu: number;
  databaseCpu: number;
  megabytes: number;
}

/** The numbers of each, and of the first one as a multiple of each of the others', slice by slice. */
export interface RingResult {
  results: Standing[];
  rate: Record<string, Ratio>;
  p99: Record<string, Ratio>;
  /** Processor time of the server's own processes for each request. */
  serverCpu: Record<string, Ratio>;
  /** The same with that of Postgres. */
  work: Record<string, Ratio>;
}

/** One slice of one contestant. */
type Measured = Pick<Standing, 'requestsPerSecond' | 'p50' | 'p99' | 'serverCpu' | 'databaseCpu'>;

const createDatabase = async ({ url }: Disk, of: string): Promise<string> => {
  const name = `bench_${of.replace(/\W/g, '_')}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`drop database if exists ${name}`);
  await client.query(`create database ${name}`);
  await client.end();
  return url.replace(/[^/]*$/, name);
};

const startContestant = async (disk: Disk, entry: Entry): Promise<Contestant> => {
  const { name, file = './contestant.ts', root = here, instances = 1, sessions = 1 } = entry;
  const url = await createDatabase(disk, name);
  const children = Array.from({ length: instances }, () => startChild<Order>(file));
  const urls: string[] = [];
  // One after the other: two that migrate at once would wait for each other anyway.
  for (const child of children) {
    const port = await child.ask<number>({ do: 'start', url, root });
    urls.push(`http://127.0.0.1:${port}`);
  }
  const kind = name === 'better-auth' ? 'better-auth' : 'outro';
  const none = { added: 0, used: 0, answered: 0 };
  return { name, url, children, urls, kind, sessions, kept: entry.accounts ?? 0, ...none };
};

const usageOf = async ({ children }: Contestant): Promise<Usage> => {
  const found = await Promise.all(children.map((child) => child.ask<Usage>({ do: 'usage' })));
  const sum = (of: (usage: Usage) => number): number =>
    found.reduce((total, usage) => total + of(usage), 0);
  return { cpu: sum(({ cpu }) => cpu), memory: sum(({ memory }) => memory) };
};

/** The process that fills a contestant's database, and looks after it. */
export const firstOf = ({ children: [first] }: Contestant): Child<Order> => {
  if (!first) throw new Error('expected a process');
  return first;
};

// Sees to it that so many people can be used.
const addPeople = async (to: Contestant, count: number): Promise<void> => {
  const missing = to.used + (to.kept || count) - to.added;
  if (missing <= 0) return;
  const { added: before, sessions } = to;
  await firstOf(to).ask({ do: 'people', from: before + 1, count: missing, sessions });
  to.added += missing;
};

/** Gives the number of the first of so many people whom nobody has used. */
export const takePeople = async (of: Contestant, count: number): Promise<number> => {
  await addPeople(of, count);
  const from = of.used + 1;
  of.used += count;
  return from;
};

// Whose number of accounts is to stay takes in as many as have been used.
const replacePeople = async (of: Contestant, from: number, count: number): Promise<void> => {
  if (of.kept === 0) return;
  const { added, sessions } = of;
  await firstOf(of).ask({ do: 'dismiss', from, count, sessions });
  await firstOf(of).ask({ do: 'people', from: added + 1, count, sessions });
  of.added += count;
};

/**
 * Lets one contestant answer one slice of people.
 *
 * @throws Error when a request fails
 */
export const runSlice = async (
  { disk: { pid }, load }: Ring,
  of: Contestant,
  { callers, people: count, kind = of.kind }: Rounds,
): Promise<Measured> => {
  const from = await takePeople(of, count);
  const [before, databaseBefore] = [await usageOf(of), readPostgresCpu(pid)];
  const { urls, name } = of;
  const slice = await load.ask<Load>({ urls, kind, from, count, callers });
  const databaseCpu = readPostgresCpu(pid) - databaseBefore;
  const { failed, firstFailure, times, seconds } = slice;
  if (failed > 0) throw new Error(`${name}: ${failed} requests failed, first ${firstFailure}`);
  const serverCpu = (await usageOf(of)).cpu - before.cpu;
  of.answered += times.length;
  await replacePeople(of, from, count);
  return {
    requestsPerSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    serverCpu: serverCpu / times.length,
    databaseCpu: databaseCpu / times.length,
  };
};

// Whoever answers without having done the work has lost.
const checkWork = async (of: Contestant): Promise<void> => {
  const done = await firstOf(of).ask<number>({ do: 'count' });
  if (done !== of.answered)
    throw new Error(`${of.name}: expected ${of.answered} changes in the database, found ${done}`);
};

const standingOf = async (
  of: Contestant,
  callers: number,
  measured: Measured[],
): Promise<Standing> => {
  const middle = (key: keyof Measured): number => round(median(measured.map((one) => one[key])));
  return {
    name: of.name,
    accounts: of.kept || of.added,
    instances: of.children.length,
    callers,
    requestsPerSecond: middle('requestsPerSecond'),
    p50: middle('p50'),
    p99: middle('p99'),
    serverCpu: middle('serverCpu'),
    databaseCpu: middle('databaseCpu'),
    megabytes: Math.round((await usageOf(of)).memory / 1e6),
  };
};

const compare = (results: Standing[], slices: Measured[][]): RingResult => {
  const [ours = [], ...others] = slices;
  const against = (of: (one: Measured) => number): Record<string, Ratio> =>
    Object.fromEntries(
      others.map((theirs, index) => [
        results[index + 1]?.name ?? '',
        ratioOf(ours.map(of), theirs.map(of)),
      ]),
    );
  return {
    results,
    rate: against((one) => one.requestsPerSecond),
    p99: against((one) => one.p99),
    serverCpu: against((one) => one.serverCpu),
    work: against((one) => one.serverCpu + one.databaseCpu),
  };
};

// Slices that nobody looks at: until some thousand requests are answered, a server compiles itself beside its work, and
// the more code it has the longer.
const warming = 4;

/**
 * Measures all contestants slice by slice in turn, there and back, so that all meet the same machine; the first slices
 * of each warm up.
 */
export const compete = async (ring: Ring, given: Rounds): Promise<RingResult> => {
  const { contestants } = ring;
  const { rounds, people, callers } = given;
  for (const contestant of contestants) {
    await addPeople(contestant, people * (rounds + warming));
    await firstOf(contestant).ask({ do: 'settle' });
    for (let slice = 0; slice < warming; slice += 1) await runSlice(ring, contestant, given);
  }
  const slices: Measured[][] = contestants.map(() => []);
  for (let turn = 0; turn < rounds; turn += 1) {
    const order = [...contestants.entries()];
    for (const [index, contestant] of turn % 2 === 0 ? order : order.toReversed())
      slices[index]?.push(await runSlice(ring, contestant, given));
  }
  for (const contestant of contestants) await checkWork(contestant);
  const results: Standing[] = [];
  for (const [index, contestant] of contestants.entries())
    results.push(await standingOf(contestant, callers, slices[index] ?? []));
  return compare(results, slices);
};

/**
 * Opens a ring on a disk, lets `work` measure in it, and closes everything whatever happens.
 *
 * @returns undefined where there is no such disk.
 */
export const inRing = async <Result>(
  name: DiskName,
  work: (ring: Ring) => Promise<Result>,
): Promise<Result | undefined> => {
  const disk = await openDisk(name);
  if (!disk) return undefined;
  const contestants: Contestant[] = [];
  const load = startChild<Slice>('./load.ts');
  const enter = async (entry: Entry): Promise<void> => {
    contestants.push(await startContestant(disk, entry));
  };
  try {
    return await work({ disk, load, contestants, enter });
  } finally {
    for (const { children } of contestants) for (const child of children) await child.stop();
    await load.stop();
    await disk.stop();
  }
};
