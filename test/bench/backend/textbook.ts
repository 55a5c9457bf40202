// A process of its own: a removal and a logout as a careful site writes them by hand over node:http and pg. It is a
// fixed measure: it shares no table, no statement and no code with outro, and does not change with it.
import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import { obeyOrders, readUsage, type Order } from './orders.ts';
import { origin } from './people.ts';
import { openPool, settle } from './pool.ts';

const tables = `
  create schema textbook;
  create table textbook.users(
    id bigint primary key,
    name text not null,
    created_at timestamptz not null default now()
  );
  create table textbook.identities(
    id bigint generated always as identity primary key,
    user_id bigint not null references textbook.users on delete cascade,
    provider text not null,
    provider_uid text not null,
    profile jsonb not null,
    linked_at timestamptz not null default now(),
    unique (provider, provider_uid)
  );
  create index on textbook.identities(user_id);
  create table textbook.login_ids(
    id bigint generated always as identity primary key,
    user_id bigint not null references textbook.users on delete cascade,
    value text not null unique,
    has_password boolean not null
  );
  create index on textbook.login_ids(user_id);
  create table textbook.sessions(
    id bigint generated always as identity primary key,
    user_id bigint not null references textbook.users on delete cascade,
    token_hash bytea not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz
  );
  create index on textbook.sessions(user_id);
  create table textbook.audit(
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    user_id bigint not null,
    action text not null,
    details jsonb not null
  );
  create index on textbook.audit(user_id, at)`;

/** Why a request is refused; the status of its answer. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const refuse = (status: number, message: string): never => {
  throw new Refusal(status, message);
};

/** A live session. */
interface Session {
  id: string;
  user_id: string;
}

const findSession = async (pool: pg.Pool, params: URLSearchParams): Promise<Session> => {
  const { rows } = await pool.query<Session>(
    `select id, user_id from textbook.sessions
     where token_hash = $1 and ended_at is null and expires_at > now()`,
    [hash('sha256', params.get('login_token') ?? '', 'buffer')],
  );
  return rows[0] ?? refuse(401, 'expected a session');
};

// Two requests of one user wait for each other here, so that they cannot both take the last but one way in.
const lockUser = (client: pg.PoolClient, { user_id: user }: Session) =>
  client.query('select id, name from textbook.users where id = $1 for update', [user]);

const note = (client: pg.PoolClient, session: Session, action: string, details: object) =>
  client.query('insert into textbook.audit(user_id, action, details) values ($1, $2, $3)', [
    session.user_id,
    action,
    JSON.stringify(details),
  ]);

type Action = (client: pg.PoolClient, session: Session, params: URLSearchParams) => Promise<object>;

const removeConnection: Action = async (client, session, params) => {
  const provider = params.get('provider') ?? refuse(400, 'provider: expected a name');
  await lockUser(client, session);
  const { rows: identities } = await client.query<{ id: string; provider: string }>(
    'select id, provider, provider_uid, profile from textbook.identities where user_id = $1',
    [session.user_id],
  );
  const { rows: loginIds } = await client.query<{ has_password: boolean }>(
    'select value, has_password from textbook.login_ids where user_id = $1',
    [session.user_id],
  );
  const removed =
    identities.find((one) => one.provider === provider) ?? refuse(404, 'expected a connection');
  const isLastWayIn = identities.length === 1 && !loginIds.some((one) => one.has_password);
  if (isLastWayIn) refuse(409, 'this is the last way in');
  await client.query('delete from textbook.identities where id = $1', [removed.id]);
  await note(client, session, 'remove', { provider, left: identities.length - 1 });
  return { provider };
};

const logOut: Action = async (client, session) => {
  await lockUser(client, session);
  await client.query('update textbook.sessions set ended_at = now() where id = $1', [session.id]);
  await note(client, session, 'logout', { session: session.id });
  return {};
};

const actions: Record<string, Action> = {
  '/socialize.removeConnection': removeConnection,
  '/socialize.logout': logOut,
};

const inTransaction = async (
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<object>,
): Promise<object> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
};

const readText = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const answer = async (pool: pg.Pool, incoming: IncomingMessage): Promise<[number, object]> => {
  try {
    if (incoming.headers.origin !== origin) refuse(403, 'expected a page of the shop');
    const act = actions[incoming.url ?? ''] ?? refuse(404, 'expected an action');
    const params = new URLSearchParams(await readText(incoming));
    const session = await findSession(pool, params);
    const result = await inTransaction(pool, (client) => act(client, session, params));
    return [200, { errorCode: 0, ...result }];
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    const status = error instanceof Refusal ? error.status : 500;
    return [status, { errorCode: status, errorMessage: String(error) }];
  }
};

let pool: pg.Pool | undefined;

const start = async (url: string): Promise<number> => {
  const opened = (pool = openPool(url));
  await opened.query(tables);
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const [status, body] = await answer(opened, incoming);
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
    outgoing.writeHead(status, headers).end(JSON.stringify(body));
  };
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
};

const addPeople = async (into: pg.Pool, from: number, count: number): Promise<void> => {
  const series = `from generate_series(${from}, ${from + count - 1}) i`;
  await into.query(`
    insert into textbook.users(id, name) select i, 'Ada Lovelace' ${series};
    insert into textbook.identities(user_id, provider, provider_uid, profile)
      select i, provider, provider || ' ' || i, '{"nickname": "ada"}'
      ${series}, unnest(array['facebook', 'google']) provider;
    insert into textbook.login_ids(user_id, value, has_password)
      select i, i || '@example.com', true ${series};
    insert into textbook.sessions(user_id, token_hash, expires_at)
      select i, sha256(convert_to('token-' || i, 'UTF8')), now() + interval '1 day' ${series}`);
};

const countWork = async (from: pg.Pool): Promise<number> => {
  const { rows } = await from.query<{ count: number }>(
    `select (select count(*) from textbook.users)::int * 2
       - (select count(*) from textbook.identities)::int
       + (select count(*) from textbook.sessions where ended_at is not null)::int as count`,
  );
  return rows[0]?.count ?? Number.NaN;
};

obeyOrders(async (order: Order): Promise<unknown> => {
  if (order.do === 'start') return start(order.url);
  if (order.do === 'usage') return readUsage();
  const opened = pool;
  if (!opened) throw new Error('expected start first');
  if (order.do === 'people') return addPeople(opened, order.from, order.count);
  if (order.do === 'count') return countWork(opened);
  if (order.do === 'settle') return settle((sql) => opened.query(sql));
  throw new Error(`${order.do}: expected what a textbook can do`);
});
