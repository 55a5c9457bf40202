// A process of its own: outro, or the floor, over one database; told what to do by messages.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createHandler } from '../../../src/server.ts';
import { openEngine, type Engine } from './engine.ts';
import { addPeople, apiKey, hashOf, origin, secret } from './people.ts';
import { marks, type Recorded, type Template } from './record.ts';

/** What a contestant is asked. */
export type Order =
  | {
      do: 'start';
      as: 'outro' | 'floor';
      /** Of the database; `''` is an embedded one. */
      url: string;
      recorded: Recorded[];
      /** Of pages that call besides. */
      origins?: readonly string[];
    }
  | { do: 'people'; from: number; count: number }
  | { do: 'settle' }
  | { do: 'count' }
  | { do: 'usage' };

const startOutro = ({ store }: Engine, origins: readonly string[] = []): Promise<number> =>
  new Promise((resolve) => {
    const fetch = createHandler({
      sites: [
        { apiKey, secret, publicUrl: 'https://outro.example', origins: [origin, ...origins] },
      ],
      encryptionKeys: [{ id: 'bench', key: secret }],
      store,
    });
    serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port));
  });

const fill = (
  template: Template,
  known: [string, string][],
  hash: (of: string) => Buffer,
): unknown => {
  if (template.kind === 'constant') return template.value;
  if (template.kind === 'time') return new Date(Date.now() + template.ahead);
  if (template.kind === 'hash') return hash(template.of);
  if (template.kind === 'list') return template.items.map((one) => fill(one, known, hash));
  let { text } = template;
  for (const [value, mark] of known) text = text.replaceAll(mark, value);
  return text;
};

const readText = async (incoming: IncomingMessage): Promise<string> => {
  let text = '';
  incoming.setEncoding('utf8');
  for await (const chunk of incoming) text += String(chunk);
  return text;
};

// The same statements over bare node:http and the driver: nothing is checked, and nothing is decided.
const startFloor = (engine: Engine, recorded: Recorded[]): Promise<number> => {
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const params = new URLSearchParams(await readText(incoming));
    const token = params.get('login_token') ?? '';
    const key = params.get('idempotencyKey') ?? '';
    const known = marks(
      Number(token.slice('token-'.length)),
      randomUUID().replaceAll('-', ''),
      key,
    );
    const hash = (of: string): Buffer => hashOf(of === 'token' ? token : key);
    const found = recorded.find(({ path }) => path === incoming.url);
    const connection = await engine.connect();
    for (const { values, ...statement } of found?.statements ?? [])
      await connection.run({ ...statement, values: values.map((one) => fill(one, known, hash)) });
    connection.release();
    outgoing.setHeader('Content-Type', 'application/json');
    outgoing.setHeader('Cache-Control', 'no-store');
    outgoing.end(found?.answer);
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      console.error(error);
      outgoing.destroy();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
};

let engine: Engine | undefined;

const obey = async (order: Order): Promise<unknown> => {
  if (order.do === 'start') {
    engine = await openEngine(order.url);
    return order.as === 'outro'
      ? startOutro(engine, order.origins)
      : startFloor(engine, order.recorded);
  }
  if (!engine) throw new Error('expected start first');
  if (order.do === 'people') return addPeople(engine.query, order.from, order.count);
  // What the database does by itself, in a minute or so, once tables have been filled.
  if (order.do === 'settle') return engine.query('vacuum analyze').then(() => undefined);
  if (order.do === 'count') {
    // Both write one audit row for each request that they carried out.
    const { rows } = await engine.query(
      "select count(*)::int as count from outro.audit where receipt::text like '%done%'",
    );
    return (rows[0] as { count: number }).count;
  }
  return { cpu: process.cpuUsage(), memory: process.memoryUsage().rss };
};

process.on('message', ({ id, order }: { id: number; order: Order }) => {
  obey(order).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
