// What the backend is asked to reach, beside what was measured.
import type { BesideResult } from './beside.ts';
import type { Call, Kind } from './call.ts';
import { formerly, type BackendResult, type DiskResult } from './backend.ts';
import type { RingResult } from './backend/ring.ts';
import type { GrowthResult } from './growth.ts';
import type { Cell } from './plain-table.ts';
import { round } from './statistics.ts';
import type { WebhookResult } from './webhook.ts';

/** One promise; `aim` where more is hoped for. */
export interface Target {
  what: string;
  measured: number;
  atLeast?: number;
  atMost?: number;
  aim?: number;
}

const most = ({ rings }: DiskResult): RingResult | undefined => rings[0];

const ofDisk = (one: DiskResult): Target[] => {
  const ring = most(one);
  const where = `${one.disk}, ${ring?.results[0]?.callers} callers`;
  const isSlow = one.disk === 'syncs of 2 ms';
  const of = (
    kind: 'rate' | 'p99' | 'serverCpu',
    name: string,
    words: string,
    limit: Omit<Target, 'what' | 'measured'>,
  ): Target[] => {
    const found = ring?.[kind][name];
    return found
      ? [{ what: `${where}: ${words} of ${name}`, measured: found.median, ...limit }]
      : [];
  };
  const waits = one.waits['outro'];
  const requests = 'requests a second';
  return [
    ...of(
      'rate',
      formerly,
      requests,
      isSlow ? { atLeast: 3.5, aim: 4.5 } : { atLeast: 1.6, aim: 2 },
    ),
    ...of('serverCpu', formerly, 'processor time of the process', { atMost: 0.75 }),
    ...of('rate', 'textbook', requests, { atLeast: 1 }),
    ...of('p99', 'textbook', 'p99', { atMost: 1 }),
    ...of('rate', 'better-auth', requests, { atLeast: 1.75, aim: 2 }),
    ...(waits
      ? [
          {
            what: `${where}: of ${waits.samples} looks, with a wait for a lock of type object`,
            measured: waits.object,
            atMost: 0,
          },
        ]
      : []),
  ];
};

/** What all servers beside each other are asked. */
export const backendTargets = ({ disks, statements }: BackendResult): Target[] => [
  ...disks.flatMap(ofDisk),
  ...Object.entries(statements['outro'] ?? {}).map(([path, count]) => ({
    what: `statements of ${path}`,
    measured: count,
    atMost: 2,
  })),
];

/** What growth is asked: to make no difference. */
export const growthTargets = ({ work, redeem, purge, sessions }: GrowthResult): Target[] => {
  const smallest = work.results[0]?.name ?? '';
  const largest = work.results.at(-1);
  if (!largest) return [];
  const { name, accounts } = largest;
  const rings = { 'removal and logout': work, redeemLeaveTicket: redeem };
  return [
    ...Object.entries(rings).flatMap(([what, ring]): Target[] => [
      {
        what: `${what}: requests a second with ${name}, of ${smallest}`,
        measured: round(1 / (ring.rate[name]?.median ?? Number.NaN)),
        atLeast: 0.9,
      },
      {
        what: `${what}: processor time with ${name}, of ${smallest}`,
        measured: round(1 / (ring.work[name]?.median ?? Number.NaN)),
        atMost: 1.1,
      },
    ]),
    {
      what: `idle purge at ${accounts * sessions} sessions, milliseconds`,
      measured: purge.at(-1)?.milliseconds ?? Number.NaN,
      atMost: 20,
    },
  ];
};

/** What a call in a page is asked: to take hardly longer than a bare request. */
export const callTargets = ({ removal, logout, first }: Record<Kind, Call>): Target[] => {
  const of = ({ ratio }: Call, what: string, atMost: number): Target => ({
    what: `${what}: of bare fetch`,
    measured: ratio.median,
    atMost,
  });
  return [
    of(removal, 'time of a removal', 1.05),
    of(logout, 'time of a logout', 1.1),
    of(first, 'time of the first getUserInfo of a page 300 ms away', 1.15),
  ];
};

/** What a webhook is asked: that whoever removes something hardly pays for it. */
export const webhookTargets = ({ answered }: WebhookResult): Target[] => [
  {
    what: 'processor time of a removal with a webhook, of one without',
    measured: answered.median,
    atMost: 1.15,
  },
];

/** What standing beside a library is asked: that neither its sign-in nor an unlink is much slower than its own. */
export const besideTargets = ({ signIn, unlink }: BesideResult): Target[] => [
  {
    what: 'time of a sign-in, with signedIn and the guard: without',
    measured: signIn.median,
    atMost: 1.1,
  },
  {
    what: 'time of an unlink on mapped tables: of the library’s own',
    measured: unlink.median,
    atMost: 1.3,
  },
];

/** Targets as rows of a table. */
export const rowsOf = (targets: Target[]): Record<string, Cell>[] =>
  targets.map(({ what, measured, atLeast = -Infinity, atMost = Infinity, aim }) => ({
    what,
    asked: Number.isFinite(atLeast) ? `>= ${atLeast}` : `<= ${atMost}`,
    aim: aim === undefined ? '' : String(aim),
    measured: String(measured),
    holds: measured >= atLeast && measured <= atMost ? 'yes' : 'NO',
  }));
