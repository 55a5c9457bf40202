// Requests per second of removal and logout: outro, the same SQL over bare node:http and the driver, and better-auth.
import pg from 'pg';
import { startPostgres } from '../support/postgres.ts';
import { startChild, type Child } from './backend/child.ts';
import type { Order } from './backend/contestant.ts';
import { openEngine } from './backend/engine.ts';
import type { Load, Slice } from './backend/load.ts';
import { addPeople } from './backend/people.ts';
import { record, type Recorded, type Statement } from './backend/record.ts';
import { median, quantile, ratioOf, round, type Ratio } from './statistics.ts';

type Engine = 'postgres' | 'pglite';

/** A server under test. */
interface Contestant {
  name: string;
  kind: Slice['kind'];
  children: Child<Order>[];
  urls: string[];
  people: number;
  slices: Load[];
  /** Microseconds of processor time of the server for each request, by slice. */
  cpu: number[];
}

/** What came of one contestant. */
export interface BackendResult {
  engine: Engine;
  name: string;
  accounts: number;
  instances: number;
  requestsPerSecond: number;
  p50: number;
  p99: number;
  cpuMicroseconds: number;
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
  recorded: Recorded[],
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
  const kind = isOurs ? 'outro' : 'better-auth';
  return { name, kind, children, urls, people: 0, slices: [], cpu: [] };
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

const runSlice = async (
  of: Contestant,
  load: Child<Slice>,
  count: number,
  isWarmUp = false,
): Promise<void> => {
  const before = await usageOf(of);
  const { urls, kind } = of;
  const slice = await load.ask<Load>({ urls, kind, from: of.people + 1, count, connections });
  if (slice.failed > 0)
    throw new Error(`${of.name}: ${slice.failed} requests failed, first ${slice.firstFailure}`);
  of.people += count;
  if (isWarmUp) return;
  of.slices.push(slice);
  of.cpu.push(((await usageOf(of)).cpu - before.cpu) / (2 * count));
};

// Whoever answers without having done the work has lost.
const checkWork = async ({ name, children, people }: Contestant): Promise<void> => {
  const done = await children[0]?.ask<number>({ do: 'count' });
  if (done !== 2 * people)
    throw new Error(`${name}: expected ${2 * people} changes in the database, found ${done}`);
};

const rates = ({ slices }: Contestant): number[] =>
  slices.map(({ seconds, times }) => times.length / seconds);

const resultOf = async (
  engine: Engine,
  contestant: Contestant,
  accounts: number,
): Promise<BackendResult> => ({
  engine,
  name: contestant.name,
  accounts,
  instances: contestant.children.length,
  requestsPerSecond: round(median(rates(contestant))),
  p50: round(median(contestant.slices.map(({ times }) => quantile(times, 0.5)))),
  p99: round(median(contestant.slices.map(({ times }) => quantile(times, 0.99)))),
  cpuMicroseconds: round(median(contestant.cpu)),
  megabytes: Math.round((await usageOf(contestant)).memory / 1e6),
});

/** Numbers of one engine, and outro's rate as a share of each of the others'. */
export interface EngineResult {
  results: BackendResult[];
  ratios: Record<string, Ratio>;
  statements: number[];
}

/** Runs the contestants of one engine, slice by slice in turn, so that all meet the same machine. */
export const measureEngine = async (
  engine: Engine,
  { rounds, count }: { rounds: number; count: number },
): Promise<EngineResult> => {
  const postgres = engine === 'postgres' ? await startPostgres() : undefined;
  const names = ['outro', 'floor', ...(postgres ? ['better-auth'] : [])];
  const load = startChild<Slice>('./load.ts');
  const contestants: Contestant[] = [];
  try {
    const database = (name: string): Promise<string> =>
      postgres ? createDatabase(postgres.url, name.replace('-', '_')) : Promise.resolve('');
    const recorded = await recordStatements(await database('recorded'));
    for (const name of names)
      contestants.push(await startContestant(name, await database(name), recorded));
    const accounts = count * (rounds + 1);
    for (const { children } of contestants)
      await children[0]?.ask({ do: 'people', from: 1, count: accounts });
    for (const contestant of contestants) await runSlice(contestant, load, count, true);
    for (let turn = 0; turn < rounds; turn += 1)
      for (const contestant of contestants) await runSlice(contestant, load, count);
    for (const contestant of contestants) await checkWork(contestant);
    const [outro, ...others] = contestants;
    if (!outro) throw new Error('expected outro among the contestants');
    return {
      results: await Promise.all(contestants.map((one) => resultOf(engine, one, accounts))),
      ratios: Object.fromEntries(
        others.map((other) => [other.name, ratioOf(rates(outro), rates(other))]),
      ),
      statements: recorded.map(({ statements }) => statements.length),
    };
  } finally {
    for (const { children } of contestants) for (const child of children) await child.stop();
    await load.stop();
    postgres?.stop();
  }
};

if (process.argv[1] === import.meta.filename)
  console.log(
    JSON.stringify(
      await measureEngine(process.argv[2] as Engine, {
        rounds: Number(process.argv[3] ?? 5),
        count: Number(process.argv[4] ?? 500),
      }),
      null,
      1,
    ),
  );
