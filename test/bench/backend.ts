// Requests per second of removal and logout: outro, the same SQL over bare node:http and the driver, and better-auth.
import pg from 'pg';
import { startPostgres } from '../support/postgres.ts';
import { startChild, type Child } from './backend/child.ts';
import type { Order } from './backend/contestant.ts';
import { openEngine } from './backend/engine.ts';
import type { Load, Slice } from './backend/load.ts';
import { addPeople } from './backend/people.ts';
import { readPostgresCpu } from './backend/postgres-cpu.ts';
import { record, type Recorded, type Statement } from './backend/record.ts';
import { median, quantile, ratioOf, round, type Ratio } from './statistics.ts';

/** A database engine. */
export type Engine = 'postgres' | 'pglite';

/** A server under test. */
interface Contestant {
  name: string;
  kind: Slice['kind'];
  children: Child<Order>[];
  urls: string[];
  /** Accounts in the database, and how many of them have been used. */
  accounts: number;
  used: number;
  slices: Load[];
  /** Microseconds of processor time for each request, by slice: of the server, and of Postgres. */
  cpu: { server: number; database: number }[];
}

/** What came of one contestant; times in milliseconds, processor times in microseconds for each request. */
export interface BackendResult {
  name: string;
  accounts: number;
  instances: number;
  requestsPerSecond: number;
  p50: number;
  p99: number;
  serverCpu: number;
  databaseCpu: number;
  megabytes: number;
}

// Far from everybody else, and of as many digits as nothing else has.
const recordedPerson = 912_345_678;

const connections = 16;

const createDatabase = async (url: string, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`drop database if exists ${name}`);
  await client.query(`create database ${name}`);
  await client.end();
  return url.replace(/[^/]*$/, name);
};

/** The statements of one removal and one logout. */
export const recordStatements = async (url: string): Promise<Recorded[]> => {
  const statements: Statement[] = [];
  const engine = await openEngine(url, statements);
  await addPeople(engine.query, recordedPerson, 1);
  const recorded = await record(engine.store, statements, recordedPerson);
  await engine.close();
  return recorded;
};

const startContestant = async (
  name: string,
  url: string,
  accounts: number,
  recorded: Recorded[] = [],
  instances = 1,
): Promise<Contestant> => {
  const isOurs = name !== 'better-auth';
  const file = isOurs ? './contestant.ts' : '../better-auth.mjs';
  const children = Array.from({ length: instances }, () => startChild<Order>(file));
  const urls: string[] = [];
  // One after the other: two that migrate at once would wait for each other anyway.
  for (const child of children) {
    const as = name === 'floor' ? 'floor' : 'outro';
    const port = await child.ask<number>({ do: 'start', as, url, recorded });
    urls.push(`http://127.0.0.1:${port}`);
  }
  await children[0]?.ask({ do: 'people', from: 1, count: accounts });
  const kind = isOurs ? 'outro' : 'better-auth';
  return { name, kind, children, urls, accounts, used: 0, slices: [], cpu: [] };
};

interface Usage {
  cpu: { user: number; system: number };
  memory: number;
}

const usageOf = async ({ children }: Contestant): Promise<{ cpu: number; memory: number }> => {
  const found = await Promise.all(children.map((child) => child.ask<Usage>({ do: 'usage' })));
  const sum = (of: (usage: Usage) => number): number =>
    found.reduce((total, usage) => total + of(usage), 0);
  return { cpu: sum(({ cpu }) => cpu.user + cpu.system), memory: sum(({ memory }) => memory) };
};

/** One benchmark of servers beside each other: its Postgres, if it has one, and its load. */
interface Ring {
  postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;
  load: Child<Slice>;
  contestants: Contestant[];
}

const runSlice = async (
  { postgres, load }: Ring,
  of: Contestant,
  count: number,
  isWarmUp = false,
): Promise<void> => {
  const [before, databaseBefore] = [await usageOf(of), readPostgresCpu(postgres?.pid)];
  const { urls, kind } = of;
  const slice = await load.ask<Load>({ urls, kind, from: of.used + 1, count, connections });
  if (slice.failed > 0)
    throw new Error(`${of.name}: ${slice.failed} requests failed, first ${slice.firstFailure}`);
  of.used += count;
  if (isWarmUp) return;
  of.slices.push(slice);
  of.cpu.push({
    server: ((await usageOf(of)).cpu - before.cpu) / (2 * count),
    database: (readPostgresCpu(postgres?.pid) - databaseBefore) / (2 * count),
  });
};

// Whoever answers without having done the work has lost.
const checkWork = async ({ name, children, used }: Contestant): Promise<void> => {
  const done = await children[0]?.ask<number>({ do: 'count' });
  if (done !== 2 * used)
    throw new Error(`${name}: expected ${2 * used} changes in the database, found ${done}`);
};

const rates = ({ slices }: Contestant): number[] =>
  slices.map(({ seconds, times }) => times.length / seconds);

