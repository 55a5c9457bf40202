// What a configured webhook costs: processor time of removals at a site that has one, of removals at a site that has none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fromPg, createHandler, type Handler } from '../../src/server.ts';
import { startPostgres } from '../support/postgres.ts';
import { signedBody } from '../support/signed.ts';
import { ratioOf, type Ratio } from './statistics.ts';

/** Processor time of this process, of a removal at a site without a webhook. */
export interface WebhookResult {
  /** Until the removal is answered: what whoever waits for it pays. */
  answered: Ratio;
  /** Until the message is taken, too: with the request to the receiver, whatever that is worth. */
  delivered: Ratio;
}

const secret = Buffer.alloc(32, 7).toString('base64');
const base = 'https://outro.example';

// In a process of its own, so that its work is not counted.
const receiver = `require('node:http').createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end());
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

const post = async (handler: Handler, method: string, params: Record<string, string>) => {
  const url = `${base}/${method}`;
  const body = signedBody(url, secret, params);
  const answer = await (await handler(new Request(url, { method: 'POST', body }))).text();
  if (!answer.includes('"errorCode":0')) throw new Error(answer);
};

const inTurn = async (count: number, work: (index: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: 4 }, lane));
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

/** Removals of so many people at a site, who are signed in before that. */
const remove = async (handler: Handler, apiKey: string, round: number, people: number) => {
  const uid = (index: number) => `${round}-${index}`;
  await inTurn(people, (index) =>
    post(handler, 'socialize.notifyLogin', {
      apiKey,
      siteUID: uid(index),
      providerSessions: JSON.stringify({
        line: { providerUID: `l${uid(index)}` },
        github: { providerUID: `g${uid(index)}` },
      }),
    }),
  );
  const answered = await timed(() =>
    inTurn(people, (index) =>
      post(handler, 'socialize.removeConnection', { apiKey, UID: uid(index), provider: 'github' }),
    ),
  );
  const delivered = await timed(async () => {
    while ((await handler.work()) > 0);
  });
  return { answered, delivered };
};

/** Measures both in turn, so many rounds of so many removals. */
export const measureWebhook = async (rounds: number, people: number): Promise<WebhookResult> => {
  const { Pool } = await import('pg');
  const postgres = await startPostgres({ isOwn: true });
  const child = spawn(process.execPath, ['--eval', receiver], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const pool = new Pool({ connectionString: postgres.url });
  const store = await fromPg(pool);
  const webhooks = [
    { url: `http://127.0.0.1:${port.toString().trim()}/`, secrets: [`whsec_${secret}`] },
  ];
  const open = (apiKey: string, site: object): Handler =>
    createHandler({
      sites: [{ apiKey, secret, publicUrl: base, rateLimits: false, ...site }],
      encryptionKeys: [{ id: 'a', key: secret }],
      allowPrivateProviders: true,
      store,
    });
  const handlers = { without: open('without', {}), with: open('with', { webhooks }) };
  const costs = { without: [] as number[], answered: [] as number[], delivered: [] as number[] };
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const without = await remove(handlers.without, 'without', round, people);
      const told = await remove(handlers.with, 'with', round, people);
      // The first round warms up.
      if (round === 0) continue;
      costs.without.push(without.answered);
      costs.answered.push(told.answered);
      costs.delivered.push(told.answered + told.delivered);
    }
  } finally {
    await Promise.all(Object.values(handlers).map((one) => one.close()));
    child.kill();
    await store.close();
    await postgres.stop();
  }
  return {
    answered: ratioOf(costs.answered, costs.without),
    delivered: ratioOf(costs.delivered, costs.without),
  };
};
