// npm run bench [-- name …]: measures outro against its peers, prints every number and keeps it in
// results.json. Names are those of `Parts`; without any, all of them run.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../support/installed.ts';
import { measureBackend, measureGrowth, measureInstances, type RingResult } from './backend.ts';
import { measureCall } from './call.ts';
import { measureEvents } from './events.ts';
import { measurePayload } from './payload.ts';
import {
  keepResult,
  readResults,
  tableOfRatios,
  type Circumstances,
  type Parts,
  type Results,
} from './results.ts';
import { measureStart } from './start.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

const parts: { [Part in keyof Parts]: () => Promise<Parts[Part]> } = {
  payload: measurePayload,
  start: async () => ({ full: await measureStart(1, 12), sixth: await measureStart(6, 10) }),
  call: () => measureCall(150),
  postgres: () => measureBackend('postgres', { rounds: 9, count: 400 }),
  pglite: () => measureBackend('pglite', { rounds: 5, count: 200 }),
  growth: () => measureGrowth({ rounds: 6, count: 140 }, [1000, 100_000, 1_000_000]),
  instances: () => measureInstances({ rounds: 5, count: 400 }, [1, 4]),
  events: async () => measureEvents(9),
};

const install = (): void => {
  if (existsSync(`${here}node_modules/better-auth`)) return;
  console.log('installing what outro is measured against ...');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', here], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`npm ci --prefix ${here} failed`);
};

const readVersions = (): Record<string, string> => {
  const read = (file: string): { dependencies: Record<string, string> } =>
    JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as never;
  const { pg, mitt } = read('../../package.json').dependencies;
  const chromium = findProgram('chromium')?.version;
  return {
    node: process.version,
    ...(chromium && { chromium }),
    ...(pg && { pg }),
    ...(mitt && { mitt }),
    ...read('package.json').dependencies,
  };
};

const circumstances = (before: number): Circumstances => ({
  date: new Date().toISOString(),
  machine: {
    processors: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    gigabytes: Math.round(totalmem() / 2 ** 30),
  },
  load: [before, loadavg()[0] ?? 0],
  versions: readVersions(),
});

const isRing = (result: object): result is RingResult => 'results' in result;

const print = (name: string, result: object): void => {
  console.log(`\n${name}`);
  if (isRing(result)) {
    console.table(result.results);
    console.table({ rate: result.rate, work: result.work });
  } else if (name === 'start')
    for (const [share, { times }] of Object.entries(result as Parts['start'])) {
      console.log(`${share} speed of the processor, milliseconds`);
      console.table(times);
    }
  else console.table(result);
};

const run = async (part: keyof Parts): Promise<void> => {
  const [before = 0] = loadavg();
  const result = await parts[part]();
  keepResult(part, { ...circumstances(before), result } as Results[typeof part]);
  print(part, result);
};

const all = Object.keys(parts) as (keyof Parts)[];
const named = process.argv.slice(2).filter((one) => !one.startsWith('-'));
const unknown = named.find((one) => !all.some((part) => part === one));
if (unknown) throw new Error(`${unknown}: expected one of ${all.join(', ')}`);
install();
for (const part of all) if (named.length === 0 || named.includes(part)) await run(part);
if (all.every((part) => readResults()[part])) console.log(`\n${tableOfRatios()}`);
