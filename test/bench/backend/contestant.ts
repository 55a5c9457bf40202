// A process of its own: outro, of this commit or of another, over one database.
import { serve } from '@hono/node-server';
import { openEngine, type Engine } from './engine.ts';
import { obeyOrders, readUsage, type Order } from './orders.ts';
import { addPeople, dismissPeople } from './people.ts';
import { settle } from './pool.ts';
import { recordStatements } from './statements.ts';

let engine: Engine | undefined;
let root = '';

const start = async (order: Extract<Order, { do: 'start' }>): Promise<number> => {
  root = order.root ?? '';
  const { fetch } = (engine = await openEngine({ ...order, root }));
  return new Promise((resolve) => {
    serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port));
  });
};

// One row of the journal for each request that was carried out; the journal was called audit once.
const countWork = async ({ query }: Engine): Promise<number> => {
  const { rows } = await query(
    "select coalesce(to_regclass('outro.journal'), to_regclass('outro.audit'))::text as journal",
  );
  const [{ journal }] = rows as [{ journal: string }];
  const found = await query(
    `select count(*)::int as count from ${journal} where receipt::text like '%done%'`,
  );
  return (found.rows as [{ count: number }])[0].count;
};

const purge = async ({ purge: forget }: Engine): Promise<number> => {
  const begun = performance.now();
  await forget();
  return performance.now() - begun;
};

obeyOrders(async (order: Order): Promise<unknown> => {
  if (order.do === 'start') return start(order);
  if (order.do === 'usage') return readUsage();
  if (!engine) throw new Error('expected start first');
  if (order.do === 'people') return engine.trusting((query) => addPeople(query, order));
  if (order.do === 'dismiss') return engine.trusting((query) => dismissPeople(query, order));
  if (order.do === 'settle') return settle(engine.query);
  if (order.do === 'count') return countWork(engine);
  if (order.do === 'statements') return recordStatements({ root, url: order.url }, order.persons);
  return purge(engine);
});
