// What was measured last, kept in results.json; the README quotes its ratios.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RingResult } from './backend.ts';
import type { Call } from './call.ts';
import type { EventResult } from './events.ts';
import type { Payload } from './payload.ts';
import type { StartResult } from './start.ts';
import { round, type Ratio } from './statistics.ts';

/** The benchmarks, each with what it gives. */
export interface Parts {
  payload: Record<string, Payload>;
  start: { full: StartResult; sixth: StartResult };
  call: { removal: Call; logout: Call };
  postgres: RingResult & { statements: number[] };
  pglite: RingResult & { statements: number[] };
  growth: RingResult;
  instances: RingResult;
  events: EventResult[];
}

/** Where and when something was measured. */
export interface Circumstances {
  date: string;
  machine: { processors: number; model: string; gigabytes: number };
  /** One-minute load of the machine when it began and when it ended: above 1 for each processor, others were at work. */
  load: [number, number];
  versions: Record<string, string>;
}

/** The last results of each benchmark. */
export type Results = {
  [Part in keyof Parts]?: Circumstances & { result: Parts[Part] };
};

const file = new URL('results.json', import.meta.url);

/** The last results; empty before the first run. */
export const readResults = (): Results =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {};

/** Keeps the results of one benchmark. */
export const keepResult = <Part extends keyof Parts>(part: Part, result: Results[Part]): void => {
  writeFileSync(file, `${JSON.stringify({ ...readResults(), [part]: result }, null, 2)}\n`);
};

const text = (value: number): string => String(round(value, 2));

const spread = ({ median, low, high }: Ratio): string =>
  `${text(median)} (${text(low)} to ${text(high)})`;

const need = <Part extends keyof Parts>(results: Results, part: Part): Parts[Part] => {
  const found = results[part];
  if (!found) throw new Error(`no results of ${part}; run: npm run bench -- ${part}`);
  return found.result;
};

const first = (ratios: Record<string, Ratio>): Ratio => {
  const [found] = Object.values(ratios);
  if (!found) throw new Error('expected a ratio');
  return found;
};

/** Every ratio that is quoted: what of outro, against what, in words and numbers. */
export const readRatios = (results = readResults()): [what: string, ratio: string][] => {
  const payload = need(results, 'payload');
  const { full, sixth } = need(results, 'start');
  const call = need(results, 'call');
  const postgres = need(results, 'postgres');
  const pglite = need(results, 'pglite');
  const growth = need(results, 'growth');
  const instances = need(results, 'instances');
  const events = need(results, 'events');
  // The page-load part is measured once it is built.
  const ways = ['outro/global', 'outro/lazy'].filter((way) => payload[way] && full.times[way]);
  const bytes = (way: string): string =>
    ['hello.js', 'oidc-client-ts', 'better-auth/client', 'auth0-spa-js']
      .map((against) => text((payload[way]?.gzip ?? 0) / (payload[against]?.gzip ?? 0)))
      .join(', ');
  const slowness = (way: string): string =>
    [full, sixth]
      .map(({ againstHello }) => text(againstHello[way]?.median ?? Number.NaN))
      .join(', ');
  const better = postgres.rate['better-auth'];
  const floor = postgres.rate['floor'];
  if (!better || !floor) throw new Error('expected floor and better-auth among the results');
  return [
    ...ways.flatMap((way): [string, string][] => [
      [
        `gzip bytes of \`${way}\`: of hello.js, oidc-client-ts, better-auth/client, auth0-spa-js`,
        bytes(way),
      ],
      [
        `time to evaluate \`${way}\`: of hello.js, at full and at a sixth of the speed`,
        slowness(way),
      ],
    ]),
    [
      'time of a removal, of a logout: of bare `fetch` with the same body',
      [call.removal, call.logout].map(({ ratio }) => text(ratio.median)).join(', '),
    ],
    ['requests a second on Postgres: of the same SQL over `node:http` and `pg`', spread(floor)],
    ['requests a second on Postgres: of better-auth’s unlink and sign-out', spread(better)],
    ['requests a second on PGlite: of the same SQL', spread(first(pglite.rate))],
    [
      `work of a request: at ${growth.results.at(-1)?.accounts.toLocaleString('en')} accounts, of that at ${growth.results[0]?.accounts.toLocaleString('en')}`,
      text(1 / first(growth.work).median),
    ],
    [
      `requests a second: of ${instances.results.at(-1)?.instances} instances, of those of one (${results.instances?.machine.processors} processors for all)`,
      text(1 / first(instances.rate).median),
    ],
    [
      `time to tell ${events.map(({ listeners }) => listeners.toLocaleString('en')).join(', ')} listeners: of mitt’s`,
      events.map(({ ratio }) => text(ratio.median)).join(', '),
    ],
  ];
};

/** The ratios as the README quotes them. */
export const tableOfRatios = (results = readResults()): string =>
  [
    `| \`npm run bench\`, ${results.postgres?.date.slice(0, 10)} | ratio |`,
    '|---|---|',
    ...readRatios(results).map(([what, ratio]) => `| ${what} | ${ratio} |`),
  ].join('\n');
