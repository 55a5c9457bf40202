import { createHash } from 'node:crypto';
import type { TestDatabase } from '../support/store.ts';

export type Row = Record<string, unknown>;

const order = {
  accounts: 'id',
  identities: 'id',
  login_ids: 'id',
  sessions: 'id',
  provider_sessions: 'id',
  journal: 'id',
  errands: 'id',
  destinations: 'destination',
  removed_identities: 'provider, sub_provider, person_hash',
  trips: 'token_hash',
  deletions: 'code',
} as const;

export type TableName = keyof typeof order;

/** Every row of a site, as it is at one moment. */
export type Rows = Record<TableName, Row[]>;

export const tables = Object.keys(order) as TableName[];

const parts = Object.entries(order).map(
  ([table, columns]) =>
    `'${table}', (select coalesce(json_agg(r order by ${columns}), '[]') from outro.${table} r where site = $1)`,
);
const everything = `select json_build_object(${parts.join(', ')}) as rows`;

export const readRows = async (query: TestDatabase['query'], site: string): Promise<Rows> => {
  const [found] = await query(everything, [site]);
  return found?.['rows'] as Rows;
};

/** Names of the tables that differ. */
export const differences = (before: Rows, after: Rows): string[] =>
  tables.filter((table) => JSON.stringify(before[table]) !== JSON.stringify(after[table]));

/** How a hash stands in a row that was read as JSON. */
export const hashOf = (text: string): string =>
  `\\x${createHash('sha256').update(text).digest('hex')}`;

/** The ways into an account, by the rows alone. */
export const waysInto = (rows: Rows, account: unknown): number =>
  rows.identities.filter(
    (row) => row['account_id'] === account && row['state'] === 'linked' && row['allows_login'],
  ).length +
  rows.login_ids.filter((row) => row['account_id'] === account && row['way_in'] !== null).length;

/** The session of a token, while it opens something. */
export const liveSession = (rows: Rows, token: string): Row | undefined => {
  const hash = hashOf(token);
  return rows.sessions.find((row) => row['token_hash'] === hash && row['ended_at'] === null);
};

/** The session of a token, ended or not. */
export const sessionOf = (rows: Rows, token: string): Row | undefined => {
  const hash = hashOf(token);
  return rows.sessions.find((row) => row['token_hash'] === hash);
};

/** Whether a call has changed something, by the journal. */
export const isDone = ({ journal }: Rows, callId: unknown): boolean =>
  journal.some((row) => row['call_id'] === callId && row['sealed_answer'] !== null);

/** Rows that are new, by their id. */
export const added = (table: TableName, before: Rows, after: Rows): Row[] => {
  const ids = new Set(before[table].map(({ id }) => id));
  return after[table].filter(({ id }) => !ids.has(id));
};
