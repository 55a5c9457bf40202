// npm run bench [name …]: measures outro against its peers, prints every number and keeps it in
// results.json. Names are those of `Parts`; without any, all of them run.
// npm run bench -- [name …] --quick: the same in little time, for who changes the backend; keeps nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../support/installed.ts';
import { measureBackend, measureInstances, type BackendResult, type Lengths } from './backend.ts';
import type { RingResult } from './backend/ring.ts';
import { measureBeside } from './beside.ts';
import { measureCall } from './call.ts';
import { measureEvents } from './events.ts';
import { measureGrowth, type GrowthResult } from './growth.ts';
import { measurePayload } from './payload.ts';
import { plainTable, type Cell } from './plain-table.ts';
import {
  keepResult,
  readResults,
  tableOfRatios,
  type Circumstances,
  type Parts,
  type Results,
} from './results.ts';
import { measureSignatures } from './signatures.ts';
import { measureStart } from './start.ts';
import {
  backendTargets,
  besideTargets,
  callTargets,
  growthTargets,
  rowsOf,
  webhookTargets,
} from './targets.ts';
import { measureWebhook } from './webhook.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

const isQuick = process.argv.includes('--quick');

const lengths: Lengths = isQuick
  ? {
      callers: [
        { callers: 32, people: 150, rounds: 3 },
        { callers: 8, people: 60, rounds: 2 },
        { callers: 1, people: 20, rounds: 2 },
      ],
      samples: 50,
    }
  : {
      callers: [
        { callers: 32, people: 1000, rounds: 9 },
        { callers: 8, people: 300, rounds: 7 },
        { callers: 1, people: 40, rounds: 7 },
      ],
      samples: 200,
    };

const parts: { [Part in keyof Parts]: () => Promise<Parts[Part]> } = {
  payload: measurePayload,
  start: async () => ({ full: await measureStart(1, 12), sixth: await measureStart(6, 10) }),
  call: () => measureCall(isQuick ? 20 : 150),
  backend: () => measureBackend(lengths),
  growth: () =>
    isQuick
      ? measureGrowth([1000, 20_000], { callers: 8, people: 100, rounds: 3 })
      : measureGrowth([1000, 100_000, 1_000_000], { callers: 8, people: 250, rounds: 10 }),
  instances: () => measureInstances({ callers: 32, people: 400, rounds: isQuick ? 2 : 5 }, [1, 4]),
  events: async () => measureEvents(9),
  signatures: () => measureSignatures(isQuick ? 5 : 25),
  beside: () => measureBeside({ rounds: isQuick ? 2 : 9, people: isQuick ? 10 : 60 }),
  webhook: () => measureWebhook(isQuick ? 3 : 15, isQuick ? 100 : 300),
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

const printTable = (rows: Record<string, Cell>[]): void => console.log(`${plainTable(rows)}\n`);

const printRing = ({ results, ...ratios }: RingResult): void => {
  printTable(results.map((standing) => ({ ...standing })));
  const [first, ...others] = results.map(({ name }) => name);
  printTable(
    others.map((name) => ({
      ratio: `${first} / ${name}`,
      ...Object.fromEntries(
        Object.entries(ratios).map(([kind, found]) => {
          const { median, low, high } = found[name] ?? { median: 0, low: 0, high: 0 };
          return [kind, `${median} (${low} to ${high})`];
        }),
      ),
    })),
  );
};

const printBackend = (result: BackendResult): void => {
  for (const { disk, commit, rings, waits } of result.disks) {
    console.log(`${disk}: a commit takes ${commit} ms\n`);
    for (const ring of rings) printRing(ring);
    for (const [name, { samples, object, by }] of Object.entries(waits))
      console.log(
        `${name}: ${object} of ${samples} looks saw a wait for a lock of type object; backends at work, by what they waited for: ${JSON.stringify(by)}`,
      );
    console.log();
  }
  printTable(rowsOf(backendTargets(result)));
};

const printGrowth = (result: GrowthResult): void => {
  printRing(result.work);
  console.log('redeemLeaveTicket');
  printRing(result.redeem);
  console.log('an idle purge');
  printTable(result.purge.map((one) => ({ ...one })));
  printTable(rowsOf(growthTargets(result)));
};

const print = (name: keyof Parts, result: object): void => {
  console.log(`\n${name}`);
  if (name === 'backend') printBackend(result as BackendResult);
  else if (name === 'growth') printGrowth(result as GrowthResult);
  else if (name === 'instances') printRing(result as RingResult);
  else if (name === 'start')
    for (const [share, { times }] of Object.entries(result as Parts['start'])) {
      console.log(`${share} speed of the processor, milliseconds`);
      console.table(times);
    }
  else if (name === 'beside') {
    const { triggers, ...whole } = result as Parts['beside'];
    const named = Object.entries(triggers).map(([what, one]) => [`trigger: ${what}`, one] as const);
    console.table({ ...whole, ...Object.fromEntries(named) });
  } else console.table(result);
  if (name === 'call') printTable(rowsOf(callTargets(result as Parts['call'])));
  if (name === 'webhook') printTable(rowsOf(webhookTargets(result as Parts['webhook'])));
  if (name === 'beside') printTable(rowsOf(besideTargets(result as Parts['beside'])));
};

const run = async (part: keyof Parts): Promise<void> => {
  const [before = 0] = loadavg();
  const result = await parts[part]();
  if (!isQuick) keepResult(part, { ...circumstances(before), result } as Results[typeof part]);
  print(part, result);
};

const all = Object.keys(parts) as (keyof Parts)[];
const options = process.argv.slice(2).filter((one) => one.startsWith('-'));
const wrong = options.find((one) => one !== '--quick');
if (wrong) throw new Error(`${wrong}: expected --quick`);
const named = process.argv.slice(2).filter((one) => !one.startsWith('-'));
const unknown = named.find((one) => !all.some((part) => part === one));
if (unknown) throw new Error(`${unknown}: expected one of ${all.join(', ')}`);
install();
for (const part of all) if (named.length === 0 || named.includes(part)) await run(part);
if (!isQuick && all.every((part) => readResults()[part])) console.log(`\n${tableOfRatios()}`);
