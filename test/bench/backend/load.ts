// A process of its own: people who remove a connection and log out, so many of them at once.
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { obeyOrders } from './orders.ts';
import { origin, redemptionOf, requestsOf, secret, tokenOf } from './people.ts';

/** One slice of load: each person in turn sends their requests, and a caller goes on with the next person. */
export interface Slice {
  urls: string[];
  kind: 'outro' | 'better-auth' | 'redeem';
  from: number;
  count: number;
  callers: number;
}

/** Times in milliseconds: of the whole slice, and of each request in it. */
export interface Load {
  seconds: number;
  failed: number;
  firstFailure: string | undefined;
  times: number[];
}

interface Sent {
  path: string;
  body: string;
  headers: Record<string, string>;
}

// What a browser sends besides.
const usual = { origin, 'accept-encoding': 'gzip, deflate, br, zstd', accept: '*/*' };
const form = { ...usual, 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };

const betterAuthRequests = (person: number): Sent[] => {
  const token = tokenOf(person);
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  const cookie = `better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
  const headers = { ...usual, 'content-type': 'application/json', cookie };
  return [
    {
      path: '/api/auth/unlink-account',
      headers,
      body: JSON.stringify({ accountId: `facebook${person}` }),
    },
    { path: '/api/auth/sign-out', headers, body: '{}' },
  ];
};

const formsOf = (requests: { path: string; body: string }[]): Sent[] =>
  requests.map((request) => ({ ...request, headers: form }));

const kinds: Record<Slice['kind'], (person: number) => Sent[]> = {
  outro: (person) => formsOf(requestsOf(person)),
  redeem: (person) => formsOf(redemptionOf(person)),
  'better-auth': betterAuthRequests,
};

// Milliseconds between the first requests of two callers. All at once, those would be the slowest of a slice, and its p99
// would tell how 32 people are met who knock in the same millisecond.
const apart = 1;

const run = async ({ urls, kind, from, count, callers }: Slice): Promise<Load> => {
  const each = Math.ceil(callers / urls.length);
  const pools = urls.map((url) => new Pool(url, { connections: each, pipelining: 1 }));
  const load: Load = { seconds: 0, failed: 0, firstFailure: undefined, times: [] };
  let next = from;
  const work = async (pool: Pool): Promise<void> => {
    while (next < from + count) {
      const person = next++;
      for (const request of kinds[kind](person)) {
        const start = performance.now();
        const { statusCode, body, headers } = await pool.request({ ...request, method: 'POST' });
        const bytes = Buffer.from(await body.arrayBuffer());
        load.times.push(performance.now() - start);
        const text = headers['content-encoding'] ? '"errorCode":0' : bytes.toString();
        const isDone = kind === 'better-auth' || text.includes('"errorCode":0');
        if (statusCode === 200 && isDone) continue;
        load.failed += 1;
        load.firstFailure ??= `${request.path} ${statusCode} ${text}`;
      }
    }
  };
  const start = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async (_, index) => {
      await sleep(index * apart);
      await work(pools[index % pools.length]!);
    }),
  );
  load.seconds = (performance.now() - start) / 1000;
  await Promise.all(pools.map((pool) => pool.close()));
  return load;
};

obeyOrders(run);
