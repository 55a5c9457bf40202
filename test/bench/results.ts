// What was measured last, kept in results.json; the README quotes its ratios.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { formerly, type BackendResult } from './backend.ts';
import type { RingResult, Standing } from './backend/ring.ts';
import type { Call, Kind } from './call.ts';
import type { EventResult } from './events.ts';
import type { GrowthResult } from './growth.ts';
import type { BesideResult } from './beside.ts';
import type { Payload } from './payload.ts';
import type { StartResult } from './start.ts';
import type { SignatureResult } from './signatures.ts';
import { round, type Ratio } from './statistics.ts';
import type { WebhookResult } from './webhook.ts';

/** The benchmarks, each with what it gives. */
export interface Parts {
  payload: Record<string, Payload>;
  start: { full: StartResult; sixth: StartResult };
  call: Record<Kind, Call>;
  backend: BackendResult;
  growth: GrowthResult;
  instances: RingResult;
  events: EventResult[];
  signatures: SignatureResult;
  webhook: WebhookResult;
  beside: BesideResult;
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

// Where a target is near, a third digit.
const spread = ({ median, low, high }: Ratio): string =>
  `${round(median)} (${text(low)} to ${text(high)})`;

const need = <Part extends keyof Parts>(results: Results, part: Part): Parts[Part] => {
  const found = results[part];
  if (!found) throw new Error(`no results of ${part}; run: npm run bench ${part}`);
  return found.result;
};

const row = (cells: string[]): string => `| ${cells.join(' | ')} |`;

const table = (head: string[], rows: string[][]): string =>
  [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');

// Two numbers of each library, for each way of using outro: its own, as a share of theirs.
const tableOfPeers = (results: Results): string => {
  const payload = need(results, 'payload');
  const { full, sixth } = need(results, 'start');
  const ways = Object.keys(payload).filter((name) => name.startsWith('outro'));
  const peers = Object.keys(payload).filter((name) => !name.startsWith('outro'));
  const shares = (way: string, numbers: ((name: string) => number | undefined)[]): string[] =>
    peers.map((peer) =>
      numbers.map((of) => text((of(way) ?? Number.NaN) / (of(peer) ?? Number.NaN))).join(', '),
    );
  return table(
    [`\`npm run bench\`, ${results.payload?.date.slice(0, 10)}`, ...peers],
    ways.flatMap((way) => [
      [
        `\`${way}\`, bytes: gzip, brotli`,
        ...shares(way, [(name) => payload[name]?.gzip, (name) => payload[name]?.brotli]),
      ],
      // What is imported is evaluated with the page's own script.
      ...(way === 'outro'
        ? []
        : [
            [
              `\`${way}\`, evaluation: full speed, a sixth`,
              ...shares(way, [
                (name) => full.times[name]?.median,
                (name) => sixth.times[name]?.median,
              ]),
            ],
          ]),
    ]),
  );
};

const rivals = [formerly, 'textbook', 'better-auth'];

// How outro does against another one.
const against = ({ results, rate, p99, serverCpu }: RingResult, name: string): string => {
  const ours = results[0];
  const theirs = results.find((one) => one.name === name);
  const [rates, times, processor] = [rate[name], p99[name], serverCpu[name]];
  if (!ours || !theirs || !rates || !times || !processor) return '-';
  const memory = ours.megabytes / theirs.megabytes;
  return [spread(rates), ...[times.median, processor.median, memory].map(text)].join('; ');
};

/** outro as a multiple of every other server, by disk and number of callers. */
const tableOfServers = (results: Results): string => {
  const { disks } = need(results, 'backend');
  return table(
    [
      'Postgres with fsync, `npm run bench backend`: requests a second; p99; processor time of the process; memory',
      ...rivals.map((name) => `of ${name}`),
    ],
    disks.flatMap(({ disk, commit, rings }) =>
      rings.map((ring) => [
        `${disk} (a commit takes ${text(commit)} ms), callers: ${ring.results[0]?.callers}`,
        ...rivals.map((name) => against(ring, name)),
      ]),
    ),
  );
};

// From the first of a ring, which is the smallest, to each of the others.
const growthOf = ({ results, rate, work }: RingResult): string =>
  results
    .slice(1)
    .map(({ name, p99, megabytes }) => {
      const [smallest] = results;
      const [rates, works] = [rate[name], work[name]];
      if (!smallest || !rates || !works) throw new Error(`expected ${name} among the results`);
      return [
        `${text(1 / works.median)}; ${text(1 / rates.median)}`,
        `${text(p99 / smallest.p99)}; ${text(megabytes / smallest.megabytes)}`,
      ].join('; ');
    })
    .join(' and ');

const sizesOf = (standings: Standing[]): string[] =>
  standings.map(({ accounts }) => accounts.toLocaleString('en'));

// What was not measured since the server last changed is not quoted.
const rowsOfGrowth = (results: Results): string[][] => {
  if (!results.growth) return [];
  const { work, redeem, purge, sessions } = need(results, 'growth');
  const [smallest, ...larger] = sizesOf(work.results);
  const largest = work.results.at(-1)?.accounts ?? 0;
  return [
    [
      `${larger.join(' and ')} accounts of ${sessions} sessions, processor time of a request; requests a second; p99; memory: of ${smallest}`,
      growthOf(work),
    ],
    ['the same of `redeemLeaveTicket`', growthOf(redeem)],
    [
      `milliseconds of an idle purge at ${(largest * sessions).toLocaleString('en')} sessions`,
      text(purge.at(-1)?.milliseconds ?? Number.NaN),
    ],
  ];
};

const rowsOfInstances = (results: Results): string[][] => {
  if (!results.instances) return [];
  const instances = need(results, 'instances');
  return [
    [
      `${instances.results.at(-1)?.instances} instances on ${results.instances.machine.processors} processors, the same: of one`,
      growthOf(instances),
    ],
  ];
};

const rowsOfBackend = ({ disks, statements }: BackendResult): string[][] => {
  const names = Object.keys(statements);
  return [
    [
      `statements of a removal, of a logout: ${names.map((name) => `of ${name}`).join('; ')}`,
      names.map((name) => Object.values(statements[name] ?? {}).join(', ')).join('; '),
    ],
    ...disks.map(({ disk, rings, waits }) => [
      `${disk}, callers: ${rings[0]?.results[0]?.callers}; looks at which a backend waited for a lock of type \`object\`: ${Object.keys(waits).join('; ')}`,
      Object.values(waits)
        .map(({ object, samples }) => `${object} of ${samples}`)
        .join('; '),
    ]),
  ];
};

const rowsOfSignatures = ({ signatures }: Results): string[][] =>
  signatures
    ? [
        [
          'processor time of a bad signature of 21 kB, of one with 11,000 parameters: of a good small one’s',
          `${spread(signatures.result.long)}, ${spread(signatures.result.many)}`,
        ],
      ]
    : [];

const rowsOfWebhook = ({ webhook }: Results): string[][] =>
  webhook
    ? [
        [
          'processor time of a removal with a webhook, until it is answered, until the message is taken: of one without',
          `${spread(webhook.result.answered)}, ${spread(webhook.result.delivered)}`,
        ],
      ]
    : [];

const rowsOfBeside = ({ beside }: Results): string[][] => {
  if (!beside) return [];
  const { signIn, unlink, triggers } = beside.result;
  const { session, link, unlink: gone, supabase } = triggers;
  return [
    [
      'time of a whole sign-in of Passport’s, with `signedIn` and the guard: without; of an unlink on better-auth’s tables: of its own',
      `${spread(signIn)}, ${spread(unlink)}`,
    ],
    [
      'time of what a library writes, with the trigger of the guard: without; a session that may come back; a link; its own unlink; a sign-in of Supabase’s that links',
      [session, link, gone, supabase].map(spread).join(', '),
    ],
  ];
};

/** Every ratio against what is not a library: what of outro, against what, in words and numbers. */
const tableOfWork = (results: Results): string => {
  const call = need(results, 'call');
  const events = need(results, 'events');
  return table(
    ['`npm run bench`', 'ratio'],
    [
      [
        'time in Chromium of a removal, of a logout, of the first `getUserInfo` of a page 300 ms away: of bare `fetch` with the same body',
        [call.removal, call.logout, call.first].map(({ ratio }) => round(ratio.median)).join(', '),
      ],
      ...rowsOfBackend(need(results, 'backend')),
      ...rowsOfGrowth(results),
      ...rowsOfInstances(results),
      [
        `time to tell ${events.map(({ listeners }) => listeners.toLocaleString('en')).join(', ')} listeners: of mitt’s`,
        events.map(({ ratio }) => text(ratio.median)).join(', '),
      ],
      ...rowsOfSignatures(results),
      ...rowsOfWebhook(results),
      ...rowsOfBeside(results),
    ],
  );
};

/** The ratios as the README quotes them. */
export const tableOfRatios = (results = readResults()): string =>
  [tableOfPeers, tableOfServers, tableOfWork].map((make) => make(results)).join('\n\n');