const work = ({ cpu }: Contestant): number[] =>
  cpu.map(({ server, database }) => server + database);

const resultOf = async (contestant: Contestant): Promise<BackendResult> => ({
  name: contestant.name,
  accounts: contestant.accounts,
  instances: contestant.children.length,
  requestsPerSecond: round(median(rates(contestant))),
  p50: round(median(contestant.slices.map(({ times }) => quantile(times, 0.5)))),
  p99: round(median(contestant.slices.map(({ times }) => quantile(times, 0.99)))),
  serverCpu: round(median(contestant.cpu.map(({ server }) => server))),
  databaseCpu: round(median(contestant.cpu.map(({ database }) => database))),
  megabytes: Math.round((await usageOf(contestant)).memory / 1e6),
});

/** The numbers of each, and of the first one against each of the others. */
export interface RingResult {
  results: BackendResult[];
  /** The first one's rate, as a share of another's. */
  rate: Record<string, Ratio>;
  /** Processor time of server and Postgres for each request, as a multiple of another's. */
  work: Record<string, Ratio>;
}

/** Length of a benchmark: people per slice, each with two requests, and slices per contestant. */
export interface Rounds {
  count: number;
  rounds: number;
}

// Slice by slice in turn, so that all meet the same machine; the first slice warms up.
const compete = async (ring: Ring, { count, rounds }: Rounds): Promise<RingResult> => {
  const { contestants } = ring;
  for (const contestant of contestants) {
    await runSlice(ring, contestant, count, true);
    await contestant.children[0]?.ask({ do: 'settle' });
  }
  for (let turn = 0; turn < rounds; turn += 1)
    for (const contestant of contestants) await runSlice(ring, contestant, count);
  for (const contestant of contestants) await checkWork(contestant);
  const [first, ...others] = contestants;
  if (!first) throw new Error('expected contestants');
  const against = (of: (contestant: Contestant) => number[]): Record<string, Ratio> =>
    Object.fromEntries(others.map((other) => [other.name, ratioOf(of(first), of(other))]));
  const results = await Promise.all(contestants.map(resultOf));
  return { results, rate: against(rates), work: against(work) };
};

/** Opens a ring, lets `enter` bring in the contestants, and closes everything whatever happens. */
const inRing = async (
  engine: Engine,
  rounds: Rounds,
  enter: (ring: Ring, database: (name: string) => Promise<string>) => Promise<void>,
): Promise<RingResult> => {
  const postgres = engine === 'postgres' ? await startPostgres() : undefined;
  const ring: Ring = { postgres, load: startChild<Slice>('./load.ts'), contestants: [] };
  const database = (name: string): Promise<string> =>
    postgres ? createDatabase(postgres.url, name.replace(/\W/g, '_')) : Promise.resolve('');
  try {
    await enter(ring, database);
    return await compete(ring, rounds);
  } finally {
    for (const { children } of ring.contestants) for (const child of children) await child.stop();
    await ring.load.stop();
    await postgres?.stop();
  }
};

/** outro, the same SQL bare, and on Postgres better-auth. */
export const measureBackend = async (
  engine: Engine,
  rounds: Rounds,
): Promise<RingResult & { statements: number[] }> => {
  let statements: number[] = [];
  const result = await inRing(engine, rounds, async ({ contestants }, database) => {
    const recorded = await recordStatements(await database('recorded'));
    statements = recorded.map((one) => one.statements.length);
    const names = ['outro', 'floor', ...(engine === 'postgres' ? ['better-auth'] : [])];
    const accounts = rounds.count * (rounds.rounds + 1);
    for (const name of names)
      contestants.push(await startContestant(name, await database(name), accounts, recorded));
  });
  return { ...result, statements };
};

/** outro on a thousand accounts, and on many. */
export const measureGrowth = (rounds: Rounds, sizes: number[]): Promise<RingResult> =>
  inRing('postgres', rounds, async ({ contestants }, database) => {
    for (const accounts of sizes) {
      const name = `${accounts} accounts`;
      contestants.push(await startContestant(name, await database(`of ${name}`), accounts));
    }
  });

/** One instance of outro, and several on one Postgres. */
export const measureInstances = (rounds: Rounds, counts: number[]): Promise<RingResult> =>
  inRing('postgres', rounds, async ({ contestants }, database) => {
    for (const count of counts) {
      const name = `${count} instances`;
      const accounts = rounds.count * (rounds.rounds + 1);
      const url = await database(`with ${name}`);
      contestants.push(await startContestant(name, url, accounts, [], count));
    }
  });

/** The statements of outro's two requests, as it sends them to Postgres. */
export const listStatements = async (): Promise<string[]> => {
  const postgres = await startPostgres();
  try {
    const recorded = await recordStatements(postgres.url);
    return recorded.flatMap(({ path, statements }) => [
      path,
      ...statements.map(({ text }) => text.replace(/\s+/g, ' ').trim()),
    ]);
  } finally {
    await postgres.stop();
  }
};
